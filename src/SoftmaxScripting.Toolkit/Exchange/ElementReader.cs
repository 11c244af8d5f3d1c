using System.Buffers.Binary;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Reads the elements of an array from a file into a tensor, in pieces: beside the tensor only one small buffer is needed.
/// </summary>
internal static class ElementReader
{
    /// <summary>A multiple of every element's size.</summary>
    private const int BufferSize = 1 << 16;

    /// <summary>
    /// Reads as many bytes as the header says. The caller has made sure that the file has them, so that what is
    /// allocated here is bounded by the file.
    /// </summary>
    /// <param name="stream">Stands at the first element.</param>
    /// <param name="header">What the elements are.</param>
    /// <exception cref="MalformedException">A whole number does not fit, or a truth value is neither 0 nor 1.</exception>
    /// <exception cref="EndOfStreamException">The file ends too soon.</exception>
    public static Tensor Read(Stream stream, ArrayHeader header)
    {
        var storage = Storage.Allocate(header.Type.DType, header.Shape.Size);
        var columnMajor = header.ColumnMajor && header.Shape.Rank > 1;
        if (header.Type.IsOurs && !columnMajor && (!header.BigEndian || header.Type.Bytes == 1))
        {
            stream.ReadExactly(storage.Memory.Span);
        }
        else
        {
            var places = columnMajor ? new ColumnMajorPlaces(header.Shape) : null;
            var buffer = new byte[(int)Math.Min(BufferSize, header.ByteCount)];
            for (var done = 0; done < header.Shape.Size;)
            {
                var count = Math.Min(buffer.Length / header.Type.Bytes, header.Shape.Size - done);
                var part = buffer.AsSpan(0, count * header.Type.Bytes);
                stream.ReadExactly(part);
                if (header.BigEndian)
                    Reverse(part, header.Type.Bytes);
                Convert(part, header.Type, storage, done, places);
                done += count;
            }
        }

        return new Tensor(ExprModule.data(storage, header.Shape));
    }

    private static void Reverse(Span<byte> bytes, int size)
    {
        for (var start = 0; start < bytes.Length; start += size)
            bytes.Slice(start, size).Reverse();
    }

    private static void Convert(
        ReadOnlySpan<byte> bytes, StoredType type, Storage storage, int first, ColumnMajorPlaces? places)
    {
        var count = bytes.Length / type.Bytes;
        for (var i = 0; i < count; i++)
        {
            var element = bytes.Slice(i * type.Bytes, type.Bytes);
            var place = places?.Next() ?? first + i;
            switch (type.Kind)
            {
                case StoredKind.Boolean:
                    storage.Memory.Span[place] = element[0] <= 1
                        ? element[0]
                        : throw new MalformedException($"element {first + i} of a bool array is {element[0]}, neither 0 nor 1");
                    break;
                case StoredKind.Unsigned when type.Bytes == 1:
                    storage.Memory.Span[place] = element[0];
                    break;
                case StoredKind.Signed or StoredKind.Unsigned:
                    storage.Span<int>()[place] = Whole(element, type, first + i);
                    break;
                case StoredKind.Float when type.Bytes == 8:
                    storage.Span<double>()[place] = BinaryPrimitives.ReadDoubleLittleEndian(element);
                    break;
                case StoredKind.BrainFloat:
                    storage.Span<uint>()[place] = (uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16;
                    break;
                default:
                    storage.Span<float>()[place] = type.Bytes == 2
                        ? (float)BinaryPrimitives.ReadHalfLittleEndian(element)
                        : BinaryPrimitives.ReadSingleLittleEndian(element);
                    break;
            }
        }
    }

    private static int Whole(ReadOnlySpan<byte> element, StoredType type, int index)
    {
        var isSigned = type.Kind == StoredKind.Signed;
        var value = type.Bytes switch
        {
            1 => (sbyte)element[0],
            2 => isSigned ? BinaryPrimitives.ReadInt16LittleEndian(element) : BinaryPrimitives.ReadUInt16LittleEndian(element),
            4 => isSigned ? BinaryPrimitives.ReadInt32LittleEndian(element) : BinaryPrimitives.ReadUInt32LittleEndian(element),
            _ => isSigned ? BinaryPrimitives.ReadInt64LittleEndian(element) : (Int128)BinaryPrimitives.ReadUInt64LittleEndian(element),
        };
        return value >= int.MinValue && value <= int.MaxValue
            ? (int)value
            : throw new MalformedException(
                $"element {index} is {value}, which does not fit int32, the whole numbers there are here: store it as a float");
    }

    /// <summary>Where elements that come with the first index fastest belong in row-major order.</summary>
    private sealed class ColumnMajorPlaces(Shape shape)
    {
        private readonly int[] index = new int[shape.Rank];
        private readonly int[] strides = Strides(shape);
        private int place;

        public int Next()
        {
            var current = place;
            for (var axis = 0; axis < index.Length; axis++)
            {
                place += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                place -= shape[axis] * strides[axis];
                index[axis] = 0;
            }

            return current;
        }

        private static int[] Strides(Shape shape)
        {
            var strides = new int[shape.Rank];
            var step = 1;
            for (var axis = shape.Rank - 1; axis >= 0; axis--)
            {
                strides[axis] = step;
                step *= shape[axis];
            }

            return strides;
        }
    }
}
