using System.Globalization;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Sweeps;

/// <summary>The report on a sweep, in its folder: of all trials, or of what there is where it was interrupted.</summary>
internal static class SweepReport
{
    private const string File = "report.html";

    /// <summary>Writes the report from what the sweep's folder holds.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="folder">The sweep's folder.</param>
    /// <returns>The file.</returns>
    /// <exception cref="FileException">It cannot be written.</exception>
    public static string Write(SweepPlan plan, string folder)
    {
        var path = Path.Combine(folder, File);
        ReportFile.Write(path, ComparisonReport.ToHtml(Of(plan, folder)));
        return path;
    }

    /// <summary>The trials of a sweep side by side.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="folder">The sweep's folder.</param>
    public static RunComparison Of(SweepPlan plan, string folder)
    {
        var (ended, _) = new SweepJournal(folder).Read();
        var ranking = SweepRanking.Of(plan, ended);
        ComparedRun[] runs = [.. ranking.Ranked.Select(entry => Compared(plan, folder, entry))];
        var done = ranking.Ranked.Count(entry => entry.Result is not null);
        var isWhole = done == plan.Trials.Count;
        return new RunComparison
        {
            Title = "Sweep of " + Path.GetFileNameWithoutExtension(plan.Script),
            Label = isWhole
                ? string.Create(CultureInfo.InvariantCulture, $"{plan.Trials.Count} trials")
                : string.Create(CultureInfo.InvariantCulture, $"interrupted after {done} of {plan.Trials.Count} trials"),
            State = isWhole ? ReportState.Completed : ReportState.Cancelled,
            Began = runs.Min(run => run.Run?.Started) ?? DateTimeOffset.Now,
            Metric = ranking.Metric,
            HigherIsBetter = plan.RanksHigherFirst(ranking.Metric),
            Runs = runs,
            Varied = [.. plan.Trials.SelectMany(trial => trial.Options.Select(option => option.Key)).Distinct()
                .Select(name => new VariedOption(name, plan.Logarithmic.Contains(name)))],
            BudgetName = plan.Halving?.Option ?? "",
        };
    }

    private static ComparedRun Compared(SweepPlan plan, string folder, RankedTrial entry)
    {
        var run = RunInfo.Read(Path.Combine(folder, entry.Trial.RunName));
        return new ComparedRun(entry.Trial.RunName, run)
        {
            Settings = entry.Trial.Options.ToDictionary(),
            State = entry.Result is null && run is not null ? "interrupted" : SweepRanking.State(entry.Result),
            Problem = entry.Result?.Message ?? "",
            Value = entry.Value,
            Figures = entry.Result?.Figures ?? new Dictionary<string, double>(),
            Seconds = entry.Result?.Seconds,
            Budget = plan.Halving is { } halving && entry.Result is { } result
                ? halving.Budgets[result.Rung].ToString(CultureInfo.InvariantCulture)
                : "",
        };
    }
}
