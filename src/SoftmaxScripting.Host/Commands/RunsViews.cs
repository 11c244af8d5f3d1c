using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Host.Tables;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>What <c>runs list</c> and <c>show</c> write.</summary>
/// <param name="console">Where to write.</param>
/// <param name="store">The runs.</param>
internal sealed class RunsViews(HostConsole console, RunStore store)
{
    /// <summary>The latest runs.</summary>
    public int List(int last, bool asJson)
    {
        var runs = store.List();
        if (asJson)
            return Json(new JsonArray([.. runs.TakeLast(last).Select(Summary)]));
        if (runs.Count == 0)
        {
            console.Output.WriteLine($"No runs in {store.Directory}.");
            return ExitCodes.Success;
        }

        var table = new TextTable(console, "run", "status", ">time", "result", "options");
        foreach (var run in runs.TakeLast(last))
            table.Add(run.Name, run.Status, Readable.Duration(run.Seconds), Leading(run), Given(run));
        table.Write();
        if (runs.Count > last)
            console.Output.WriteLine($"{runs.Count - last} earlier runs are not shown; --last N shows more.");
        return ExitCodes.Success;
    }

    /// <summary>One run.</summary>
    public int Show(string name, bool asJson)
    {
        var run = store.Find(name);
        var metrics = run.ReadMetrics();
        if (asJson)
        {
            var record = (JsonObject)run.Record.DeepClone();
            record["folder"] = run.Folder;
            record["status"] = run.Status;
            record["metrics"] = new JsonArray([.. metrics]);
            return Json(record);
        }

        console.Output.WriteLine(console.Paint(run.Name, Ink.Strong));
        Line("script", run.Script);
        Line("status", run.Status + (run.Text("exit") is { Length: > 0 } exit ? $" (exit code {exit})" : ""));
        Line("failure", run.Text("failure"));
        Line("began", Readable.Time(run.Started));
        Line("took", Readable.Duration(run.Seconds));
        Line("options", string.Join(", ", run.Options.Select(option => $"{option.Key} {option.Value}")));
        Line("toolkit", run.Text("toolkit"));
        Line("machine", $"{run.Text("machine", "system")}, {run.Text("machine", "threads")} threads, {run.Text("machine", "runtime")}");
        Line("folder", run.Folder);
        foreach (var training in run.Trainings)
        {
            console.Output.WriteLine();
            console.Output.WriteLine($"training {Text(training, "number")}: {Text(training, "model")} on {Text(training, "data")}, {Text(training, "optimizer")}, {Text(training, "outcome")}");
            Epochs([.. metrics.Where(line => Text(line, "training") == Text(training, "number"))]);
        }

        if (run.Record["figures"] is JsonObject { Count: > 0 } figures)
        {
            console.Output.WriteLine();
            foreach (var (figure, value) in figures)
                Line(figure, Readable.Figure((double?)value));
        }

        return ExitCodes.Success;
    }

    private void Epochs(JsonObject[] lines)
    {
        if (lines.Length == 0)
            return;
        string[] hidden = ["training", "epoch", "step", "time", "rows per second"];
        var names = lines.SelectMany(line => line.Select(pair => pair.Key)).Distinct().Where(name => !hidden.Contains(name)).ToArray();
        var table = new TextTable(console, [">epoch", .. names.Select(name => ">" + name)]);
        foreach (var line in lines)
            table.Add([Text(line, "epoch"), .. names.Select(name => line[name] is JsonValue value && value.TryGetValue<double>(out var number) ? Readable.Figure(number) : "")]);
        table.Write();
    }

    private static JsonObject Summary(RunInfo run) => new()
    {
        ["name"] = run.Name,
        ["folder"] = run.Folder,
        ["script"] = run.Script,
        ["status"] = run.Status,
        ["started"] = run.Record["started"]?.DeepClone(),
        ["seconds"] = run.Record["seconds"]?.DeepClone(),
        ["options"] = run.Record["options"]?.DeepClone(),
        ["figures"] = new JsonObject(run.Figures.Select(figure => KeyValuePair.Create<string, JsonNode?>(figure.Key, figure.Value))),
    };

    private static string Leading(RunInfo run)
    {
        var figures = run.Figures;
        return RunFigures.Leading([figures]) is { } name
            ? $"{name} {figures[name].ToString("0.0000", CultureInfo.InvariantCulture)}"
            : "";
    }

    private static string Given(RunInfo run) => Short(string.Join(' ', (run.Record["given"] as JsonArray ?? []).OfType<JsonObject>()
        .Select(option => $"--{option["name"]}{(option["value"] is { } value ? " " + value : "")}")));

    private static string Short(string text) => text.Length <= 30 ? text : text[..29] + "…";

    private static string Text(JsonObject from, string name) => RunInfo.TextOf(from[name]);

    private void Line(string name, string value)
    {
        if (value.Length > 0)
            console.Output.WriteLine($"  {name,-9} {value}");
    }

    private int Json(JsonNode value)
    {
        console.Output.Write(RunRecord.Indented(value));
        return ExitCodes.Success;
    }
}
