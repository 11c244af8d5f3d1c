namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>
/// Series over two axes, or points over three. Lines and points of many thousands are thinned to what a pixel can show,
/// keeping the lowest and highest of each; NaN leaves a gap, an infinite value is drawn at the border, and what cannot
/// be drawn is counted in a note below.
/// </summary>
public sealed record Chart : Figure
{
    /// <summary>A chart of series.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="series">The series, drawn in order.</param>
    public Chart(string title, params Series[] series)
    {
        Title = title;
        Series = series;
    }

    /// <summary>The axis to the right.</summary>
    public Axis X { get; init; } = new();

    /// <summary>The axis upwards; in space the one into the depth.</summary>
    public Axis Y { get; init; } = new();

    /// <summary>The axis upwards of a chart in space.</summary>
    public Axis Z { get; init; } = new();

    /// <summary>The series, drawn in order.</summary>
    public IReadOnlyList<Series> Series { get; init; }

    /// <summary>Whether the points have three coordinates.</summary>
    public bool IsInSpace => Series.Any(series => series.Kind == SeriesKind.Points && series.Z is not null);

    private protected override string Render(string? css) =>
        IsInSpace ? new SpaceRenderer(this).Render(css) : new ChartRenderer(this).Render(css);
}
