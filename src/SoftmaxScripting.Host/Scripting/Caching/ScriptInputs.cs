using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>A file that decided what a script was compiled to.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Length">Its length in bytes; <see cref="Absent"/> where it mattered that there was no such file.</param>
/// <param name="Fingerprint">The fingerprint of its content.</param>
internal readonly record struct ScriptInput(string Path, long Length, UInt128 Fingerprint)
{
    /// <summary>The length of a file that is not there.</summary>
    public const long Absent = -1;

    /// <summary>Whether the file is still what it was.</summary>
    public bool IsUnchanged()
    {
        if (Length == Absent)
            return !File.Exists(Path);
        try
        {
            return new FileInfo(Path) is { Exists: true } file && file.Length == Length
                && ContentHash.Of(File.ReadAllBytes(Path)) == Fingerprint;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>
/// Gives the compiler the files a script names, and keeps what it was given: the very bytes, since a file may change
/// while it is compiled.
/// </summary>
internal sealed class ScriptInputs
{
    private readonly Dictionary<string, ScriptInput> inputs = new(StringComparer.Ordinal);

    /// <summary>Every file asked for, whether it was there or not.</summary>
    public IReadOnlyCollection<ScriptInput> All => inputs.Values;

    /// <summary>The content of a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        inputs[path] = new ScriptInput(path, bytes.Length, ContentHash.Of(bytes));
        return bytes;
    }

    /// <summary>Whether there is a file; an answer of no is kept, since the file may come to be.</summary>
    /// <param name="path">Its full path.</param>
    public bool Exists(string path)
    {
        if (File.Exists(path))
            return true;
        inputs[path] = new ScriptInput(path, ScriptInput.Absent, default);
        return false;
    }
}
