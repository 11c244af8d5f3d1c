using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>What is read back is what would be unpacked or drawn; anything else is unpacked or drawn anew.</summary>
public sealed class DecodedDataTests : IDisposable
{
    private const int Rows = 1100;
    private const int Side = 32;

    private readonly TemporaryFolder folder = new();
    private readonly CacheSetting setting;

    public DecodedDataTests() => setting = new CacheSetting(folder.File("cache"));

    public void Dispose()
    {
        setting.Dispose();
        folder.Dispose();
    }

    private string WriteImages(int seed) =>
        folder.Write("images.gz", IdxBytes.Zip(IdxBytes.Of([Rows, Side, Side], Content(seed))));

    private static byte[] Content(int seed) => IdxBytes.Random(new Random(seed), Rows * Side * Side);

    private static string OnlyEntry() => Assert.Single(Directory.GetFiles(DecodedData.Store!.Folder));

    private static void Holds(int seed, string path)
    {
        var array = IdxFile.Read(path, axes: 3);
        Assert.Equal([Rows, Side, Side], array.Sizes);
        Assert.True(Content(seed).AsSpan().SequenceEqual(array.Bytes));
    }

    [Fact]
    public void Packed_file_is_unpacked_once()
    {
        var path = WriteImages(1);
        Holds(1, path);
        var entry = OnlyEntry();

        // What is found there is what is returned.
        var bytes = Content(2);
        Assert.True(DecodedData.Store!.TryWrite(
            Path.GetFileNameWithoutExtension(entry), DecodedData.Store.Read(Path.GetFileNameWithoutExtension(entry))!.Head, bytes, out _));
        Holds(2, path);
    }

    [Fact]
    public void Another_content_of_the_same_length_and_time_is_noticed()
    {
        var path = WriteImages(1);
        Holds(1, path);
        var time = File.GetLastWriteTimeUtc(path);
        WriteImages(2);
        File.SetLastWriteTimeUtc(path, time);
        Holds(2, path);
        File.SetLastWriteTimeUtc(path, time.AddDays(1));
        Holds(2, path);
    }

    [Fact]
    public void Damaged_entry_is_noticed_and_replaced()
    {
        var path = WriteImages(1);
        Holds(1, path);
        var entry = OnlyEntry();
        var whole = File.ReadAllBytes(entry);
        foreach (var place in new[] { 0, 9, 15, 30, 40, 48, whole.Length / 2, whole.Length - 1 })
        {
            var bytes = whole.ToArray();
            bytes[place] ^= 4;
            File.WriteAllBytes(entry, bytes);
            Holds(1, path);
            Assert.Equal(whole, File.ReadAllBytes(entry));
        }

        File.WriteAllBytes(entry, whole[..^1]);
        Holds(1, path);
        Assert.Equal(whole, File.ReadAllBytes(entry));
    }

    [Fact]
    public void Errors_are_the_same_with_an_entry()
    {
        var path = WriteImages(1);
        var fresh = Assert.Throws<DataException>(() => IdxFile.Read(path, axes: 1)).Message;
        Holds(1, path);
        Assert.Equal(fresh, Assert.Throws<DataException>(() => IdxFile.Read(path, axes: 1)).Message);
    }

    [Theory]
    [InlineData("off")]
    [InlineData(null)]
    public void Without_a_place_it_is_unpacked_each_time(string? cache)
    {
        var path = WriteImages(1);
        using var place = new CacheSetting(cache ?? folder.Write("occupied", [1]));
        Holds(1, path);
        Holds(1, path);
    }

    [Fact]
    public void Small_files_are_not_kept()
    {
        var path = folder.Write("labels.gz", IdxBytes.Zip(IdxBytes.Of([5], [1, 2, 3, 4, 5])));
        Assert.Equal([1, 2, 3, 4, 5], IdxFile.Read(path, axes: 1).Bytes);
        Assert.Equal(0, DecodedData.Store!.Count);
    }

    [Fact]
    public void Drawn_images_are_those_drawn_before()
    {
        LabelledImages drawn;
        using (new CacheSetting("off"))
            drawn = Garments.Generate(1400, 10, seed: 3);
        for (var i = 0; i < 2; i++)
        {
            var images = Garments.Generate(1400, 10, seed: 3);
            Assert.Equal(drawn.Train.Pixels, images.Train.Pixels);
            Assert.Equal(drawn.Train.Labels, images.Train.Labels);
            Assert.Equal(drawn.Train.Name, images.Train.Name);
            Assert.Equal(1, DecodedData.Store!.Count);
        }

        Assert.NotEqual(drawn.Train.Pixels, Garments.Generate(1400, 10, seed: 4).Train.Pixels);
        Assert.Equal(2, DecodedData.Store!.Count);
    }
}
