using System.Globalization;
using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests.Charts;

public sealed class ChartTests
{
    private static readonly double[] s_ten = [.. Enumerable.Range(0, 10).Select(i => (double)i)];

    private static Chart Line(params double[] y) => new("A line", Series.Line("y", y));

    private static void AssertInside(Drawing drawing, string cssClass, double slack = 0.02)
    {
        var (left, top, right, bottom) = drawing.Border;
        var points = drawing.Points(cssClass);
        Assert.NotEmpty(points);
        Assert.All(points, point =>
        {
            Assert.InRange(point.X, left - slack, right + slack);
            Assert.InRange(point.Y, top - slack, bottom + slack);
        });
    }

    [Fact]
    public void A_line_lies_in_the_plot_and_keeps_its_shape()
    {
        var drawing = new Drawing(Line(3, 1, 4, 1, 5));
        drawing.AssertWellFormed();
        AssertInside(drawing, "line");
        var heights = drawing.Points("line").Select(p => p.Y).ToArray();

        // Pixels grow downwards: affine in −y, to a hundredth of a pixel.
        var scale = (heights[1] - heights[0]) / 2;
        double[] y = [3, 1, 4, 1, 5];
        Assert.True(scale > 0);
        Assert.All(y.Zip(heights), pair => Assert.Equal(heights[0] + (3 - pair.First) * scale, pair.Second, 0.05));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-1e-300)]
    [InlineData(1e300)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    public void One_point_is_drawn_within_a_range_around_it(double value)
    {
        var drawing = new Drawing(Line(value));
        drawing.AssertWellFormed();
        AssertInside(drawing, "mark");
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { double.NaN, double.NaN })]
    public void Without_points_it_says_so(double[] y)
    {
        var drawing = new Drawing(Line(y));
        drawing.AssertWellFormed();
        Assert.Contains("no data", drawing.Texts);
        Assert.StartsWith("No data.", drawing.Description, StringComparison.Ordinal);
        Assert.Contains("no data", new Drawing(new Chart("Nothing")).Texts);
    }

    [Fact]
    public void NaN_leaves_a_gap_and_is_counted()
    {
        var drawing = new Drawing(Line(1, 2, double.NaN, 3, 4, double.NaN, 5));
        Assert.Equal("MLML", string.Concat(drawing.Points("line").Select(p => p.Command)));
        AssertInside(drawing, "mark");
        Assert.Contains("2 values are NaN and left out.", drawing.Texts);
        Assert.Contains("2 values are NaN", drawing.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Infinite_values_are_drawn_at_the_border_with_a_note()
    {
        var drawing = new Drawing(Line(1, double.PositiveInfinity, 2, double.NegativeInfinity));
        drawing.AssertWellFormed();
        AssertInside(drawing, "line");
        var (_, top, _, bottom) = drawing.Border;
        Assert.Equal([top + 1, bottom - 1], drawing.Points("infinite").Where(p => p.Command == 'M').Select(p => p.Y), (a, b) => Math.Abs(a - b) < 0.1);
        Assert.Contains("2 infinite values are drawn at the border.", drawing.Texts);
        Assert.Contains(
            "1 point at an infinite place is left out.",
            new Drawing(new Chart("", Series.Points("", [0, 1, double.PositiveInfinity], [0, 1, 2]))).Texts);
    }

    [Theory]
    [InlineData(AxisKind.Linear)]
    [InlineData(AxisKind.Log)]
    public void Numbers_from_1e_300_to_1e300_stay_in_the_plot(AxisKind kind)
    {
        var exponents = Enumerable.Range(0, 61).Select(i => -300 + 10 * i).ToArray();
        double[] y = [.. exponents.Select(e => Math.Pow(10, e))];
        var drawing = new Drawing(Line(y) with { Y = new Axis { Kind = kind } });
        drawing.AssertWellFormed();
        AssertInside(drawing, "line");
        if (kind == AxisKind.Linear)
            return;
        var heights = drawing.Points("line").Select(p => p.Y).ToArray();
        var step = (heights[0] - heights[^1]) / (heights.Length - 1);
        Assert.All(heights.Zip(heights.Skip(1)), pair => Assert.Equal(step, pair.First - pair.Second, 0.03));
    }

    [Fact]
    public void What_is_not_positive_has_no_place_on_a_logarithmic_axis()
    {
        var drawing = new Drawing(Line(10, 0, 100, -1) with { Y = Axis.Log() });
        Assert.Contains("2 values are not above 0 and have no place on a logarithmic axis.", drawing.Texts);
        AssertInside(drawing, "mark");
        Assert.Contains("no data", new Drawing(Line(0, -1) with { Y = Axis.Log() }).Texts);
    }

    [Fact]
    public void A_hundred_thousand_points_are_thinned_without_changing_the_shape()
    {
        const int n = 100_000;
        const int seed = 3;
        var random = new Random(seed);
        var y = new double[n];
        for (var i = 1; i < n; i++)
            y[i] = y[i - 1] + random.NextDouble() - 0.5;
        y[77_777] = 500; // a single spike
        y[22_222] = -500;
        var drawing = new Drawing(Line(y));
        var drawn = drawing.Points("line");
        Assert.InRange(drawn.Count, 400, 4 * 440);
        Assert.True(drawing.Text.Length < 60_000);
        AssertInside(drawing, "line");

        // The spikes are the lowest and the highest point, each at its place.
        var (left, _, right, _) = drawing.Border;
        Assert.Equal(left + (right - left) * 0.77777, drawn.MinBy(p => p.Y).X, 0.1);
        Assert.Equal(left + (right - left) * 0.22222, drawn.MaxBy(p => p.Y).X, 0.1);
    }

    [Fact]
    public void Thinning_keeps_the_ends_and_extremes_of_every_column_of_pixels()
    {
        const int seed = 4;
        var random = new Random(seed);
        var all = Enumerable.Range(0, 50_000).Select(i => new Toolkit.Charts.Place(i * 400 / 50_000.0, random.NextDouble() * 200)).ToArray();
        var kept = Thinning.Line(all, 400);
        Assert.True(kept.Count <= 1600);
        Assert.Equal(kept.OrderBy(p => p.X), kept);
        foreach (var column in all.GroupBy(p => Math.Floor(p.X)))
        {
            var left = kept.Where(p => Math.Floor(p.X) == column.Key).ToArray();
            Assert.Equal(
                (column.First(), column.Last(), column.Min(p => p.Y), column.Max(p => p.Y)),
                (left[0], left[^1], left.Min(p => p.Y), left.Max(p => p.Y)));
        }
    }

    [Fact]
    public void A_hundred_thousand_markers_keep_the_outermost()
    {
        const int n = 100_000;
        var random = new Random(5);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())], y = [.. x.Select(_ => random.NextDouble())];
        (x[50], y[50]) = (0.5, 40);
        var drawing = new Drawing(new Chart("Points", Series.Points("p", x, y)));
        Assert.InRange(drawing.Points("mark").Count, 500, 20_000);
        AssertInside(drawing, "mark");
        var heights = drawing.Points("mark").Select(p => p.Y).Order().ToArray();
        Assert.True(heights[1] - heights[0] > 100, "the outlier stands alone at the top");
    }

    [Fact]
    public void Text_is_escaped_and_what_XML_forbids_is_replaced()
    {
        const string nasty = "<script>alert(\"x\")</script> & 'a' \u0001 \ud800 €😀";
        var drawing = new Drawing(new Chart(nasty, Series.Line(nasty, s_ten), Series.Line("b", s_ten))
        {
            X = Axis.Linear(nasty, "<&>"),
            Y = Axis.Linear(nasty),
        });
        Assert.Empty(drawing.All("script"));
        var title = drawing.All("title").First().Value;
        Assert.Equal("<script>alert(\"x\")</script> & 'a' \uFFFD \uFFFD €😀", title);
    }

    [Fact]
    public void Long_labels_are_cut_and_stay_in_the_picture()
    {
        var names = Enumerable.Range(0, 8).Select(i => new string((char)('a' + i), 60)).ToArray();
        var drawing = new Drawing(new Chart(string.Join(' ', names), Series.Bars(names[0], s_ten[..8], s_ten[..8])) { X = Axis.Categories(names) });
        drawing.AssertWellFormed();
        Assert.All(drawing.OfClass("x"), label => Assert.EndsWith("…", label.Value, StringComparison.Ordinal));
        Assert.All(drawing.Texts, text => Assert.True(text.Length < 90));
        Assert.True(drawing.Border.Bottom - drawing.Border.Top > 80, "there is room left for the plot");
    }

    [Fact]
    public void Many_series_are_told_apart_by_colour_and_by_dash()
    {
        var series = Enumerable.Range(0, 24).Select(i => Series.Line($"series {i}", [i, i + 1])).ToArray();
        var drawing = new Drawing(new Chart("Many", series));
        var classes = drawing.Plot!.Descendants().Where(e => Drawing.Class(e).StartsWith("line", StringComparison.Ordinal)).Select(Drawing.Class).ToArray();
        Assert.Equal(24, classes.Distinct().Count());
        Assert.All(series, one => Assert.Contains(one.Name, drawing.Texts));
        var height = Drawing.Number(drawing.Root, "height");
        Assert.All(drawing.OfClass("name"), label => Assert.InRange(Drawing.Number(label, "y"), 0, height));
    }

    [Fact]
    public void Axes_name_their_units_and_mark_round_numbers()
    {
        var drawing = new Drawing(new Chart("T", Series.Line("y", s_ten, s_ten))
        {
            X = Axis.Time("time"),
            Y = Axis.Linear("rate", "rows/s"),
        });
        Assert.Contains("rate [rows/s]", drawing.Texts);
        Assert.Contains("time", drawing.Texts);
        Assert.Contains("2 s", drawing.Texts);
    }

    [Fact]
    public void Ticks_lie_on_the_frame_and_labels_do_not_overlap()
    {
        var drawing = new Drawing(new Chart("T", Series.Line("y", [0, 1e-7, 123456], [1e7, -3, 2])));
        var (left, _, right, _) = drawing.Border;
        var labels = drawing.OfClass("x").Select(e => (X: Drawing.Number(e, "x"), Width: TextMeasure.Width(e.Value))).ToArray();
        Assert.All(labels, label => Assert.InRange(label.X, left - 0.1, right + 0.1));
        Assert.All(labels.Zip(labels.Skip(1)), pair =>
            Assert.True(pair.First.X + pair.First.Width / 2 < pair.Second.X - pair.Second.Width / 2));
    }

    [Fact]
    public void The_same_picture_comes_out_in_every_culture()
    {
        var chart = Line(0.5, 1234.5, -3.25) with { Y = Axis.Linear("loss") };
        var before = CultureInfo.CurrentCulture;
        try
        {
            var invariant = chart.ToSvg();
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat.NumberDecimalSeparator = ",";
            other.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = other;
            Assert.Equal(invariant, chart.ToSvg());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Mistakes_in_a_chart_are_named()
    {
        Assert.Contains("3 values of x and 2 of y", Assert.Throws<SoftmaxException>(() => Series.Line("a", [1, 2, 3], [1, 2])).Message, StringComparison.Ordinal);
        var reversed = Line(1, 2) with { Y = new Axis { Title = "loss", Minimum = 2, Maximum = 1 } };
        Assert.Contains("\"loss\" goes from 2 to 1", Assert.Throws<SoftmaxException>(reversed.ToSvg).Message, StringComparison.Ordinal);
        var negative = Line(1, 2) with { Y = Axis.Log() with { Minimum = -1 } };
        Assert.Contains("above 0", Assert.Throws<SoftmaxException>(negative.ToSvg).Message, StringComparison.Ordinal);
    }
}
