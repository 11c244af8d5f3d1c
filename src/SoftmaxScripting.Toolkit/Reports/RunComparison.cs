namespace SoftmaxScripting.Toolkit;

/// <summary>A run among others.</summary>
/// <param name="Name">What it is called there.</param>
/// <param name="Run">What its folder tells; null where it left none.</param>
internal sealed record ComparedRun(string Name, RunInfo? Run)
{
    /// <summary>The options that were varied on purpose, as they were typed.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How it stands: finished, failed, ….</summary>
    public required string State { get; init; }

    /// <summary>Why it came to nothing; empty where it did not.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The figure it is ranked by; null where it has none.</summary>
    public double? Value { get; init; }

    /// <summary>Every figure it came to.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();

    /// <summary>How long it took; null where that is not known.</summary>
    public double? Seconds { get; init; }

    /// <summary>What it was allowed to spend, where that differs on purpose; empty otherwise.</summary>
    public string Budget { get; init; } = "";
}

/// <summary>An option that was varied on purpose.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsLog">Whether its magnitudes were drawn evenly, not its values.</param>
internal sealed record VariedOption(string Name, bool IsLog);

/// <summary>Runs side by side, the best first: what the comparison report is made of.</summary>
internal sealed record RunComparison
{
    /// <summary>How a run stands that was not begun.</summary>
    public const string NotRun = "not run";

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>In a few words what it is and how it stands.</summary>
    public required string Label { get; init; }

    /// <summary>Whether all is there that was asked for.</summary>
    public ReportState State { get; init; } = ReportState.Completed;

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>The figure the runs are ranked by; null where none has one.</summary>
    public required string? Metric { get; init; }

    /// <summary>Whether more of it is better.</summary>
    public required bool HigherIsBetter { get; init; }

    /// <summary>The runs, the best first, those without a figure last.</summary>
    public required IReadOnlyList<ComparedRun> Runs { get; init; }

    /// <summary>The options that were varied on purpose.</summary>
    public IReadOnlyList<VariedOption> Varied { get; init; } = [];

    /// <summary>What the budget of the runs is; empty where they have none.</summary>
    public string BudgetName { get; init; } = "";

    /// <summary>A run with its setting, in a line.</summary>
    public static string Line(ComparedRun run) => string.Join(
        ", ", run.Settings.Select(option => $"{option.Key} {option.Value}").Prepend(run.Name));

    /// <summary>Runs that were made one by one.</summary>
    /// <param name="runs">The runs.</param>
    public static RunComparison Of(IReadOnlyList<RunInfo> runs)
    {
        var metric = RunFigures.Leading(runs.Select(run => run.Figures));
        var higher = metric is not null && RunFigures.HigherIsBetter(metric);
        var compared = runs.Zip(Names(runs), (run, name) => new ComparedRun(name, run)
        {
            State = run.Status,
            Problem = run.Text("failure"),
            Figures = run.Figures,
            Value = metric is not null && run.Figures.TryGetValue(metric, out var value) ? value : null,
            Seconds = run.Seconds,
        });
        return new RunComparison
        {
            Title = runs.Count == 2 ? "Comparison of two runs" : $"Comparison of {runs.Count} runs",
            Label = "comparison",
            Began = DateTimeOffset.Now,
            Metric = metric,
            HigherIsBetter = higher,
            Runs = [.. compared.OrderBy(run => run.Value is null).ThenBy(run => (higher ? -1 : 1) * run.Value)],
        };
    }

    /// <summary>The names of runs, with that of the folder around where two are the same.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<RunInfo> runs)
    {
        var twice = runs.GroupBy(run => run.Name).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        return [.. runs.Select(run => twice.Contains(run.Name)
            ? $"{Path.GetFileName(Path.GetDirectoryName(run.Folder))}/{run.Name}"
            : run.Name)];
    }
}
