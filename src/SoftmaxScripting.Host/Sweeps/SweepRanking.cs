using System.Text.Json.Nodes;
using SoftmaxScripting.Host.Tables;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Sweeps;

/// <summary>A trial in its place.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Result">Its last attempt; null where there was none.</param>
/// <param name="Value">The figure it is ranked by; null where it has none.</param>
internal sealed record RankedTrial(Trial Trial, TrialResult? Result, double? Value);

/// <summary>The trials of a sweep, the best first; those without a figure last.</summary>
/// <param name="Metric">The figure they are ranked by; null where no trial has one.</param>
/// <param name="Ranked">The trials in order.</param>
internal sealed record SweepRanking(string? Metric, IReadOnlyList<RankedTrial> Ranked)
{
    /// <summary>Ranks results.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="results">The attempts; of a trial's the one of the last round counts, and later rounds come first.</param>
    public static SweepRanking Of(SweepPlan plan, IReadOnlyList<TrialResult> results)
    {
        var last = results.GroupBy(result => result.Trial).ToDictionary(group => group.Key, group => group.MaxBy(result => result.Rung)!);
        var metric = plan.Metric ?? RunFigures.Leading(last.Values.Select(result => result.Figures));
        var sign = plan.RanksHigherFirst(metric) ? -1 : 1;
        var ranked = plan.Trials
            .Select(trial =>
            {
                var result = last.GetValueOrDefault(trial.Number);
                double? value = result is not null && metric is not null && result.Figures.TryGetValue(metric, out var found) ? found : null;
                return new RankedTrial(trial, result, value);
            })
            .OrderBy(entry => entry.Value is null)
            .ThenByDescending(entry => entry.Result?.Rung ?? -1)
            .ThenBy(entry => sign * entry.Value)
            .ThenBy(entry => entry.Trial.Number);
        return new SweepRanking(metric, [.. ranked]);
    }

    /// <summary>Writes the table.</summary>
    public void Write(HostConsole console, SweepPlan plan)
    {
        var names = plan.Trials.SelectMany(trial => trial.Options.Select(option => option.Key)).Distinct().ToArray();
        string[] budget = plan.Halving is { } halving ? [">" + halving.Option] : [];
        var table = new TextTable(console, [">", "trial", .. names.Select(name => ">" + name), .. budget, ">" + (Metric ?? "figure"), "state", ">time"]);
        foreach (var (index, entry) in Ranked.Index())
        {
            var options = entry.Trial.Options.ToDictionary();
            string[] spent = plan.Halving is { } halving2 ? [entry.Result is { } result ? Text(halving2.Budgets[result.Rung]) : ""] : [];
            table.Add(
            [
                entry.Value is null ? "" : Text(index + 1),
                entry.Trial.RunName,
                .. names.Select(name => options.GetValueOrDefault(name, "")),
                .. spent,
                Readable.Figure(entry.Value),
                State(entry.Result),
                Readable.Duration(entry.Result?.Seconds),
            ]);
        }

        table.Write();
        foreach (var entry in Ranked.Where(entry => entry.Result is { State: TrialState.Failed }))
            console.Output.WriteLine($"{entry.Trial.RunName} failed: {entry.Result!.Message}");
    }

    /// <summary>The ranking as JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["metric"] = Metric,
        ["trials"] = new JsonArray([.. Ranked.Select((entry, index) => new JsonObject
        {
            ["rank"] = entry.Value is null ? null : index + 1,
            ["trial"] = entry.Trial.Number,
            ["run"] = entry.Trial.RunName,
            ["options"] = new JsonObject(entry.Trial.Options.Select(option => KeyValuePair.Create<string, JsonNode?>(option.Key, option.Value))),
            ["value"] = entry.Value is { } value ? RunRecord.Number(value) : null,
            ["state"] = State(entry.Result),
            ["seconds"] = entry.Result?.Seconds,
            ["message"] = entry.Result?.Message,
            ["figures"] = new JsonObject((entry.Result?.Figures ?? new Dictionary<string, double>())
                .Select(figure => KeyValuePair.Create<string, JsonNode?>(figure.Key, RunRecord.Number(figure.Value)))),
        })]),
    };

    /// <summary>How a trial stands.</summary>
    /// <param name="result">Its last attempt; null where none has ended.</param>
    public static string State(TrialResult? result) => result?.State switch
    {
        null => RunComparison.NotRun,
        TrialState.Finished => "finished",
        TrialState.TimedOut => "timed out",
        _ => "failed",
    };

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
