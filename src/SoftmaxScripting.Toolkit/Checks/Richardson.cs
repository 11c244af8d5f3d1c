namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Extrapolation to step 0 of approximations taken at steps that halve, with an estimate of the error: the tableau of
/// Richardson (1911), its best entry chosen as by Ridders (1982).
/// </summary>
internal static class Richardson
{
    /// <summary>
    /// The limit of a(h) for h → 0, where a(h) = a + c₁·h^p + c₂·h^(p+q) + …, and the estimated error.
    /// </summary>
    /// <param name="approximations">a at the steps H, H/2, H/4, …</param>
    /// <param name="noise">How far rounding may move each approximation.</param>
    /// <param name="power">p.</param>
    /// <param name="powerStep">q.</param>
    public static (double Value, double Error) Extrapolate(
        ReadOnlySpan<double> approximations, ReadOnlySpan<double> noise, int power, int powerStep)
    {
        var previous = new double[approximations.Length];
        var current = new double[approximations.Length];
        var best = (Value: approximations[^1], Error: double.PositiveInfinity);
        for (var k = 0; k < approximations.Length; k++)
        {
            current[0] = approximations[k];
            for (var j = 1; j <= k; j++)
            {
                var factor = Math.ScaleB(1, power + (j - 1) * powerStep);
                current[j] = (factor * current[j - 1] - previous[j - 1]) / (factor - 1);
                var spread = Math.Max(
                    Math.Abs(current[j] - current[j - 1]), Math.Abs(current[j] - previous[j - 1]));
                if (spread + noise[k] < best.Error)
                    best = (current[j], spread + noise[k]);
            }

            (previous, current) = (current, previous);
        }

        return best;
    }
}
