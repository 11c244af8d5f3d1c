using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Host.Tables;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>runs compare</c>: what runs differ in and came to, in the terminal and as a report.</summary>
/// <param name="console">Where to write.</param>
/// <param name="store">The runs.</param>
internal sealed class RunsComparison(HostConsole console, RunStore store)
{
    /// <summary>The longest name of a report; some file systems take no more than 255 bytes.</summary>
    private const int MostLetters = 150;

    private const int HashDigits = 8;

    /// <summary>Compares runs.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="file">Where the report goes; null for the folder of runs.</param>
    /// <param name="asJson">Whether JSON takes the place of tables.</param>
    public int Run(IReadOnlyList<string> given, string? file, bool asJson)
    {
        if (given.Count < 2)
            throw new UsageException($"runs compare needs two runs or more, and {given[0]} is one. The command runs list shows them.");
        RunInfo[] runs = [.. given.Select(store.Find)];
        if (runs.GroupBy(run => run.Folder).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new UsageException($"runs compare: {twice.First().Name} is named twice; there is nothing to compare with itself.");
        (string Name, IReadOnlyList<string> Values)[] sides =
        [
            .. RunFacts.Side(runs),
            ("status", [.. runs.Select(run => run.Status)]),
            ("time", [.. runs.Select(run => Readable.Duration(run.Seconds))]),
        ];
        var differences = sides.Where(fact => fact.Values.Distinct().Count() > 1).ToArray();
        var figures = runs.SelectMany(run => run.Figures.Keys).Distinct()
            .Select(name => (Name: name, Values: runs.Select(run => run.Figures.TryGetValue(name, out var value) ? value : (double?)null).ToArray())).ToArray();
        if (!asJson)
            Write(runs, differences, figures);
        var report = Report(runs, file);
        if (asJson)
        {
            console.Output.Write(RunRecord.Indented(new JsonObject
            {
                ["runs"] = new JsonArray([.. RunComparison.Names(runs).Select(name => JsonValue.Create(name))]),
                ["differences"] = new JsonObject(differences.Select(fact => KeyValuePair.Create<string, JsonNode?>(
                    fact.Name, new JsonArray([.. fact.Values.Select(value => JsonValue.Create(value))])))),
                ["figures"] = new JsonObject(figures.Select(figure => KeyValuePair.Create<string, JsonNode?>(
                    figure.Name, new JsonArray([.. figure.Values.Select(value => value is { } number ? RunRecord.Number(number) : null)])))),
                ["report"] = report,
            }));
        }
        else if (report is not null)
        {
            console.Output.WriteLine();
            console.Output.WriteLine($"Report: {report}");
        }

        return ExitCodes.Success;
    }

    private void Write(
        RunInfo[] runs, (string Name, IReadOnlyList<string> Values)[] differences, (string Name, double?[] Values)[] figures)
    {
        // Full names of more than two runs would be wider than a terminal.
        var names = RunComparison.Names(runs);
        string[] letters = [.. runs.Select((_, i) => Letters(i))];
        if (runs.Length > 2)
        {
            foreach (var (letter, name) in letters.Zip(names))
                console.Output.WriteLine($"{letter,-3} {name}");
            console.Output.WriteLine();
        }

        string[] heads = runs.Length > 2 ? letters : [.. letters.Zip(names, (letter, name) => $"{letter} {name}")];
        if (differences.Length == 0)
        {
            console.Output.WriteLine("Same script, options, toolkit and machine.");
        }
        else
        {
            var table = new TextTable(console, ["", .. heads.Select(head => ">" + head)]);
            foreach (var (name, values) in differences)
                table.Add([name, .. values.Select(value => Short(RunFacts.Shown(value)))]);
            table.Write();
        }

        console.Output.WriteLine();
        string[] change = runs.Length == 2 ? [">B − A"] : [];
        var results = new TextTable(console, ["", .. heads.Select(head => ">" + head), .. change]);
        foreach (var (name, values) in figures)
        {
            string[] changed = runs.Length > 2 ? [] : [values is [{ } a, { } b] ? Signed(b - a) : ""];
            results.Add([name, .. values.Select(Readable.Figure), .. changed]);
        }

        results.Write();
    }

    /// <summary>Writes the report.</summary>
    /// <returns>The file as one would name it from here; null where none was written.</returns>
    /// <exception cref="FileException">It cannot be written where it was asked for.</exception>
    private string? Report(RunInfo[] runs, string? file)
    {
        if (file == RunSettings.Off)
            return null;
        var path = Path.GetFullPath(file ?? Path.Combine(store.Directory, NameOf(RunComparison.Names(runs))));
        try
        {
            ReportFile.Write(path, ComparisonReport.ToHtml(RunComparison.Of(runs)));
            return Readable.Path(path);
        }
        catch (FileException exception) when (file is null)
        {
            console.WriteWarning($"The report was not written. {exception.Message} With --report FILE it goes elsewhere.");
            return null;
        }
    }

    /// <summary>The names of all runs where they are short enough, else their number and what tells them apart.</summary>
    internal static string NameOf(IReadOnlyList<string> names)
    {
        var all = "compare-" + string.Join('-', names).Replace('/', '-');
        if (all.Length > MostLetters)
            all = string.Create(CultureInfo.InvariantCulture, $"compare-{names.Count}-runs-{RunRecord.Hash(all)[..HashDigits]}");
        return all + ".html";
    }

    /// <summary>A, B, …, Z, AA, AB, ….</summary>
    private static string Letters(int index) => (index >= 26 ? Letters(index / 26 - 1) : "") + (char)('A' + index % 26);

    private static string Signed(double value) => (value > 0 ? "+" : "") + Readable.Figure(value);

    private static string Short(string text) => text.Length <= 30 ? text : text[..29] + "…";
}
