using System.Globalization;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Draws a heat map: cells coloured by value, with their numbers where they fit.</summary>
/// <param name="map">The heat map.</param>
internal sealed class HeatMapRenderer(HeatMap map)
{
    private const double LongestName = 96, Slant = 0.66;

    private readonly int rows = map.Values.GetLength(0);
    private readonly int columns = map.Values.GetLength(1);

    /// <summary>The heat map as SVG.</summary>
    public string Render(string? css)
    {
        var cells = rows * columns;
        var finite = map.Values.Cast<double>().Where(double.IsFinite).ToArray();
        var description = cells == 0 || finite.Length == 0
            ? "No data."
            : string.Create(CultureInfo.InvariantCulture, $"{rows} rows and {columns} columns of numbers from {NumberText.Short(finite.Min())} to {NumberText.Short(finite.Max())}.");
        string[] notes = map.ByRow && finite.Length > 0 ? ["Colours show each cell's share of its row."] : [];
        return new FigureFrame(map with { Height = FullHeight }, description).Render(css, Draw, [], notes);
    }

    private double RowNameWidth =>
        Enumerable.Range(0, rows).Select(i => Math.Min(LongestName, TextMeasure.Width(Name(map.RowNames, i)))).DefaultIfEmpty(0).Max();

    private double ColumnNameWidth =>
        Enumerable.Range(0, columns).Select(i => Math.Min(LongestName, TextMeasure.Width(Name(map.ColumnNames, i)))).DefaultIfEmpty(0).Max();

    private double Left => RowNameWidth + 14 + (map.RowTitle.Length > 0 ? 18 : 0);

    private double Cell => Math.Min(60, (map.Width - Left - 8) / Math.Max(1, columns));

    private double CellHeight => Math.Clamp(Cell, 4, Math.Max(20, 340.0 / Math.Max(1, rows)));

    private bool IsSlanted => ColumnNameWidth + 6 > Cell;

    private double Foot => (IsSlanted ? ColumnNameWidth * Slant + 10 : 18) + (map.ColumnTitle.Length > 0 ? 20 : 4);

    private int FullHeight => (int)Math.Ceiling(8 + Math.Max(1, rows) * CellHeight + Foot);

    private static string Name(IReadOnlyList<string> names, int i) =>
        i < names.Count ? names[i] : i.ToString(CultureInfo.InvariantCulture);

    private void Draw(SvgWriter svg)
    {
        if (rows == 0 || columns == 0)
        {
            svg.Text(map.Width / 2.0, FullHeight / 2.0, "no data", "heading", "middle");
            return;
        }

        var levels = Levels();
        var bottom = 8 + rows * CellHeight;
        svg.Open("g", ("class", "plot"));
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
                DrawCell(svg, r, c, levels[r, c]);
        }

        svg.Close("g");
        var rowStride = Math.Max(1, (int)Math.Ceiling(13 / CellHeight));
        for (var r = 0; r < rows; r += rowStride)
            svg.Text(Left - 6, 8 + (r + 0.5) * CellHeight + 4, TextMeasure.Cut(Name(map.RowNames, r), LongestName), "tick", "end");
        var columnStride = Math.Max(1, (int)Math.Ceiling(13 / Cell));
        for (var c = 0; c < columns; c += columnStride)
            DrawColumnName(svg, Left + (c + 0.5) * Cell, bottom, TextMeasure.Cut(Name(map.ColumnNames, c), LongestName));
        var (centre, half) = (Left + columns * Cell / 2, (8 + bottom) / 2);
        if (map.ColumnTitle.Length > 0)
            svg.Text(centre, FullHeight - 6, map.ColumnTitle, "heading", "middle");
        if (map.RowTitle.Length > 0)
        {
            svg.Leaf(
                "text",
                map.RowTitle,
                ("class", "heading"),
                ("text-anchor", "middle"),
                ("transform", $"translate(14 {SvgWriter.Number(half)}) rotate(-90)"));
        }
    }

    private void DrawCell(SvgWriter svg, int r, int c, int level)
    {
        var value = map.Values[r, c];
        var (x, y) = (Left + c * Cell, 8 + r * CellHeight);
        if (double.IsNaN(value))
            return;
        svg.Open("rect", ("x", x), ("y", y), ("width", Cell), ("height", CellHeight), ("class", $"h{level}"));
        svg.Leaf("title", $"{Name(map.RowNames, r)}, {Name(map.ColumnNames, c)}: {NumberText.Short(value)}").Close("rect");
        var shown = NumberText.Short(value);
        if (CellHeight >= 12 && TextMeasure.Width(shown, 11) <= Cell - 2 && (value != 0 || !map.ByRow))
        {
            svg.Leaf(
                "text",
                shown,
                ("x", x + Cell / 2),
                ("y", y + CellHeight / 2 + 4),
                ("class", $"t{level}"),
                ("font-size", 11),
                ("text-anchor", "middle"));
        }
    }

    private void DrawColumnName(SvgWriter svg, double x, double bottom, string name)
    {
        if (!IsSlanted)
        {
            svg.Text(x, bottom + 16, name, "tick", "middle");
            return;
        }

        svg.Leaf(
            "text",
            name,
            ("class", "tick"),
            ("text-anchor", "end"),
            ("transform", $"translate({SvgWriter.Number(x + 4)} {SvgWriter.Number(bottom + 12)}) rotate(-40)"));
    }

    private int[,] Levels()
    {
        var levels = new int[rows, columns];
        var finite = map.Values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        for (var r = 0; r < rows; r++)
        {
            var sum = Enumerable.Range(0, columns).Sum(c => map.Values[r, c]);
            for (var c = 0; c < columns; c++)
            {
                var value = map.Values[r, c];
                var share = map.ByRow ? value / sum : high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0;
                levels[r, c] = double.IsNaN(share) ? 0 : (int)Math.Round(Math.Clamp(share, 0, 1) * (ChartTheme.HeatLevels - 1));
            }
        }

        return levels;
    }
}
