using System.Numerics;
using Xunit;

namespace SoftmaxScripting.Kernels.Tests;

public class StridedTests
{
    [Fact]
    public void Random_views_match_index_arithmetic_from_every_start()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int trial = 0; trial < 1500; trial++)
        {
            View(random, out int[] dims, out int[] strides, out int offset, out int length);
            double[] numbers = [.. Enumerable.Range(0, length).Select(_ => (double)random.Next(0, 256))];
            long[] positions = Positions(dims, strides, offset);
            int start = random.Next(positions.Length + 1);
            int count = random.Next(3) == 0 ? positions.Length - start : random.Next(positions.Length - start + 1);
            double[] expected = [.. positions.Skip(start).Take(count).Select(p => numbers[p])];
            string label = $"dims [{string.Join(',', dims)}], strides [{string.Join(',', strides)}], offset {offset}, "
                + $"start {start}, count {count}, seed {seed}";
            Check<byte>(numbers, expected, offset, dims, strides, start, label);
            Check<int>(numbers, expected, offset, dims, strides, start, label);
            Check<float>(numbers, expected, offset, dims, strides, start, label);
            Check<double>(numbers, expected, offset, dims, strides, start, label);

            var copy = new long[count];
            long[] source = [.. numbers.Select(x => (long)x)];
            Strided.Copy<long>(source, offset, dims, strides, start, copy);
            Assert.True(expected.Select(x => (long)x).SequenceEqual(copy), label);
        }
    }

    [Fact]
    public void A_view_of_no_dimensions_is_one_element()
    {
        var result = new float[1];
        Strided.Read<int, float>([4, 5, 6], 2, [], [], 0, result);
        Assert.Equal(6, result[0]);
    }

    [Fact]
    public void Views_that_leave_the_source_or_their_space_are_refused()
    {
        var source = new float[10];
        Assert.Throws<ArgumentOutOfRangeException>(() => Strided.Read<float, float>(source, 0, [11], [1], 0, new float[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Strided.Read<float, float>(source, 3, [5], [-1], 0, new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Strided.Read<float, float>(source, 0, [5], [1], 3, new float[3]));
        Assert.Throws<ArgumentException>(() => Strided.Read<float, float>(source, 0, [5], [1, 1], 0, new float[3]));
    }

    [Fact]
    public void Conversions_match_casts_at_every_length()
    {
        var random = new Random(12);
        for (int length = 0; length < 150; length++)
        {
            double[] doubles = Samples.Numbers<double>(random, length);
            float[] floats = Samples.Numbers<float>(random, length);
            int[] ints = [.. Enumerable.Range(0, length).Select(_ => random.Next(int.MinValue, int.MaxValue))];
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(doubles.Select(x => (float)x), Converted<double, float>(doubles));
            Assert.Equal(doubles, Converted<double, double>(doubles));
            Assert.Equal(floats.Select(x => (double)x), Converted<float, double>(floats));
            Assert.Equal(ints.Select(x => (float)x), Converted<int, float>(ints));
            Assert.Equal(ints.Select(x => (double)x), Converted<int, double>(ints));
            Assert.Equal(bytes.Select(x => (float)x), Converted<byte, float>(bytes));
            Assert.Equal(bytes.Select(x => (double)x), Converted<byte, double>(bytes));
        }
    }

    private static T[] Converted<TSource, T>(TSource[] source)
        where TSource : unmanaged, INumberBase<TSource>
        where T : unmanaged, INumberBase<T>
    {
        var result = new T[source.Length];
        Conversion.Convert<TSource, T>(source, result);
        return result;
    }

    private static void Check<TSource>(
        double[] numbers, double[] expected, int offset, int[] dims, int[] strides, int start, string label)
        where TSource : unmanaged, INumberBase<TSource>
    {
        TSource[] source = [.. numbers.Select(TSource.CreateTruncating)];
        var single = new float[expected.Length];
        var @double = new double[expected.Length];
        Strided.Read<TSource, float>(source, offset, dims, strides, start, single);
        Strided.Read<TSource, double>(source, offset, dims, strides, start, @double);
        Assert.True(expected.SequenceEqual(single.Select(x => (double)x)), label);
        Assert.True(expected.SequenceEqual(@double), label);
    }

    /// <summary>
    /// A contiguous array of random shape, then permuted, sliced, reversed and broadcast at random; large inner dimensions now
    /// and then, so that the vectorised and the tiled ways are met too.
    /// </summary>
    private static void View(Random random, out int[] dims, out int[] strides, out int offset, out int length)
    {
        int rank = random.Next(0, 5);
        int most = rank <= 2 ? 50 : 9;
        int[] shape = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, most))];
        var steps = new int[rank];
        length = 1;
        for (int k = rank - 1; k >= 0; k--)
        {
            steps[k] = length;
            length *= shape[k];
        }

        offset = 0;
        for (int k = 0; k < rank; k++)
        {
            switch (random.Next(6))
            {
                case 0:
                    offset += steps[k] * (shape[k] - 1);
                    steps[k] = -steps[k];
                    break;
                case 1:
                    steps[k] = 0;
                    shape[k] = random.Next(1, most);
                    break;
                case 2:
                    int first = random.Next(shape[k]);
                    offset += first * steps[k];
                    shape[k] = ((shape[k] - first - 1) / 2) + 1;
                    steps[k] *= 2;
                    break;
            }
        }

        int[] order = [.. Enumerable.Range(0, rank)];
        if (random.Next(2) == 0) random.Shuffle(order);
        dims = [.. order.Select(k => shape[k])];
        strides = [.. order.Select(k => steps[k])];
    }

    private static long[] Positions(int[] dims, int[] strides, int offset)
    {
        long[] positions = [offset];
        for (int k = 0; k < dims.Length; k++)
        {
            int stride = strides[k];
            positions = [.. positions.SelectMany(p => Enumerable.Range(0, dims[k]).Select(i => p + ((long)i * stride)))];
        }

        return positions;
    }
}
