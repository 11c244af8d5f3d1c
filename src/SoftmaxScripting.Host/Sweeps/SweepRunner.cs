using System.Diagnostics;
using SoftmaxScripting.Host.Tables;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Sweeps;

/// <summary>Runs the trials of a plan that are not done yet, some at once, round by round.</summary>
/// <param name="plan">What to do.</param>
/// <param name="folder">The sweep's folder.</param>
/// <param name="launcher">What starts trials.</param>
/// <param name="output">Takes a line for each trial that ends.</param>
internal sealed class SweepRunner(SweepPlan plan, string folder, ITrialLauncher launcher, TextWriter output)
{
    private readonly SweepJournal journal = new(folder);
    private readonly Lock gate = new();

    /// <summary>Runs to the end.</summary>
    /// <param name="cancellation">Ends the sweep; what is done stays done.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<SweepRanking> Run(CancellationToken cancellation)
    {
        var (ended, leftovers) = journal.Read();
        foreach (var leftover in leftovers)
            launcher.EndLeftover(leftover);
        var results = ended.ToDictionary(result => (result.Trial, result.Rung));
        IReadOnlyList<Trial> survivors = plan.Trials;
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        for (var rung = 0; rung < plan.Rungs; rung++)
        {
            var round = rung;
            var waiting = survivors.Where(trial => !results.ContainsKey((trial.Number, round))).ToArray();
            await Parallel.ForEachAsync(
                waiting,
                new ParallelOptions { MaxDegreeOfParallelism = plan.Workers, CancellationToken = cancellation },
                async (trial, token) =>
                {
                    var result = await RunOne(trial, round, token);
                    journal.Ended(result);
                    lock (gate)
                    {
                        results[(trial.Number, round)] = result;
                        Tell(trial, result, results.Keys.Count(key => key.Rung == round), survivors.Count);
                    }
                });
            if (rung < plan.Rungs - 1)
                survivors = Best([.. survivors], [.. results.Values.Where(result => result.Rung == round)]);
        }

        return SweepRanking.Of(plan, [.. results.Values]);
    }

    private async Task<TrialResult> RunOne(Trial trial, int rung, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var runFolder = Path.Combine(folder, trial.RunName);

        // A trial that was interrupted, or did well with a smaller budget, goes on where it stopped.
        var words = plan.Words(trial, rung);
        if (RunInfo.Read(runFolder) is not null)
            words = [.. words, $"--resume={trial.RunName}"];
        var end = await launcher.Run(
            new TrialStart(
                plan.Script,
                words,
                folder,
                trial.RunName,
                Path.Combine(folder, "logs", trial.RunName + ".txt"),
                plan.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null),
            handle => journal.Started(trial.Number, rung, handle),
            cancellation);
        var state = end.TimedOut ? TrialState.TimedOut : end.ExitCode == ExitCodes.Success ? TrialState.Finished : TrialState.Failed;
        var figures = state == TrialState.Finished && RunInfo.Read(runFolder) is { } run ? run.Figures : new Dictionary<string, double>();
        var message = state switch
        {
            TrialState.TimedOut => $"took longer than {Readable.Duration(plan.Timeout)}",
            TrialState.Failed => end.Message.Length > 0 ? end.Message : $"exit code {end.ExitCode}",
            _ => "",
        };
        return new TrialResult(trial.Number, rung, state, figures, clock.Elapsed.TotalSeconds, message);
    }

    /// <summary>The trials that the next round goes on with: the best, one of so many, but never none.</summary>
    private IReadOnlyList<Trial> Best(IReadOnlyList<Trial> survivors, IReadOnlyList<TrialResult> round)
    {
        var keep = Math.Max(1, survivors.Count / plan.Halving!.Factor);
        var best = SweepRanking.Of(plan, round).Ranked.Where(entry => entry.Value is not null).Take(keep).Select(entry => entry.Trial.Number).ToHashSet();
        return [.. survivors.Where(trial => best.Contains(trial.Number))];
    }

    private void Tell(Trial trial, TrialResult result, int done, int all)
    {
        var budget = plan.Halving is { } halving ? $"  {halving.Option} {halving.Budgets[result.Rung]}" : "";
        var ranking = SweepRanking.Of(plan with { Trials = [trial] }, [result]);
        var what = result.State switch
        {
            TrialState.Finished when ranking.Ranked[0].Value is { } value => $"{ranking.Metric} {Readable.Figure(value)}",
            TrialState.Finished => "no figure to rank by",
            TrialState.TimedOut => "timed out",
            _ => "failed: " + result.Message,
        };
        output.WriteLine($"{done,3}/{all}  {trial.RunName}  {trial}{budget}  {what}  {Readable.Duration(result.Seconds)}");
    }
}
