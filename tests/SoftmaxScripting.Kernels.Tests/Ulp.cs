using System.Numerics;

namespace SoftmaxScripting.Kernels.Tests;

/// <summary>Distance in units of the last place.</summary>
internal static class Ulp
{
    /// <summary>
    /// How far <paramref name="actual"/> lies from the truth, in units of the last place of the truth rounded to T; 0 where both
    /// are NaN or the same infinity, ∞ where only one is. Numbers above the largest finite one count on as if the format
    /// went further, so that rounding just across the edge is an error of ulps only.
    /// </summary>
    public static double Distance<T>(T actual, double truth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (double.IsNaN(truth)) return T.IsNaN(actual) ? 0 : double.PositiveInfinity;
        if (T.IsNaN(actual)) return double.PositiveInfinity;
        double value = double.CreateTruncating(actual);
        if (value.Equals(truth) || value == truth) return 0;
        if (typeof(T) == typeof(float))
        {
            const double beyond = 340282366920938463463374607431768211456.0; // 2^128, where float infinity stands
            if (double.IsInfinity(value)) value = Math.CopySign(beyond, value);
            if (Math.Abs(truth) > beyond) truth = Math.CopySign(beyond, truth);
        }
        else if (double.IsInfinity(value) || double.IsInfinity(truth))
        {
            double finite = double.IsInfinity(value) ? truth : value;
            return Math.Abs(finite) == double.MaxValue && Math.Sign(value) == Math.Sign(truth) ? 1 : double.PositiveInfinity;
        }

        return Math.Abs(value - truth) / Unit<T>(truth);
    }

    /// <summary>The same in units of the last place of another number, where errors are judged by it.</summary>
    public static double Distance<T>(T actual, double truth, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double distance = Distance(actual, truth);
        return distance > 0 && double.IsFinite(distance) && double.IsFinite(scale) ? distance * Unit<T>(truth) / Unit<T>(scale) : distance;
    }

    private static double Unit<T>(double truth)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) return Math.Max(double.Epsilon, Math.Abs(Math.BitIncrement(truth) - truth));
        int exponent = truth == 0 ? -126 : Math.Max(-126, Math.ILogB(truth));
        return Math.ScaleB(1, Math.Min(exponent, 127) - 23);
    }
}
