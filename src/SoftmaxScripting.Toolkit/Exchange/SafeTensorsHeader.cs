using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Array">Its type and shape.</param>
/// <param name="Begin">Its first byte, counted from the first element of all.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafeTensorsEntry(string Name, ArrayHeader Array, long Begin, long End);

/// <summary>The header of a safetensors file, checked against the file's length.</summary>
/// <param name="Entries">The tensors in the order of their bytes, which are without gaps and overlaps.</param>
/// <param name="Metadata">The texts.</param>
internal sealed record SafeTensorsHeader(
    IReadOnlyList<SafeTensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    private const int LengthBytes = 8;

    /// <summary>The format's own limit.</summary>
    private const long LongestHeader = 100_000_000;

    /// <summary>Reads the header; the stream then stands at the first element.</summary>
    /// <param name="stream">Stands at the file's beginning.</param>
    /// <exception cref="MalformedException">It is no such header.</exception>
    public static SafeTensorsHeader Read(FileStream stream)
    {
        Span<byte> start = stackalloc byte[LengthBytes];
        if (stream.Length < LengthBytes)
            throw new MalformedException($"it has {stream.Length} bytes, fewer than the length of a header needs");
        stream.ReadExactly(start);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(start);
        var rest = stream.Length - LengthBytes;
        if (size > (ulong)rest)
            throw new MalformedException($"its header says that it has {size} bytes, but only {rest} follow");
        if (size > LongestHeader)
            throw new MalformedException($"its header has {size} bytes; {LongestHeader} are the most that the format allows");
        var bytes = new byte[size];
        stream.ReadExactly(bytes);
        if (size == 0 || bytes[0] != '{')
            throw new MalformedException("its header does not begin with a brace");
        SafeTensorsHeader header;
        try
        {
            header = new Parser(bytes).Parse();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is a text that is no Unicode.
            throw new MalformedException($"its header is no JSON that the format allows: {exception.Message.TrimEnd('.')}");
        }

        RequireWhole(header.Entries, rest - (long)size);
        return header;
    }

    /// <summary>The header of tensors that follow in this order, padded so that they begin at a multiple of 8.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="metadata">The texts.</param>
    public static byte[] Write(
        IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(SafeTensors.MetadataName);
                foreach (var (name, text) in metadata)
                    json.WriteString(name, text);
                json.WriteEndObject();
            }

            long place = 0;
            foreach (var (name, tensor) in tensors)
            {
                var end = place + (long)tensor.Size * tensor.DType.Bytes;
                json.WriteStartObject(name);
                json.WriteString("dtype", NameOf(tensor.DType));
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape.ToArray())
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(place);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                place = end;
            }

            json.WriteEndObject();
        }

        var padded = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(padded);
        return padded;
    }

    private static string NameOf(DType type) =>
        type == DType.Float32 ? "F32" : type == DType.Float64 ? "F64" : type == DType.Int32 ? "I32" : "U8";

    /// <summary>The elements must fill the file: no gap, no overlap, nothing behind.</summary>
    private static void RequireWhole(IReadOnlyList<SafeTensorsEntry> entries, long available)
    {
        long place = 0;
        foreach (var entry in entries)
        {
            if (entry.End < entry.Begin)
                throw new MalformedException($"tensor '{entry.Name}' ends at {entry.End}, before it begins at {entry.Begin}");
            if (entry.End - entry.Begin != entry.Array.ByteCount)
            {
                throw new MalformedException(
                    $"tensor '{entry.Name}' of shape {entry.Array.Shape} and {entry.Array.Type} needs {entry.Array.ByteCount} bytes, "
                    + $"its place has {entry.End - entry.Begin}");
            }

            if (entry.Begin != place)
            {
                throw new MalformedException(entry.Begin < place
                    ? $"tensor '{entry.Name}' begins at {entry.Begin}, inside another that goes to {place}"
                    : $"the bytes from {place} to {entry.Begin} belong to no tensor");
            }

            place = entry.End;
        }

        if (place != available)
        {
            throw new MalformedException(place > available
                ? $"its tensors take {place} bytes, but only {available} follow the header (is it truncated?)"
                : $"{available - place} bytes follow the last tensor");
        }
    }

    /// <summary>Reads the JSON token by token, so that no more is kept than is meant.</summary>
    private ref struct Parser(ReadOnlySpan<byte> bytes)
    {
        private Utf8JsonReader json = new(bytes, new JsonReaderOptions { MaxDepth = 4 });

        public SafeTensorsHeader Parse()
        {
            var entries = new List<SafeTensorsEntry>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            Next(JsonTokenType.StartObject, "an object");
            while (NextName() is { } name)
            {
                if (!names.Add(name))
                    throw new MalformedException($"its header names '{name}' twice");
                if (name == SafeTensors.MetadataName)
                    Texts(metadata);
                else
                    entries.Add(Entry(name));
            }

            // Only the padding may follow.
            json.Read();
            return new SafeTensorsHeader(
                [.. entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)], metadata);
        }

        private SafeTensorsEntry Entry(string name)
        {
            StoredType? type = null;
            List<long>? shape = null, place = null;
            Next(JsonTokenType.StartObject, $"an object for tensor '{name}'");
            while (NextName() is { } field)
            {
                var isNew = field switch
                {
                    "dtype" => type is null,
                    "shape" => shape is null,
                    "data_offsets" => place is null,
                    _ => throw new MalformedException($"tensor '{name}' has an unknown field '{field}'"),
                };
                if (!isNew)
                    throw new MalformedException($"tensor '{name}' has its {field} twice");
                if (field == "dtype")
                    type = TypeOf(NextText($"dtype of tensor '{name}'"), name);
                else if (field == "shape")
                    shape = Numbers($"shape of tensor '{name}'");
                else
                    place = Numbers($"data_offsets of tensor '{name}'");
            }

            if (type is null || shape is null || place is not { Count: 2 })
                throw new MalformedException($"tensor '{name}' needs a dtype, a shape and two data_offsets");
            try
            {
                return new SafeTensorsEntry(
                    name, new ArrayHeader(type.Value, false, false, NpyHeader.ShapeOf(shape)), place[0], place[1]);
            }
            catch (MalformedException exception)
            {
                throw new MalformedException($"tensor '{name}': {exception.Message}");
            }
        }

        private void Texts(Dictionary<string, string> metadata)
        {
            Next(JsonTokenType.StartObject, "an object of texts");
            while (NextName() is { } name)
            {
                if (!metadata.TryAdd(name, NextText($"metadata '{name}'")))
                    throw new MalformedException($"its metadata names '{name}' twice");
            }
        }

        private List<long> Numbers(string what)
        {
            Next(JsonTokenType.StartArray, $"a list for the {what}");
            var numbers = new List<long>();
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number) || number < 0)
                    throw new MalformedException($"the {what} holds something else than whole numbers from 0 to {long.MaxValue}");
                numbers.Add(number);
            }

            return numbers;
        }

        private string NextText(string what)
        {
            Next(JsonTokenType.String, $"a text for the {what}");
            return json.GetString()!;
        }

        private string? NextName() => json.Read() && json.TokenType == JsonTokenType.PropertyName ? json.GetString() : null;

        private void Next(JsonTokenType wanted, string what)
        {
            if (!json.Read() || json.TokenType != wanted)
                throw new MalformedException($"its header lacks {what}");
        }

        private static StoredType TypeOf(string name, string tensor) => name switch
        {
            "BOOL" => new(StoredKind.Boolean, 1),
            "I8" => new(StoredKind.Signed, 1),
            "I16" => new(StoredKind.Signed, 2),
            "I32" => new(StoredKind.Signed, 4),
            "I64" => new(StoredKind.Signed, 8),
            "U8" => new(StoredKind.Unsigned, 1),
            "U16" => new(StoredKind.Unsigned, 2),
            "U32" => new(StoredKind.Unsigned, 4),
            "U64" => new(StoredKind.Unsigned, 8),
            "F16" => new(StoredKind.Float, 2),
            "BF16" => new(StoredKind.BrainFloat, 2),
            "F32" => new(StoredKind.Float, 4),
            "F64" => new(StoredKind.Float, 8),
            _ => throw new MalformedException(
                $"tensor '{tensor}' has dtype '{name}', which has no place here; BOOL, I8 to I64, U8 to U64, F16, BF16, F32 and F64 can be read"),
        };
    }
}
