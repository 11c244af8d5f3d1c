using System.IO.Compression;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Several named arrays in one file, as NumPy's <c>savez</c> and <c>savez_compressed</c> write them: a zip archive of
/// <c>NAME.npy</c>. The order is kept. See <see cref="Npy"/> for the types.
/// </summary>
public static class Npz
{
    private const string Format = ".npz file";
    private const string Extension = ".npy";

    /// <summary>The first day there is in a zip archive: the same arrays give the same bytes.</summary>
    private static readonly DateTimeOffset s_date = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileException">The file is missing, or is no such archive of arrays.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path) => ExchangeFile.Read(path, Format, stream =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var arrays = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        var budget = stream.Length;
        foreach (var entry in archive.Entries)
        {
            if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
                throw new MalformedException($"it holds '{entry.FullName}', which is no {Extension} array");
            var name = entry.FullName[..^Extension.Length];
            if (arrays.ContainsKey(name))
                throw new MalformedException($"it holds two arrays '{name}'");

            // Entries that share their bytes could unfold to any size.
            budget -= entry.CompressedLength;
            if (budget < 0)
                throw new MalformedException("its entries are together larger than the file");
            arrays.Add(name, Read(entry, name));
        }

        return arrays;
    });

    /// <summary>Writes arrays; the file is there whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">The arrays by name.</param>
    /// <param name="compress">True makes the file smaller and slower to write.</param>
    /// <exception cref="FileException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> arrays, bool compress = false)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, tensor) in arrays)
            {
                var entry = archive.CreateEntry(
                    name + Extension, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
                entry.LastWriteTime = s_date;
                using var content = entry.Open();
                Npy.Write(content, tensor, $"Array '{name}'");
            }
        });
    }

    private static Tensor Read(ZipArchiveEntry entry, string name)
    {
        try
        {
            // What an entry says of itself may be false: it is unpacked once to nowhere before anything is made room for.
            Verify(entry);
            using var content = entry.Open();
            return Npy.Read(content, entry.Length);
        }
        catch (Exception exception) when (exception is MalformedException or InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new MalformedException($"array '{name}': {exception.Message.TrimEnd('.')}");
        }
    }

    private static void Verify(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var buffer = new byte[1 << 14];
        long length = 0;
        var checksum = Crc32.Start;
        for (int count; (count = content.Read(buffer)) > 0;)
        {
            length += count;
            if (length > entry.Length)
                break;
            checksum = Crc32.Append(checksum, buffer.AsSpan(0, count));
        }

        if (length != entry.Length)
            throw new MalformedException($"{(length > entry.Length ? "more than " : "")}{Math.Min(length, entry.Length)} bytes where the archive says {entry.Length}");
        if (checksum != entry.Crc32)
            throw new MalformedException("its checksum is wrong: the file is damaged");
    }
}
