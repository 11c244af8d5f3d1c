using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>How numbers lie in a file.</summary>
internal enum FileNumber
{
    UInt8,
    Int32,
    Int64,
    Float32,
    Float64,
}

/// <summary>
/// A file of rows of one length, any of which can be read by itself: a <c>.npy</c> file (NumPy, format 1 to 3, C order,
/// little-endian) or an unpacked IDX file of bytes. Only the header is read here.
/// </summary>
/// <param name="Path">The full path.</param>
/// <param name="Number">The numbers' type.</param>
/// <param name="Shape">The sizes of all axes; rows lie along the first.</param>
/// <param name="DataStart">Where the first row begins.</param>
/// <param name="FileLength">The length of the whole file.</param>
internal sealed partial record RowFile(string Path, FileNumber Number, int[] Shape, long DataStart, long FileLength)
{
    private const int LongestHeader = 1 << 16;

    public string Name => System.IO.Path.GetFileName(Path);

    public int Count => Shape[0];

    public int[] RowShape => Shape[1..];

    /// <summary>Numbers per row.</summary>
    public int RowSize => RowShape.Aggregate(1, (product, size) => product * size);

    public int NumberBytes => BytesOf(Number);

    public int RowBytes => RowSize * NumberBytes;

    /// <summary>The type of a tensor of these numbers.</summary>
    public DType Type => Number switch
    {
        FileNumber.UInt8 => DType.UInt8,
        FileNumber.Float32 => DType.Float32,
        FileNumber.Float64 => DType.Float64,
        _ => DType.Int32,
    };

    /// <summary>Reads a file's header and checks it against the file's length.</summary>
    /// <exception cref="DataException">The file is missing, no such file, or not as long as its header promises.</exception>
    public static RowFile Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var name = System.IO.Path.GetFileName(path);
        try
        {
            using var file = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> magic = stackalloc byte[8];
            var got = file.ReadAtLeast(magic, 8, throwOnEndOfStream: false);
            if (got == 8 && magic[0] == 0x93 && magic[1..6].SequenceEqual("NUMPY"u8))
                return OfNumPy(file, full, name, magic[6]);
            if (got >= 4 && magic[0] == 0 && magic[1] == 0 && magic[2] == 8 && magic[3] > 0)
                return OfIdx(file, full, name, magic[3]);
            throw new DataException(
                $"{name}: neither a .npy file (which begins 93 'NUMPY') nor an unpacked IDX file of bytes (which begins 00 00 08)"
                + (got >= 2 && magic[0] == 0x1F && magic[1] == 0x8B ? "; it is packed by gzip, and rows cannot be found in it: unpack it first." : "."));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{name}: there is no file {full}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{name}: {full} cannot be read: {error.Message}");
        }
    }

    /// <summary>Opens the file for reading rows, when a pass begins.</summary>
    /// <exception cref="DataException">It has vanished, or is another file by now.</exception>
    public SafeFileHandle Handle()
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{Name} has vanished: {Path} was there when the data set was made. Put it back and run again; nothing else is lost.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{Name}: {Path} cannot be read any more: {error.Message}");
        }

        var length = RandomAccess.GetLength(handle);
        if (length == FileLength)
            return handle;
        handle.Dispose();
        throw new DataException($"{Name} has changed: it had {FileLength} bytes when the data set was made and has {length} now. Make the set anew.");
    }

    /// <summary>Reads neighbouring rows.</summary>
    /// <exception cref="DataException">The file is shorter by now, or the disk fails.</exception>
    public void Read(SafeFileHandle handle, int row, Span<byte> rows)
    {
        var offset = DataStart + ((long)row * RowBytes);
        try
        {
            for (var done = 0; done < rows.Length;)
            {
                var got = RandomAccess.Read(handle, rows[done..], offset + done);
                if (got == 0)
                    throw new DataException($"{Name} ends within row {row + (done / RowBytes)}: it was cut short while it was read. Put it back and run again.");
                done += got;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{Name}: rows from {row} on cannot be read: {error.Message}");
        }
    }

    /// <summary>Rows as a tensor [count, …]; 64-bit whole numbers as 32-bit ones.</summary>
    public Tensor ToTensor(byte[] rows, int count)
    {
        int[] shape = [count, .. RowShape];
        switch (Number)
        {
            case FileNumber.UInt8:
                return Tensor.OfBytes(rows, shape);
            case FileNumber.Float32:
                return Tensor.Of(MemoryMarshal.Cast<byte, float>(rows).ToArray()).Reshape(shape);
            case FileNumber.Float64:
                return Tensor.Of(MemoryMarshal.Cast<byte, double>(rows).ToArray()).Reshape(shape);
            case FileNumber.Int32:
                return Tensor.Of(MemoryMarshal.Cast<byte, int>(rows).ToArray()).Reshape(shape);
            default:
                var numbers = MemoryMarshal.Cast<byte, long>(rows).ToArray();
                var large = Array.FindIndex(numbers, number => number != (int)number);
                if (large >= 0)
                    throw new DataException($"{Name}: {numbers[large]} does not fit 32 bits, as labels must.");
                return Tensor.Of(Array.ConvertAll(numbers, number => (int)number)).Reshape(shape);
        }
    }

    /// <summary>The header of a <c>.npy</c> file, padded to a fixed length, so that the number of rows can be put in later.</summary>
    public static byte[] NumPyHeader(FileNumber number, int rows, int[] rowShape)
    {
        const int length = 192;
        var shape = string.Join(", ", rowShape.Prepend(rows).Select(size => size.ToString(CultureInfo.InvariantCulture)));
        var text = $"{{'descr': '{Descriptor(number)}', 'fortran_order': False, 'shape': ({shape}{(rowShape.Length == 0 ? "," : "")}), }}";
        if (text.Length > length - 11)
            throw new DataException($"A row of shape [{string.Join(", ", rowShape)}] has too many axes for a row file.");
        var header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        header[0] = 0x93;
        "NUMPY"u8.CopyTo(header.AsSpan(1));
        (header[6], header[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), length - 10);
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }

    public static int BytesOf(FileNumber number) => number switch
    {
        FileNumber.UInt8 => 1,
        FileNumber.Int32 or FileNumber.Float32 => 4,
        _ => 8,
    };

    private static string Descriptor(FileNumber number) => number switch
    {
        FileNumber.UInt8 => "|u1",
        FileNumber.Int32 => "<i4",
        FileNumber.Int64 => "<i8",
        FileNumber.Float32 => "<f4",
        _ => "<f8",
    };

    private static RowFile OfNumPy(FileStream file, string full, string name, byte version)
    {
        var sizeBytes = version == 1 ? 2 : 4;
        Span<byte> size = stackalloc byte[4];
        size.Clear();
        if (version is < 1 or > 3 || file.ReadAtLeast(size[..sizeBytes], sizeBytes, throwOnEndOfStream: false) < sizeBytes)
            throw new DataException($"{name}: a .npy file of version {version} with a header cut short; versions 1 to 3 are read.");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(size);
        var start = file.Position + length;
        if (length > LongestHeader || start > file.Length)
            throw new DataException($"{name}: its header promises {length} bytes of description; the file has {file.Length} bytes in all.");
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        var text = Encoding.Latin1.GetString(bytes);
        var descriptor = DescriptorPattern().Match(text).Groups[1].Value;
        var shapeText = ShapePattern().Match(text);
        if (!shapeText.Success || !text.Contains("'fortran_order': False", StringComparison.Ordinal))
            throw new DataException($"{name}: its header is {text.Trim()}; rows can be read in C order alone (numpy.ascontiguousarray).");
        FileNumber? number = Enum.GetValues<FileNumber>().Where(n => Descriptor(n) == descriptor || (n == FileNumber.UInt8 && descriptor is "|b1" or "<u1")).Cast<FileNumber?>().FirstOrDefault();
        if (number is null)
            throw new DataException($"{name}: its numbers are of type '{descriptor}'; read are |u1, <i4, <i8, <f4 and <f8 (numpy's astype).");
        var sizes = shapeText.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : uint.MaxValue).ToArray();
        return Checked(full, name, number.Value, sizes, start, file.Length);
    }

    private static RowFile OfIdx(FileStream file, string full, string name, int rank)
    {
        var sizes = new uint[rank];
        Span<byte> size = stackalloc byte[4];
        file.Position = 4;
        for (var axis = 0; axis < rank; axis++)
        {
            if (file.ReadAtLeast(size, 4, throwOnEndOfStream: false) < 4)
                throw new DataException($"{name}: its header of {rank} axes is cut short.");
            sizes[axis] = BinaryPrimitives.ReadUInt32BigEndian(size);
        }

        return Checked(full, name, FileNumber.UInt8, sizes, file.Position, file.Length);
    }

    private static RowFile Checked(string full, string name, FileNumber number, uint[] sizes, long start, long fileLength)
    {
        if (sizes.Length == 0)
            throw new DataException($"{name}: it holds a single number; rows need an axis.");
        var promised = sizes.Aggregate((decimal)BytesOf(number), (product, size) => Math.Min(product * size, long.MaxValue));
        if (Array.Exists(sizes, size => size > int.MaxValue) || promised != fileLength - start)
            throw new DataException(
                $"{name}: its header promises {string.Join("×", sizes)} numbers of {BytesOf(number)} bytes, that is {promised}; "
                + $"{fileLength - start} bytes follow it. It is cut short, or no longer the file it was.");
        return new RowFile(full, number, Array.ConvertAll(sizes, size => (int)size), start, fileLength);
    }

    [GeneratedRegex("'descr': *'([^']*)'")]
    private static partial Regex DescriptorPattern();

    [GeneratedRegex(@"'shape': *\(([0-9, ]*)\)")]
    private static partial Regex ShapePattern();
}
