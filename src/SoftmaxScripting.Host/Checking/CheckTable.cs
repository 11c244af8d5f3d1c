using System.Globalization;
using System.Text;
using SoftmaxScripting.Toolkit;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace SoftmaxScripting.Host.Checking;

/// <summary>
/// Shows the checks of a script: a table, then the counter-examples. A terminal gets lines and colour, everything else
/// aligned text.
/// </summary>
/// <param name="console">Where to write.</param>
internal sealed class CheckTable(HostConsole console)
{
    private const string Passed = "✓";
    private const string Failed = "✗";

    private static readonly string[] Heads = ["", "check", "cases", "worst error", "in ulps", "time", "seed"];

    /// <summary>The columns of numbers, which stand to the right.</summary>
    private const int FirstNumber = 2;

    private readonly bool isUnicode = console.Output.Encoding.CodePage is 65001 or 1200 or 1201 or 12000;

    /// <summary>Writes the table of a script, then what its failed checks report.</summary>
    /// <param name="script">The script's checks.</param>
    public void Write(ScriptChecks script)
    {
        Line(console.Paint(script.Script, Ink.Strong));
        var rows = script.Checks.Select(Row).ToArray();
        if (rows.Length == 0)
            Line("  no checks");
        else if (console.IsTerminal)
            WriteLines(rows);
        else
            WriteText(rows);
        foreach (var check in script.Checks.Where(check => !check.Passed))
            Line("\n" + check.Report);
        if (script.Failure is { } failure)
        {
            Line($"\n{console.Paint($"{Failed} {failure}", Ink.Error)}");
            Line("    " + script.Output.Replace("\n", "\n    ", StringComparison.Ordinal));
        }

        Line("");
    }

    /// <summary>Writes the last line: how many passed.</summary>
    /// <param name="scripts">All scripts.</param>
    /// <param name="seconds">The time of all of it.</param>
    public void WriteTotal(IReadOnlyList<ScriptChecks> scripts, double seconds)
    {
        var checks = scripts.SelectMany(script => script.Checks).ToArray();
        var failed = checks.Count(check => !check.Passed);
        var broken = scripts.Count(script => script.Failure is not null);
        var text = failed == 0
            ? $"{Count(checks.Length, "check")} passed"
            : $"{failed} of {Count(checks.Length, "check")} failed";
        if (broken > 0)
            text += $", {Count(broken, "script")} did not run to the end";
        Line(string.Create(CultureInfo.InvariantCulture, $"{text} ({Count(scripts.Count, "script")}, {seconds:0.0} s)"));
    }

    private static string[] Row(CheckRecord check) =>
    [
        check.Passed ? Passed : Failed,
        check.Name,
        check.Cases.ToString(CultureInfo.InvariantCulture),
        check.WorstError is { } error ? TensorText.Error(error) : "",
        check.WorstError is { } relative ? Ulps(relative) : "",
        Time(check.Seconds),
        check.Seed.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>A relative error in units of the last place of 1 in float64, 2⁻⁵².</summary>
    private static string Ulps(double relative)
    {
        var ulps = Math.ScaleB(relative, 52);
        return double.IsFinite(ulps) && ulps < 1e6
            ? ulps.ToString(ulps is 0 or >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture)
            : TensorText.Error(ulps);
    }

    private static string Time(double seconds) => seconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");

    private static string Count(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    private void WriteText(string[][] rows)
    {
        string[][] all = [Heads, .. rows.Select(row => row.Select(Plain).ToArray())];
        var widths = Heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            var text = new StringBuilder();
            for (var i = 0; i < row.Length; i++)
                text.Append("  ").Append(i < FirstNumber ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i]));
            Line(text.ToString().TrimEnd());
        }
    }

    private void WriteLines(string[][] rows)
    {
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(console.Output),
            Ansi = AnsiSupport.Detect,
            ColorSystem = console.Colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        var table = new Spectre.Console.Table { Border = isUnicode ? TableBorder.Rounded : TableBorder.Ascii };
        foreach (var (index, head) in Heads.Index())
        {
            var column = new TableColumn(new Markup(Markup.Escape(head)));
            table.AddColumn(index < FirstNumber ? column : column.RightAligned().NoWrap());
        }

        foreach (var row in rows)
        {
            var style = row[0] == Passed ? "green" : "bold red";
            var cells = row.Select((cell, i) =>
                i == 0 ? $"[{style}]{Markup.Escape(Plain(cell))}[/]" : Markup.Escape(Plain(cell)));
            table.AddRow(cells.Select(cell => new Markup(cell)).ToArray());
        }

        terminal.Write(table);
    }

    private string Plain(string text) => isUnicode ? text : TensorText.Ascii(text);

    private void Line(string text) => console.Output.WriteLine(Plain(text));
}
