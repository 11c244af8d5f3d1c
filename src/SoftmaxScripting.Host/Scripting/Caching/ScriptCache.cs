using System.Globalization;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Compiled scripts, kept in the cache folder. An entry is found by the script's path and text, the host's identity and
/// the layout of entries; it counts only while every file the script loads or references is what it was.
/// </summary>
internal sealed class ScriptCache
{
    private const string Extension = ".script";
    private const long MostBytes = 64L << 20;
    private const int MostEntries = 500;

    private readonly FileStore? store;
    private readonly UInt128 identity;

    /// <summary>Opens the cache of a folder.</summary>
    /// <param name="folder">The folder; null for a cache that keeps nothing.</param>
    /// <param name="identity">What besides the script's files decides the result.</param>
    public ScriptCache(string? folder, UInt128 identity)
    {
        store = folder is null ? null : new FileStore(folder, Extension, MostBytes, MostEntries);
        this.identity = identity;
    }

    /// <summary>Opens the cache that the settings name.</summary>
    public static ScriptCache Open() => new(CacheFolder.For("scripts"), HostIdentity.Fingerprint);

    /// <summary>The folder; null where scripts are not kept.</summary>
    public string? Folder => store?.Folder;

    /// <summary>How many scripts are kept.</summary>
    public int Count => store?.Count ?? 0;

    /// <summary>The bytes they take.</summary>
    public long Size => store?.Size ?? 0;

    /// <summary>Removes every entry.</summary>
    /// <returns>How many entries went, and the bytes they took.</returns>
    public (int Count, long Bytes) Clear() => store?.Clear() ?? default;

    /// <summary>What compiling a script gave before; null when it has to be compiled.</summary>
    /// <param name="source">The script.</param>
    public CompilationResult? Find(ScriptSource source)
    {
        if (store?.Read(NameOf(source)) is not { } entry)
            return null;
        try
        {
            if (!Array.TrueForAll(ScriptEntry.ReadInputs(entry.Head), input => input.IsUnchanged()))
                return null;
            var result = ScriptEntry.Read(entry.Body, source);

            // The name is a fingerprint; the text itself leaves no doubt.
            return result.Outline.Texts.TryGetValue(source.Path, out var text) && text == source.Text ? result : null;
        }
        catch (Exception exception) when (
            exception is IOException or FormatException or ArgumentException or OverflowException)
        {
            // A whole file whose content is none: nothing that this version has written.
            return null;
        }
    }

    /// <summary>Keeps a script that compiled.</summary>
    /// <param name="result">What compiling gave; one with errors is not kept.</param>
    /// <param name="inputs">The files it was made of.</param>
    /// <returns>Why it could not be kept, as a sentence for a person; null when all is well.</returns>
    public string? Keep(CompilationResult result, ScriptInputs inputs)
    {
        if (store is null || result.Script is not { } script)
            return null;
        return store.TryWrite(
            NameOf(result.Outline.Source),
            ScriptEntry.WriteInputs(inputs.All),
            ScriptEntry.Write(result, script),
            out var problem)
            ? null
            : $"The compiled script is not kept, and compiled again at the next run: {problem.TrimEnd('.')}. "
              + $"{CacheFolder.Variable} names another folder, or is 'off'.";
    }

    private string NameOf(ScriptSource source)
    {
        var key = ContentHash.Of(source.Path, identity + ScriptEntry.FormatVersion);
        return ContentHash.Of(source.Text, key).ToString("x32", CultureInfo.InvariantCulture);
    }
}
