namespace SoftmaxScripting.Toolkit;

/// <summary>The runs in a folder.</summary>
/// <param name="directory">The folder of runs.</param>
public sealed class RunStore(string directory)
{
    private const int MostListed = 5;

    /// <summary>The folder of runs.</summary>
    public string Directory { get; } = directory;

    /// <summary>The runs, the oldest first. Sweeps are not among them; their trials lie inside them.</summary>
    public IReadOnlyList<RunInfo> List() =>
    [
        .. Folders().Select(RunInfo.Read).OfType<RunInfo>()
            .OrderBy(run => run.Started ?? DateTimeOffset.MinValue).ThenBy(run => run.Name, StringComparer.Ordinal),
    ];

    /// <summary>The run of a name, of the one name that begins so, or of a folder's path.</summary>
    /// <param name="given">What was typed.</param>
    /// <exception cref="UsageException">There is none, or more than one.</exception>
    public RunInfo Find(string given)
    {
        ArgumentException.ThrowIfNullOrEmpty(given);
        if (RunInfo.Read(Path.Combine(Directory, given)) is { } exact)
            return exact;
        if (RunInfo.Read(given) is { } byPath)
            return byPath;
        var names = Folders().Select(folder => Path.GetFileName(folder)).ToArray();
        var matching = names.Where(name => name.StartsWith(given, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (matching.Length == 0)
            matching = [.. names.Where(name => name.EndsWith("-" + given, StringComparison.OrdinalIgnoreCase))];
        return matching switch
        {
            [var one] => RunInfo.Read(Path.Combine(Directory, one))
                ?? throw new UsageException($"{Path.Combine(Directory, one)} holds no {RunFolder.RecordFile} that can be read."),
            [] when names.Length == 0 => throw new UsageException($"There is no run '{given}': {Directory} holds none."),
            [] => throw new UsageException(
                $"There is no run '{given}' in {Directory}{DidYouMean.Suffix(given, names)}. The command runs list shows them."),
            _ => throw new UsageException(
                $"'{given}' begins the names of {matching.Length} runs: {string.Join(", ", matching.Take(MostListed))}"
                + $"{(matching.Length > MostListed ? ", …" : "")}. Write more of the name."),
        };
    }

    /// <summary>The latest run of a script.</summary>
    /// <param name="script">The script as it was typed.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public RunInfo Latest(string script) =>
        List().LastOrDefault(run => Path.GetFileName(run.Script) == Path.GetFileName(script))
        ?? throw new UsageException($"There is no run of {script} in {Directory} to be resumed. Without --resume a new one begins.");

    private IEnumerable<string> Folders() => System.IO.Directory.Exists(Directory)
        ? System.IO.Directory.EnumerateDirectories(Directory)
            .Where(folder => Path.GetFileName(folder)[0] != '.' && File.Exists(Path.Combine(folder, RunFolder.RecordFile)))
        : [];
}
