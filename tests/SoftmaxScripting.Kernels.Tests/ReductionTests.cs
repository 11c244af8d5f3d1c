using System.Numerics;
using Xunit;

namespace SoftmaxScripting.Kernels.Tests;

public class ReductionTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 70), 100, 255, 1023, 1024, 1025, 2500];

    [Fact]
    public void Reductions_of_spans_and_rows_match_double_precision()
    {
        Check<float>(1e-6);
        Check<double>(1e-14);
    }

    [Fact]
    public void A_million_floats_sum_to_seven_digits()
    {
        var random = new Random(2);
        var x = new float[1_000_000];
        for (int i = 0; i < x.Length; i++) x[i] = (float)random.NextDouble();
        double truth = x.Sum(v => (double)v);
        Assert.Equal(1, Reductions.Sum<float>(x) / truth, 1e-7);

        var columns = new double[10];
        Reductions.AddToColumns<float>(x, 10, columns);
        Assert.Equal(1, columns.Sum() / truth, 1e-7);
    }

    [Fact]
    public void Specials_of_extrema_and_log_sum_exp()
    {
        Specials<float>();
        Specials<double>();
    }

    [Fact]
    public void Rows_of_a_block_with_specials_are_reduced_as_each_alone()
    {
        EachAlone<float>(1e-6);
        EachAlone<double>(1e-14);
    }

    [Fact]
    public void Column_reductions_match_the_definition_and_add_to_what_is_there()
    {
        Columns<float>();
        Columns<double>();
    }

    [Fact]
    public void Log_sum_exp_gathered_in_pieces_equals_the_whole()
    {
        var random = new Random(6);
        for (int trial = 0; trial < 300; trial++)
        {
            int length = random.Next(1, 3000);
            double scale = Math.Pow(10, random.Next(-2, 4));
            double[] x = [.. Samples.Ordinary<double>(random, length).Select(v => v * scale)];
            if (trial % 3 == 0) Array.Fill(x, double.NegativeInfinity, 0, random.Next(length));
            float[] single = [.. x.Select(v => (float)v)];
            var whole = new double[1];
            var wholeSingle = new float[1];
            Reductions.LogSumExpEachRow<double>(x, length, whole);
            Reductions.LogSumExpEachRow<float>(single, length, wholeSingle);
            LogSumExpState<double> left = LogSumExpState<double>.Empty;
            LogSumExpState<double> right = LogSumExpState<double>.Empty;
            LogSumExpState<float> online = LogSumExpState<float>.Empty;
            int cut = random.Next(length + 1);
            left.Add(x.AsSpan(0, cut));
            right.Add(x.AsSpan(cut));
            online.Add(single.AsSpan(0, cut));
            online.Add(single.AsSpan(cut));
            left.Merge(right);
            Assert.Equal(whole[0], left.Result, Math.Max(1, Math.Abs(whole[0])) * 1e-14);
            Assert.Equal(wholeSingle[0], online.Result, Math.Max(1, Math.Abs(wholeSingle[0])) * 1e-6);
        }
    }

    [Fact]
    public void States_of_log_sum_exp_meet_infinities_without_NaN()
    {
        LogSumExpState<float> state = LogSumExpState<float>.Empty;
        Assert.Equal(float.NegativeInfinity, state.Result);
        state.Add([]);
        state.Add([float.NegativeInfinity]);
        state.Merge(LogSumExpState<float>.Empty);
        Assert.Equal(float.NegativeInfinity, state.Result);
        state.Add([2, float.NegativeInfinity]);
        Assert.Equal(2f, state.Result);
        state.Add([float.PositiveInfinity]);
        state.Add([1, float.PositiveInfinity]);
        Assert.Equal(float.PositiveInfinity, state.Result);
        state.Add([float.NaN]);
        state.Add([1]);
        Assert.True(float.IsNaN(state.Result));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Reductions.SumEachRow<float>(new float[7], 3, new float[2]));
        Assert.Throws<ArgumentException>(() => Reductions.AddToColumns<float>(new float[7], 3, new double[3]));
        Assert.Throws<ArgumentException>(() => Reductions.MaxIntoColumns<float>(new float[6], 3, new float[2]));
        Assert.Throws<ArgumentException>(() => Reductions.ArgMax<float>([]));
    }

    private static void Check<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(1);
        foreach (int length in Lengths)
        {
            int rows = length < 70 ? 67 : 3;
            T[] block = Samples.Ordinary<T>(random, rows * length);
            for (int i = 0; i < block.Length; i += 7) block[i] *= T.CreateTruncating(50);
            var sums = new T[rows];
            var maxima = new T[rows];
            var minima = new T[rows];
            var logs = new T[rows];
            Reductions.SumEachRow<T>(block, length, sums);
            Reductions.MaxEachRow<T>(block, length, maxima);
            Reductions.MinEachRow<T>(block, length, minima);
            Reductions.LogSumExpEachRow<T>(block, length, logs);
            var positions = new int[rows];
            if (length > 0) Reductions.ArgMaxEachRow<T>(block, length, positions);
            for (int i = 0; i < rows; i++)
            {
                T[] row = block[(i * length)..((i + 1) * length)];
                double[] exact = [.. row.Select(v => double.CreateTruncating(v))];
                double size = exact.Sum(Math.Abs) + double.Epsilon;
                Assert.Equal(exact.Sum(), double.CreateTruncating(sums[i]), size * tolerance);
                Assert.Equal(exact.Sum(), Reductions.Sum<T>(row), size * tolerance);
                if (length == 0)
                {
                    Assert.Equal(T.NegativeInfinity, maxima[i]);
                    Assert.Equal(T.PositiveInfinity, minima[i]);
                    Assert.Equal(T.NegativeInfinity, logs[i]);
                    continue;
                }

                Assert.Equal(row.Max(), maxima[i]);
                Assert.Equal(row.Max(), Reductions.Max<T>(row));
                Assert.Equal(row.Min(), minima[i]);
                Assert.Equal(row.Min(), Reductions.Min<T>(row));
                Assert.Equal(Array.IndexOf(row, row.Max()), positions[i]);
                Assert.Equal(Array.IndexOf(row, row.Max()), Reductions.ArgMax<T>(row));
                double max = exact.Max();
                double truth = max + Math.Log(exact.Sum(v => Math.Exp(v - max)));
                Assert.Equal(truth, double.CreateTruncating(logs[i]), Math.Max(1, Math.Abs(truth)) * tolerance);
            }
        }
    }

    private static void Specials<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(4);
        for (int length = 1; length < 70; length++)
        {
            for (int trial = 0; trial < 20; trial++)
            {
                T[] row = Samples.Ordinary<T>(random, length);
                int at = random.Next(length);
                row[at] = T.NaN;
                row[length - 1 - (at / 2)] = T.NaN;
                int first = Array.FindIndex(row, T.IsNaN);
                Assert.True(T.IsNaN(Reductions.Max<T>(row)));
                Assert.True(T.IsNaN(Reductions.Min<T>(row)));
                Assert.Equal(first, Reductions.ArgMax<T>(row));
                Assert.True(T.IsNaN(LogSumExp(row)));
                row[random.Next(length)] = T.PositiveInfinity;
                if (row.Any(T.IsNaN)) Assert.True(T.IsNaN(LogSumExp(row)));

                row = Samples.Ordinary<T>(random, length);
                row[random.Next(length)] = T.NegativeInfinity;
                row[at] = T.PositiveInfinity;
                Assert.Equal(T.PositiveInfinity, LogSumExp(row));
                Array.Fill(row, T.NegativeInfinity);
                Assert.Equal(T.NegativeInfinity, LogSumExp(row));
                Assert.Equal(0, Reductions.ArgMax<T>(row));
                row[at] = T.CreateTruncating(3);
                Assert.Equal(T.CreateTruncating(3), LogSumExp(row));
                Array.Fill(row, T.CreateTruncating(1000));
                Assert.Equal(1000 + Math.Log(length), double.CreateTruncating(LogSumExp(row)), 2e-4);
            }
        }
    }

    private static void EachAlone<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(8);
        T[] specials = [T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Zero, -T.Zero, T.CreateTruncating(1e30), T.Epsilon];
        for (int trial = 0; trial < 400; trial++)
        {
            int length = random.Next(1, 40);
            int rows = random.Next(1, 40);
            T[] block = Samples.Ordinary<T>(random, rows * length);
            for (int i = random.Next(rows * length); i > 0; i--)
                block[random.Next(block.Length)] = specials[random.Next(specials.Length)];
            var maxima = new T[rows];
            var minima = new T[rows];
            var logs = new T[rows];
            var positions = new int[rows];
            Reductions.MaxEachRow<T>(block, length, maxima);
            Reductions.MinEachRow<T>(block, length, minima);
            Reductions.LogSumExpEachRow<T>(block, length, logs);
            Reductions.ArgMaxEachRow<T>(block, length, positions);
            for (int i = 0; i < rows; i++)
            {
                T[] row = block[(i * length)..((i + 1) * length)];
                Assert.Equal(Reductions.Max<T>(row), maxima[i]);
                Assert.Equal(Reductions.Min<T>(row), minima[i]);
                Assert.Equal(Reductions.ArgMax<T>(row), positions[i]);
                T alone = LogSumExp(row);
                if (T.IsFinite(alone))
                    Assert.Equal(double.CreateTruncating(alone), double.CreateTruncating(logs[i]), Math.Max(1, Math.Abs(double.CreateTruncating(alone))) * tolerance);
                else
                    Assert.Equal(alone, logs[i]);
            }
        }
    }

    private static T LogSumExp<T>(T[] row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new T[1];
        Reductions.LogSumExpEachRow<T>(row, row.Length, result);
        return result[0];
    }

    private static void Columns<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(3);
        foreach (int columns in new[] { 1, 2, 3, 7, 8, 10, 15, 16, 17, 31, 33, 64, 65, 130 })
        {
            foreach (int rows in new[] { 0, 1, 2, 3, 63, 64, 65, 131 })
            {
                T[] block = Samples.Ordinary<T>(random, rows * columns);
                double[] sums = Samples.Ordinary<double>(random, columns);
                T[] maxima = Samples.Ordinary<T>(random, columns);
                T[] minima = Samples.Ordinary<T>(random, columns);
                if (block.Length > 0) block[random.Next(block.Length)] = T.NaN;
                double[] expectedSums = [.. sums];
                T[] expectedMaxima = [.. maxima];
                T[] expectedMinima = [.. minima];
                for (int i = 0; i < block.Length; i++)
                {
                    expectedSums[i % columns] += double.CreateTruncating(block[i]);
                    expectedMaxima[i % columns] = T.Max(expectedMaxima[i % columns], block[i]);
                    expectedMinima[i % columns] = T.Min(expectedMinima[i % columns], block[i]);
                }

                Reductions.AddToColumns<T>(block, columns, sums);
                Reductions.MaxIntoColumns<T>(block, columns, maxima);
                Reductions.MinIntoColumns<T>(block, columns, minima);
                for (int j = 0; j < columns; j++)
                    Assert.True(double.IsNaN(expectedSums[j]) ? double.IsNaN(sums[j]) : Math.Abs(sums[j] - expectedSums[j]) < 1e-5);
                Assert.Equal(expectedMaxima, maxima);
                Assert.Equal(expectedMinima, minima);
            }
        }
    }
}
