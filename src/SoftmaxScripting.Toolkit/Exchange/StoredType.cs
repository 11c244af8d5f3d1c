using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>How one element of a file is to be understood.</summary>
internal enum StoredKind
{
    Boolean,
    Signed,
    Unsigned,
    Float,

    /// <summary>The upper half of a float32.</summary>
    BrainFloat,
}

/// <summary>The element type of an array in a file; our own types are four of them.</summary>
/// <param name="Kind">How the bits are to be understood.</param>
/// <param name="Bytes">The size of one element.</param>
internal readonly record struct StoredType(StoredKind Kind, int Bytes)
{
    /// <summary>The type that an array of this type gets here; it holds every value, but for the larger whole numbers.</summary>
    public DType DType => Kind switch
    {
        StoredKind.Boolean => DType.UInt8,
        StoredKind.Unsigned when Bytes == 1 => DType.UInt8,
        StoredKind.Signed or StoredKind.Unsigned => DType.Int32,
        _ => Bytes == 8 ? DType.Float64 : DType.Float32,
    };

    /// <summary>Whether the file's bytes are ours as they stand, but for their order.</summary>
    public bool IsOurs => this == Of(DType);

    /// <summary>One of our types as a file's.</summary>
    /// <param name="type">The type.</param>
    public static StoredType Of(DType type) =>
        type == DType.Float32 ? new(StoredKind.Float, 4)
        : type == DType.Float64 ? new(StoredKind.Float, 8)
        : type == DType.Int32 ? new(StoredKind.Signed, 4)
        : new(StoredKind.Unsigned, 1);

    /// <summary>The type's usual name: <c>float16</c>, <c>int64</c>, <c>bool</c>.</summary>
    public override string ToString() => Kind switch
    {
        StoredKind.Boolean => "bool",
        StoredKind.BrainFloat => "bfloat16",
        StoredKind.Signed => $"int{8 * Bytes}",
        StoredKind.Unsigned => $"uint{8 * Bytes}",
        _ => $"float{8 * Bytes}",
    };
}

/// <summary>What a file says of an array before the elements come.</summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="ColumnMajor">Whether the first index runs fastest (Fortran's order).</param>
/// <param name="Shape">The sizes of the axes.</param>
internal sealed record ArrayHeader(StoredType Type, bool BigEndian, bool ColumnMajor, Shape Shape)
{
    /// <summary>How many bytes the elements take in the file.</summary>
    public long ByteCount => (long)Shape.Size * Type.Bytes;
}

/// <summary>A file's content is not what its format demands; caught by whoever knows the file's name.</summary>
/// <param name="message">What is wrong, as the end of a sentence.</param>
internal sealed class MalformedException(string message) : Exception(message);
