using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>How a series is drawn.</summary>
public enum SeriesKind
{
    /// <summary>A line from point to point; NaN leaves a gap.</summary>
    Line,

    /// <summary>A marker at each point.</summary>
    Points,

    /// <summary>A bar from 0 (on a logarithmic axis from the bottom) to each value.</summary>
    Bars,

    /// <summary>The area between a lower and an upper curve.</summary>
    Band,
}

/// <summary>Points that belong together, with a name for the legend. Immutable.</summary>
public sealed record Series
{
    private Series(SeriesKind kind, string name, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count)
        {
            throw new SoftmaxException(
                $"Series \"{name}\": {x.Count} values of x and {y.Count} of y; each point needs both.");
        }

        (Kind, Name, X, Y) = (kind, name, x, y);
    }

    /// <summary>How it is drawn.</summary>
    public SeriesKind Kind { get; }

    /// <summary>Its name in the legend; empty leaves it out there.</summary>
    public string Name { get; init; }

    /// <summary>Where the points stand.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>How high the points are; for a band its upper curve.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>The third coordinate of a 3-D scatter; for a band its lower curve; null otherwise.</summary>
    public IReadOnlyList<double>? Z { get; private init; }

    /// <summary>How wide a bar is, in units of x; bars of one place share 0.8.</summary>
    public double? BarWidth { get; init; }

    /// <summary>Which colour of the palette, from 0; null takes the next.</summary>
    public int? Colour { get; init; }

    /// <summary>Which dash pattern or marker, from 0; null goes with the colour.</summary>
    public int? Style { get; init; }

    /// <summary>True for what only guides the eye, such as a diagonal: thin and grey.</summary>
    public bool IsGuide { get; init; }

    /// <summary>A line through points.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="x">Where the points stand.</param>
    /// <param name="y">How high they are; NaN leaves a gap.</param>
    /// <exception cref="SoftmaxException">The two differ in number.</exception>
    public static Series Line(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        new(SeriesKind.Line, name, x, y);

    /// <summary>A line through values at 1, 2, 3, ….</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="y">The values.</param>
    public static Series Line(string name, IReadOnlyList<double> y) =>
        new(SeriesKind.Line, name, [.. Enumerable.Range(1, y.Count).Select(i => (double)i)], y);

    /// <summary>Single points.</summary>
    /// <param name="name">Their name in the legend.</param>
    /// <param name="x">Where they stand.</param>
    /// <param name="y">How high they are.</param>
    /// <exception cref="SoftmaxException">The two differ in number.</exception>
    public static Series Points(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        new(SeriesKind.Points, name, x, y);

    /// <summary>Single points in space.</summary>
    /// <param name="name">Their name in the legend.</param>
    /// <param name="x">First coordinates.</param>
    /// <param name="y">Second coordinates.</param>
    /// <param name="z">Third coordinates, drawn upwards.</param>
    /// <exception cref="SoftmaxException">The three differ in number.</exception>
    public static Series Points(
        string name, IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<double> z)
    {
        RequireAsMany(name, "z", x, z);
        return new(SeriesKind.Points, name, x, y) { Z = z };
    }

    /// <summary>Bars.</summary>
    /// <param name="name">Their name in the legend.</param>
    /// <param name="x">Where their middles stand.</param>
    /// <param name="y">How high they are.</param>
    /// <exception cref="SoftmaxException">The two differ in number.</exception>
    public static Series Bars(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        new(SeriesKind.Bars, name, x, y);

    /// <summary>The area between two curves, such as mean ± standard deviation.</summary>
    /// <param name="name">Its name in the legend; empty where a line of the same colour has one.</param>
    /// <param name="x">Where the points stand.</param>
    /// <param name="low">The lower curve.</param>
    /// <param name="high">The upper curve.</param>
    /// <exception cref="SoftmaxException">The three differ in number.</exception>
    public static Series Band(
        string name, IReadOnlyList<double> x, IReadOnlyList<double> low, IReadOnlyList<double> high)
    {
        RequireAsMany(name, "the lower curve", x, low);
        return new(SeriesKind.Band, name, x, high) { Z = low };
    }

    private static void RequireAsMany(string name, string what, IReadOnlyList<double> x, IReadOnlyList<double> z)
    {
        if (x.Count != z.Count)
        {
            throw new SoftmaxException(
                $"Series \"{name}\": {x.Count} values of x and {z.Count} of {what}; each point needs both.");
        }
    }
}
