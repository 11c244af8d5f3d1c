namespace SoftmaxScripting.Kernels;

/// <summary>Functions of one double that <see cref="Math"/> lacks.</summary>
public static class ScalarMath
{
    private const double TwoOverSqrtPi = 1.1283791670955126;

    /// <summary>
    /// erf x = 2/√π ∫₀ˣ e^−t² dt: below 2.5 the series 2/√π e^−x² Σ 2ⁿ x²ⁿ⁺¹/(2n + 1)!!, whose terms are all positive; above,
    /// 1 − erfc by Laplace's continued fraction √π eˣ² erfc x = 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))).
    /// </summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        double size = Math.Abs(x);
        if (size >= 6) return Math.Sign(x); // 1 − erf 6 is 2e-17
        if (size >= 2.5) return Math.CopySign(1 - ErfcByFraction(size), x);

        double square = x * x;
        double term = x;
        double sum = 0;
        for (int n = 1; term != 0 && Math.Abs(term) > Math.Abs(sum) * 1e-17; n++)
        {
            sum += term;
            term *= 2 * square / ((2 * n) + 1);
        }

        return x == 0 ? x : TwoOverSqrtPi * Math.Exp(-square) * sum;
    }

    private static double ErfcByFraction(double x)
    {
        double fraction = x;
        for (int n = 60; n >= 1; n--) fraction = x + (0.5 * n / fraction);
        return Math.Exp(-x * x) * 0.5 * TwoOverSqrtPi / fraction;
    }
}
