using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_for_any_sizes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var sizes = Enumerable.Range(0, random.Next(1, 5)).Select(_ => (uint)random.Next(0, 9)).ToArray();
            var content = IdxBytes.Random(random, (int)sizes.Aggregate(1u, (product, size) => product * size));
            var file = IdxBytes.Of(sizes, content);
            var packed = random.Next(2) == 0;
            var path = _folder.Write(packed ? "round.gz" : "round", packed ? IdxBytes.Zip(file) : file);

            var read = IdxFile.Read(path, sizes.Length);

            Assert.True(
                content.AsSpan().SequenceEqual(read.Bytes) &&
                sizes.SequenceEqual(read.Sizes.Select(size => (uint)size)),
                $"seed {seed}, round {round}, sizes {string.Join('×', sizes)}, packed {packed}");
        }
    }

    [Fact]
    public void Gzip_data_is_known_by_its_first_bytes_whatever_the_name()
    {
        var path = _folder.Write("labels", IdxBytes.Zip(IdxBytes.Of([3], [1, 2, 3])));
        Assert.Equal([1, 2, 3], IdxFile.Read(path).Bytes);
    }

    [Fact]
    public void Every_truncation_is_refused_and_every_appended_byte()
    {
        var file = IdxBytes.Of([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        var zipped = IdxBytes.Zip(file);
        for (var length = 0; length < file.Length; length++) Refused("plain", file[..length]);
        for (var length = 0; length < zipped.Length; length++) Refused("packed.gz", zipped[..length]);
        Refused("plain", [.. file, 0], "header promises 3×2×2 = 12 bytes", "holds more");
        Refused("packed.gz", IdxBytes.Zip([.. file, 0]), "header promises 3×2×2 = 12 bytes", "holds more");
        Refused("packed.gz", [.. zipped, 0, 7, 9], "something follows it");
    }

    [Fact]
    public void A_short_body_is_told_with_both_lengths_and_the_way_out()
    {
        var body = new byte[100];
        var file = IdxBytes.Of([10, 4, 3], body);
        Refused("plain", file, "plain: header promises 10×4×3 = 120 bytes", "holds 100", "delete it");
        Refused("x.gz", IdxBytes.Zip(file), "x.gz: header promises 10×4×3 = 120 bytes", "holds 100", "delete it");
    }

    [Fact]
    public void Damaged_gzip_data_is_refused()
    {
        var random = new Random(5);
        var zipped = IdxBytes.Zip(IdxBytes.Of([5000], IdxBytes.Random(random, 5000)));
        zipped[zipped.Length / 2] ^= 0x10;
        Refused("damaged.gz", zipped, "damaged.gz", "gzip data is damaged");
    }

    [Theory]
    [InlineData("<html>not found</html>", "3C 68 74 6D")]
    [InlineData("", "the file is empty")]
    public void A_packed_name_needs_packed_content(string content, string found) =>
        Refused("labels.gz", System.Text.Encoding.ASCII.GetBytes(content), "labels.gz", "1F 8B", found);

    [Fact]
    public void An_unpacked_file_under_a_packed_name_gets_the_hint_to_rename() =>
        Refused("labels.gz", IdxBytes.Of([1], [1]), "rename it without .gz");

    [Fact]
    public void A_wrong_magic_is_refused() => Refused("x", [1, 0, 8, 1, 0, 0, 0, 0], "not an IDX file", "01 00 08 01");

    [Theory]
    [InlineData(0x09, "signed byte")]
    [InlineData(0x0D, "float32")]
    [InlineData(0x77, "unknown")]
    public void Another_element_type_is_named(byte type, string name) =>
        Refused("x", IdxBytes.Of([1], [0], type), "08 (unsigned byte)", name);

    [Fact]
    public void Another_number_of_axes_is_refused()
    {
        var path = _folder.Write("x", IdxBytes.Of([2], [0, 1]));
        var error = Assert.Throws<DataException>(() => IdxFile.Read(path, axes: 3));
        Assert.Contains("expected 3 axes, the header has 1 axis", error.Message, StringComparison.Ordinal);
        Refused("none", [0, 0, 8, 0], "at least 1 axis", "0 axes");
    }

    [Theory]
    [InlineData(new[] { 60000u, 28u, 28u }, "60000×28×28 = 47040000")]
    [InlineData(new[] { 4294967295u }, "4294967295 = 4294967295")]
    [InlineData(new[] { 65536u, 65536u, 65536u, 65536u, 65536u }, "65536×65536×65536×65536×65536")]
    [InlineData(new[] { 0u, 4294967295u }, "0×4294967295")]
    public void A_promise_that_the_file_cannot_hold_is_refused_without_allocating_it(uint[] sizes, string told)
    {
        foreach (var (name, packed) in new[] { ("plain", false), ("packed.gz", true) })
        {
            var file = IdxBytes.Of(sizes, [1, 2, 3]);
            var path = _folder.Write(name, packed ? IdxBytes.Zip(file) : file);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.Throws<DataException>(() => IdxFile.Read(path));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
            Assert.Contains(told, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<DataException>(() => IdxFile.Read(_folder.File("absent.gz")));
        Assert.StartsWith("absent.gz: ", error.Message, StringComparison.Ordinal);
    }

    private void Refused(string name, byte[] content, params string[] told)
    {
        var path = _folder.Write(name, content);
        var error = Assert.Throws<DataException>(() => IdxFile.Read(path));
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        foreach (var part in told) Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
