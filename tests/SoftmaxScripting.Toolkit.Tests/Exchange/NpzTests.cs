using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class NpzTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string A => folder.File("a.npz");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Arrays_come_back_in_order_to_the_bit(bool compress)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 20; i++)
        {
            var arrays = new OrderedDictionary<string, Tensor>();
            foreach (var (k, name) in new[] { "0.weight", "ä b", "x/y", "" }.Index())
                arrays.Add(name, Arrays.Random(random, Arrays.Types[(i + k) % 4], random.Next(4), random.Next(3000)));
            Npz.Write(A, arrays, compress);
            var read = Npz.Read(A);
            Assert.Equal(arrays.Keys, read.Keys);
            Assert.All(arrays, pair => Assert.True(Arrays.Same(pair.Value, read[pair.Key]), $"seed {seed}, case {i}"));
        }
    }

    [Fact]
    public void Archive_is_a_zip_of_npy_files_with_the_same_bytes_each_time()
    {
        var x = Tensor.Of(1f, 2f);
        Npz.Write(A, new Dictionary<string, Tensor> { ["x"] = x });
        var first = File.ReadAllBytes(A);
        Npz.Write(A, new Dictionary<string, Tensor> { ["x"] = x });
        Assert.Equal(first, File.ReadAllBytes(A));
        Npy.Write(folder.File("x.npy"), x);
        using var archive = ZipFile.OpenRead(A);
        var entry = Assert.Single(archive.Entries);
        Assert.Equal(("x.npy", entry.Length), (entry.FullName, entry.CompressedLength));
        using var content = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(content);
        Assert.Equal(File.ReadAllBytes(folder.File("x.npy")), content.ToArray());
    }

    [Fact]
    public void Hostile_archives_are_refused()
    {
        var good = Arrays.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", new byte[8]);
        Refused("not a zip"u8.ToArray(), "");
        Refused(Zip(("readme.txt", good)), "it holds 'readme.txt', which is no .npy array");
        Refused(Zip(("a.npy", good), ("a.npy", good)), "it holds two arrays 'a'");
        Refused(Zip(("a.npy", [1, 2, 3])), "array 'a': it has 3 bytes");
        Refused(Zip(("a.npy", Arrays.Npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", [1]))), "Python objects");

        // A damaged element, which only the checksum tells.
        var damaged = Zip(("a.npy", good));
        damaged[30 + "a.npy".Length + good.Length - 1] ^= 1;
        Refused(damaged, "array 'a': its checksum is wrong");
    }

    [Fact]
    public void Archive_that_claims_more_than_it_holds_is_refused_without_making_room_for_it()
    {
        // The header and the archive's directory both promise 1.6 GB.
        var header = Arrays.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (400000000,)}", []);
        var file = Zip(("a.npy", header));
        var directory = file.AsSpan().LastIndexOf("PK\x1\x2"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(directory + 24), 1_600_000_000 + (uint)header.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(22), 1_600_000_000 + (uint)header.Length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(file, "");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private void Refused(byte[] file, string message)
    {
        File.WriteAllBytes(A, file);
        var failure = Assert.Throws<FileException>(() => Npz.Read(A));
        Assert.StartsWith($"{A} is no sound .npz file: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}
