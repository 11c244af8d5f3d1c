using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>An element of an argument whose derivative does not agree with differences.</summary>
/// <param name="Element">The element's number in the point.</param>
/// <param name="Analytic">What differentiation gives.</param>
/// <param name="Numeric">What differences give, with their error.</param>
/// <param name="RelativeError">
/// The difference relative to the larger of the two, or to 1 where they are smaller.
/// </param>
internal readonly record struct Disagreement(int Element, double Analytic, Slope Numeric, double RelativeError);

/// <summary>
/// Compares the gradient of a function at one point with differences: along a random direction first, and where that
/// disagrees or meets a kink, along halves of it, down to single elements.
/// </summary>
internal sealed class GradientProbe
{
    /// <summary>So many elements are named at most; the search stops there.</summary>
    private const int MostNamed = 64;

    private readonly GradientPoint point;
    private readonly Func<Tensor[], Tensor> f;
    private readonly double[] gradient;
    private readonly double valueSize;

    /// <summary>Differentiates at the point.</summary>
    /// <param name="f">A function that returns one number.</param>
    /// <param name="point">The arguments.</param>
    public GradientProbe(Func<Tensor[], Tensor> f, GradientPoint point)
    {
        this.f = f;
        this.point = point;
        var (value, gradients) = Differentiation.ValueAndGrad(args => f(args), point.Arguments);
        gradient = point.Flat(i => gradients[i]);
        valueSize = Math.Max(1, Math.Abs(value.Item()));
    }

    /// <summary>The elements that disagree.</summary>
    public List<Disagreement> Disagreements { get; } = [];

    /// <summary>The elements at kinks, with their one-sided slopes and the gradient there.</summary>
    public List<(int Element, Slope Numeric, double Analytic)> Kinks { get; } = [];

    /// <summary>The largest relative error where both agree.</summary>
    public double WorstError { get; private set; }

    /// <summary>Compares along a random direction that moves every element.</summary>
    /// <param name="random">Where the direction comes from.</param>
    public void Examine(ref SplitMix64 random)
    {
        var direction = new double[point.Values.Length];
        for (var i = 0; i < direction.Length; i++)
        {
            var speed = (0.5 + 0.5 * GradientArguments.Unit(ref random)) * Math.Max(1, Math.Abs(point.Values[i]));
            direction[i] = random.Chance(0.5f) ? speed : -speed;
        }

        Examine(direction, 0, direction.Length);
    }

    private void Examine(double[] direction, int start, int end)
    {
        if (start == end || Disagreements.Count + Kinks.Count >= MostNamed)
            return;
        if (end - start == 1)
        {
            ExamineElement(start);
            return;
        }

        var slope = SlopeSampler.Slope(t => Along(direction, start, end, t), 1);
        var (analytic, size) = (0.0, 0.0);
        for (var i = start; i < end; i++)
        {
            analytic += gradient[i] * direction[i];
            size += Math.Abs(gradient[i] * direction[i]);
        }

        if (!slope.IsKink && Agrees(analytic, slope, size))
            return;
        var middle = (start + end) / 2;
        Examine(direction, start, middle);
        Examine(direction, middle, end);
    }

    private void ExamineElement(int element)
    {
        var x = point.Values[element];
        var unit = new double[point.Values.Length];
        unit[element] = 1;
        var slope = SlopeSampler.Slope(t => Along(unit, element, element + 1, t), Math.Max(1, Math.Abs(x)));
        var analytic = gradient[element];
        if (IsAtEdge(slope) && !double.IsNaN(analytic))
            return;
        if (slope.IsKink && double.IsFinite(analytic))
        {
            Kinks.Add((element, slope, analytic));
            return;
        }

        if (Agrees(analytic, slope, Math.Abs(analytic)))
            return;

        // Close to a kink, but not at it, only steps shorter than the way to it are of use.
        var near = SlopeSampler.Slope(t => Along(unit, element, element + 1, t / 64), Math.Max(1, Math.Abs(x)));
        near = near with { Value = near.Value * 64, Error = near.Error * 64 };
        if (!Agrees(analytic, near, Math.Abs(analytic)))
            Disagreements.Add(new Disagreement(element, analytic, slope, RelativeError(analytic, slope.Value)));
    }

    /// <summary>At the edge of the function's domain, as 0 is for √x, differences say nothing.</summary>
    private static bool IsAtEdge(Slope slope) => !double.IsFinite(slope.Value);

    /// <summary>Whether the two agree as far as the differences can tell; if so the error counts.</summary>
    private bool Agrees(double analytic, Slope numeric, double size)
    {
        var difference = Math.Abs(analytic - numeric.Value);
        var tolerance = 10 * numeric.Error
            + 1e-8 * Math.Max(size, Math.Abs(numeric.Value))
            + SlopeSampler.SmallestDifference * valueSize;
        if (!(difference <= tolerance))
            return false;
        WorstError = Math.Max(WorstError, difference / Math.Max(1, Math.Max(size, Math.Abs(numeric.Value))));
        return true;
    }

    private static double RelativeError(double analytic, double numeric) =>
        Math.Abs(analytic - numeric) / Math.Max(1, Math.Max(Math.Abs(analytic), Math.Abs(numeric)));

    private double Along(double[] direction, int start, int end, double t)
    {
        var moved = (double[])point.Values.Clone();
        for (var i = start; i < end; i++)
            moved[i] += t * direction[i];
        return f(point.With(moved)).Item();
    }
}
