using FsCheck;
using FsCheck.Fluent;
using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class AnyTests
{
    private const int Samples = 200;

    public static TheoryData<string, TensorArbitrary, Predicate<Tensor>> Kinds => new()
    {
        { "tensor", Any.Tensor(), x => IsMatrix(x) && All(x, v => Math.Abs(v) <= 10_010) },
        { "tensor 2×3", Any.Tensor(2, 3), x => Is(x.Shape, 2, 3) },
        { "tensor ?×3", Any.Tensor(-1, 3), x => x.Rank == 2 && x.Shape[1] == 3 },
        { "tensor 2×3×?", Any.Tensor(2, 3, -1), x => x.Rank == 3 && x.Shape[0] == 2 && x.Shape[1] == 3 },
        { "vector", Any.Tensor(-1), x => x.Rank == 1 },
        { "logits", Any.Logits(), x => IsMatrix(x) && All(x, double.IsFinite) },
        { "logits of 4", Any.Logits(classes: 4), x => x.Shape[1] == 4 },
        {
            "masked", Any.Logits(masked: true),
            x => All(x, v => v < double.PositiveInfinity) && Rows(x, row => row.Any(double.IsFinite))
        },
        { "probabilities", Any.Probabilities(), x => All(x, p => p is > 0 and <= 1) && Rows(x, SumsTo1) },
        { "with zeros", Any.Probabilities(zeros: true), x => All(x, p => p is >= 0 and <= 1) && Rows(x, SumsTo1) },
        {
            "soft targets", Any.SoftTargets(3, 4),
            x => Is(x.Shape, 3, 4) && All(x, p => p is >= 0 and <= 1) && Rows(x, SumsTo1)
        },
        { "one-hot", Any.OneHot(), x => All(x, p => p is 0 or 1) && Rows(x, SumsTo1) },
        { "labels", Any.Labels(3), x => x.DType.Equals(DType.Int32) && x.Rank == 1 && All(x, v => v is 0 or 1 or 2) },
        { "5 labels", Any.Labels(rows: 5), x => Is(x.Shape, 5) && All(x, v => v is >= 0 and < 7) },
        { "positive", Any.Positive(), x => All(x, v => v is > 0 and <= 10_000) },
        { "positive definite", Any.PositiveDefinite(), IsPositiveDefinite },
        { "positive definite 3", Any.PositiveDefinite(3), x => Is(x.Shape, 3, 3) && IsPositiveDefinite(x) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Samples_and_everything_simpler_are_of_the_kind(
        string name, TensorArbitrary arbitrary, Predicate<Tensor> isOfTheKind)
    {
        foreach (var sample in arbitrary.Generator.Sample(Samples, new Rnd(11), 100))
        {
            Assert.True(isOfTheKind(sample), $"{name}: {sample}");
            Assert.All(
                arbitrary.Shrinker(sample).Take(50),
                simpler => Assert.True(isOfTheKind(simpler), $"{name}: {simpler}"));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Getting_simpler_ends(string name, TensorArbitrary arbitrary, Predicate<Tensor> isOfTheKind)
    {
        foreach (var sample in arbitrary.Generator.Sample(5, new Rnd(12), 100))
        {
            // The slow way: always the last candidate, which is the least simple one.
            var (tensor, steps) = (sample, 0);
            while (arbitrary.Shrinker(tensor).LastOrDefault() is { } simpler)
            {
                tensor = simpler;
                Assert.True(++steps < 5000, $"{name}: still going at {tensor}");
            }

            Assert.True(isOfTheKind(tensor));
        }
    }

    [Theory]
    [InlineData(812.75, 800)]
    [InlineData(-812.75, -800)]
    [InlineData(0.7310585786300049, 0.5)]
    [InlineData(-0.25, 0)]
    [InlineData(3.0, 3)]
    [InlineData(1000.0, 900)]
    public void Numbers_become_short(double value, double expected) =>
        Assert.Contains(expected, Any.Tensor(1).Shrinker(Tensor.Of(value)).Select(x => x.Item()).Append(value));

    [Theory]
    [InlineData(0.0)]
    public void Zero_is_as_simple_as_it_gets(double value) =>
        Assert.Empty(Any.Tensor(1).Shrinker(Tensor.Of(value)));

    [Fact]
    public void Special_numbers_become_ordinary_ones()
    {
        double[] special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, -0.0];
        foreach (var value in special)
            Assert.Equal(0, Any.Tensor(1).Shrinker(Tensor.Of(value)).First().Item());
    }

    [Fact]
    public void Logits_are_moderate_extreme_and_tied_in_turn()
    {
        var samples = Any.Logits(3, 4).Generator.Sample(Samples, new Rnd(13), 100).Select(x => x.ToDoubles()).ToArray();
        Assert.Contains(samples, x => x.Max() > 1000);
        Assert.Contains(samples, x => x.Min() < -1000);
        Assert.Contains(samples, x => x.All(v => Math.Abs(v) <= 5));
        Assert.Contains(samples, x => x.Distinct().Count() <= 4);
        Assert.Contains(samples, x => x.All(v => Math.Abs(v) < 1e-6));
        Assert.Contains(Any.Logits(3, 4, masked: true).Generator.Sample(Samples, new Rnd(13), 100),
            x => x.ToDoubles().Contains(double.NegativeInfinity));
    }

    [Fact]
    public void Sizes_that_are_none_are_refused()
    {
        Assert.Throws<ShapeException>(() => Any.Tensor(0));
        Assert.Throws<ShapeException>(() => Any.Tensor(2, -1, 2));
        Assert.Throws<ShapeException>(() => Any.Logits(rows: 0));
        Assert.Throws<ShapeException>(() => Any.Labels(0));
        Assert.Throws<ShapeException>(() => Any.PositiveDefinite(-1));
    }

    private static bool IsMatrix(Tensor x) =>
        x.Rank == 2 && x.Shape[0] is >= 1 and <= 6 && x.Shape[1] is >= 1 and <= 7 && x.DType.Equals(DType.Float64);

    private static bool Is(Shape shape, params int[] sizes) => shape.ToArray().SequenceEqual(sizes);

    private static bool All(Tensor x, Predicate<double> holds) => Array.TrueForAll(x.ToDoubles(), holds);

    private static bool Rows(Tensor x, Predicate<double[]> holds) =>
        x.ToDoubles().Chunk(x.Shape[x.Rank - 1]).All(row => holds(row));

    private static bool SumsTo1(double[] row) => Math.Abs(row.Sum() - 1) < 1e-14;

    // By definition, as far as it can be tried: symmetric, and vᵀAv > 0 for many v.
    private static bool IsPositiveDefinite(Tensor a)
    {
        var (n, values, random) = (a.Shape[0], a.ToDoubles(), new Random(14));
        for (var trial = 0; trial < 20; trial++)
        {
            var v = Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5).ToArray();
            var form = 0.0;
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    if (values[i * n + j] != values[j * n + i])
                        return false;
                    form += v[i] * values[i * n + j] * v[j];
                }
            }

            if (form <= 0)
                return false;
        }

        return true;
    }
}
