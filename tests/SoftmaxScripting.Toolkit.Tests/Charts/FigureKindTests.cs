using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests.Charts;

public sealed class FigureKindTests
{
    [Fact]
    public void Bars_of_one_place_stand_side_by_side_from_zero()
    {
        var drawing = new Drawing(new Chart("Bars", Series.Bars("a", [0, 1], [2, -1]), Series.Bars("b", [0, 1], [1, 3]))
        {
            X = Axis.Categories(["first", "second"]),
        });
        drawing.AssertWellFormed();
        var bars = drawing.Plot!.Descendants().Where(e => Drawing.Class(e).StartsWith("bar", StringComparison.Ordinal))
            .Select(e => (Left: Drawing.Number(e, "x"), Right: Drawing.Number(e, "x") + Drawing.Number(e, "width"), Top: Drawing.Number(e, "y"), Bottom: Drawing.Number(e, "y") + Drawing.Number(e, "height")))
            .OrderBy(bar => bar.Left).ToArray();
        Assert.Equal(4, bars.Length);
        Assert.All(bars.Zip(bars.Skip(1)), pair => Assert.True(pair.First.Right <= pair.Second.Left + 0.02));

        // In order: 2 and 1 at the first place, −1 and 3 at the second; zero is the lower edge of all but the third.
        Assert.Equal(bars[0].Bottom, bars[2].Top, 0.02);
        Assert.Equal(2 * (bars[1].Bottom - bars[1].Top), bars[0].Bottom - bars[0].Top, 0.05);
        Assert.Equal(bars[1].Bottom - bars[1].Top, bars[2].Bottom - bars[2].Top, 0.05);
    }

    [Fact]
    public void A_band_goes_along_its_upper_and_back_along_its_lower_curve()
    {
        var drawing = new Drawing(new Chart("Band", Series.Band("±", [0, 1, 2], [0, 1, 0], [2, 3, 2])));
        drawing.AssertWellFormed();
        var points = drawing.Points("band");
        Assert.Equal(6, points.Count);
        Assert.Equal(points[0].X, points[5].X, 0.01);
        Assert.True(points[0].Y < points[5].Y);
        Assert.Throws<SoftmaxException>(() => Series.Band("", [0, 1], [0], [0, 1]));
    }

    [Fact]
    public void A_histogram_counts_every_finite_number_once()
    {
        const int seed = 11;
        var random = new Random(seed);
        for (var round = 0; round < 30; round++)
        {
            var scale = Math.Pow(10, random.Next(-200, 200));
            double[] values = [.. Enumerable.Range(0, random.Next(1, 500)).Select(_ => (random.NextDouble() - 0.3) * scale), double.NaN];
            var chart = Statistics.Histogram("h", values, random.Next(2) == 0 ? null : random.Next(1, 30));
            Assert.Equal(values.Length - 1, chart.Series[0].Y.Sum());
            new Drawing(chart).AssertWellFormed();
        }

        Assert.Contains("no data", new Drawing(Statistics.Histogram("h", [])).Texts);
        Assert.Equal(3, Statistics.Histogram("h", [4, 4, 4]).Series[0].Y.Sum());
    }

    [Fact]
    public void Calibration_bins_rows_by_confidence_and_names_the_expected_error()
    {
        // Four rows at 0.8, half of them right; two at 0.3, none right: (4·0.3 + 2·0.3) / 6 = 0.3.
        var chart = Statistics.Calibration([0.8, 0.8, 0.8, 0.8, 0.3, 0.3], [true, false, true, false, false, false]);
        Assert.EndsWith("expected error 0.3", chart.Title, StringComparison.Ordinal);
        var curve = chart.Series.Single(series => series.Kind == SeriesKind.Points);
        Assert.Equal([0.3, 0.8], curve.X, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([0, 0.5], curve.Y, (a, b) => Math.Abs(a - b) < 1e-12);
        new Drawing(chart).AssertWellFormed();
        new Drawing(Statistics.Calibration([], [])).AssertWellFormed();
        Assert.Throws<SoftmaxException>(() => Statistics.Calibration([1.5], [true]));
    }

    [Fact]
    public void A_confusion_matrix_counts_each_pair_and_colours_by_row()
    {
        var map = HeatMap.Confusion([0, 0, 0, 1], [0, 0, 1, 1], ["cat", "dog"]);
        Assert.Equal(new double[,] { { 2, 1 }, { 0, 1 } }, map.Values);
        var drawing = new Drawing(map);
        drawing.AssertWellFormed();
        var cells = drawing.All("rect").ToArray();
        Assert.Equal(4, cells.Length);
        Assert.Equal($"h{ChartTheme.HeatLevels - 1}", Drawing.Class(cells[3]));
        Assert.Equal("h0", Drawing.Class(cells[2]));
        Assert.Contains("cat, dog: 1", cells[1].Value, StringComparison.Ordinal);
        Assert.Throws<SoftmaxException>(() => HeatMap.Confusion([2], [0], ["cat", "dog"]));
        Assert.Throws<SoftmaxException>(() => HeatMap.Confusion([0, 1], [0], ["cat", "dog"]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(100, 3)]
    [InlineData(3, 200)]
    public void A_heat_map_of_any_size_stays_in_its_picture(int rows, int columns)
    {
        var values = new double[rows, columns];
        if (rows > 1)
            (values[0, 0], values[1, 0], values[0, 1]) = (double.NaN, double.PositiveInfinity, -1e300);
        var drawing = new Drawing(new HeatMap("Heat", values));
        drawing.AssertWellFormed();
        var (width, height) = (Drawing.Number(drawing.Root, "width"), Drawing.Number(drawing.Root, "height"));
        Assert.All(drawing.All("rect"), cell =>
        {
            Assert.InRange(Drawing.Number(cell, "x") + Drawing.Number(cell, "width"), 0, width);
            Assert.InRange(Drawing.Number(cell, "y") + Drawing.Number(cell, "height"), 0, height);
        });
    }

    [Fact]
    public void Points_in_space_lie_in_the_projected_box()
    {
        const int seed = 2;
        var random = new Random(seed);
        double[] Draw() => [.. Enumerable.Range(0, 500).Select(_ => random.NextDouble() * 8 - 4), double.NaN];
        var chart = new Chart("Space", Series.Points("a", Draw(), Draw(), Draw()), Series.Points("b", [0], [0], [0]))
        {
            X = Axis.Linear("x₁"),
            Y = Axis.Linear("x₂"),
            Z = Axis.Linear("y", "m"),
        };
        var drawing = new Drawing(chart);
        drawing.AssertWellFormed();
        Assert.Contains("1 point is not finite", drawing.Description, StringComparison.Ordinal);
        Assert.Contains("y [m]", drawing.Texts);
        var frame = drawing.OfClass("frame").SelectMany(e => new[] { Drawing.Number(e, "x1"), Drawing.Number(e, "x2") }).ToArray();
        var (left, right) = (frame.Min(), frame.Max());
        var marks = drawing.OfClass("plot").Single().Descendants().Select(e => e.Attribute("d")!.Value).ToArray();
        Assert.NotEmpty(marks);
        foreach (var place in marks.SelectMany(d => d.Split('M', StringSplitOptions.RemoveEmptyEntries)))
        {
            var x = double.Parse(place[..place.IndexOf(' ', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(x, left - 5, right + 5);
        }

        Assert.Contains("no data", new Drawing(new Chart("", Series.Points("", [double.NaN], [0], [0]))).Texts);
    }

    [Fact]
    public void The_projection_keeps_the_unit_cube_within_its_extent_and_up_is_up()
    {
        foreach (var (x, y, z) in from x in new[] { 0, 1 } from y in new[] { 0, 1 } from z in new[] { 0, 1 } select (x, y, z))
        {
            var (right, up, _) = Projection.Of(x, y, z);
            Assert.InRange(Math.Abs(right), 0, Projection.Extent.Right + 1e-12);
            Assert.InRange(Math.Abs(up), 0, Projection.Extent.Up + 1e-12);
        }

        Assert.True(Projection.Of(0.5, 0.5, 1).Up > Projection.Of(0.5, 0.5, 0).Up);
        Assert.True(Projection.Of(1, 0.5, 0.5).Right > Projection.Of(0, 0.5, 0.5).Right);
    }

    [Fact]
    public void Both_palettes_have_contrast()
    {
        foreach (var (paper, least, colours) in Palettes())
        {
            foreach (var (name, colour) in colours)
                Assert.True(Contrast(colour, paper) >= least(name), $"{name} {colour} on {paper}: {Contrast(colour, paper):0.00}");
        }
    }

    private static IEnumerable<(string Paper, Func<string, double> Least, List<(string Name, string Colour)> Colours)> Palettes()
    {
        foreach (var block in ChartTheme.Variables.Split("@media"))
        {
            var variables = System.Text.RegularExpressions.Regex.Matches(block, "--(\\w+):(#[0-9a-f]{6})")
                .Select(m => (m.Groups[1].Value, m.Groups[2].Value)).ToList();
            var paper = variables.Single(v => v.Item1 == "paper").Item2;
            yield return (paper, name => name is "ink" or "faint" ? 4.5 : 3, [.. variables.Where(v => v.Item1 is "ink" or "faint" || v.Item1[0] == 's')]);
        }
    }

    private static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int at)
        {
            var c = Convert.ToInt32(colour.Substring(at, 2), 16) / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }

        return 0.2126 * Channel(1) + 0.7152 * Channel(3) + 0.0722 * Channel(5);
    }
}
