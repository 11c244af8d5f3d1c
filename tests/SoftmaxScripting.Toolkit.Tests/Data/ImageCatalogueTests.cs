using System.Security.Cryptography;
using Xunit;
using Xunit.Abstractions;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class ImageCatalogueTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mnist", 10)]
    [InlineData("fashion-mnist", 10)]
    public void Real_files_load_with_the_stated_statistics(string name, int classes)
    {
        var entry = ImageCatalogue.Find(name);
        var root = Environment.GetEnvironmentVariable(DataFolder.Variable);
        var folder = root is null ? null : Path.Combine(root, name);
        if (folder is null || !File.Exists(Path.Combine(folder, entry.TestLabels.Name)))
        {
            output.WriteLine($"skipped: {name} is not in the folder that {DataFolder.Variable} names");
            return;
        }
        using var downloader = new Downloader();

        var images = entry.Load(folder, downloader);

        Assert.Equal((60_000, 10_000), (images.Train.Count, images.Test.Count));
        Assert.Equal((28, 28, classes), (images.Train.Height, images.Train.Width, images.ClassNames.Count));
        Assert.False(images.Synthetic);
        var (mean, deviation) = images.Train.PixelStatistics();
        Assert.Equal(entry.PixelMean, mean, 5e-5);
        Assert.Equal(entry.PixelStandardDeviation, deviation, 5e-5);
        foreach (var file in new[] { entry.TrainImages, entry.TrainLabels, entry.TestImages, entry.TestLabels })
            Assert.Equal(file.Md5, Md5(File.ReadAllBytes(Path.Combine(folder, file.Name))));
    }

    [Fact]
    public void Missing_files_are_fetched_and_the_next_load_needs_no_server()
    {
        var random = new Random(17);
        var (files, entry) = SmallSet(random);
        LabelledImages first;
        using (var server = new LoopbackServer((path, from, to, _) =>
            LoopbackServer.SendFileAsync(to, files[path[1..]], from)))
        using (var client = LoopbackServer.Client())
        {
            var named = new List<string>();
            first = (entry with { Addresses = [server.Address] })
                .Load(_folder.Path, client, report => named.Add(report.File));
            Assert.Equal(files.Keys.Order(), named.Distinct().Order());
        }
        using var offline = LoopbackServer.Client();

        var again = (entry with { Addresses = [] }).Load(_folder.Path, offline);

        Assert.Equal((5, 3, 2, 2), (first.Train.Count, first.Test.Count, first.Train.Height, first.Train.Width));
        Assert.Equal(first.Train.Pixels, again.Train.Pixels);
        Assert.Equal(first.Test.Labels, again.Test.Labels);
        Assert.Contains("Small squares", first.Origin, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mirror_is_asked_first_and_checked_like_the_others()
    {
        var (files, entry) = SmallSet(new Random(37));
        using var server = new LoopbackServer((_, _, to, _) => LoopbackServer.SendFileAsync(to, files["train-images.gz"], null));
        using var client = LoopbackServer.Client();
        foreach (var (name, content) in files.Skip(1)) _folder.Write(name, content);
        Environment.SetEnvironmentVariable(DataFolder.MirrorVariable, server.Address.ToString().TrimEnd('/'));
        try
        {
            Assert.Equal(5, entry.Load(_folder.Path, client).Train.Count);
            Environment.SetEnvironmentVariable(DataFolder.MirrorVariable, "ftp://x");
            File.Delete(_folder.File("train-images.gz"));
            Assert.Contains("SOFTMAX_MIRROR is 'ftp://x'", Assert.Throws<DataException>(() => entry.Load(_folder.Path, client)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(DataFolder.MirrorVariable, null);
        }
    }

    [Fact]
    public void An_unpacked_file_serves_as_well()
    {
        var (files, entry) = SmallSet(new Random(19));
        foreach (var (name, content) in files) _folder.Write(name, content);
        using var offline = LoopbackServer.Client();
        var packed = entry.Load(_folder.Path, offline);
        _folder.Write("train-images", IdxBytes.Of([5, 2, 2], packed.Train.Pixels));
        File.Delete(_folder.File("train-images.gz"));

        Assert.Equal(packed.Train.Pixels, entry.Load(_folder.Path, offline).Train.Pixels);
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused()
    {
        var (files, entry) = SmallSet(new Random(23));
        foreach (var (name, content) in files) _folder.Write(name, content);
        _folder.Write("train-labels.gz", IdxBytes.Zip(IdxBytes.Of([4], [0, 1, 1, 0])));
        using var offline = LoopbackServer.Client();

        var error = Assert.Throws<DataException>(() => entry.Load(_folder.Path, offline));

        Assert.Contains("small train: 5 images but 4 labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_test_file_is_named_even_though_both_parts_are_read_at_once()
    {
        var (files, entry) = SmallSet(new Random(29));
        foreach (var (name, content) in files) _folder.Write(name, content);
        _folder.Write("test-labels.gz", [1, 2, 3, 4]);
        using var offline = LoopbackServer.Client();

        var error = Assert.Throws<DataException>(() => entry.Load(_folder.Path, offline));

        Assert.StartsWith("test-labels.gz", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fashion_mnsit", "fashion-mnist")]
    [InlineData("FashionMNIST", "fashion-mnist")]
    [InlineData("minst", "mnist")]
    public void A_mistyped_name_is_answered_with_the_right_one(string wanted, string meant)
    {
        var error = Assert.Throws<DataException>(() => ImageCatalogue.Find(wanted));
        Assert.Contains($"`{wanted}`", error.Message, StringComparison.Ordinal);
        Assert.Contains($"did you mean {meant}?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_far_from_all_lists_the_known_ones_without_a_guess()
    {
        var error = Assert.Throws<DataException>(() => ImageCatalogue.Load("imagenet-21k"));
        Assert.Contains("fashion-mnist, mnist", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Did you mean", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_entry_is_complete()
    {
        foreach (var entry in ImageCatalogue.Entries)
        {
            Assert.Same(entry, ImageCatalogue.Find(entry.Name.ToUpperInvariant()));
            var files = new[] { entry.TrainImages, entry.TrainLabels, entry.TestImages, entry.TestLabels };
            Assert.Equal(4, files.Select(file => file.Name).Distinct().Count());
            Assert.All(files, file => Assert.Matches("^[0-9a-f]{32}$", file.Md5));
            Assert.All(entry.Addresses, address => Assert.EndsWith("/", address.AbsoluteUri, StringComparison.Ordinal));
            Assert.NotEmpty(entry.Addresses);
        }
    }

    private static string Md5(byte[] content) =>
#pragma warning disable CA5351 // The catalogue holds what publishers state, which is md5.
        Convert.ToHexStringLower(MD5.HashData(content));
#pragma warning restore CA5351

    private static (Dictionary<string, byte[]> Files, ImageCatalogueEntry Entry) SmallSet(Random random)
    {
        var files = new Dictionary<string, byte[]>
        {
            ["train-images.gz"] = IdxBytes.Zip(IdxBytes.Of([5, 2, 2], IdxBytes.Random(random, 20))),
            ["train-labels.gz"] = IdxBytes.Zip(IdxBytes.Of([5], [0, 1, 1, 0, 1])),
            ["test-images.gz"] = IdxBytes.Zip(IdxBytes.Of([3, 2, 2], IdxBytes.Random(random, 12))),
            ["test-labels.gz"] = IdxBytes.Zip(IdxBytes.Of([3], [1, 0, 0])),
        };
        PublishedFile File(string name) => new(name, Md5(files[name]));
        return (files, new ImageCatalogueEntry
        {
            Name = "small",
            Title = "Small squares",
            Licence = "none",
            TrainImages = File("train-images.gz"),
            TrainLabels = File("train-labels.gz"),
            TestImages = File("test-images.gz"),
            TestLabels = File("test-labels.gz"),
            Addresses = [],
            ClassNames = ["dark", "light"],
            PixelMean = 0.5,
            PixelStandardDeviation = 0.5,
        });
    }
}
