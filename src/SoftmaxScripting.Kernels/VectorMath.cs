using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>
/// Elementary functions on vectors, written once for every width and for both precisions; all are inlined into the loops
/// that call them. The series are the functions' own Taylor series on a reduced range, long enough for the precision.
/// </summary>
public static unsafe partial class VectorMath
{
    private const double Log2E = 1.4426950408889634;

    /// <summary>eˣ. Overflows to +∞, underflows through the subnormals to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector fraction = ExpFraction<TVector, T>(x, out TVector n);
        return TVector.Scale(TVector.Create(1) + fraction, n);
    }

    /// <summary>eˣ − 1 without cancellation near 0; keeps the sign of zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Expm1<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector sign = x & TVector.CreateBits(FloatFormat<T>.SignBit);
        x = TVector.MinOrSecond(
            TVector.Create(FloatFormat<T>.ExpOverflow),
            TVector.MaxOrSecond(TVector.Create(-50), x)); // e⁻⁵⁰ − 1 is −1 in both precisions
        TVector n = TVector.Round(x * TVector.Create(Log2E));
        TVector high = TVector.FusedMultiplyAdd(n, TVector.Create(-FloatFormat<T>.Ln2High), x);
        TVector r = TVector.FusedMultiplyAdd(n, TVector.Create(-FloatFormat<T>.Ln2Low), high);
        TVector lost = TVector.FusedMultiplyAdd(n, TVector.Create(-FloatFormat<T>.Ln2Low), high - r);
        TVector fraction = r + TVector.FusedMultiplyAdd(r * r, ExpTail<TVector, T>(r), lost);

        // 2ⁿ(1 + fraction) − 1 at half scale, since 2ⁿ itself may overflow where the result does not.
        TVector halfPower = TVector.ShiftLeftBits(
            TVector.AddBits(
                n + TVector.Create(FloatFormat<T>.IntegerMagic),
                TVector.CreateBits(FloatFormat<T>.ExponentBias - 1)),
            FloatFormat<T>.FractionBits);
        TVector half = TVector.FusedMultiplyAdd(halfPower, fraction, halfPower - TVector.Create(0.5));
        return TVector.Select(TVector.Equal(n, TVector.Create(0)), fraction, half + half) | sign;
    }

    /// <summary>ln x. 0 gives −∞, negative numbers give NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector subnormal = TVector.LessThan(x, TVector.Create(FloatFormat<T>.SmallestNormal));
        TVector scaled = TVector.Select(subnormal, x * TVector.Create(FloatFormat<T>.SubnormalScale), x);
        TVector exponent = SplitExponent<TVector, T>(scaled, out TVector significand);
        exponent -= subnormal & TVector.Create(FloatFormat<T>.SubnormalScaleExponent);
        TVector result = LogOfParts<TVector, T>(significand - TVector.Create(1), exponent);
        return LogSpecials<TVector, T>(x, x, result);
    }

    /// <summary>ln(1 + x) without cancellation near 0; keeps the sign of zero. −1 gives −∞, less gives NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1p<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector one = TVector.Create(1);
        TVector u = one + x;

        // What the addition lost, so that 1 + x = u + lost exactly.
        TVector lost = TVector.Select(TVector.LessThan(x, one), x - (u - one), one - (u - x));
        TVector exponent = SplitExponent<TVector, T>(u, out TVector significand);
        TVector fraction = (significand - one) + TVector.Scale(lost, -exponent);
        TVector result = LogOfParts<TVector, T>(fraction, exponent);
        return LogSpecials<TVector, T>(u, x, result) | (x & TVector.CreateBits(FloatFormat<T>.SignBit));
    }

    /// <summary>
    /// 1 / (1 + e⁻ˣ), from e = e^−|x|, which cannot overflow: 1/(1 + e) or e/(1 + e). What the roundings of e and 1 + e lose is
    /// carried along and put back.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector one = TVector.Create(1);
        TVector fraction = ExpFraction<TVector, T>(-TVector.Abs(x), out TVector n);
        TVector series = one + fraction;
        TVector e = TVector.Scale(series, n);
        TVector lostOfE = TVector.Scale(fraction - (series - one), n);
        TVector sum = one + e;
        TVector lostOfSum = (e - (sum - one)) + lostOfE;
        TVector inverse = one / sum;
        TVector residual = TVector.FusedMultiplyAdd(-inverse, sum, one) - (inverse * lostOfSum);
        inverse = TVector.FusedMultiplyAdd(inverse, residual, inverse);
        TVector ofNegative = TVector.FusedMultiplyAdd(e, inverse, lostOfE * inverse);
        return TVector.Select(TVector.LessThan(x, TVector.Create(0)), ofNegative, inverse);
    }

    /// <summary>ln(1 + eˣ) = max(x, 0) + log1p(e^−|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Softplus<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector one = TVector.Create(1);
        TVector e = Exp<TVector, T>(-TVector.Abs(x));

        // As Log1p, for 0 ≤ e ≤ 1: no specials, and NaN comes from the maximum.
        TVector u = one + e;
        TVector exponent = SplitExponent<TVector, T>(u, out TVector significand);
        TVector lost = TVector.Scale(e - (u - one), -exponent);
        TVector tail = LogOfParts<TVector, T>((significand - one) + lost, exponent);
        return TVector.MaxOrSecond(TVector.Create(0), x) + tail;
    }

    /// <summary>−∞ raised to the lowest finite number; everything else, NaN too, as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Lift<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TVector.MaxOrSecond(TVector.Create(typeof(T) == typeof(float) ? -float.MaxValue : -double.MaxValue), x);

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Relu<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TVector.MaxOrSecond(TVector.Create(0), x);

    /// <summary>−1, 0 or 1; zeros of either sign give 0, NaN gives NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sign<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector zero = TVector.Create(0);
        TVector signed = TVector.Create(1) | (x & TVector.CreateBits(FloatFormat<T>.SignBit));
        TVector ordinary = TVector.LessThan(zero, TVector.Abs(x));

        // x + 0 turns −0 into 0 and leaves NaN.
        return TVector.Select(ordinary, signed, x + zero);
    }

    /// <summary>eˣ = (1 + fraction) · 2ⁿ with the fraction between √½ − 1 and √2 − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpFraction<TVector, T>(TVector x, out TVector n)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Clamping keeps n in range; the argument comes second so that NaN passes through.
        x = TVector.MinOrSecond(
            TVector.Create(FloatFormat<T>.ExpOverflow),
            TVector.MaxOrSecond(TVector.Create(FloatFormat<T>.ExpUnderflow), x));
        n = TVector.Round(x * TVector.Create(Log2E));
        TVector r = TVector.FusedMultiplyAdd(n, TVector.Create(-FloatFormat<T>.Ln2High), x);
        r = TVector.FusedMultiplyAdd(n, TVector.Create(-FloatFormat<T>.Ln2Low), r);
        return TVector.FusedMultiplyAdd(r * r, ExpTail<TVector, T>(r), r);
    }

    /// <summary>a · 2ⁿ as two products with powers of two, of which only the last can round.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector ScaleInTwoSteps<TVector, T>(TVector a, TVector n)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector first = TVector.Floor(n * TVector.Create(0.5));
        return a * PowerOfTwo<TVector, T>(first) * PowerOfTwo<TVector, T>(n - first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector PowerOfTwo<TVector, T>(TVector n)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TVector.ShiftLeftBits(
            TVector.AddBits(
                n + TVector.Create(FloatFormat<T>.IntegerMagic),
                TVector.CreateBits(FloatFormat<T>.ExponentBias)),
            FloatFormat<T>.FractionBits);

    /// <summary>(eʳ − 1 − r)/r² = Σ rⁿ/(n + 2)! for |r| ≤ ½ ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpTail<TVector, T>(TVector r)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector sum;
        if (sizeof(T) == sizeof(float))
        {
            sum = TVector.Create(1.0 / 5040);
        }
        else
        {
            sum = TVector.Create(1.0 / 6227020800);
            sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 479001600));
            sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 39916800));
            sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 3628800));
            sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 362880));
            sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 40320));
            sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 5040));
        }

        sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 720));
        sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 120));
        sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 24));
        sum = TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 6));
        return TVector.FusedMultiplyAdd(sum, r, TVector.Create(1.0 / 2));
    }

    /// <summary>Writes a positive normal x as significand · 2^exponent with the significand in [√½, √2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SplitExponent<TVector, T>(TVector x, out TVector significand)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector exponentBits = TVector.ShiftRightBits(
            TVector.SubtractBits(x, TVector.CreateBits(FloatFormat<T>.SqrtHalfBits)), FloatFormat<T>.FractionBits);
        significand = TVector.SubtractBits(x, TVector.ShiftLeftBits(exponentBits, FloatFormat<T>.FractionBits));
        return TVector.AddBits(exponentBits, TVector.CreateBits(FloatFormat<T>.IntegerMagicBits))
            - TVector.Create(FloatFormat<T>.IntegerMagic);
    }

    /// <summary>
    /// ln(1 + f) + k ln 2 for 1 + f in [√½, √2): with s = f/(2 + f), ln(1 + f) = 2 artanh s = 2s + s·R where
    /// R = Σ 2 s²ⁿ/(2n + 1) from n = 1; written around f so that small f stays exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogOfParts<TVector, T>(TVector f, TVector k)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector s = f / (TVector.Create(2) + f);
        TVector z = s * s;
        TVector sum;
        if (sizeof(T) == sizeof(float))
        {
            sum = TVector.Create(2.0 / 9);
        }
        else
        {
            sum = TVector.Create(2.0 / 23);
            sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 21));
            sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 19));
            sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 17));
            sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 15));
            sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 13));
            sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 11));
            sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 9));
        }

        sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 7));
        sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 5));
        sum = TVector.FusedMultiplyAdd(sum, z, TVector.Create(2.0 / 3));
        TVector halfSquare = TVector.Create(0.5) * f * f;

        // 2s = f − s·f exactly, and s·f = f²/2 − s·f²/2: hence f − (f²/2 − s(f²/2 + z·sum)).
        TVector low = TVector.FusedMultiplyAdd(
            s, TVector.FusedMultiplyAdd(z, sum, halfSquare), k * TVector.Create(FloatFormat<T>.Ln2Low));
        return TVector.FusedMultiplyAdd(k, TVector.Create(FloatFormat<T>.Ln2High), f - (halfSquare - low));
    }

    /// <summary>Puts in what the series cannot give: +∞ and NaN of the argument, −∞ at u = 0, NaN for u &lt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogSpecials<TVector, T>(TVector u, TVector x, TVector result)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector zero = TVector.Create(0);
        TVector finite = TVector.Select(
            TVector.LessThan(u, TVector.Create(double.PositiveInfinity)), result, x);
        TVector atOrBelowZero = TVector.Select(
            TVector.Equal(u, zero), TVector.Create(double.NegativeInfinity), TVector.Create(double.NaN));
        return TVector.Select(TVector.LessThanOrEqual(u, zero), atOrBelowZero, finite);
    }
}
