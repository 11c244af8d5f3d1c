using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class SamplesTests
{
    private static Samples Numbered(int rows) => new(
        Tensor.Of([.. Enumerable.Range(0, rows * 2).Select(i => (float)i)]).Reshape(rows, 2),
        Tensor.Of([.. Enumerable.Range(0, rows)]));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 3)]
    [InlineData(12, 4)]
    [InlineData(5, 8)]
    public void Every_row_comes_once_and_the_last_batch_holds_the_rest(int rows, int size)
    {
        var batches = Numbered(rows).Batches(size, seed: 3, pass: 2).ToList();

        Assert.Equal(Enumerable.Range(0, rows), batches.SelectMany(batch => batch.Targets.ToInts()).Order());
        Assert.All(batches.SkipLast(1), batch => Assert.Equal(size, batch.Count));
        Assert.Equal(rows - (batches.Count - 1) * size, batches[^1].Count);
        foreach (var batch in batches)
            Assert.Equal(batch.Targets.ToInts().SelectMany(i => new float[] { 2 * i, 2 * i + 1 }), batch.Inputs.ToArray());
    }

    [Fact]
    public void The_order_depends_on_seed_and_pass_alone()
    {
        int[] Order(ulong seed, int pass) =>
            [.. Numbered(50).Batches(7, seed: seed, pass: pass).SelectMany(batch => batch.Targets.ToInts())];

        Assert.Equal(Order(1, 1), Order(1, 1));
        Assert.NotEqual(Order(1, 1), Order(1, 2));
        Assert.NotEqual(Order(1, 1), Order(2, 1));
        Assert.Equal(
            Enumerable.Range(0, 50),
            Numbered(50).Batches(7, shuffle: false).SelectMany(batch => batch.Targets.ToInts()));
    }

    [Fact]
    public void Bytes_are_normalised_as_the_formula_says()
    {
        var images = new LabelledImages(
            "small",
            "made for the test",
            new ImageSet("train", [0, 51, 102, 255], 2, 1, [0, 1], ["a", "b"], synthetic: true),
            new ImageSet("test", [5, 10], 2, 1, [1], ["a", "b"], synthetic: true));

        var plain = Datasets.Of(images);
        var scaled = plain.Normalize(0.25, 0.5);

        Assert.Equal([0f, 0.2f, 0.4f, 1f], plain.Train.Inputs.ToArray().Select(x => MathF.Round(x, 6)));
        foreach (var (x, y) in plain.Train.Inputs.ToArray().Zip(scaled.Train.Inputs.ToArray()))
            Assert.Equal((x - 0.25f) / 0.5f, y, 1e-6f);
        Assert.Equal(2, plain.Features);
        Assert.Equal(DType.UInt8, plain.Train.Stored.DType);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        var three = Tensor.Zeros(3, 2);
        Assert.Contains(
            "differ in their number of rows",
            Assert.Throws<DataException>(() => Datasets.FromTensors(three, Tensor.Of(0, 1))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "training label at row 1 is 2, outside 0..1",
            Assert.Throws<DataException>(
                () => Datasets.FromTensors(three, Tensor.Of(0, 2, 1), classNames: ["a", "b"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "training input at row 2, column 1 is NaN",
            Assert.Throws<DataException>(() => Datasets.FromTensors(
                Tensor.Of(1f, 2, 3, 4, 5, float.NaN).Reshape(3, 2), Tensor.Of(0, 1, 1))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "did you mean garments?",
            Assert.Throws<DataException>(() => Datasets.Load("garment")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "the batch size is 0",
            Assert.Throws<SoftmaxException>(() => Numbered(3).Batches(0)).Message,
            StringComparison.OrdinalIgnoreCase);
        Assert.Throws<SoftmaxException>(() => Datasets.FromTensors(three, Tensor.Of(0, 1, 1)).Normalize(0, 0));
    }
}
