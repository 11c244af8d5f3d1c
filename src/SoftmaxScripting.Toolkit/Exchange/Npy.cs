using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// One array per file, as NumPy's <c>save</c> writes it. Read are versions 1.0 to 3.0, both byte orders, C and Fortran
/// order; bool, int8 to int64, uint8 to uint64, float16, float32 and float64. bool becomes uint8, other whole numbers int32
/// (a value that does not fit is refused), float16 float32. Written is version 1.0, least significant byte first.
/// </summary>
public static class Npy
{
    private const string Format = ".npy file";

    /// <summary>Reads an array.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileException">The file is missing, or is no such array: truncated, of a type that has no place here, ….</exception>
    public static Tensor Read(string path) => ExchangeFile.Read(path, Format, stream => Read(stream, stream.Length));

    /// <summary>Writes an array; the file is there whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The array.</param>
    /// <exception cref="FileException">The file cannot be written.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        AtomicFile.Write(path, stream => Write(stream, tensor, "The tensor"));
    }

    /// <summary>Reads an array that a stream has so many bytes of.</summary>
    internal static Tensor Read(Stream stream, long length) =>
        ElementReader.Read(stream, NpyHeader.Read(stream, length));

    /// <summary>Writes an array to a stream.</summary>
    internal static void Write(Stream stream, Tensor tensor, string name)
    {
        var elements = ExchangeFile.Elements(tensor, name);
        NpyHeader.Write(stream, tensor);
        stream.Write(elements);
    }
}
