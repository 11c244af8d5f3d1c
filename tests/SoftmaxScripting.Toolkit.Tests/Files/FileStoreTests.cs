using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class FileStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("store-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private FileStore Store(long mostBytes = long.MaxValue, int mostEntries = 100) =>
        new(Path.Combine(folder, "store"), ".entry", mostBytes, mostEntries);

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(31, 33)]
    [InlineData(1000, 300_000)]
    public void What_is_written_is_read(int headBytes, int bodyBytes)
    {
        var (head, body) = (Bytes(headBytes, 1), Bytes(bodyBytes, 2));
        Assert.Null(Store().Read("a"));
        Assert.True(Store().TryWrite("a", head, body, out var problem), problem);
        var read = Store().Read("a");
        Assert.Equal(head, read?.Head);
        Assert.Equal(body, read?.Body);
        Assert.Null(Store().Read("b"));
    }

    [Fact]
    public void Any_changed_bit_and_any_missing_end_is_noticed()
    {
        Assert.True(Store().TryWrite("a", Bytes(40, 1), Bytes(90, 2), out _));
        var path = Assert.Single(Directory.GetFiles(Store().Folder));
        var whole = File.ReadAllBytes(path);
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            var bytes = whole.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, bytes);
            Assert.Null(Store().Read("a"));
        }

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Null(Store().Read("a"));
        }

        File.WriteAllBytes(path, whole);
        Assert.NotNull(Store().Read("a"));
    }

    [Fact]
    public void The_oldest_make_room_and_the_newest_stays()
    {
        var now = DateTime.UtcNow;
        for (var i = 0; i < 6; i++)
        {
            Assert.True(Store(mostBytes: 3500).TryWrite($"{i}", [], Bytes(1000, i), out _));
            File.SetLastWriteTimeUtc(Path.Combine(Store().Folder, $"{i}.entry"), now.AddMinutes(i - 60));
        }

        Assert.Equal([false, false, false, true, true, true], Enumerable.Range(0, 6).Select(i => Store().Read($"{i}") is not null));
        Assert.True(Store(mostEntries: 2).TryWrite("6", [], [], out _));
        Assert.Equal(2, Store().Count);
        Assert.NotNull(Store().Read("6"));

        // Larger than all the room there is: it is kept, and alone.
        Assert.True(Store(mostBytes: 10).TryWrite("7", [], Bytes(1000, 7), out _));
        Assert.Equal(1, Store().Count);
        Assert.NotNull(Store().Read("7"));
    }

    [Fact]
    public void An_entry_in_use_counts_as_new()
    {
        var store = Store(mostEntries: 2);
        Assert.True(store.TryWrite("used", [], [1], out _));
        Assert.True(store.TryWrite("unused", [], [2], out _));
        File.SetLastWriteTimeUtc(Path.Combine(store.Folder, "used.entry"), DateTime.UtcNow.AddDays(-9));
        File.SetLastWriteTimeUtc(Path.Combine(store.Folder, "unused.entry"), DateTime.UtcNow.AddDays(-8));
        Assert.NotNull(store.Read("used"));
        Assert.True(store.TryWrite("new", [], [3], out _));
        Assert.NotNull(store.Read("used"));
        Assert.Null(store.Read("unused"));
    }

    [Fact]
    public void What_killed_processes_left_goes_after_a_while_but_not_what_others_write()
    {
        var store = Store();
        Assert.True(store.TryWrite("a", [], [1], out _));
        var (old, young) = (Path.Combine(store.Folder, ".b.entry.1.partial"), Path.Combine(store.Folder, ".b.entry.2.partial"));
        File.WriteAllBytes(old, [1]);
        File.WriteAllBytes(young, [1]);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        Assert.True(store.TryWrite("a", [], [2], out _));
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
        Assert.Equal(1, store.Count);
        Assert.Equal(1, store.Clear().Count);
        Assert.Empty(Directory.GetFiles(store.Folder));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said_and_nothing_thrown()
    {
        File.WriteAllText(Path.Combine(folder, "store"), "a file");
        Assert.False(Store().TryWrite("a", [], [1], out var problem));
        Assert.NotEmpty(problem);
        Assert.Null(Store().Read("a"));
        Assert.Equal((0, 0L, 0), (Store().Count, Store().Size, Store().Clear().Count));
    }

    [Fact]
    public void Fingerprints_tell_contents_lengths_and_seeds_apart()
    {
        var seen = new HashSet<UInt128>();
        for (var length = 0; length < 200; length++)
            Assert.True(seen.Add(ContentHash.Of(new byte[length])));
        var bytes = Bytes(100, 3);
        for (var bit = 0; bit < 800; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(seen.Add(ContentHash.Of(bytes)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var seed = 1u; seed < 100; seed++)
        {
            Assert.True(seen.Add(ContentHash.Of([], seed)));
            Assert.True(seen.Add(ContentHash.Of([], new UInt128(seed, 0))));
        }
    }

    [Fact]
    public void Fingerprints_spread_each_bit_over_half_of_theirs()
    {
        var random = new Random(4);
        double changed = 0;
        const int Trials = 2000;
        for (var i = 0; i < Trials; i++)
        {
            var bytes = Bytes(random.Next(1, 120), i);
            var before = ContentHash.Of(bytes);
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            changed += (double)UInt128.PopCount(before ^ ContentHash.Of(bytes));
        }

        Assert.InRange(changed / Trials, 60, 68);
    }
}
