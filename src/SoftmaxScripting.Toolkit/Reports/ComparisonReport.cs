using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>The report on runs side by side: ranking, curves, what differs, and what came to nothing.</summary>
internal static class ComparisonReport
{
    private const string Finished = RunRecord.Finished;

    /// <summary>Up to so many runs what differs stands in a column for each run; more take a row each.</summary>
    private const int MostColumns = 4;

    /// <summary>The page.</summary>
    /// <param name="comparison">The runs.</param>
    public static string ToHtml(RunComparison comparison) => ReportPage.Whole(Content(comparison));

    /// <summary>What the page holds.</summary>
    /// <param name="comparison">The runs.</param>
    public static ReportContent Content(RunComparison comparison)
    {
        var known = comparison.Runs.Where(run => run.Run is not null).ToArray();
        var facts = known.Length == 0 ? [] : RunFacts.Side([.. known.Select(run => run.Run!)]);
        var varied = comparison.Varied.Select(option => "--" + option.Name).Append("--" + comparison.BudgetName).ToHashSet();
        var differing = facts.Where(fact => fact.Values.Distinct().Count() > 1 && !varied.Contains(fact.Name)).ToArray();
        var shared = facts.Where(fact => fact.Values.Distinct().Count() == 1 && !varied.Contains(fact.Name) && fact.Values[0] != "–");
        return new ReportContent(
            comparison.Title,
            "",
            comparison.Began,
            comparison.State,
            "",
            [.. shared.Select(fact => KeyValuePair.Create(fact.Name, RunFacts.Shown(fact.Values[0])))],
            [],
            [.. Blocks(comparison, known, differing)])
        {
            Label = comparison.Label,
        };
    }

    private static IEnumerable<ReportBlock> Blocks(
        RunComparison comparison, ComparedRun[] known, (string Name, IReadOnlyList<string> Values)[] differing)
    {
        yield return new TextBlock(Summary(comparison));
        var ranked = comparison.Runs.Where(run => run.Figures.Count > 0).ToArray();
        if (ranked.Length > 0)
        {
            yield return new HeadingBlock("Figures");
            yield return new TableBlock(Ranking(comparison, ranked));
        }

        foreach (var chart in ComparisonCharts.AgainstOptions(comparison))
            yield return new FigureBlock(chart);
        var (charts, note) = ComparisonCharts.Curves(comparison);
        if (charts.Count > 0)
            yield return new HeadingBlock("Curves");
        foreach (var chart in charts)
            yield return new FigureBlock(chart);
        if (note.Length > 0)
            yield return new TextBlock(note);
        var troubled = comparison.Runs.Where(run => run.State != Finished && run.State != RunComparison.NotRun).ToArray();
        if (troubled.Length > 0)
        {
            yield return new HeadingBlock("Not finished");
            yield return new TableBlock(ReportTable.Of(
                "What did not come to its end, and why",
                ["run", .. comparison.Varied.Select(option => option.Name), "state", "why"],
                troubled.Select(run => (IReadOnlyList<object?>)[run.Name, .. Settings(comparison, run), run.State, run.Problem])));
        }

        yield return new HeadingBlock("What differs");
        var beside = comparison.Varied.Count > 0 ? "Beside the options that are varied, the" : "The";
        yield return differing.Length > 0
            ? new TableBlock(Differences(known, differing))
            : new TextBlock(known.Length < 2 ? "There are no two runs to hold against each other." : $"{beside} runs have the same script, options, data, toolkit and machine.");
    }

    private static string Summary(RunComparison comparison)
    {
        var states = comparison.Runs.GroupBy(run => run.State).OrderBy(group => group.Key != Finished)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"));
        var all = string.Create(CultureInfo.InvariantCulture, $"{comparison.Runs.Count} runs: {string.Join(", ", states)}.");
        return comparison.Metric is { } metric && comparison.Runs is [{ Value: { } value } best, ..]
            ? $"Best: {RunComparison.Line(best)}, with {metric} {value.ToString("0.0000", CultureInfo.InvariantCulture)} ({(comparison.HigherIsBetter ? "higher" : "lower")} is better). {all}"
            : all;
    }

    private static ReportTable Ranking(RunComparison comparison, ComparedRun[] ranked)
    {
        var figures = ranked.SelectMany(run => run.Figures.Keys).Distinct().OrderBy(name => name != comparison.Metric).ToArray();
        string[] budget = comparison.BudgetName.Length > 0 ? [comparison.BudgetName] : [];
        return ReportTable.Of(
            comparison.Metric is { } metric ? $"Ranked by {metric}" : "",
            ["rank", "run", .. comparison.Varied.Select(option => option.Name), .. budget, .. figures, "state", "seconds"],
            ranked.Select((run, index) => (IReadOnlyList<object?>)
            [
                run.Value is null ? "" : index + 1,
                run.Name,
                .. Settings(comparison, run),
                .. budget.Select(_ => run.Budget),
                .. figures.Select(name => (object?)(run.Figures.TryGetValue(name, out var value) ? value : double.NaN)),
                run.State,
                run.Seconds is { } seconds ? Math.Round((decimal)seconds, 2) : 0m,
            ]));
    }

    private static ReportTable Differences(
        ComparedRun[] runs, (string Name, IReadOnlyList<string> Values)[] facts) =>
        runs.Length <= MostColumns
            ? ReportTable.Of(
                "",
                ["", .. runs.Select(run => run.Name)],
                facts.Select(fact => (IReadOnlyList<object?>)[fact.Name, .. fact.Values.Select(RunFacts.Shown)]))
            : ReportTable.Of(
                "",
                ["run", .. facts.Select(fact => fact.Name)],
                runs.Select((run, i) => (IReadOnlyList<object?>)[run.Name, .. facts.Select(fact => RunFacts.Shown(fact.Values[i]))]));

    private static IEnumerable<string> Settings(RunComparison comparison, ComparedRun run) =>
        comparison.Varied.Select(option => run.Settings.GetValueOrDefault(option.Name, ""));
}
