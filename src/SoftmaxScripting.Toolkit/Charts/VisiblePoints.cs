namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>The points of a series that have a place on both axes, and how many have none.</summary>
internal sealed class VisiblePoints
{
    /// <summary>Lines of at most so many points show where the points are.</summary>
    private const int MarkedPoints = 25;

    private readonly Axis yAxis;
    private readonly HashSet<int> hidden = [];

    public VisiblePoints(Series series, Axis x, Axis y)
    {
        Series = series;
        yAxis = y;
        for (var i = 0; i < series.X.Count; i++)
        {
            var (at, height) = (series.X[i], series.Y[i]);
            var low = series.Kind == SeriesKind.Band ? series.Z![i] : height;
            if (double.IsNaN(at) || double.IsNaN(height) || double.IsNaN(low))
                Undefined++;
            else if (double.IsInfinity(at))
                Endless++;
            else if (!AxisScale.CanShow(x, at) || !AxisScale.CanShow(y, height))
                NotPositive++;
            else
            {
                Count++;
                if (double.IsInfinity(height))
                    Infinite++;
                continue;
            }

            hidden.Add(i);
        }
    }

    /// <summary>The series.</summary>
    public Series Series { get; }

    /// <summary>How many points are shown.</summary>
    public int Count { get; }

    /// <summary>How many of them are infinite and drawn at the border.</summary>
    public int Infinite { get; }

    /// <summary>How many are NaN.</summary>
    public int Undefined { get; }

    /// <summary>How many stand at x = ±∞.</summary>
    public int Endless { get; }

    /// <summary>How many are not above 0 on a logarithmic axis.</summary>
    public int NotPositive { get; }

    /// <summary>Whether a point is shown.</summary>
    public bool Shows(int i) => !hidden.Contains(i);

    /// <summary>What the horizontal axis has to cover.</summary>
    public IEnumerable<double> Places
    {
        get
        {
            var half = Series.Kind == SeriesKind.Bars ? BarWidth / 2 : 0;
            foreach (var i in Enumerable.Range(0, Series.X.Count).Where(Shows))
            {
                yield return Series.X[i] - half;
                yield return Series.X[i] + half;
            }
        }
    }

    /// <summary>What the vertical axis has to cover.</summary>
    public IEnumerable<double> Heights
    {
        get
        {
            if (Series.Kind == SeriesKind.Bars && Count > 0 && yAxis.Kind != AxisKind.Log)
                yield return 0;
            foreach (var i in Enumerable.Range(0, Series.X.Count).Where(Shows))
            {
                yield return Series.Y[i];
                if (Series.Kind == SeriesKind.Band)
                    yield return Series.Z![i];
            }
        }
    }

    /// <summary>The width of a bar in units of x: given, or the least distance between bars.</summary>
    public double BarWidth
    {
        get
        {
            if (Series.BarWidth is { } given)
                return given;
            var sorted = Series.X.Where(double.IsFinite).Distinct().Order().ToArray();
            return sorted.Length > 1 ? sorted.Zip(sorted.Skip(1), (a, b) => b - a).Min() : 1;
        }
    }

    /// <summary>Whether each point of a line is marked: where they are few and stand for something counted.</summary>
    /// <param name="x">The horizontal axis.</param>
    public bool IsMarked(Axis x) =>
        Series.Kind == SeriesKind.Line && !Series.IsGuide && Count <= MarkedPoints && x.Kind != AxisKind.Linear;

    /// <summary>Whether markers are drawn at some points.</summary>
    /// <param name="x">The horizontal axis.</param>
    public bool HasMarkers(Axis x) =>
        Series.Kind == SeriesKind.Points || IsMarked(x) || (Series.Kind == SeriesKind.Line && Runs().Any(run => run.Count == 1));

    /// <summary>The stretches of points without a gap.</summary>
    public IEnumerable<List<int>> Runs()
    {
        var run = new List<int>();
        for (var i = 0; i < Series.X.Count; i++)
        {
            if (Shows(i))
            {
                run.Add(i);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
            yield return run;
    }
}
