using System.Globalization;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>What a chart shows, in words.</summary>
internal static class ChartWords
{
    /// <summary>A description for those who cannot see the chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="axes">Its axes; null where there are no data.</param>
    public static string Describe(Chart chart, (AxisScale X, AxisScale Y)? axes)
    {
        if (axes is not var (x, y))
            return "No data.";
        var parts = chart.Series.Where(series => !series.IsGuide && series.X.Count > 0).Take(8).Select(Describe);
        return $"{Extent("Horizontal", x)}; {Extent("vertical", y)}. {string.Join(" ", parts)}";
    }

    private static string Extent(string which, AxisScale axis)
    {
        var heading = axis.Axis.Heading.Length > 0 ? " " + axis.Axis.Heading : "";
        if (axis.Axis.Kind == AxisKind.Categories)
            return string.Create(CultureInfo.InvariantCulture, $"{which} axis{heading}: {axis.Axis.Names.Count} names");
        return $"{which} axis{heading} from {NumberText.Short(axis.Low)} to {NumberText.Short(axis.High)}";
    }

    private static string Describe(Series series)
    {
        var name = series.Name.Length > 0 ? series.Name : "One series";
        var finite = series.Y.Where(double.IsFinite).ToArray();
        var extent = finite.Length == 0
            ? "none of them finite"
            : $"from {NumberText.Short(finite.Min())} to {NumberText.Short(finite.Max())}, the last {NumberText.Short(series.Y[^1])}";
        return string.Create(CultureInfo.InvariantCulture, $"{name}: {series.Y.Count} {Noun(series)}, {extent}.");
    }

    private static string Noun(Series series) => (series.Kind, series.Y.Count) switch
    {
        (SeriesKind.Bars, 1) => "bar",
        (SeriesKind.Bars, _) => "bars",
        (_, 1) => "point",
        _ => "points",
    };
}
