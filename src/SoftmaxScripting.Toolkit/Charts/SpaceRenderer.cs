using System.Globalization;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Draws points over three axes: a box whose far sides carry the grid, the nearest points last.</summary>
internal sealed class SpaceRenderer
{
    private const double Side = 46, Above = 10, Below = 44;

    private readonly Chart chart;
    private readonly IReadOnlyList<SeriesInk> inks;
    private readonly List<(int Series, int Index)> shown = [];
    private readonly int leftOut;
    private readonly AxisScale x;
    private readonly AxisScale y;
    private readonly AxisScale z;
    private readonly Place middle;
    private readonly double scale;

    public SpaceRenderer(Chart chart)
    {
        this.chart = chart;
        inks = SeriesInk.Of(chart.Series);
        for (var s = 0; s < chart.Series.Count; s++)
        {
            var series = chart.Series[s];
            for (var i = 0; i < series.X.Count; i++)
            {
                if (series.Z is not null && CanShow(chart.X, series.X[i]) && CanShow(chart.Y, series.Y[i]) && CanShow(chart.Z, series.Z[i]))
                    shown.Add((s, i));
                else
                    leftOut++;
            }
        }

        x = AxisScale.Fit(chart.X, shown.Select(p => chart.Series[p.Series].X[p.Index]), Margin.ToTicks, 4);
        y = AxisScale.Fit(chart.Y, shown.Select(p => chart.Series[p.Series].Y[p.Index]), Margin.ToTicks, 4);
        z = AxisScale.Fit(chart.Z, shown.Select(p => chart.Series[p.Series].Z![p.Index]), Margin.ToTicks, 4);
        scale = Math.Min(
            (chart.Width - 2 * Side) / (2 * Projection.Extent.Right),
            (chart.Height - Above - Below) / (2 * Projection.Extent.Up));
        middle = new Place(chart.Width / 2.0, Above + (chart.Height - Above - Below) / 2.0);
    }

    /// <summary>The chart as SVG.</summary>
    public string Render(string? css)
    {
        var description = shown.Count == 0
            ? "No data."
            : string.Create(CultureInfo.InvariantCulture, $"{shown.Count} points in space; ")
                + $"{Extent(x)}, {Extent(y)}, {Extent(z)}.";
        var legend = chart.Series.Select((series, i) => new LegendEntry(series.Name, inks[i], Swatch.Marker)).ToArray();
        string[] notes = leftOut switch
        {
            0 => [],
            1 => ["1 point is not finite, or has no place on an axis, and is left out."],
            _ => [string.Create(CultureInfo.InvariantCulture, $"{leftOut} points are not finite, or have no place on an axis, and are left out.")],
        };
        return new FigureFrame(chart, description).Render(css, Draw, legend, notes);
    }

    private static bool CanShow(Axis axis, double value) => double.IsFinite(value) && AxisScale.CanShow(axis, value);

    private static string Extent(AxisScale axis) =>
        $"{(axis.Axis.Heading.Length > 0 ? axis.Axis.Heading : "an axis")} from {NumberText.Short(axis.Low)} to {NumberText.Short(axis.High)}";

    private void Draw(SvgWriter svg)
    {
        DrawGrid(svg);
        if (shown.Count == 0)
        {
            svg.Text(middle.X, middle.Y, "no data", "heading", "middle");
            return;
        }

        DrawTicks(svg);
        svg.Open("g", ("class", "plot"));
        var placed = shown
            .Select(p => (p.Series, Seen: Projection.Of(
                x.Fraction(chart.Series[p.Series].X[p.Index]),
                y.Fraction(chart.Series[p.Series].Y[p.Index]),
                z.Fraction(chart.Series[p.Series].Z![p.Index]))))
            .OrderBy(p => p.Seen.Depth)
            .ToArray();

        // Slices from far to near: within one, the points of a series are one path.
        const int slices = 8;
        for (var slice = 0; slice < slices; slice++)
        {
            var part = placed[(slice * placed.Length / slices)..((slice + 1) * placed.Length / slices)];
            foreach (var group in part.GroupBy(p => p.Series))
            {
                var places = Thinning.Markers([.. group.Select(p => At(p.Seen.Right, p.Seen.Up))], chart.Width / 2.0);
                Markers.Draw(svg, places, inks[group.Key], (placed.Length > 500 ? 1.6 : 2.2) + slice * 0.15);
            }
        }

        svg.Close("g");
    }

    // The far sides are x = 0, y = 1 and z = 0 for a view from the front right.
    private void DrawGrid(SvgWriter svg)
    {
        void Line((double X, double Y, double Z) a, (double X, double Y, double Z) b, string css)
        {
            var (from, to) = (At(a.X, a.Y, a.Z), At(b.X, b.Y, b.Z));
            svg.Line(from.X, from.Y, to.X, to.Y, css);
        }

        if (shown.Count > 0)
        {
            foreach (var t in Fractions(x))
            {
                Line((t, 0, 0), (t, 1, 0), "grid");
                Line((t, 1, 0), (t, 1, 1), "grid");
            }

            foreach (var t in Fractions(y))
            {
                Line((0, t, 0), (1, t, 0), "grid");
                Line((0, t, 0), (0, t, 1), "grid");
            }

            foreach (var t in Fractions(z))
            {
                Line((0, 0, t), (0, 1, t), "grid");
                Line((0, 1, t), (1, 1, t), "grid");
            }
        }

        Line((0, 0, 0), (1, 0, 0), "frame");
        Line((1, 0, 0), (1, 1, 0), "frame");
        Line((0, 0, 0), (0, 0, 1), "frame");
        Line((0, 0, 0), (0, 1, 0), "frame");
        Line((0, 1, 0), (1, 1, 0), "frame");
        Line((0, 1, 0), (0, 1, 1), "frame");
        Line((0, 0, 1), (0, 1, 1), "frame");
        Line((0, 1, 1), (1, 1, 1), "frame");
        Line((1, 1, 0), (1, 1, 1), "frame");
    }

    private void DrawTicks(SvgWriter svg)
    {
        foreach (var tick in Named(x))
            Label(svg, At(x.Fraction(tick.Value), 0, 0), -4, 14, tick.Label, "end");
        foreach (var tick in Named(y))
            Label(svg, At(1, y.Fraction(tick.Value), 0), 5, 13, tick.Label, "start");
        foreach (var tick in Named(z))
            Label(svg, At(0, 0, z.Fraction(tick.Value)), -6, 4, tick.Label, "end");
        var (front, right, up) = (At(0.5, 0, 0), At(1, 0.5, 0), At(0, 0, 1));
        svg.Text(Math.Max(4, front.X - 18), front.Y + 32, TextMeasure.Cut(chart.X.Heading, front.X - 8), "heading", "end");
        svg.Text(right.X + 16, right.Y + 32, TextMeasure.Cut(chart.Y.Heading, chart.Width - right.X - 20), "heading");
        svg.Text(Math.Max(4, up.X - 30), up.Y - 8, TextMeasure.Cut(chart.Z.Heading, chart.Width - up.X), "heading");
    }

    private static void Label(SvgWriter svg, Place place, double right, double down, string text, string anchor) =>
        svg.Text(place.X + right, place.Y + down, text, "tick", anchor);

    private static IEnumerable<double> Fractions(AxisScale axis) => Named(axis).Select(tick => axis.Fraction(tick.Value));

    private static IEnumerable<Tick> Named(AxisScale axis) => axis.Ticks.Where(tick => tick.Label.Length > 0);

    private Place At(double a, double b, double c)
    {
        var (right, up, _) = Projection.Of(a, b, c);
        return At(right, up);
    }

    private Place At(double right, double up) => new(middle.X + scale * right, middle.Y - scale * up);
}
