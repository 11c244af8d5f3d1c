namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Draws a chart over two axes: its frame and ticks; the series are drawn by <see cref="SeriesPainter"/>.</summary>
internal sealed class ChartRenderer
{
    private const double Top = 8, TickLength = 4, SlantedLabel = 96;

    private readonly Chart chart;
    private readonly AxisScale x;
    private readonly AxisScale y;
    private readonly SeriesPainter painter;
    private readonly bool isSlanted;
    private readonly bool isWrapped;
    private readonly double slot;
    private readonly bool hasData;
    private readonly double left;
    private readonly double right;
    private readonly double top;
    private readonly double bottom;

    public ChartRenderer(Chart chart)
    {
        this.chart = chart;
        var visible = chart.Series.Select(series => new VisiblePoints(series, chart.X, chart.Y)).ToArray();
        hasData = visible.Any(points => points.Count > 0);
        var isBars = chart.Series.Any(series => series.Kind == SeriesKind.Bars);
        var isMarked = visible.Any(points => points.HasMarkers(chart.X));

        top = Top + (chart.Y.Heading.Length > 0 ? 18 : 0);
        var most = (int)((chart.Height - top - 30) / 34);
        y = AxisScale.Fit(chart.Y, visible.SelectMany(points => points.Heights), Margin.ToTicks, most);
        left = 12 + TickLength + (hasData ? y.Ticks.Max(tick => (double?)TextMeasure.Width(TickLabel(tick))) ?? 0 : 0);

        var plotWidth = chart.Width - left - 16;
        var xs = visible.SelectMany(points => points.Places);
        var margin = isBars ? Margin.None : isMarked ? Margin.Small : Margin.None;
        slot = plotWidth / Math.Max(1, chart.X.Names.Count) - 10;
        var isCrowded = chart.X.Kind == AxisKind.Categories && chart.X.Names.Any(name => TextMeasure.Width(name) > slot);
        isWrapped = isCrowded && chart.X.Names.All(name => TextMeasure.Wrap(name, slot, 12, most: 2).All(line => !line.EndsWith('…')));
        isSlanted = isCrowded && !isWrapped;
        var room = isSlanted ? 16 : chart.X.Kind == AxisKind.Categories ? 1 : 62;
        x = AxisScale.Fit(chart.X, xs, margin, (int)(plotWidth / room));
        right = chart.Width - Math.Max(12, chart.X.Kind == AxisKind.Categories || x.Ticks.Count == 0 ? 0 : TextMeasure.Width(x.Ticks[^1].Label) / 2);
        var slant = isSlanted ? Math.Min(SlantedLabel, x.Ticks.Max(tick => TextMeasure.Width(TickLabel(tick)))) * 0.64 + 16 : isWrapped ? 34 : 18;
        bottom = chart.Height - slant - (chart.X.Heading.Length > 0 ? 20 : 4);
        painter = new SeriesPainter(chart, visible, place => left + x.Fraction(place) * (right - left), height => bottom - y.Fraction(height) * (bottom - top));
    }

    /// <summary>The chart as SVG.</summary>
    public string Render(string? css)
    {
        var frame = new FigureFrame(chart, ChartWords.Describe(chart, hasData ? (x, y) : null));
        return frame.Render(css, Draw, painter.Legend, painter.Notes);
    }

    private void Draw(SvgWriter svg)
    {
        svg.Text(4, 12, TextMeasure.Cut(chart.Y.Heading, chart.Width - 8), "heading");
        svg.Text((left + right) / 2, chart.Height - 6, TextMeasure.Cut(chart.X.Heading, right - left), "heading", "middle");
        if (!hasData)
        {
            svg.Empty("rect", ("x", left), ("y", top), ("width", right - left), ("height", bottom - top), ("class", "frame"));
            svg.Text((left + right) / 2, (top + bottom) / 2, "no data", "heading", "middle");
            return;
        }

        DrawAxes(svg);
        svg.Open(
            "svg",
            ("class", "plot"),
            ("x", left),
            ("y", top),
            ("width", right - left),
            ("height", bottom - top),
            ("viewBox", $"{N(left)} {N(top)} {N(right - left)} {N(bottom - top)}"),
            ("overflow", "hidden"));
        painter.Draw(svg, new Place(left, top), new Place(right, bottom));
        svg.Close("svg");
    }

    private void DrawAxes(SvgWriter svg)
    {
        foreach (var tick in y.Ticks)
        {
            var at = bottom - y.Fraction(tick.Value) * (bottom - top);
            svg.Line(left, at, right, at, tick.Label.Length > 0 ? "grid" : "minor");
            if (tick.Label.Length > 0)
                svg.Text(left - TickLength - 3, at + 4, TickLabel(tick), "tick y", "end");
        }

        foreach (var tick in x.Ticks)
        {
            var at = left + x.Fraction(tick.Value) * (right - left);
            if (chart.X.Kind != AxisKind.Categories)
                svg.Line(at, top, at, bottom, tick.Label.Length > 0 ? "grid" : "minor");
            if (tick.Label.Length == 0)
                continue;
            if (isSlanted)
                DrawSlanted(svg, at, tick);
            else if (isWrapped)
                DrawWrapped(svg, at, tick);
            else
                svg.Text(at, bottom + 16, tick.Label, "tick x", "middle");
        }

        svg.Line(left, bottom, right, bottom, "frame");
        svg.Line(left, top, left, bottom, "frame");
    }

    private void DrawWrapped(SvgWriter svg, double at, Tick tick)
    {
        var lines = TextMeasure.Wrap(tick.Label, slot, 12, most: 2);
        for (var i = 0; i < lines.Count; i++)
            svg.Text(at, bottom + 16 + 15 * i, lines[i], "tick x", "middle");
    }

    private void DrawSlanted(SvgWriter svg, double at, Tick tick) => svg.Leaf(
        "text",
        TickLabel(tick),
        ("class", "tick x"),
        ("text-anchor", "end"),
        ("transform", $"translate({N(at + 4)} {N(bottom + 12)}) rotate(-40)"));

    private static string TickLabel(Tick tick) => TextMeasure.Cut(tick.Label, SlantedLabel);

    private static string N(double value) => SvgWriter.Number(value);
}
