using System.Buffers.Binary;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Named tensors and texts about them.</summary>
/// <param name="Tensors">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The texts by name; may be empty.</param>
public sealed record SafeTensorsContent(
    IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// The safetensors format: the header's length (8 bytes), a header in JSON that says each tensor's type, shape and place,
/// then the elements without gaps. Read are BOOL, I8 to I64, U8 to U64, F16, BF16, F32 and F64: BOOL becomes uint8, other
/// whole numbers int32 (a value that does not fit is refused), F16 and BF16 float32. Nothing in such a file can run.
/// </summary>
public static class SafeTensors
{
    private const string Format = "safetensors file";

    /// <summary>The name in the header that stands for the texts.</summary>
    internal const string MetadataName = "__metadata__";

    /// <summary>Reads all tensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileException">
    /// The file is missing, or is no such file: truncated, a header too long, places that overlap or leave gaps, ….
    /// </exception>
    public static SafeTensorsContent Read(string path) => ExchangeFile.Read(path, Format, stream =>
    {
        var header = SafeTensorsHeader.Read(stream);
        var tensors = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var entry in header.Entries)
        {
            try
            {
                tensors.Add(entry.Name, ElementReader.Read(stream, entry.Array));
            }
            catch (MalformedException exception)
            {
                throw new MalformedException($"tensor '{entry.Name}': {exception.Message}");
            }
        }

        return new SafeTensorsContent(tensors, header.Metadata);
    });

    /// <summary>Reads the texts alone, whatever the size of the tensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileException">The file is missing, or is no such file.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        ExchangeFile.Read(path, Format, stream => SafeTensorsHeader.Read(stream).Metadata);

    /// <summary>
    /// Writes tensors; the file is there whole or not at all. The elements begin at a multiple of 8 bytes, and wider types
    /// come before narrower ones, so that each tensor lies at a multiple of its element's size.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Texts by name; null for none.</param>
    /// <exception cref="FileException">The file cannot be written.</exception>
    /// <exception cref="SoftmaxException">A tensor's name is the one kept for the texts.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.ContainsKey(MetadataName))
            throw new SoftmaxException($"A tensor cannot be called {MetadataName}: the format keeps that name for itself.");
        var ordered = tensors
            .OrderByDescending(pair => pair.Value.DType.Bytes)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .ToArray();
        var header = SafeTensorsHeader.Write(ordered, metadata ?? new Dictionary<string, string>());
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (name, tensor) in ordered)
                stream.Write(ExchangeFile.Elements(tensor, $"Tensor '{name}'"));
        });
    }
}
