using System.Globalization;
using System.Text;
using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>A point of a curve on the terminal.</summary>
/// <param name="Place">In epochs.</param>
/// <param name="Value">The figure; what is not finite is left out.</param>
/// <param name="IsTest">Whether it is a figure of the test rows.</param>
internal readonly record struct CurvePoint(double Place, double Value, bool IsTest);

/// <summary>
/// Curves in characters: what is trained as a line of braille dots, two by four to a character, the test rows as rings at
/// the ends of the epochs, so that the two are told apart without colour.
/// </summary>
internal static class TerminalCurve
{
    private const int LabelWidth = 8;
    private const char Blank = '⠀', Ring = '○';
    private const string TrainColour = "\e[34m", TestColour = "\e[33m", Faint = "\e[2m", Plain = "\e[0m";

    // The bit of each dot of a braille character, by column and row.
    private static readonly int[,] s_dots = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

    /// <summary>The lines: a heading, the curve with its lowest and highest value, the epochs.</summary>
    /// <param name="name">What is drawn.</param>
    /// <param name="points">The points in order.</param>
    /// <param name="epochs">How many epochs there will be.</param>
    /// <param name="width">Columns in all.</param>
    /// <param name="rows">Lines of the curve itself.</param>
    /// <param name="colour">Whether to colour.</param>
    public static IReadOnlyList<string> Draw(
        string name, IReadOnlyList<CurvePoint> points, int epochs, int width, int rows, bool colour)
    {
        var columns = width - LabelWidth - 1;
        var finite = points.Where(point => double.IsFinite(point.Value)).ToArray();
        var (low, high) = finite.Length == 0 ? (0, 1) : (finite.Min(point => point.Value), finite.Max(point => point.Value));
        if (!(high > low))
            (low, high) = (low - Math.Max(1e-6, Math.Abs(low) * 0.1), high + Math.Max(1e-6, Math.Abs(high) * 0.1));
        int Column(double place, int count) => Math.Clamp((int)(place / epochs * count), 0, count - 1);
        int Row(double value, int count) => Math.Clamp((int)Math.Round((high - value) / (high - low) * (count - 1)), 0, count - 1);

        var cells = new int[rows, columns];
        var isRing = new bool[rows, columns];
        (int X, int Y)? before = null;
        foreach (var point in finite)
        {
            if (point.IsTest)
            {
                isRing[Row(point.Value, rows), Column(point.Place, columns)] = true;
                continue;
            }

            var now = (Column(point.Place, 2 * columns), Row(point.Value, 4 * rows));
            Connect(cells, before ?? now, now);
            before = now;
        }

        var hasTest = finite.Any(point => point.IsTest);
        var legend = finite.Length == 0 ? "" : hasTest ? "⠒ train  ○ test" : "⠒ train";
        var lines = new List<string> { Heading(name, legend, width, colour) };
        for (var row = 0; row < rows; row++)
        {
            var label = row == 0 ? Label(high, high - low) : row == rows - 1 ? Label(low, high - low) : "";
            lines.Add(Paint(label.PadLeft(LabelWidth) + "│", Faint, colour) + Line(cells, isRing, row, columns, colour));
        }

        var last = epochs.ToString(CultureInfo.InvariantCulture);
        var axis = new string(' ', LabelWidth) + "0" + " epoch ".PadLeft((columns + 6) / 2).PadRight(Math.Max(0, columns - last.Length)) + last;
        lines.Add(Paint(axis.Length > width ? axis[..width] : axis.PadRight(width), Faint, colour));
        return lines;
    }

    private static string Heading(string name, string legend, int width, bool colour)
    {
        var shown = $"{new string(' ', LabelWidth + 1)}{name}  {legend}";
        if (shown.Length > width)
            shown = $"{new string(' ', LabelWidth + 1)}{name} {legend.Replace("⠒ ", "⠒", StringComparison.Ordinal).Replace("  ○ ", " ○", StringComparison.Ordinal)}";
        shown = shown.Length > width ? shown[..width] : shown.PadRight(width);
        return colour ? shown.Replace("⠒", $"{TrainColour}⠒{Plain}", StringComparison.Ordinal).Replace("○", $"{TestColour}○{Plain}", StringComparison.Ordinal) : shown;
    }

    private static string Line(int[,] cells, bool[,] isRing, int row, int columns, bool colour)
    {
        var text = new StringBuilder();
        var ink = Plain;
        for (var column = 0; column < columns; column++)
        {
            var (mark, wanted) = (isRing[row, column], cells[row, column]) switch
            {
                (true, _) => (Ring, TestColour),
                (_, 0) => (' ', ink),
                var (_, dots) => ((char)(Blank + dots), TrainColour),
            };
            if (colour && wanted != ink)
                text.Append(wanted);
            ink = wanted;
            text.Append(mark);
        }

        return colour && ink != Plain ? text.Append(Plain).ToString() : text.ToString();
    }

    private static void Connect(int[,] cells, (int X, int Y) from, (int X, int Y) to)
    {
        var steps = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (var i = 0; i <= steps; i++)
        {
            var x = from.X + (to.X - from.X) * i / steps;
            var y = from.Y + (to.Y - from.Y) * i / steps;
            cells[y / 4, x / 2] |= s_dots[x % 2, y % 4];
        }
    }

    private static string Label(double value, double range)
    {
        var decimals = Math.Clamp(2 - NumberText.Exponent(range), 0, 5);
        var shown = Math.Abs(value) < 1e5 ? value.ToString("F" + decimals, CultureInfo.InvariantCulture) : "";
        return shown.Length is > 0 and < LabelWidth ? shown : value.ToString("0.#E0", CultureInfo.InvariantCulture);
    }

    private static string Paint(string text, string ink, bool colour) => colour ? ink + text + Plain : text;
}
