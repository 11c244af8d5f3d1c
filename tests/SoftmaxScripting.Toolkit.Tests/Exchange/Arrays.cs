using System.Buffers.Binary;
using System.Text;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>Arrays and files of arrays, written by the formats' definitions and not by what is tested.</summary>
internal static class Arrays
{
    public static readonly DType[] Types = [DType.Float32, DType.Float64, DType.Int32, DType.UInt8];

    /// <summary>Numbers with specials among them.</summary>
    public static Tensor Random(Random random, DType type, params int[] shape)
    {
        var storage = Storage.Allocate(type, Shape.Of(shape).Size);
        random.NextBytes(storage.Memory.Span);
        return new Tensor(ExprModule.data(storage, Shape.Of(shape)));
    }

    public static byte[] Bytes(Tensor tensor) => tensor.Storage.Memory.ToArray();

    /// <summary>Whether two tensors are the same to the bit.</summary>
    public static bool Same(Tensor a, Tensor b) =>
        a.DType == b.DType && a.Shape.Equals(b.Shape) && Bytes(a).AsSpan().SequenceEqual(Bytes(b));

    /// <summary>An .npy file of a version and a header of one's own.</summary>
    public static byte[] Npy(string header, byte[] elements, byte version = 1, int? statedLength = null)
    {
        var text = Encoding.Latin1.GetBytes(header);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, statedLength ?? text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. version == 1 ? length[..2] : length, .. text, .. elements];
    }

    /// <summary>A safetensors file of a header of one's own.</summary>
    public static byte[] SafeTensors(string header, int dataLength, long? statedLength = null)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, statedLength ?? text.Length);
        return [.. length, .. text, .. new byte[dataLength]];
    }
}
