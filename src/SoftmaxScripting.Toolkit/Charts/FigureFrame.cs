namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>How an entry of the legend looks.</summary>
internal enum Swatch
{
    /// <summary>A piece of line.</summary>
    Line,

    /// <summary>A marker.</summary>
    Marker,

    /// <summary>A filled rectangle.</summary>
    Area,
}

/// <summary>An entry of the legend.</summary>
/// <param name="Name">The series.</param>
/// <param name="Ink">Its look.</param>
/// <param name="Swatch">What is drawn before the name.</param>
internal readonly record struct LegendEntry(string Name, SeriesInk Ink, Swatch Swatch);

/// <summary>What surrounds the plot of every figure: root element, accessible name, title, legend, notes.</summary>
/// <param name="figure">The figure.</param>
/// <param name="description">The sentence for those who cannot see it, where the figure has none of its own.</param>
internal sealed class FigureFrame(Figure figure, string description)
{
    /// <summary>Bold letters of 14.5 pixels are about a tenth wider than what <see cref="TextMeasure"/> knows.</summary>
    private const double TitleSize = 16;

    private const double TitleLine = 18, LegendLine = 18, NoteLine = 15, SwatchWidth = 24, Gap = 14;

    /// <summary>The whole figure.</summary>
    /// <param name="css">The style to carry along; null for none.</param>
    /// <param name="plot">Draws the plot in the figure's width and height.</param>
    /// <param name="legend">The entries of the legend.</param>
    /// <param name="notes">Sentences below.</param>
    public string Render(string? css, Action<SvgWriter> plot, IReadOnlyList<LegendEntry> legend, IReadOnlyList<string> notes)
    {
        var title = TextMeasure.Wrap(figure.Title, figure.Width - 8, TitleSize, most: 3);
        var rows = LegendRows(legend);
        var wrapped = notes.SelectMany(note => TextMeasure.Wrap(note, figure.Width - 8, 11, most: 3)).ToArray();
        var top = title.Count * TitleLine + (title.Count > 0 ? 6 : 0);
        var bottom = top + figure.Height;
        var height = bottom + rows.Count * LegendLine + wrapped.Length * NoteLine + 4;

        var svg = new SvgWriter();
        svg.Open(
            "svg",
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("class", "chart"),
            ("role", "img"),
            ("viewBox", $"0 0 {figure.Width} {SvgWriter.Number(height)}"),
            ("width", figure.Width),
            ("height", height));
        svg.Leaf("title", figure.Title.Length > 0 ? figure.Title : "Chart");
        svg.Leaf("desc", string.Join(" ", [figure.Description.Length > 0 ? figure.Description : description, .. notes]));
        if (css is not null)
            svg.Open("style").Raw(css).Close("style");
        for (var i = 0; i < title.Count; i++)
            svg.Text(4, 14 + i * TitleLine, title[i], "title");
        svg.Open("g", ("transform", $"translate(0 {SvgWriter.Number(top)})"));
        plot(svg);
        svg.Close("g");
        for (var i = 0; i < rows.Count; i++)
            DrawLegend(svg, rows[i], bottom + i * LegendLine + 12);
        for (var i = 0; i < wrapped.Length; i++)
            svg.Text(4, bottom + rows.Count * LegendLine + i * NoteLine + 12, wrapped[i], "note");
        return svg.Close("svg").ToString();
    }

    private List<List<LegendEntry>> LegendRows(IReadOnlyList<LegendEntry> legend)
    {
        var rows = new List<List<LegendEntry>>();
        var used = 0.0;
        foreach (var entry in legend.Where(entry => entry.Name.Length > 0))
        {
            var shown = entry with { Name = TextMeasure.Cut(entry.Name, figure.Width - SwatchWidth - Gap - 8) };
            var width = SwatchWidth + TextMeasure.Width(shown.Name) + Gap;
            if (rows.Count == 0 || used + width > figure.Width)
            {
                rows.Add([]);
                used = 4;
            }

            rows[^1].Add(shown);
            used += width;
        }

        return rows;
    }

    private static void DrawLegend(SvgWriter svg, List<LegendEntry> row, double baseline)
    {
        var x = 4.0;
        foreach (var entry in row)
        {
            var middle = new Place(x + 9, baseline - 4);
            if (entry.Swatch == Swatch.Area)
                svg.Empty("rect", ("x", x + 3), ("y", baseline - 9), ("width", 12), ("height", 10), ("class", "bar " + entry.Ink.Classes));
            else if (entry.Swatch == Swatch.Line)
                svg.Line(x, middle.Y, x + 19, middle.Y, "line " + entry.Ink.Classes);
            else
                Markers.Draw(svg, [middle], entry.Ink, 3.5);
            svg.Text(x + SwatchWidth, baseline, entry.Name, "name");
            x += SwatchWidth + TextMeasure.Width(entry.Name) + Gap;
        }
    }
}
