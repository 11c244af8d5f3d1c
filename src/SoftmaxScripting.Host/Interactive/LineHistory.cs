using System.Text.Json;

namespace SoftmaxScripting.Host.Interactive;

/// <summary>What was entered, in this session and those before; kept in a file, one JSON string a line.</summary>
internal sealed class LineHistory
{
    /// <summary>The environment variable that names the file, or switches it off by <c>off</c>.</summary>
    public const string Variable = "SOFTMAX_HISTORY";

    private const int Most = 1000;

    private readonly List<string> entries = [];
    private readonly string? file;

    /// <summary>Reads a history.</summary>
    /// <param name="file">The file, which need not exist; null for a history of this session alone.</param>
    public LineHistory(string? file)
    {
        this.file = file;
        try
        {
            if (file is not null && File.Exists(file))
                entries.AddRange(File.ReadLines(file).Select(Parse).OfType<string>().TakeLast(Most));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without its past the session is as good.
        }
    }

    /// <summary>The file that the settings name: beside what other programs keep of their state.</summary>
    public static string? FileFromSettings()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return named == "off" ? null : Path.GetFullPath(named);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { } folder && Path.IsPathFullyQualified(folder)
            ? folder
            : home.Length == 0 ? null : Path.Combine(home, ".local", "state");
        return state is null ? null : Path.Combine(state, "softmax-scripting", "history");
    }

    /// <summary>The entries, the oldest first.</summary>
    public IReadOnlyList<string> Entries => entries;

    /// <summary>Adds an entry, unless it repeats the last.</summary>
    /// <param name="entry">What was entered.</param>
    public void Add(string entry)
    {
        if (entry.Trim().Length == 0 || entries.Count > 0 && entries[^1] == entry)
            return;
        entries.Add(entry);
        if (file is null)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (entries.Count <= Most)
            {
                File.AppendAllText(file, Line(entry));
                return;
            }

            // Now and then the oldest go, all at once.
            entries.RemoveRange(0, entries.Count - Most / 2);
            File.WriteAllText(file, string.Concat(entries.Select(Line)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not worth a word at each entry.
        }
    }

    private static string Line(string entry) => JsonSerializer.Serialize(entry) + "\n";

    private static string? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
