using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>How an axis's range goes beyond the data.</summary>
internal enum Margin
{
    /// <summary>Not at all: the data begin and end at the border.</summary>
    None,

    /// <summary>By a little, so that no marker is cut.</summary>
    Small,

    /// <summary>To the next tick, so that the range is in round numbers.</summary>
    ToTicks,
}

/// <summary>An axis with its range and ticks: turns values into places between 0 and 1.</summary>
internal sealed class AxisScale
{
    /// <summary>What log₁₀ of a positive number can be.</summary>
    private const double LeastLog = -323, GreatestLog = 308;

    private readonly double low;
    private readonly double high;

    private AxisScale(Axis axis, double low, double high, IReadOnlyList<Tick> ticks)
    {
        (Axis, this.low, this.high) = (axis, low, high);
        Ticks = ticks;
    }

    /// <summary>The axis.</summary>
    public Axis Axis { get; }

    /// <summary>The marks, in order, within the range.</summary>
    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>Where the range begins.</summary>
    public double Low => IsLog ? Math.Pow(10, low) : low;

    /// <summary>Where the range ends.</summary>
    public double High => IsLog ? Math.Pow(10, high) : high;

    private bool IsLog => Axis.Kind == AxisKind.Log;

    /// <summary>Whether a value, if infinite at the border, has a place on an axis.</summary>
    public static bool CanShow(Axis axis, double value) =>
        !double.IsNaN(value) && (axis.Kind != AxisKind.Log || value > 0);

    /// <summary>Fits an axis to the values that are to be shown.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="values">The values; those that are not finite, or have no place, do not count.</param>
    /// <param name="margin">How far to go beyond them.</param>
    /// <param name="most">How many steps between ticks at most.</param>
    /// <exception cref="SoftmaxException">The limits given are no range.</exception>
    public static AxisScale Fit(Axis axis, IEnumerable<double> values, Margin margin, int most)
    {
        RequireRange(axis);
        most = Math.Max(1, most);
        if (axis.Kind == AxisKind.Categories)
            return new AxisScale(axis, -0.5, Math.Max(1, axis.Names.Count) - 0.5, Charts.Ticks.Names(axis.Names, most));
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!double.IsFinite(value) || !CanShow(axis, value))
                continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (double.IsInfinity(low))
            (low, high) = axis.Kind == AxisKind.Log ? (0.1, 10) : (0, 1);
        return axis.Kind == AxisKind.Log ? Logarithmic(axis, low, high, margin, most) : Plain(axis, low, high, margin, most);
    }

    /// <summary>Where a value lies: 0 at the beginning, 1 at the end; infinite values at the borders.</summary>
    public double Fraction(double value)
    {
        if (double.IsInfinity(value))
            return value > 0 ? 1 : 0;
        if (IsLog)
            value = Math.Log10(value);

        // Halved: the difference of two large numbers may overflow.
        var fraction = (value / 2 - low / 2) / (high / 2 - low / 2);
        return Math.Clamp(fraction, -50, 50);
    }

    private static AxisScale Plain(Axis axis, double low, double high, Margin margin, int most)
    {
        (low, high) = (axis.Minimum ?? low, axis.Maximum ?? high);
        var isGiven = axis.Minimum is not null && axis.Maximum is not null;
        if (!isGiven && !(high / 2 - low / 2 > 1e-14 * Math.Max(Math.Abs(low), Math.Abs(high)) && high - low > 1e-300))
        {
            // One value, or values no two of which a tick could tell apart.
            var pad = axis.Kind == AxisKind.Integers ? 1 : Math.Abs(high) is var size && size > 1e-290 ? size * 0.1 : 1;
            (low, high) = (Math.Max(low - pad, double.MinValue), Math.Min(high + pad, double.MaxValue));
            (low, high) = (axis.Minimum ?? low, axis.Maximum ?? high);
            if (low >= high)
                (low, high) = axis.Minimum is null ? (high - pad, high) : (low, low + pad);
        }

        if (margin == Margin.Small)
        {
            var pad = (high / 2 - low / 2) * 0.08;
            low = axis.Minimum ?? Math.Max(low - pad, double.MinValue);
            high = axis.Maximum ?? Math.Min(high + pad, double.MaxValue);
        }
        else if (margin == Margin.ToTicks)
        {
            var step = Charts.Ticks.Step(low, high, most);
            if (axis.Kind == AxisKind.Integers)
                step = Math.Max(1, step);
            low = axis.Minimum ?? Rounded(Math.Floor(low / step + 1e-9) * step, low);
            high = axis.Maximum ?? Rounded(Math.Ceiling(high / step - 1e-9) * step, high);
        }

        var ticks = axis.Kind switch
        {
            AxisKind.Time => Charts.Ticks.Time(low, high, most),
            AxisKind.Integers => Charts.Ticks.Linear(low, high, most, whole: true),
            _ => Charts.Ticks.Linear(low, high, most),
        };
        return new AxisScale(axis, low, high, ticks);
    }

    private static double Rounded(double round, double value) => double.IsFinite(round) ? round : value;

    private static AxisScale Logarithmic(Axis axis, double low, double high, Margin margin, int most)
    {
        var (from, to) = (Math.Log10(axis.Minimum ?? low), Math.Log10(axis.Maximum ?? high));
        if (to - from < 1e-12)
            (from, to) = (Math.Max(LeastLog, from - 0.5), Math.Min(GreatestLog, to + 0.5));
        var pad = margin == Margin.None ? 0 : 0.04 * (to - from);
        if (axis.Minimum is null)
            from = Math.Max(LeastLog, from - pad);
        if (axis.Maximum is null)
            to = Math.Min(GreatestLog, to + pad);
        if (margin == Margin.ToTicks && to - from > 1.5)
        {
            // A decade that is almost reached is shown in full.
            if (axis.Minimum is null && from - Math.Floor(from) < 0.25)
                from = Math.Floor(from);
            if (axis.Maximum is null && Math.Ceiling(to) - to < 0.25)
                to = Math.Min(GreatestLog, Math.Ceiling(to));
        }

        return new AxisScale(axis, from, to, Charts.Ticks.Log(Math.Pow(10, from), Math.Pow(10, to), most));
    }

    private static void RequireRange(Axis axis)
    {
        var name = axis.Title.Length > 0 ? $"The axis \"{axis.Title}\"" : "An axis";
        if (axis.Minimum is { } min && axis.Maximum is { } max && !(min < max))
            throw new SoftmaxException($"{name} goes from {min} to {max}; the first must be below the second.");
        foreach (var limit in new[] { axis.Minimum, axis.Maximum })
        {
            if (limit is { } value && !double.IsFinite(value))
                throw new SoftmaxException($"{name} has the limit {value}; limits are finite.");
            if (limit <= 0 && axis.Kind == AxisKind.Log)
                throw new SoftmaxException($"{name} is logarithmic and has the limit {limit}; it must be above 0.");
        }
    }
}
