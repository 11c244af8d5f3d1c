using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Draws the series of a chart over two axes, and says what could not be drawn.</summary>
/// <param name="chart">The chart.</param>
/// <param name="visible">For each series what is shown of it.</param>
/// <param name="toX">From x to pixels.</param>
/// <param name="toY">From y to pixels.</param>
internal sealed class SeriesPainter(
    Chart chart, IReadOnlyList<VisiblePoints> visible, Func<double, double> toX, Func<double, double> toY)
{
    private readonly IReadOnlyList<SeriesInk> inks = SeriesInk.Of(chart.Series);

    /// <summary>The entries of the legend; a single series that the title already names needs none.</summary>
    public IReadOnlyList<LegendEntry> Legend =>
    [
        .. chart.Series.Select((series, i) => new LegendEntry(series.Name, inks[i], series.Kind switch
        {
            SeriesKind.Line => Swatch.Line,
            SeriesKind.Points => Swatch.Marker,
            _ => Swatch.Area,
        })),
    ];

    /// <summary>What is not shown, or not where it is.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            int Sum(Func<VisiblePoints, int> count) => visible.Sum(count);
            var notes = new List<string>();
            void Add(int count, string one, string many)
            {
                if (count > 0)
                    notes.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}"));
            }

            Add(Sum(v => v.Infinite), "infinite value is drawn at the border.", "infinite values are drawn at the border.");
            Add(Sum(v => v.Undefined), "value is NaN and left out.", "values are NaN and left out.");
            Add(Sum(v => v.Endless), "point at an infinite place is left out.", "points at infinite places are left out.");
            Add(Sum(v => v.NotPositive), "value is not above 0 and has no place on a logarithmic axis.", "values are not above 0 and have no place on a logarithmic axis.");
            return notes;
        }
    }

    /// <summary>Draws them all: areas first, then lines and points.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="from">The plot's upper left corner.</param>
    /// <param name="to">The plot's lower right corner.</param>
    public void Draw(SvgWriter svg, Place from, Place to)
    {
        for (var i = 0; i < visible.Count; i++)
        {
            if (visible[i].Series.Kind == SeriesKind.Band)
                DrawBand(svg, visible[i], inks[i], to.X - from.X);
            else if (visible[i].Series.Kind == SeriesKind.Bars)
                DrawBars(svg, i, from, to);
        }

        for (var i = 0; i < visible.Count; i++)
        {
            if (visible[i].Series.Kind == SeriesKind.Line)
                DrawLine(svg, visible[i], inks[i], to.X - from.X);
            else if (visible[i].Series.Kind == SeriesKind.Points)
                Markers.Draw(svg, Thinning.Markers(Finite(visible[i]), to.X - from.X), inks[i], visible[i].Count > 2000 ? 1.6 : visible[i].Count > 200 ? 2.2 : 3);
            DrawInfinite(svg, visible[i], inks[i]);
        }
    }

    private void DrawLine(SvgWriter svg, VisiblePoints points, SeriesInk ink, double width)
    {
        var path = new StringBuilder();
        var alone = new List<Place>();
        foreach (var run in points.Runs())
        {
            if (run.Count == 1)
                alone.Add(Point(points.Series, run[0]));
            else
                Append(path, Thinning.Line([.. run.Select(i => Point(points.Series, i))], width), 'M');
        }

        if (path.Length > 0)
            svg.Empty("path", ("d", path.ToString()), ("class", "line " + ink.Classes));
        Markers.Draw(svg, points.IsMarked(chart.X) ? Finite(points) : alone, ink, 3);
    }

    private void DrawBand(SvgWriter svg, VisiblePoints points, SeriesInk ink, double width)
    {
        var path = new StringBuilder();
        foreach (var run in points.Runs())
        {
            Append(path, Thinning.Line([.. run.Select(i => Point(points.Series, i))], width), 'M');
            run.Reverse();
            Append(path, Thinning.Line([.. run.Select(i => new Place(toX(points.Series.X[i]), Low(points.Series.Z![i])))], width), 'L');
            path.Append('Z');
        }

        if (path.Length > 0)
            svg.Empty("path", ("d", path.ToString()), ("class", "band " + ink.Classes));
    }

    // The lower curve of a band may be 0 or less on a logarithmic axis: then it is below the border.
    private double Low(double value) => toY(AxisScale.CanShow(chart.Y, value) ? value : double.NegativeInfinity);

    private void DrawBars(SvgWriter svg, int index, Place from, Place to)
    {
        var points = visible[index];
        var groups = Enumerable.Range(0, visible.Count).Where(i => visible[i].Series is { Kind: SeriesKind.Bars, BarWidth: null }).ToList();
        var isGrouped = points.Series.BarWidth is null;
        var width = points.BarWidth * (isGrouped ? 0.8 / groups.Count : 1);
        var offset = isGrouped ? (groups.IndexOf(index) - groups.Count / 2.0) * width : -width / 2;
        var floor = chart.Y.Kind == AxisKind.Log ? to.Y : Math.Clamp(toY(0), from.Y, to.Y);
        for (var i = 0; i < points.Series.X.Count; i++)
        {
            if (!points.Shows(i))
                continue;
            var (value, start) = (points.Series.Y[i], toX(points.Series.X[i] + offset));
            var height = Math.Clamp(toY(value), from.Y, to.Y);
            svg.Open(
                "rect",
                ("x", start),
                ("y", Math.Min(floor, height)),
                ("width", Math.Max(0.5, toX(points.Series.X[i] + offset + width) - start)),
                ("height", Math.Abs(floor - height)),
                ("class", "bar " + inks[index].Classes));
            var place = chart.X.Kind == AxisKind.Categories && points.Series.X[i] is >= 0 and var at && at < chart.X.Names.Count
                ? chart.X.Names[(int)at]
                : NumberText.Short(points.Series.X[i]);
            svg.Leaf("title", $"{place}: {NumberText.Short(value)}").Close("rect");
        }
    }

    private void DrawInfinite(SvgWriter svg, VisiblePoints points, SeriesInk ink)
    {
        var drawn = new HashSet<(int, bool)>();
        for (var i = 0; points.Infinite > 0 && i < points.Series.Y.Count; i++)
        {
            var up = points.Series.Y[i] > 0;
            if (!points.Shows(i) || !double.IsInfinity(points.Series.Y[i]) || !drawn.Add(((int)toX(points.Series.X[i]), up)))
                continue;
            Markers.DrawArrow(svg, Point(points.Series, i), up, ink);
        }
    }

    private List<Place> Finite(VisiblePoints points) =>
    [
        .. Enumerable.Range(0, points.Series.X.Count)
            .Where(i => points.Shows(i) && double.IsFinite(points.Series.Y[i]))
            .Select(i => Point(points.Series, i)),
    ];

    private Place Point(Series series, int i) => new(toX(series.X[i]), toY(series.Y[i]));

    private static void Append(StringBuilder path, IReadOnlyList<Place> places, char first)
    {
        for (var i = 0; i < places.Count; i++)
        {
            path.Append(i == 0 ? first : 'L').Append(SvgWriter.Number(places[i].X)).Append(' ').Append(SvgWriter.Number(places[i].Y));
        }
    }
}
