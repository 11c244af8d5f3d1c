using SoftmaxScripting.Host.Tables;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>Which runs are to be removed.</summary>
/// <param name="Names">Runs by name; without any the others choose.</param>
/// <param name="Keep">How many of the latest stay; null for no such limit.</param>
/// <param name="Days">Only runs older than this; null for any.</param>
/// <param name="Status">Only runs that ended so; null for any.</param>
internal sealed record PruneChoice(IReadOnlyList<string> Names, int? Keep, double? Days, string? Status);

/// <summary>Removes runs.</summary>
/// <param name="console">Where to write.</param>
/// <param name="store">The runs.</param>
internal sealed class RunsPruning(HostConsole console, RunStore store)
{
    /// <summary>Lists the chosen runs, and removes them where that is confirmed. A run that goes on is never removed.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="isConfirmed">Whether to remove them.</param>
    /// <exception cref="UsageException">Nothing is chosen, or a number makes no sense.</exception>
    public int Run(PruneChoice choice, bool isConfirmed)
    {
        var chosen = Chosen(choice);
        if (chosen.Count == 0)
        {
            console.Output.WriteLine("No run is to be removed.");
            return ExitCodes.Success;
        }

        var failed = 0;
        foreach (var run in chosen)
        {
            console.Output.WriteLine($"{(isConfirmed ? "removed" : "would remove")} {run.Name}  {run.Status}  {Readable.Time(run.Started)}");
            if (isConfirmed && !Remove(run))
                failed++;
        }

        if (!isConfirmed)
            console.Output.WriteLine($"Nothing is removed yet; --yes removes {(chosen.Count == 1 ? "it" : $"these {chosen.Count}")}.");
        return failed == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    private IReadOnlyList<RunInfo> Chosen(PruneChoice choice)
    {
        if (choice is { Names.Count: 0, Keep: null, Days: null, Status: null })
            throw new UsageException("runs prune needs to know which: names, --keep N, --older-than DAYS or --status STATUS.");
        if (choice.Keep < 0 || choice.Days is < 0 or double.NaN)
            throw new UsageException("runs prune: --keep and --older-than must not be negative.");
        IEnumerable<RunInfo> runs = choice.Names.Count > 0 ? choice.Names.Select(store.Find).DistinctBy(run => run.Folder) : store.List();
        if (choice.Keep is { } keep)
            runs = runs.SkipLast(keep);
        if (choice.Days is { } days)
            runs = runs.Where(run => DateTimeOffset.Now - (run.Started ?? DateTimeOffset.Now) > TimeSpan.FromDays(days));
        if (choice.Status is { } status)
            runs = runs.Where(run => run.Status == status);
        return [.. runs.Where(run => run.Status != "running")];
    }

    private bool Remove(RunInfo run)
    {
        try
        {
            Directory.Delete(run.Folder, recursive: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            console.WriteError($"{run.Folder} cannot be removed: {exception.Message}");
            return false;
        }
    }
}
