namespace SoftmaxScripting.Kernels;

/// <summary>Functions of one double that <see cref="Math"/> lacks.</summary>
public static class ScalarMath
{
    private const double TwoOverSqrtPi = 1.1283791670955126;

    /// <summary>
    /// erf x = 2/√π ∫₀ˣ e^−t² dt: below 1.5 the series 2/√π e^−x² Σ 2ⁿ x²ⁿ⁺¹/(2n + 1)!!, whose terms are all positive; above,
    /// 1 − erfc by Laplace's continued fraction √π eˣ² erfc x = 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))).
    /// </summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        double size = Math.Abs(x);
        if (size >= 6) return Math.Sign(x); // 1 − erf 6 is 2e-17
        if (size >= 1.5) return Math.CopySign(1 - ErfcByFraction(size), x);

        if (x == 0) return x;
        double square = x * x;
        double term = x;
        double sum = x;
        double lost = 0;
        for (int n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-18; n++)
        {
            term *= 2 * square / ((2 * n) + 1);

            // Neumaier's summation: what an addition drops is kept apart.
            double next = sum + term;
            lost += Math.Abs(sum) >= Math.Abs(term) ? (sum - next) + term : (term - next) + sum;
            sum = next;
        }

        return TwoOverSqrtPi * Math.Exp(-square) * (sum + lost);
    }

    private static double ErfcByFraction(double x)
    {
        double fraction = x;
        for (int n = 80; n >= 1; n--) fraction = x + (0.5 * n / fraction);
        return Math.Exp(-x * x) * 0.5 * TwoOverSqrtPi / fraction;
    }
}
