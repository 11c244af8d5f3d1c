using System.Text;
using SoftmaxScripting.Toolkit;
using Spectre.Console;

namespace SoftmaxScripting.Host.Tables;

/// <summary>A table for people: lines and colour on a terminal, aligned text elsewhere.</summary>
/// <param name="console">Where to write.</param>
/// <param name="heads">The heads of the columns; one that begins with <c>&gt;</c> is of numbers, which stand to the right.</param>
internal sealed class TextTable(HostConsole console, params IReadOnlyList<string> heads)
{
    private const char Right = '>';

    private readonly bool isUnicode = console.Output.Encoding.CodePage is 65001 or 1200 or 1201 or 12000;
    private readonly List<string[]> rows = [];

    private string[] Heads => [.. heads.Select(head => head.TrimStart(Right))];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">As many as there are columns.</param>
    public void Add(params IReadOnlyList<string> cells) => rows.Add([.. cells.Select(Plain)]);

    /// <summary>Writes the table.</summary>
    public void Write()
    {
        if (console.IsTerminal)
            WriteLines();
        else
            WriteText();
    }

    private void WriteText()
    {
        string[][] all = [Heads, .. rows];
        var widths = Heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            var text = new StringBuilder();
            for (var i = 0; i < row.Length; i++)
                text.Append(i == 0 ? "" : "  ").Append(IsRight(i) ? row[i].PadLeft(widths[i]) : row[i].PadRight(widths[i]));
            console.Output.WriteLine(text.ToString().TrimEnd());
        }
    }

    private void WriteLines()
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
            table.AddColumn(IsRight(index) ? column.RightAligned().NoWrap() : column);
        }

        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Markup(Markup.Escape(cell))).ToArray());
        terminal.Write(table);
    }

    private bool IsRight(int column) => heads[column].StartsWith(Right);

    private string Plain(string text) => isUnicode ? text : TensorText.Ascii(text);
}
