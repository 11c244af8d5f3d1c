using System.Text;
using SoftmaxScripting.Host.Diagnostics;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>A compiled script as bytes: what a later run needs in place of the compiler.</summary>
internal static class ScriptEntry
{
    /// <summary>Part of the key: another layout is another entry.</summary>
    public const int FormatVersion = 1;

    /// <summary>The kinds of limits of an option.</summary>
    private enum Limit : byte
    {
        None,
        Int32,
        Int64,
        Single,
        Double,
    }

    /// <summary>Writes the files it was made of.</summary>
    /// <param name="inputs">The files.</param>
    public static byte[] WriteInputs(IReadOnlyCollection<ScriptInput> inputs) => Bytes(writer =>
    {
        writer.Write(inputs.Count);
        foreach (var input in inputs)
        {
            writer.Write(input.Path);
            writer.Write(input.Length);
            writer.Write((ulong)(input.Fingerprint >> 64));
            writer.Write((ulong)input.Fingerprint);
        }
    });

    /// <summary>Reads <see cref="WriteInputs"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    public static ScriptInput[] ReadInputs(byte[] bytes)
    {
        using var reader = Reader(bytes);
        return Many(reader, () => new ScriptInput(
            reader.ReadString(), reader.ReadInt64(), new UInt128(reader.ReadUInt64(), reader.ReadUInt64())));
    }

    /// <summary>Writes a script that compiled.</summary>
    /// <param name="result">What compiling gave.</param>
    /// <param name="script">Its script.</param>
    public static byte[] Write(CompilationResult result, CompiledScript script) => Bytes(writer =>
    {
        var outline = result.Outline;
        Many(writer, outline.Texts, text =>
        {
            writer.Write(text.Key);
            writer.Write(text.Value);
        });
        writer.Write(outline.Description);
        Many(writer, outline.Options, option => Write(writer, option));
        writer.Write(outline.HasComputedOptions);
        Many(writer, result.Messages, message => Write(writer, message));
        Many(writer, script.References, writer.Write);
        Write(writer, script.Assembly);
        Write(writer, script.Symbols);
    });

    /// <summary>Reads <see cref="Write(CompilationResult, CompiledScript)"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="source">The script they are of.</param>
    public static CompilationResult Read(byte[] bytes, ScriptSource source)
    {
        using var reader = Reader(bytes);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, text) in Many(reader, () => (reader.ReadString(), reader.ReadString())))
            texts[path] = text;
        var description = reader.ReadString();
        var options = Many(reader, () => ReadOption(reader));
        var hasComputed = reader.ReadBoolean();
        var messages = Many(reader, () => ReadMessage(reader));
        var references = Many(reader, reader.ReadString);
        var script = new CompiledScript(ReadBlock(reader), ReadBlock(reader), references);
        return new CompilationResult(
            new ScriptOutline(source, texts, description, options, hasComputed), messages, script);
    }

    private static void Write(BinaryWriter writer, DeclaredOption option)
    {
        writer.Write(option.Name);
        writer.Write((byte)option.Kind);
        writer.Write(option.DefaultText);
        writer.Write(option.Help);
        Many(writer, option.Choices, writer.Write);
        Write(writer, option.Minimum);
        Write(writer, option.Maximum);
    }

    private static DeclaredOption ReadOption(BinaryReader reader) =>
        new(reader.ReadString(), (OptionKind)reader.ReadByte(), reader.ReadString(), reader.ReadString())
        {
            Choices = Many(reader, reader.ReadString),
            Minimum = ReadLimit(reader),
            Maximum = ReadLimit(reader),
        };

    private static void Write(BinaryWriter writer, IComparable? limit)
    {
        switch (limit)
        {
            case int number:
                writer.Write((byte)Limit.Int32);
                writer.Write(number);
                break;
            case long number:
                writer.Write((byte)Limit.Int64);
                writer.Write(number);
                break;
            case float number:
                writer.Write((byte)Limit.Single);
                writer.Write(number);
                break;
            case double number:
                writer.Write((byte)Limit.Double);
                writer.Write(number);
                break;
            default:
                writer.Write((byte)Limit.None);
                break;
        }
    }

    private static IComparable? ReadLimit(BinaryReader reader) => (Limit)reader.ReadByte() switch
    {
        Limit.Int32 => reader.ReadInt32(),
        Limit.Int64 => reader.ReadInt64(),
        Limit.Single => reader.ReadSingle(),
        Limit.Double => reader.ReadDouble(),
        _ => null,
    };

    private static void Write(BinaryWriter writer, ScriptMessage message)
    {
        writer.Write(message.Path);
        writer.Write(message.Line);
        writer.Write(message.Column);
        writer.Write(message.Length);
        writer.Write(message.IsError);
        writer.Write(message.Id);
        writer.Write(message.Text);
        writer.Write(message.Hint is not null);
        writer.Write(message.Hint ?? "");
    }

    private static ScriptMessage ReadMessage(BinaryReader reader)
    {
        var message = new ScriptMessage(
            reader.ReadString(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean(),
            reader.ReadString(), reader.ReadString(), Hint: null);
        var hasHint = reader.ReadBoolean();
        var hint = reader.ReadString();
        return hasHint ? message with { Hint = hint } : message;
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static BinaryReader Reader(byte[] bytes) => new(new MemoryStream(bytes, writable: false), Encoding.UTF8);

    private static void Write(BinaryWriter writer, byte[] block)
    {
        writer.Write(block.Length);
        writer.Write(block);
    }

    private static byte[] ReadBlock(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());

    private static void Many<T>(BinaryWriter writer, IReadOnlyCollection<T> items, Action<T> write)
    {
        writer.Write(items.Count);
        foreach (var item in items)
            write(item);
    }

    private static T[] Many<T>(BinaryReader reader, Func<T> read)
    {
        var count = reader.ReadInt32();

        // No item takes less than a byte: what promises more than there is was not written here.
        if (count < 0 || count > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new FormatException($"{count} items are promised, more than the entry can hold.");
        var items = new T[count];
        for (var i = 0; i < items.Length; i++)
            items[i] = read();
        return items;
    }
}
