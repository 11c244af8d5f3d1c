using System.Collections;
using System.Globalization;
using System.Reflection;
using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;
using Spectre.Console;

namespace SoftmaxScripting.Toolkit;

/// <summary>Rows and columns of values as text, for the terminal and for reports. Immutable.</summary>
public sealed class ReportTable
{
    private readonly bool[] isNumeric;

    private ReportTable(string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, bool[] isNumeric)
    {
        (Title, Columns, Rows, this.isNumeric) = (title, columns, rows, isNumeric);
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The cells, row by row.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>A table of values: numbers with four decimals and to the right, others as their text.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="rows">One value for each column in each row.</param>
    /// <exception cref="SoftmaxException">A row has more or fewer values than there are columns.</exception>
    public static ReportTable Of(string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows)
    {
        var values = rows.ToArray();
        var bad = Array.FindIndex(values, row => row.Count != columns.Count);
        if (bad >= 0)
            throw new SoftmaxException($"Table: row {bad} has {values[bad].Count} values, but there are {columns.Count} columns.");
        var isNumeric = columns.Select((_, c) => values.Length > 0 && values.All(row => IsNumber(row[c]))).ToArray();
        return new(title, columns, [.. values.Select(row => (IReadOnlyList<string>)[.. row.Select(Text)])], isNumeric);
    }

    /// <summary>
    /// A table of objects: a column for each public property, in order, an underscore in its name shown as a space; for
    /// numbers and texts a single column.
    /// </summary>
    /// <param name="title">What it shows.</param>
    /// <param name="rows">The objects, such as of an anonymous type.</param>
    /// <exception cref="SoftmaxException">The objects have no properties.</exception>
    public static ReportTable Of<T>(string title, IEnumerable<T> rows)
    {
        if (typeof(T).IsPrimitive || typeof(T) == typeof(string))
            return Of(title, ["value"], rows.Select(row => new object?[] { row }));
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0).ToArray();
        if (properties.Length == 0)
        {
            throw new SoftmaxException(
                $"Table: {typeof(T).Name} has no properties to show; write rows as new {{ name = …, loss = … }}, or give columns and rows.");
        }

        return Of(
            title,
            [.. properties.Select(p => p.Name.Replace('_', ' '))],
            rows.Select(row => (IReadOnlyList<object?>)[.. properties.Select(p => p.GetValue(row))]));
    }

    /// <summary>Whether a column holds numbers and stands to the right.</summary>
    /// <param name="column">The column, from 0.</param>
    public bool IsNumeric(int column) => isNumeric[column];

    /// <summary>Writes the table for a terminal, or in plain columns.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="isTerminal">Whether lines and emphasis are wanted.</param>
    /// <param name="width">Columns of the terminal.</param>
    internal void Write(TextWriter output, bool isTerminal, int width)
    {
        if (Title.Length > 0)
            output.WriteLine(Title);
        if (isTerminal)
            WriteFramed(output, width);
        else
            WritePlain(output);
        output.Flush();
    }

    private void WriteFramed(TextWriter output, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) ? AnsiSupport.Detect : AnsiSupport.No,
            Out = new AnsiConsoleOutput(output),
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        var table = new Table { Border = TableBorder.Rounded };
        table.BorderColor(Color.Grey);
        for (var c = 0; c < Columns.Count; c++)
        {
            table.AddColumn(new TableColumn(new Markup(Markup.Escape(Columns[c]), new Style(decoration: Decoration.Bold)))
            {
                Alignment = isNumeric[c] ? Justify.Right : Justify.Left,
                NoWrap = isNumeric[c],
            });
        }

        foreach (var row in Rows)
            table.AddRow([.. row.Select(cell => new Markup(Markup.Escape(cell)))]);
        console.Write(table);
    }

    private void WritePlain(TextWriter output)
    {
        var widths = Columns.Select((name, c) => Rows.Select(row => row[c].Length).Append(name.Length).Max()).ToArray();
        foreach (var row in Rows.Prepend(Columns))
        {
            var cells = row.Select((cell, c) => isNumeric[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    private static bool IsNumber(object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal;

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "yes" : "no",
        float or double => Number(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        Tensor { Size: 1 } tensor => Number(tensor.Item()),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable many => string.Join(", ", many.Cast<object?>().Select(Text)),
        _ => value.ToString() ?? "",
    };

    private static string Number(double value) => Math.Abs(value) switch
    {
        double.NaN => "",
        0 => "0",
        >= 1e-3 and < 1e5 => value == Math.Floor(value) && Math.Abs(value) >= 100
            ? value.ToString("0", CultureInfo.InvariantCulture)
            : value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => NumberText.Short(value),
    };
}
