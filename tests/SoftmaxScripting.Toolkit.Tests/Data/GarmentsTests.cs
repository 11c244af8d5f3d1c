using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public class GarmentsTests
{
    [Fact]
    public void The_default_set_is_marked_as_drawn_and_has_the_sizes_it_promises()
    {
        var set = Garments.Generate();

        Assert.Equal((12_000, 2_000), (set.Train.Count, set.Test.Count));
        Assert.Equal((28, 28, 10), (set.Train.Height, set.Train.Width, set.ClassNames.Count));
        Assert.True(set.Synthetic && set.Train.Synthetic && set.Test.Synthetic);
        Assert.Equal("garments", set.Name);
        Assert.Contains("Drawn", set.Origin, StringComparison.Ordinal);
        Assert.Equal(ImageCatalogue.FashionMnist.ClassNames, set.ClassNames);
    }

    [Fact]
    public void Same_seed_same_bytes_another_seed_other_bytes()
    {
        var (first, again) = (Garments.Generate(700, 300, 5), Garments.Generate(700, 300, 5));
        var other = Garments.Generate(700, 300, 6);
        Assert.Equal(first.Train.Pixels, again.Train.Pixels);
        Assert.Equal(first.Test.Pixels, again.Test.Pixels);
        Assert.Equal(first.Train.Labels, again.Train.Labels);
        Assert.NotEqual(first.Train.Pixels, other.Train.Pixels);
        Assert.NotEqual(first.Train.Labels, other.Train.Labels);
        Assert.NotEqual(first.Train.Pixels[..(300 * 784)], first.Test.Pixels);
    }

    [Fact]
    public void An_image_depends_on_seed_and_index_alone_so_sets_are_prefixes_of_larger_ones()
    {
        var seed = (ulong)Environment.TickCount64;
        var large = Garments.Generate(1_203, 0, seed).Train;
        foreach (var count in new[] { 0, 1, 9, 249, 250, 251, 1_000 })
        {
            var small = Garments.Generate(count, 0, seed).Train;
            Assert.True(
                small.Pixels.AsSpan().SequenceEqual(large.Pixels.AsSpan(0, count * 784)) &&
                small.Labels.AsSpan().SequenceEqual(large.Labels.AsSpan(0, count)),
                $"seed {seed}, count {count}");
        }
    }

    [Fact]
    public void Every_ten_images_hold_every_class_once_in_changing_order()
    {
        var labels = Garments.Generate(2_000, 0, 9).Train.Labels;
        var orders = labels.Chunk(10).ToList();
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 10), order.Order()));
        Assert.True(orders.Select(order => string.Concat(order)).Distinct().Count() > 190);
        for (var place = 0; place < 10; place++)
        {
            // Each class is expected 20 times of 200 at each place; 20 ± 4.24 · 5 holds for a fair shuffle.
            var counts = orders.GroupBy(order => order[place]).Select(group => group.Count()).ToList();
            Assert.Equal(10, counts.Count);
            Assert.All(counts, count => Assert.InRange(count, 1, 41));
        }
    }

    [Fact]
    public void Every_image_shows_something_on_black()
    {
        var set = Garments.Generate(2_000, 0, 3).Train;
        for (var i = 0; i < set.Count; i++)
        {
            var image = set.Image(i).ToArray();
            var lit = image.Count(pixel => pixel > 30);
            Assert.True(lit is > 30 and < 700, $"image {i} ({set.ClassNames[set.Labels[i]]}) has {lit} lit pixels");
            Assert.True(image.Distinct().Count() > 15, $"image {i} is nearly flat");
        }
        var (mean, deviation) = set.PixelStatistics();
        Assert.InRange(mean, 0.15, 0.3);
        Assert.InRange(deviation, 0.25, 0.36);
    }

    [Fact]
    public void Softmax_regression_lands_where_it_does_on_photographs()
    {
        var accuracy = PlainSoftmaxRegression.TestAccuracy(
            Garments.Generate(), epochs: 10, batch: 256, learningRate: 0.1f);
        Assert.InRange(accuracy, 0.80, 0.86);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, int.MaxValue)]
    public void Impossible_sizes_are_refused(int train, int test)
    {
        var error = Assert.Throws<DataException>(() => Garments.Generate(train, test));
        Assert.Contains($"{(train < 0 ? train : test)} images", error.Message, StringComparison.Ordinal);
    }
}
