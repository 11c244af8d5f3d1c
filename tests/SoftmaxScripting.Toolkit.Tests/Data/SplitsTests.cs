using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class SplitsTests
{
    private static DataFrame Numbered(int rows, Func<int, string> category) => DataFrame.FromRecords(
        Enumerable.Range(0, rows).Select(i => new { Id = i, Class = category(i) }));

    private static int[] Ids(DataFrame table) => [.. table["Id"].Numbers.Select(x => (int)x)];

    [Fact]
    public void Parts_are_disjoint_complete_and_the_seeds_own()
    {
        var table = Numbered(103, i => $"{i % 3}");
        foreach (var by in new[] { null, "Class" })
        {
            var (train, test) = table.Split(0.25, seed: 5, stratifyBy: by);

            Assert.Equal(Enumerable.Range(0, 103), Ids(train).Concat(Ids(test)).Order());
            Assert.InRange(test.Count, 25, 27);
            Assert.Equal(Ids(test), Ids(table.Split(0.25, 5, by).Test));
            Assert.NotEqual(Ids(test), Ids(table.Split(0.25, 6, by).Test));
        }
    }

    [Fact]
    public void Stratified_parts_hold_every_class_in_its_share()
    {
        const int seed = 3;
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            int[] sizes = [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => random.Next(6, 60))];
            int[] classes = [.. sizes.SelectMany((size, k) => Enumerable.Repeat(k, size))];
            var table = Numbered(classes.Length, i => $"{classes[i]}");
            var share = 0.1 + (0.8 * random.NextDouble());

            var (_, test) = table.Split(share, (ulong)round, "Class");
            for (var k = 0; k < sizes.Length; k++)
            {
                var held = test["Class"].Words.Count(word => word == $"{k}");
                Assert.True(Math.Abs(held - (share * sizes[k])) <= 1, $"seed {seed}, round {round}: {held} of {sizes[k]} at {share}");
            }

            var count = random.Next(2, 7);
            var folds = table.Folds(count, (ulong)round, "Class");
            Assert.Equal(Enumerable.Range(0, classes.Length), folds.SelectMany(fold => Ids(fold.Test)).Order());
            Assert.True(folds.Max(fold => fold.Test.Count) - folds.Min(fold => fold.Test.Count) <= 1);
            foreach (var (train, held) in folds)
            {
                Assert.Empty(Ids(train).Intersect(Ids(held)));
                for (var k = 0; k < sizes.Length; k++)
                    Assert.InRange(held["Class"].Words.Count(word => word == $"{k}"), sizes[k] / count, (sizes[k] + count - 1) / count);
            }
        }
    }

    [Fact]
    public void Samples_are_split_as_tables_are()
    {
        var data = Datasets.FromTensors(
            Tensor.Of([.. Enumerable.Range(0, 40).Select(i => (float)i)]).Reshape(40, 1),
            Tensor.Of([.. Enumerable.Range(0, 40).Select(i => i % 4 == 0 ? 1 : 0)]),
            classNames: ["most", "few"]);

        var parts = data.Split(0.25, seed: 1);
        Assert.Equal(40, parts.Train.Count + parts.Test.Count);
        Assert.InRange(parts.Test.Count, 9, 11);
        Assert.InRange(parts.Test.Targets.ToInts().Sum(), 2, 3);
        var folds = data.Folds(5, seed: 2);
        Assert.All(folds, fold => Assert.Equal((32, 8, 2), (fold.Train.Count, fold.Test.Count, fold.Test.Targets.ToInts().Sum())));
        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => (float)i),
            folds.SelectMany(fold => fold.Test.Inputs.ToArray()).Order());
    }

    [Fact]
    public void What_cannot_be_divided_is_named()
    {
        var table = Numbered(10, i => i == 0 ? "rare" : "common");
        var cases = new (Func<object> Use, string Part)[]
        {
            (() => table.Split(stratifyBy: "Class"), "class 'rare' has 1 row"),
            (() => table.Folds(3, stratifyBy: "Class"), "class 'rare' has 1 row, fewer than the 3 folds"),
            (() => table.Folds(11), "11 folds of 10 rows"),
            (() => table.Folds(1), "at least 2"),
            (() => table.Split(0), "must be above 0"),
            (() => table.Split(0.01), "leaves no row to judge by"),
            (() => table.Split(0.99), "leaves no row to learn from"),
            (() => Rare().Split(0.2, seed: 1, stratified: false), "row has class 'rare'"),
            (() => Rare().Folds(5, stratified: false), "row has class 'rare'"),
            (() => Rare().Split(0.2), "class 'rare' has 1 row"),
            (() => Datasets.FromTensors(Tensor.Zeros(4, 1), Tensor.Zeros(4, 1)).Split(stratified: true), "needs class labels"),
        };
        foreach (var (use, part) in cases)
            Assert.Contains(part, Assert.Throws<DataException>(use).Message, StringComparison.Ordinal);
    }

    private static Dataset Rare() => Datasets.FromArrays(new float[10, 1], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0], ["common", "rare", "absent altogether"]);

    [Fact]
    public void Cross_validation_prints_mean_and_spread()
    {
        var folds = Datasets.FromTensors(Tensor.Zeros(8, 1), Tensor.Zeros(8, 1)).Folds(4);
        double[] figures = [0.5, 0.7, 0.6, 0.9];
        var next = 0;
        var before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        FoldScores scores;
        try
        {
            scores = Prelude.CrossValidate(folds, _ => figures[next++], "accuracy");
        }
        finally
        {
            Console.SetOut(before);
        }

        var mean = figures.Average();
        Assert.Equal(mean, scores.Mean, 1e-15);
        Assert.Equal(Math.Sqrt(figures.Sum(x => Math.Pow(x - mean, 2)) / 3), scores.StandardDeviation, 1e-15);
        var lines = output.ToString().TrimEnd().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Equal("fold 4/4  accuracy 0.9000  (6 rows, judged by 2)", lines[3].TrimEnd());
        Assert.Equal("accuracy 0.6750 ± 0.1708 (4 folds)", lines[4].TrimEnd());
        Assert.Throws<DataException>(() => Prelude.CrossValidate([folds[0]], _ => 1));
    }
}
