using System.Globalization;

namespace SoftmaxScripting.Host.Diagnostics;

/// <summary>Writes a line of source with a mark under the place that is meant.</summary>
internal static class SourceExcerpt
{
    private const int NumberWidth = 5;

    /// <summary>Writes the excerpt; nothing where the line is not known.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="text">The text of the file; null where it is not known.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1; 0 for the first letter of the line.</param>
    /// <param name="length">How many characters to mark.</param>
    public static void Write(HostConsole console, string? text, int line, int column, int length)
    {
        if (text is null || line < 1 || LineOf(text, line) is not { } content || content.Trim().Length == 0)
            return;
        var start = column > 0 ? Math.Min(column - 1, content.Length) : content.Length - content.TrimStart().Length;

        // Tabs stay tabs, so that the mark stands under its place whatever their width.
        var indent = string.Concat(content[..start].Select(c => c == '\t' ? '\t' : ' '));
        var mark = "^" + new string('~', Math.Max(0, Math.Min(length, content.Length - start) - 1));
        var number = line.ToString(CultureInfo.InvariantCulture).PadLeft(NumberWidth);
        var blank = new string(' ', NumberWidth);
        console.Error.WriteLine($"{console.Paint(number + " |", Ink.Faint)} {content}");
        console.Error.WriteLine($"{console.Paint(blank + " |", Ink.Faint)} {indent}{console.Paint(mark, Ink.Error)}");
    }

    private static string? LineOf(string text, int line)
    {
        using var reader = new StringReader(text);
        var current = reader.ReadLine();
        for (var i = 1; i < line && current is not null; i++)
            current = reader.ReadLine();
        return current?.TrimEnd();
    }
}
