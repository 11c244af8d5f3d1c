using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Host.Tables;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>What <c>runs list</c>, <c>show</c> and <c>compare</c> write.</summary>
/// <param name="console">Where to write.</param>
/// <param name="store">The runs.</param>
internal sealed class RunsViews(HostConsole console, RunStore store)
{
    /// <summary>The figures worth a column of their own, of which a run has one at most.</summary>
    private static readonly string[] s_leading = ["test accuracy", "test loss", "train accuracy", "loss"];

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

    /// <summary>What two runs differ in.</summary>
    public int Compare(string nameA, string nameB, bool asJson)
    {
        var (a, b) = (store.Find(nameA), store.Find(nameB));
        var facts = Facts(a).Join(Facts(b), fact => fact.Name, fact => fact.Name, (x, y) => (x.Name, A: x.Value, B: y.Value))
            .Concat(Both(a.Options, b.Options)).Where(fact => fact.A != fact.B).ToArray();
        var figures = a.Figures.Keys.Union(b.Figures.Keys)
            .Select(name => (Name: name, A: Value(a, name), B: Value(b, name))).ToArray();
        if (asJson)
        {
            return Json(new JsonObject
            {
                ["a"] = a.Name,
                ["b"] = b.Name,
                ["differences"] = new JsonObject(facts.Select(fact => KeyValuePair.Create<string, JsonNode?>(
                    fact.Name, new JsonArray(fact.A, fact.B)))),
                ["figures"] = new JsonObject(figures.Select(figure => KeyValuePair.Create<string, JsonNode?>(
                    figure.Name, new JsonArray(figure.A, figure.B)))),
            });
        }

        if (facts.Length == 0)
            console.Output.WriteLine("Same script, options, toolkit and machine.");
        else
            Table("", facts.Select(fact => (fact.Name, fact.A, fact.B, "")));
        console.Output.WriteLine();
        Table("B − A", figures.Select(figure => (
            figure.Name, Readable.Figure(figure.A), Readable.Figure(figure.B), figure is { A: { } x, B: { } y } ? Signed(y - x) : "")));
        return ExitCodes.Success;

        void Table(string lastHead, IEnumerable<(string, string, string, string)> rows)
        {
            var table = new TextTable(console, "", ">A " + a.Name, ">B " + b.Name, ">" + lastHead);
            foreach (var (name, left, right, rest) in rows)
                table.Add(name, Short(left), Short(right), rest);
            table.Write();
        }
    }

    private static string Signed(double value) => (value > 0 ? "+" : "") + Readable.Figure(value);

    private static double? Value(RunInfo run, string figure) => run.Figures.TryGetValue(figure, out var value) ? value : null;

    private static IEnumerable<(string Name, string A, string B)> Both(
        IEnumerable<KeyValuePair<string, string>> left, IEnumerable<KeyValuePair<string, string>> right)
    {
        var (a, b) = (left.ToDictionary(), right.ToDictionary());
        return a.Keys.Union(b.Keys).Select(name => ("--" + name, a.GetValueOrDefault(name, "–"), b.GetValueOrDefault(name, "–")));
    }

    private static IEnumerable<(string Name, string Value)> Facts(RunInfo run) =>
    [
        ("script", run.Script),
        ("script's hash", run.Text("script", "sha256")),
        ("loaded files", run.Text("script", "loads")),
        ("toolkit", run.Text("toolkit")),
        ("system", run.Text("machine", "system")),
        ("threads", run.Text("machine", "threads")),
        ("vector bits", run.Text("machine", "vector bits")),
        ("status", run.Status),
        ("time", Readable.Duration(run.Seconds)),
    ];

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
        return s_leading.FirstOrDefault(figures.ContainsKey) is { } name
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
