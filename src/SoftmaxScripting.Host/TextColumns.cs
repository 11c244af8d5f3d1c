using System.Text;

namespace SoftmaxScripting.Host;

/// <summary>Rows of text in columns of equal width: the same on a terminal and in a file.</summary>
internal static class TextColumns
{
    /// <summary>The lines, without spaces at their ends. The last column may be of any length.</summary>
    /// <param name="rows">The cells; each row has the same number.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
            yield break;
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var i = 0; i < row.Length; i++)
                line.Append(i > 0 ? "  " : "").Append(row[i].PadRight(widths[i]));
            yield return line.ToString().TrimEnd();
        }
    }
}
