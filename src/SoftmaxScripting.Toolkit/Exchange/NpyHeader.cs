using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The head of an <c>.npy</c> array (NumPy enhancement proposal 1): the magic string, the version, the header's length,
/// and a Python dictionary of <c>descr</c>, <c>fortran_order</c> and <c>shape</c>.
/// </summary>
internal static class NpyHeader
{
    /// <summary>NumPy pads headers so that the elements begin at a multiple of this.</summary>
    private const int Alignment = 64;

    /// <summary>Far more than the largest header that makes sense.</summary>
    private const int LongestHeader = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a head; the stream then stands at the first element.</summary>
    /// <param name="stream">Stands at the magic string.</param>
    /// <param name="length">How many bytes the array has in all.</param>
    /// <exception cref="MalformedException">It is no such head, or an array that has no place here.</exception>
    public static ArrayHeader Read(Stream stream, long length)
    {
        Span<byte> start = stackalloc byte[12];
        if (length < 10)
            throw new MalformedException($"it has {length} bytes, fewer than the shortest head");
        stream.ReadExactly(start[..10]);
        if (!start[..6].SequenceEqual(Magic))
            throw new MalformedException("it does not begin as a NumPy array does");
        var version = (start[6], start[7]);
        if (version is not ((1, 0) or (2, 0) or (3, 0)))
            throw new MalformedException($"its format version is {start[6]}.{start[7]}; known are 1.0, 2.0 and 3.0");
        long size, head;
        if (start[6] == 1)
        {
            (size, head) = (BinaryPrimitives.ReadUInt16LittleEndian(start[8..]), 10);
        }
        else
        {
            if (length < 12)
                throw new MalformedException($"it has {length} bytes, fewer than the shortest head");
            stream.ReadExactly(start[10..]);
            (size, head) = (BinaryPrimitives.ReadUInt32LittleEndian(start[8..]), 12);
        }

        if (size > length - head)
            throw new MalformedException($"its header says that it has {size} bytes, but only {length - head} follow");
        if (size > LongestHeader)
            throw new MalformedException($"its header has {size} bytes; {LongestHeader} are the most that is read");
        var bytes = new byte[size];
        stream.ReadExactly(bytes);
        var text = (start[6] == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
        var header = Interpret(new PythonLiteral(text).ReadDictionary());
        var left = length - head - size;
        if (header.ByteCount > left)
        {
            throw new MalformedException(
                $"shape {header.Shape} of {header.Type} needs {header.ByteCount} bytes of elements, but only {left} follow (is it truncated?)");
        }

        if (header.ByteCount < left)
        {
            throw new MalformedException(
                $"shape {header.Shape} of {header.Type} needs {header.ByteCount} bytes of elements, but {left} follow");
        }

        return header;
    }

    /// <summary>Writes the head of a tensor, as version 1.0 where its length can be said there.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensor">The tensor.</param>
    public static void Write(Stream stream, Tensor tensor)
    {
        var sizes = tensor.Shape.ToArray();
        var shape = string.Join(", ", sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        var text = $"{{'descr': '{Descr(tensor.DType)}', 'fortran_order': False, 'shape': ({shape}{(sizes.Length == 1 ? "," : "")}), }}";
        var isShort = text.Length + Alignment <= ushort.MaxValue;
        var head = isShort ? 10 : 12;
        var total = (head + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        stream.Write(Magic);
        stream.Write([isShort ? (byte)1 : (byte)2, 0]);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, total - head);
        stream.Write(length[..(head - 8)]);
        stream.Write(Encoding.Latin1.GetBytes(text.PadRight(total - head - 1) + "\n"));
    }

    private static string Descr(DType type)
    {
        var stored = StoredType.Of(type);
        var order = stored.Bytes == 1 ? '|' : '<';
        var kind = stored.Kind switch { StoredKind.Float => 'f', StoredKind.Signed => 'i', _ => 'u' };
        return $"{order}{kind}{stored.Bytes}";
    }

    private static ArrayHeader Interpret(Dictionary<string, object> fields)
    {
        string[] wanted = ["descr", "fortran_order", "shape"];
        if (wanted.FirstOrDefault(name => !fields.ContainsKey(name)) is { } missing)
            throw new MalformedException($"its header has no '{missing}'");
        if (fields.Keys.FirstOrDefault(name => !wanted.Contains(name)) is { } extra)
            throw new MalformedException($"its header has an unknown key '{extra}'");
        var (type, bigEndian) = fields["descr"] is string descr
            ? Element(descr)
            : throw new MalformedException("its elements are records of several fields; only arrays of plain numbers can be read");
        if (fields["fortran_order"] is not bool columnMajor)
            throw new MalformedException("its 'fortran_order' is neither True nor False");
        if (fields["shape"] is not List<object> sizes || !sizes.TrueForAll(size => size is long))
            throw new MalformedException("its 'shape' is not a tuple of whole numbers");
        return new ArrayHeader(type, bigEndian, columnMajor, ShapeOf([.. sizes.Cast<long>()]));
    }

    private static (StoredType Type, bool BigEndian) Element(string descr)
    {
        var order = descr.Length > 0 ? descr[0] : ' ';
        StoredType? type = descr.Length > 1 ? descr[1..] switch
        {
            "b1" => new(StoredKind.Boolean, 1),
            "i1" or "i2" or "i4" or "i8" => new(StoredKind.Signed, descr[2] - '0'),
            "u1" or "u2" or "u4" or "u8" => new(StoredKind.Unsigned, descr[2] - '0'),
            "f2" or "f4" or "f8" => new(StoredKind.Float, descr[2] - '0'),
            _ => null,
        } : null;
        if (type is not { } known || order is not ('<' or '>' or '|' or '=') || (order == '|' && known.Bytes > 1))
        {
            var what = descr.Length > 1 ? descr[1] switch
            {
                'O' => " (Python objects, which only Python can read)",
                'c' => " (complex numbers)",
                'U' or 'S' or 'a' => " (text)",
                'M' or 'm' => " (times)",
                'V' => " (records)",
                _ => "",
            } : "";
            throw new MalformedException(
                $"its element type '{descr}'{what} has no place here; bool, int8 to int64, uint8 to uint64, float16, float32 and float64 can be read");
        }

        return (known, order == '>');
    }

    /// <summary>A shape from sizes that a file states.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <exception cref="MalformedException">A size is negative, or there are more elements than a tensor holds.</exception>
    internal static Shape ShapeOf(IReadOnlyList<long> sizes)
    {
        var listing = $"[{string.Join(", ", sizes.Take(16))}{(sizes.Count > 16 ? ", …" : "")}]";
        if (sizes.Count > 64)
            throw new MalformedException($"its shape has {sizes.Count} axes; 64 are the most");
        if (sizes.Any(size => size < 0))
            throw new MalformedException($"its shape {listing} has a negative size");
        try
        {
            return sizes.Any(size => size > int.MaxValue)
                ? throw new MalformedException($"its shape {listing} has more elements than one tensor holds")
                : Shape.Of([.. sizes.Select(size => (int)size)]);
        }
        catch (ShapeException)
        {
            throw new MalformedException($"its shape {listing} has more elements than one tensor holds");
        }
    }
}
