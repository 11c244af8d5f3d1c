namespace SoftmaxScripting.Host.Sweeps;

/// <summary>What a launcher needs to know of a trial.</summary>
/// <param name="Script">The script's file.</param>
/// <param name="Words">The options of the script.</param>
/// <param name="RunsDirectory">The folder its run is recorded in.</param>
/// <param name="RunName">The name its run is to have.</param>
/// <param name="LogFile">Takes what it writes.</param>
/// <param name="Timeout">After this time it is ended; null for no limit.</param>
internal sealed record TrialStart(
    string Script, IReadOnlyList<string> Words, string RunsDirectory, string RunName, string LogFile, TimeSpan? Timeout);

/// <summary>How a trial ended, as its launcher saw it.</summary>
/// <param name="ExitCode">The exit code; null where it was ended from outside.</param>
/// <param name="TimedOut">Whether it was ended because it took too long.</param>
/// <param name="Message">What it said of its failure; empty for nothing.</param>
internal sealed record TrialEnd(int? ExitCode, bool TimedOut, string Message);

/// <summary>
/// Starts trials: the one place to be replaced for trials on other machines. A launcher sees to it that nothing of a trial is
/// left running once the task is over, whether it ended by itself, by its time limit or by cancellation.
/// </summary>
internal interface ITrialLauncher
{
    /// <summary>Runs a trial to its end.</summary>
    /// <param name="start">The trial.</param>
    /// <param name="started">Told how to find the trial again, once it has begun; see <see cref="EndLeftover"/>.</param>
    /// <param name="cancellation">Ends the trial; the task then throws <see cref="OperationCanceledException"/>.</param>
    Task<TrialEnd> Run(TrialStart start, Action<string> started, CancellationToken cancellation);

    /// <summary>Ends a trial that an earlier sweep began and could not end, because it was killed itself.</summary>
    /// <param name="handle">What the launcher told when it began.</param>
    void EndLeftover(string handle);
}
