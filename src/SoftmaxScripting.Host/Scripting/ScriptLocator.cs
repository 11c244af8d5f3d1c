using System.Globalization;
using System.Text;
using SoftmaxScripting.Host.Commands;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>Finds and reads the script a command line names, or says in one sentence why it cannot.</summary>
internal static class ScriptLocator
{
    /// <summary>What is typed to read the script from standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Refuses what is no UTF-8; other encodings are known by their mark at the beginning.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const string Extension = ".csx";
    private const string StandardInputName = "stdin";

    /// <summary>Folders searched for a name like the one typed, besides the one it names.</summary>
    private static readonly string[] UsualFolders = ["experiments", "scripts", "."];

    /// <summary>Reads the script.</summary>
    /// <param name="given">The file as typed, or <see cref="StandardInput"/>.</param>
    /// <param name="input">Standard input.</param>
    /// <exception cref="UsageException">There is no such script.</exception>
    public static ScriptSource Locate(string given, TextReader input)
    {
        var source = given == StandardInput
            ? new ScriptSource(Path.GetFullPath(StandardInputName), StandardInputName, input.ReadToEnd(), IsFile: false)
            : new ScriptSource(Path.GetFullPath(given), given, Read(given));
        if (string.IsNullOrWhiteSpace(source.Text))
            throw new UsageException($"{source.GivenPath} is empty: there is nothing to run.");
        return source.Text.Contains('\0', StringComparison.Ordinal)
            ? throw new UsageException($"{source.GivenPath} is not a text file.")
            : source;
    }

    /// <summary>The scripts that files and folders name: of a folder all its scripts, in the order of their names.</summary>
    /// <param name="given">Files and folders as typed.</param>
    /// <exception cref="UsageException">One does not exist, or a folder holds no script.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> given)
    {
        var scripts = new List<string>();
        foreach (var path in given)
        {
            if (!Directory.Exists(path))
                scripts.Add(File.Exists(path) ? path : throw new UsageException(Missing(path)));
            else if (ScriptsIn(path).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } names)
                scripts.AddRange(names.Select(name => Path.Combine(path, name)));
            else
                throw new UsageException($"{path} holds no {Extension} file.");
        }

        return [.. scripts.Distinct(StringComparer.Ordinal)];
    }

    private static string Read(string given)
    {
        if (Directory.Exists(given))
            throw new UsageException($"{given} is a folder; name one of its scripts{Example(given)}.");
        if (!File.Exists(given))
            throw new UsageException(Missing(given));
        if (!given.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"{given} is not a C# script: scripts end in {Extension}.");
        try
        {
            return File.ReadAllText(given, Utf8);
        }
        catch (DecoderFallbackException exception)
        {
            var bytes = string.Join(' ', (exception.BytesUnknown ?? []).Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
            throw new UsageException($"{given} is not UTF-8 text (it holds the bytes {bytes}); save it as UTF-8.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{given} cannot be read: {exception.Message}");
        }
    }

    private static string Example(string folder)
    {
        var first = ScriptsIn(folder).Order(StringComparer.Ordinal).FirstOrDefault();
        return first is null ? $", but it holds no {Extension} file" : $", for instance {Path.Combine(folder, first)}";
    }

    private static string Missing(string given)
    {
        var name = Path.GetFileName(given);
        var folder = Path.GetDirectoryName(given) ?? "";
        var looksLikeFile = folder.Length > 0 || Path.HasExtension(name);
        var problem = looksLikeFile
            ? $"there is no file {given}"
            : $"'{given}' is neither a script nor a command";
        if (!looksLikeFile && DidYouMean.Closest(name, CommandTable.Names) is { } command)
            return $"{problem} (did you mean {command}?).";
        var wanted = Path.GetFileNameWithoutExtension(name);
        foreach (var candidate in UsualFolders.Prepend(folder.Length > 0 ? folder : ".").Distinct())
        {
            // Without the extension, which all share and which would make short names look alike.
            var stems = ScriptsIn(candidate).Select(script => Path.GetFileNameWithoutExtension(script));
            if (DidYouMean.Closest(wanted, stems) is { } stem)
                return $"{problem} (did you mean {Path.Combine(candidate == "." ? "" : candidate, stem + Extension)}?).";
        }

        return $"{problem}.";
    }

    private static IEnumerable<string> ScriptsIn(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*" + Extension).Select(path => Path.GetFileName(path)!)
        : [];
}
