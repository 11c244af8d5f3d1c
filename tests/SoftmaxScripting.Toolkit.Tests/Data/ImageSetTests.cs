using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public class ImageSetTests
{
    private static readonly string[] s_classes = ["a", "b", "c"];

    private static ImageSet Set(
        int pixels = 12, int height = 2, int width = 3, int[]? labels = null, string[]? classes = null) =>
        new("shapes", new byte[pixels], height, width, labels ?? [0, 2], classes ?? s_classes, synthetic: false);

    private static void Refused(Func<object> make, params string[] told)
    {
        var error = Assert.Throws<DataException>(make);
        foreach (var part in told) Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_and_labels_must_agree_in_number() =>
        Refused(() => Set(labels: [0, 1, 2]), "shapes", "2 images", "3 labels");

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void The_first_label_outside_the_classes_is_named(int label) =>
        Refused(() => Set(pixels: 24, labels: [0, 2, label, 77]), "index 2", $" is {label}", "0..2");

    [Fact]
    public void Sizes_must_make_whole_images()
    {
        Refused(() => Set(pixels: 13), "13 pixels", "2×3");
        Refused(() => Set(height: 0), "0×3");
        Refused(() => Set(width: -3), "2×-3");
        Refused(() => Set(classes: []), "no class names");
    }

    [Fact]
    public void Both_parts_must_fit_together()
    {
        Refused(() => new LabelledImages("pair", "", Set(), Set(height: 3, width: 2)), "2×3", "3×2");
        Refused(() => new LabelledImages("pair", "", Set(), Set(classes: ["a", "c", "b"])), "a, b, c", "a, c, b");
    }

    [Fact]
    public void Pixel_statistics_follow_their_definition_and_images_are_slices()
    {
        var random = new Random(3);
        var pixels = IdxBytes.Random(random, 7 * 20);
        var set = new ImageSet("noise", pixels, 4, 5, new int[7], s_classes, synthetic: true);
        var scaled = pixels.Select(pixel => pixel / 255.0).ToArray();
        var mean = scaled.Average();

        var found = set.PixelStatistics();

        Assert.Equal(mean, found.Mean, 1e-12);
        var variance = scaled.Average(value => (value - mean) * (value - mean));
        Assert.Equal(Math.Sqrt(variance), found.StandardDeviation, 1e-12);
        Assert.True(pixels.AsSpan(60, 20).SequenceEqual(set.Image(3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(7).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(-1).Length);
    }
}
