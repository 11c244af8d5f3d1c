using System.Text.Json.Nodes;

namespace SoftmaxScripting.Toolkit;

/// <summary>What a run was made with, fact by fact, to be held against other runs.</summary>
internal static class RunFacts
{
    private const string Missing = "–";
    private const int HashDigits = 12;

    /// <summary>Script, data, toolkit, machine and options; what a run does not tell is empty.</summary>
    /// <param name="run">The run.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of(RunInfo run) =>
    [
        new("script", run.Script),
        new("script's hash", run.Text("script", "sha256")),
        new("loaded files", Loads(run)),
        new("data", string.Join(", ", run.Trainings.Select(Data).Distinct())),
        new("toolkit", run.Text("toolkit")),
        new("runtime", run.Text("machine", "runtime")),
        new("system", run.Text("machine", "system")),
        new("threads", run.Text("machine", "threads")),
        new("vector bits", run.Text("machine", "vector bits")),
        .. run.Options.Select(option => KeyValuePair.Create("--" + option.Key, option.Value)),
    ];

    /// <summary>Every fact with its value in each run; a dash where a run has none.</summary>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Side(IReadOnlyList<RunInfo> runs)
    {
        var facts = runs.Select(run => Of(run).ToDictionary(StringComparer.Ordinal)).ToArray();
        return
        [
            .. runs.SelectMany(Of).Select(fact => fact.Key).Distinct().Select(name =>
                (name, (IReadOnlyList<string>)[.. facts.Select(of => of.TryGetValue(name, out var value) && value.Length > 0 ? value : Missing)])),
        ];
    }

    /// <summary>The beginning of a hash, which tells two apart.</summary>
    /// <param name="value">A value; what is no hash stays as it is.</param>
    public static string Shown(string value) =>
        value.Length == 64 && value.All(char.IsAsciiHexDigitLower) ? value[..HashDigits] : value;

    private static string Loads(RunInfo run) => string.Join(
        ", ",
        (run.Record["script"]?["loads"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(load => $"{RunInfo.TextOf(load["path"])} {Shown(RunInfo.TextOf(load["sha256"]))}"));

    private static string Data(JsonObject training) =>
        $"{RunInfo.TextOf(training["data"])} ({RunInfo.TextOf(training["training rows"])} training rows, {RunInfo.TextOf(training["test rows"])} test rows)";
}
