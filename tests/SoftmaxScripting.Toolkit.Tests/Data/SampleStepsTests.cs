using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class SampleStepsTests
{
    private static Samples Images(int count, int height, int width, int seed = 1)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, count * height * width).Select(_ => (float)random.NextDouble()).ToArray();
        return new Samples(Tensor.Of(values).Reshape(count, height, width), Tensor.Of([.. Enumerable.Range(0, count).Select(i => i % 3)]));
    }

    private static float[][] Rows(Tensor x) => [.. x.ToArray().Chunk(x.Size / x.Shape[0])];

    [Theory]
    [InlineData(4, 6, 8, 3)]
    [InlineData(5, 5, 5, 5)]
    [InlineData(3, 2, 1, 7)]
    public void Resizing_is_bilinear_between_pixel_centres(int h, int w, int height, int width)
    {
        var images = Images(3, h, w);

        var resized = images.Resize(height, width);

        Assert.Equal([height, width], resized.InputShape);
        var result = resized.Inputs.ToArray();
        var stored = images.Inputs.ToArray();
        for (var n = 0; n < 3; n++)
        {
            for (var i = 0; i < height; i++)
            {
                for (var j = 0; j < width; j++)
                {
                    double y = Math.Clamp((i + 0.5) * h / height - 0.5, 0, h - 1), x = Math.Clamp((j + 0.5) * w / width - 0.5, 0, w - 1);
                    int y0 = (int)y, x0 = (int)x, y1 = Math.Min(y0 + 1, h - 1), x1 = Math.Min(x0 + 1, w - 1);
                    double At(int r, int c) => stored[(n * h + r) * w + c];
                    var expected = (1 - (y - y0)) * ((1 - (x - x0)) * At(y0, x0) + (x - x0) * At(y0, x1))
                        + (y - y0) * ((1 - (x - x0)) * At(y1, x0) + (x - x0) * At(y1, x1));
                    Assert.Equal(expected, result[(n * height + i) * width + j], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Flips_and_shifts_move_whole_images()
    {
        var images = Images(60, 4, 5);
        var plain = Rows(images.Inputs);
        static float[] Mirrored(float[] image) => [.. image.Chunk(5).SelectMany(line => line.Reverse())];

        Assert.Equal(plain.Select(Mirrored), Rows(images.Flip(1).Inputs));
        Assert.Equal(plain, Rows(images.Flip(0).Inputs));
        var some = Rows(images.Flip().Inputs);
        var flipped = plain.Zip(some).Count(pair => !pair.First.SequenceEqual(pair.Second));
        Assert.InRange(flipped, 15, 45);
        Assert.All(plain.Zip(some), pair => Assert.True(pair.Second.SequenceEqual(pair.First) || pair.Second.SequenceEqual(Mirrored(pair.First))));

        var seen = new HashSet<(int, int)>();
        foreach (var (before, after) in plain.Zip(Rows(images.Shift(1).Inputs)))
        {
            var moves = from down in new[] { -1, 0, 1 } from right in new[] { -1, 0, 1 } select (down, right);
            seen.Add(Assert.Single(moves, move => Shifted(before, move.down, move.right).SequenceEqual(after)));
        }

        Assert.Equal(9, seen.Count);
        Assert.All(Rows(images.Shift(9).Inputs), image => Assert.Equal(20, image.Length));

        float[] Shifted(float[] image, int down, int right) => [.. Enumerable.Range(0, 20).Select(i =>
        {
            int row = i / 5 - down, column = i % 5 - right;
            return row is >= 0 and < 4 && column is >= 0 and < 5 ? image[row * 5 + column] : 0;
        })];
    }

    [Fact]
    public void Augmentation_is_anew_in_each_pass_and_the_same_after_a_resume()
    {
        var samples = Images(50, 3, 3).Shift(1).Flip().Noise(0.1);
        float[] Pass(int pass, ulong seed = 4) => [.. samples.Batches(7, seed: seed, pass: pass).SelectMany(batch => batch.Inputs.ToArray())];

        Assert.Equal(Pass(1), Pass(1));
        Assert.NotEqual(Pass(1).Order(), Pass(2).Order());
        Assert.NotEqual(Pass(1).Order(), Pass(1, seed: 5).Order());
        var rest = samples.Batches(7, seed: 4, pass: 1, skip: 3).SelectMany(batch => batch.Inputs.ToArray());
        Assert.Equal(Pass(1).Skip(3 * 7 * 9), rest);
        // A row's draw does not depend on the batches either.
        var inOrder = samples.Batches(50, shuffle: false, seed: 4, pass: 1).Single().Inputs.ToArray();
        Assert.Equal(inOrder, samples.Batches(3, shuffle: false, seed: 4, pass: 1).SelectMany(batch => batch.Inputs.ToArray()));
    }

    [Fact]
    public void Noise_has_its_deviation_and_steps_do_not_share_it()
    {
        var zeros = new Samples(Tensor.Zeros(400, 25), Tensor.Zeros(400, 1));

        var once = zeros.Noise(2).Inputs.ToArray();
        var twice = zeros.Noise(2).Noise(2).Inputs.ToArray();

        Assert.Equal(0, once.Average(), 0.1);
        Assert.Equal(2, Math.Sqrt(once.Average(x => x * x)), 0.1);
        Assert.Equal(2 * Math.Sqrt(2), Math.Sqrt(twice.Average(x => x * x)), 0.1);
    }

    [Fact]
    public void Label_noise_moves_a_share_of_labels_to_other_classes_for_good()
    {
        const int rows = 5000;
        var labels = Enumerable.Range(0, rows).Select(i => i % 5).ToArray();
        var samples = new Samples(Tensor.Zeros(rows, 1), Tensor.Of(labels)).LabelNoise(0.3, 5, seed: 8);

        var noisy = samples.Targets.ToInts();

        var changed = Enumerable.Range(0, rows).Where(i => noisy[i] != labels[i]).ToArray();
        Assert.InRange(changed.Length, 0.27 * rows, 0.33 * rows);
        for (var step = 1; step < 5; step++)
            Assert.InRange(changed.Count(i => (noisy[i] - labels[i] + 5) % 5 == step), changed.Length / 4 * 0.85, changed.Length / 4 * 1.15);
        Assert.Equal(noisy, samples.Batches(999, shuffle: false, seed: 3, pass: 9).SelectMany(batch => batch.Targets.ToInts()));
        Assert.NotEqual(noisy, new Samples(Tensor.Zeros(rows, 1), Tensor.Of(labels)).LabelNoise(0.3, 5, seed: 9).Targets.ToInts());
        Assert.Equal(labels, new Samples(Tensor.Zeros(rows, 1), Tensor.Of(labels)).LabelNoise(0, 5).Targets.ToInts());
    }

    [Fact]
    public void Steps_run_in_their_order_after_the_scale()
    {
        var samples = Images(4, 2, 3).Scaled(2, 1).Map(x => x * x).Flip(1).Flatten().Map(x => x + 1).OneHot(3);

        var (x, y) = samples.Batches(4, shuffle: false).Single();

        var expected = Images(4, 2, 3).Inputs.ToArray().Chunk(3).SelectMany(line => line.Reverse()).Select(v => ((2 * v) + 1) * ((2 * v) + 1) + 1).ToArray();
        Assert.Equal([4, 6], x.Shape.ToArray());
        foreach (var (want, got) in expected.Zip(x.ToArray()))
            Assert.Equal(want, got, 1e-5f);
        Assert.Equal([4, 3], y.Shape.ToArray());
        Assert.Equal([6], samples.InputShape);
        Assert.Equal(y.ToArray(), samples.Targets.ToArray());
        Assert.Equal([0, 6], samples.Take(0).Inputs.Shape.ToArray());
    }

    [Fact]
    public void Means_are_those_of_the_training_rows()
    {
        var data = Datasets.FromArrays(
            new float[,] { { 1, 10 }, { 3, 30 }, { 5, 20 } }, [0, 0, 0]).Split(0.34, seed: 1, stratified: false);
        var train = data.Train.Inputs.ToArray();

        var each = data.Standardize();
        var all = data.Normalize();

        foreach (var (result, stored) in new[] { (each.Train, data.Train), (each.Test, data.Test) })
        {
            var (got, was) = (result.Inputs.ToArray(), stored.Inputs.ToArray());
            for (var i = 0; i < got.Length; i++)
            {
                var column = train.Where((_, j) => j % 2 == i % 2).ToArray();
                var mean = column.Average();
                Assert.Equal((was[i] - mean) / Math.Sqrt(column.Average(v => (v - mean) * (v - mean))), got[i], 1e-5);
            }
        }

        Assert.Equal(0, all.Train.Inputs.ToArray().Average(), 1e-6);
        Assert.Equal(1, all.Train.Inputs.ToArray().Average(v => v * v), 1e-5);
        Assert.Contains("feature 1 is 7 in all 2", Assert.Throws<DataException>(
            () => Datasets.FromArrays(new float[,] { { 1, 7 }, { 2, 7 } }, [0, 1]).Standardize()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_and_records_become_data_sets()
    {
        var numbers = Datasets.FromArrays([[1.0, 2], [3, 4]], [0.5, 1.5]);
        Assert.Equal([2, 1], numbers.Train.Targets.Shape.ToArray());
        Assert.Equal(0, numbers.Classes);
        var classes = Datasets.FromRecords([(1.0, 0), (2.0, 2)], r => [r.Item1], r => r.Item2);
        Assert.Equal(3, classes.Classes);
        Assert.Equal(1, classes.Features);
        Assert.Contains("row 1 has 1 numbers and row 0 has 2", Assert.Throws<DataException>(
            () => Datasets.FromArrays([[1.0, 2], [3]], [0, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("label at row 1 is -1", Assert.Throws<DataException>(
            () => Datasets.FromArrays(new float[,] { { 1 }, { 2 } }, [0, -1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_trains_on_augmented_rows()
    {
        var data = Datasets.FromSamples(Images(64, 4, 4), Images(16, 4, 4, seed: 2), ["a", "b", "c"], "random")
            .Augment(train => train.Shift(1).Noise(0.05)).LabelNoise(0.1).Map(part => part.Resize(3, 3).Flatten());
        Assert.Equal(9, data.Features);
        double[] Losses()
        {
            Prelude.Seed(1);
            return [.. Prelude.Train(Prelude.Sequential(Prelude.Linear(9, 3)), data, (o, y) => Loss.CrossEntropy(o, y), Prelude.Sgd(0.1), 3, 16, quiet: true)
                .Epochs.Select(epoch => epoch.Loss)];
        }

        Assert.Equal(Losses(), Losses());
    }

    [Fact]
    public void Steps_that_do_not_fit_are_named()
    {
        var flat = Images(4, 2, 3).Flatten();
        var cases = new (Func<object> Use, string Part)[]
        {
            (() => flat.Flip(), "Flip is for images, [rows, height, width]; a row here is [6]"),
            (() => flat.Resize(2, 2), "Resize is for images"),
            (() => Images(4, 2, 3).Resize(0, 2), "0×2 pixels"),
            (() => Images(4, 2, 3).Shift(-1), "must not be negative"),
            (() => Images(4, 2, 3).Flip(1.5), "must be from 0 to 1"),
            (() => Images(4, 2, 3).Noise(double.NaN), "must not be negative"),
            (() => Images(4, 2, 3).LabelNoise(0.1, 1), "at least 2"),
            (() => Images(4, 2, 3).OneHot(3).LabelNoise(0.1, 3).Targets, "before OneHot"),
            (() => Images(4, 2, 3).Select([4]), "row 4 is asked for"),
        };
        foreach (var (use, part) in cases)
            Assert.Contains(part, Assert.Throws<DataException>(use).Message, StringComparison.Ordinal);
    }
}
