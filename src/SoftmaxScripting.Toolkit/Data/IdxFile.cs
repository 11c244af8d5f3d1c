using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The content of an IDX file of unsigned bytes: sizes, outermost first, and the bytes in row-major order.
/// </summary>
/// <param name="Sizes">The size of each axis; their product is the length of <paramref name="Bytes"/>.</param>
/// <param name="Bytes">The elements, last axis fastest.</param>
public sealed record IdxArray(IReadOnlyList<int> Sizes, byte[] Bytes);

/// <summary>
/// Reads IDX files, the format of MNIST and its successors: two zero bytes, a type code (8 = unsigned byte), the
/// number of axes, the size of each axis as a big-endian 32-bit integer, then the elements. A file that begins as
/// gzip is unpacked on the way. Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
/// </summary>
public static class IdxFile
{
    private const byte UnsignedByte = 0x08;

    /// <summary>
    /// Deflate cannot pack tighter: at best 258 bytes for two bits (Adler, zlib "Technical Details").
    /// </summary>
    private const long DeflateRatioLimit = 1032;

    /// <summary>Reads a whole file, gzip-packed or plain.</summary>
    /// <param name="path">The file; a name that ends in <c>.gz</c> must hold gzip data.</param>
    /// <param name="axes">The number of axes the file must have: 3 for images, 1 for labels; null for any.</param>
    /// <exception cref="DataException">
    /// The file is missing or cannot be read, is not IDX, holds another type or number of axes, ends early, goes on
    /// after its last element, or promises more than a file of its length can hold. Nothing of that size is allocated.
    /// </exception>
    public static IdxArray Read(string path, int? axes = null)
    {
        var name = Path.GetFileName(path);
        WatchedFiles.Add(path);
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return Read(file, name, axes);
        }
        catch (InvalidDataException error)
        {
            throw new DataException(
                $"{name}: its gzip data is damaged ({error.Message.TrimEnd('.')}); {FetchAgain}. The file is {path}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{name}: {path} cannot be read: {error.Message}");
        }
    }

    private const string FetchAgain = "delete it so that it is fetched again";

    private static IdxArray Read(FileStream file, string name, int? axes)
    {
        Span<byte> first = stackalloc byte[4];
        var got = file.ReadAtLeast(first, 4, throwOnEndOfStream: false);
        file.Position = 0;
        if (got >= 2 && first[0] == 0x1F && first[1] == 0x8B)
        {
            var key = KeyOf(file);
            if (Find(key, axes) is { } known) return known;
            using var unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            var array = ReadArray(unpacked, name, axes, file.Length * DeflateRatioLimit);
            // GZipStream takes a cut-off trailer for the end and skips what follows it; the length that gzip data ends
            // with (RFC 1952: modulo 2³²) tells both.
            Span<byte> trailer = stackalloc byte[4];
            file.Position = Math.Max(0, file.Length - 4);
            file.ReadExactly(trailer);
            var ending = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
            var unpackedLength = (uint)(4 + 4 * array.Sizes.Count + array.Bytes.Length);
            if (ending != unpackedLength)
                throw new DataException(
                    $"{name}: expected gzip data that ends with its unpacked length {unpackedLength}, found " +
                    $"{ending}: it is cut short, or something follows it; {FetchAgain}.");
            DecodedData.Keep(key, [.. array.Sizes], array.Bytes);
            return array;
        }
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            throw new DataException(
                $"{name}: expected gzip data, which begins 1F 8B; the file begins {Hex(first[..got])}" +
                (got >= 3 && first[..2].IndexOfAnyExcept((byte)0) < 0 && first[2] == UnsignedByte
                    ? ", as an unpacked IDX file does: rename it without .gz."
                    : $" (perhaps a page saying that the file was not found); {FetchAgain}."));
        return ReadArray(file, name, axes, file.Length);
    }

    /// <summary>
    /// What tells a packed file apart: where it lies, its length and time, and its last bytes, which hold the checksum of
    /// the unpacked content.
    /// </summary>
    private static UInt128 KeyOf(FileStream file)
    {
        Span<byte> trailer = stackalloc byte[8];
        file.Position = Math.Max(0, file.Length - trailer.Length);
        file.ReadAtLeast(trailer, trailer.Length, throwOnEndOfStream: false);
        file.Position = 0;
        var time = File.GetLastWriteTimeUtc(file.SafeFileHandle).Ticks;
        return ContentHash.Of($"{nameof(IdxFile)} {file.Length} {time} {file.Name}", ContentHash.Of(trailer));
    }

    /// <summary>The array as it was unpacked before; null when it has to be unpacked.</summary>
    private static IdxArray? Find(UInt128 key, int? axes) =>
        DecodedData.Find(key) is { } found
        && (axes is null || axes == found.Numbers.Length)
        && found.Numbers.Aggregate(1L, (product, size) => product * size) == found.Bytes.Length
            ? new IdxArray(found.Numbers, found.Bytes)
            : null;

    private static IdxArray ReadArray(Stream stream, string name, int? axes, long contentLimit)
    {
        Span<byte> magic = stackalloc byte[4];
        var got = stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        if (got < 4 || magic[0] != 0 || magic[1] != 0)
            throw new DataException(
                $"{name}: not an IDX file: expected the first bytes 00 00 08 and the number of axes, " +
                $"found {Hex(magic[..got])}; {FetchAgain}.");
        if (magic[2] != UnsignedByte)
            throw new DataException(
                $"{name}: expected elements of type 08 (unsigned byte), found {magic[2]:X2} ({TypeName(magic[2])}).");
        int rank = magic[3];
        if (rank == 0 || (axes is { } wanted && rank != wanted))
            throw new DataException(
                $"{name}: expected {(axes is { } some ? Axes(some) : "at least 1 axis")}, the header has {Axes(rank)}" +
                (axes is null ? "." : "; images have 3 (count, height, width), labels 1: are two files exchanged?"));

        Span<byte> header = stackalloc byte[4 * rank];
        got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < header.Length)
            throw new DataException(
                $"{name}: a header with {Axes(rank)} has {4 + header.Length} bytes, " +
                $"the file holds {4 + got}; {FetchAgain}.");
        var sizes = new uint[rank];
        for (var axis = 0; axis < rank; axis++)
            sizes[axis] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * axis)..]);

        var total = Product(sizes);
        var promise = $"{name}: header promises {string.Join('×', sizes)} = {Count(total)} bytes";
        if (Array.Exists(sizes, size => size > int.MaxValue) || total > Array.MaxLength)
            throw new DataException(
                $"{promise}, more than one array can hold ({Count(Array.MaxLength)}); {FetchAgain}.");
        var room = Math.Max(0, contentLimit - 4 - header.Length);
        if (total > room)
            throw new DataException(
                $"{promise}, the file {(stream is GZipStream ? "can hold at most" : "holds")} " +
                $"{Count(room)}; {FetchAgain}.");

        var bytes = GC.AllocateUninitializedArray<byte>((int)total);
        got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got < bytes.Length) throw new DataException($"{promise}, the file holds {Count(got)}; {FetchAgain}.");
        if (stream.ReadByte() >= 0) throw new DataException($"{promise}, the file holds more than that; {FetchAgain}.");
        return new IdxArray(Array.ConvertAll(sizes, size => (int)size), bytes);
    }

    /// <summary>
    /// The product of the sizes; decimal holds it for the axes of any sane header, and else it is cut off.
    /// </summary>
    private static decimal Product(uint[] sizes)
    {
        if (Array.IndexOf(sizes, 0u) >= 0) return 0;
        var product = 1m;
        foreach (var size in sizes)
        {
            product *= size;
            if (product > ulong.MaxValue) return ulong.MaxValue;
        }
        return product;
    }

    private static string Count(decimal bytes) => bytes.ToString(CultureInfo.InvariantCulture);

    private static string Axes(int rank) => rank == 1 ? "1 axis" : $"{rank} axes";

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return "nothing (the file is empty)";
        var text = new List<string>();
        foreach (var value in bytes) text.Add(value.ToString("X2", CultureInfo.InvariantCulture));
        return string.Join(' ', text);
    }

    private static string TypeName(byte code) => code switch
    {
        0x09 => "signed byte",
        0x0B => "16-bit integer",
        0x0C => "32-bit integer",
        0x0D => "float32",
        0x0E => "float64",
        _ => "unknown",
    };
}
