namespace SoftmaxScripting.Toolkit;

/// <summary>Slopes of functions of one number, from a few values around a point.</summary>
internal static class SlopeSampler
{
    /// <summary>
    /// The smallest step for a point of size up to 1: the power of two next to ε^⅓, so that steps are exact.
    /// </summary>
    public const double SmallestStep = 1.0 / (1 << 17);

    /// <summary>
    /// Slopes of a function whose values are of size 1 that differ by less are not told from rounding within it.
    /// </summary>
    public const double SmallestDifference = 1e-10;

    /// <summary>How many steps are taken, each half the one before; the largest is 64 times the smallest.</summary>
    private const int Levels = 7;

    /// <summary>How much of a value rounding may change within a function of some operations: 4ε.</summary>
    private const double RoundingOfValues = 4.0 / (1L << 52);

    /// <summary>The slopes at 0 of every component of <paramref name="f"/>.</summary>
    /// <param name="f">The values at a distance from the point, always as many.</param>
    /// <param name="scale">max(1, |x|): steps grow with the point.</param>
    public static Slope[] Slopes(Func<double, double[]> f, double scale)
    {
        var unit = SmallestStep * PowerOfTwo(scale);
        var centre = f(0);
        var left = new double[Levels][];
        var right = new double[Levels][];
        for (var k = 0; k < Levels; k++)
        {
            var step = Math.ScaleB(unit, Levels - 1 - k);
            left[k] = f(-step);
            right[k] = f(step);
        }

        var slopes = new Slope[centre.Length];
        for (var i = 0; i < slopes.Length; i++)
            slopes[i] = SlopeOf(i, unit, centre, left, right);
        return slopes;
    }

    /// <summary>The slope at 0 of a function with one value.</summary>
    /// <param name="f">The value at a distance from the point.</param>
    /// <param name="scale">max(1, |x|): steps grow with the point.</param>
    public static Slope Slope(Func<double, double> f, double scale) => Slopes(t => [f(t)], scale)[0];

    /// <summary>The smallest power of two not below a positive number.</summary>
    public static double PowerOfTwo(double value)
    {
        var power = Math.ScaleB(1, Math.ILogB(value));
        return power < value ? 2 * power : power;
    }

    private static Slope SlopeOf(int i, double unit, double[] centre, double[][] left, double[][] right)
    {
        Span<double> central = stackalloc double[Levels];
        Span<double> backward = stackalloc double[Levels];
        Span<double> forward = stackalloc double[Levels];
        Span<double> noise = stackalloc double[Levels];
        for (var k = 0; k < Levels; k++)
        {
            var step = Math.ScaleB(unit, Levels - 1 - k);
            central[k] = (right[k][i] - left[k][i]) / (2 * step);
            backward[k] = (centre[i] - left[k][i]) / step;
            forward[k] = (right[k][i] - centre[i]) / step;
            var size = Math.Max(Math.Abs(left[k][i]), Math.Abs(right[k][i]));
            noise[k] = RoundingOfValues * Math.Max(Math.Abs(centre[i]), size) / step;
        }

        var (value, error) = Richardson.Extrapolate(central, noise, 2, 2);
        var (leftSlope, leftError) = Richardson.Extrapolate(backward, noise, 1, 1);
        var (rightSlope, rightError) = Richardson.Extrapolate(forward, noise, 1, 1);

        // Where the second derivative jumps, as Huber's does, each side alone is smooth and their mean is the better.
        if (leftError + rightError < 2 * error)
            (value, error) = ((leftSlope + rightSlope) / 2, (leftError + rightError) / 2);

        var largest = Math.Max(Math.Abs(leftSlope), Math.Abs(rightSlope));
        var floor = SmallestDifference * Math.Max(1, Math.Abs(centre[i]));
        var isKink = Math.Abs(leftSlope - rightSlope) > 20 * (leftError + rightError) + 1e-6 * largest + floor;
        if (Jumps(backward, noise))
            (leftSlope, isKink) = (double.PositiveInfinity * Math.Sign(backward[^1]), true);
        if (Jumps(forward, noise))
            (rightSlope, isKink) = (double.PositiveInfinity * Math.Sign(forward[^1]), true);
        return new Slope(value, error, leftSlope, rightSlope, isKink);
    }

    /// <summary>
    /// A difference that stays while the step shrinks 64-fold: its quotient grows as the step shrinks.
    /// </summary>
    private static bool Jumps(ReadOnlySpan<double> quotients, ReadOnlySpan<double> noise) =>
        Math.Abs(quotients[^1]) > 0.4 * (1 << (Levels - 1)) * Math.Abs(quotients[0])
        && Math.Abs(quotients[^1]) > 1e6 * noise[^1];
}
