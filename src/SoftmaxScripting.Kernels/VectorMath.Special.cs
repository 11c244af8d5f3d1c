using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <content>Hyperbolic tangent, error function and powers.</content>
public static unsafe partial class VectorMath
{
    /// <summary>
    /// tanh x. Below |x| = 0.55 a convergent of Lambert's continued fraction x/(1 + x²/(3 + x²/(5 + …))), beyond it
    /// 1 − 2/(e^2|x| + 1); in double precision m/(m + 2) with m = expm1(2|x|).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector sign = x & TVector.CreateBits(FloatFormat<T>.SignBit);
        TVector size = TVector.Abs(x);

        // tanh 30 is 1 in both precisions; NaN passes through.
        TVector doubled = TVector.MinOrSecond(TVector.Create(60), size + size);
        if (sizeof(T) != sizeof(float))
        {
            TVector m = Expm1<TVector, T>(doubled);
            return (m / (m + TVector.Create(2))) | sign;
        }

        // The convergent is x(945 + 105z + z²)/(945 + 420z + 15z²), written as x plus a small correction.
        TVector z = size * size;
        TVector small = TVector.LessThan(size, TVector.Create(0.55));
        TVector top = TVector.FusedMultiplyAdd(z, TVector.Create(-14), TVector.Create(-315)) * z * size;
        TVector bottom = TVector.FusedMultiplyAdd(
            TVector.FusedMultiplyAdd(z, TVector.Create(15), TVector.Create(420)), z, TVector.Create(945));
        TVector numerator = TVector.Select(small, top, TVector.Create(-2));
        TVector denominator = TVector.Select(small, bottom, Exp<TVector, T>(doubled) + TVector.Create(1));
        return (TVector.Select(small, size, TVector.Create(1)) + (numerator / denominator)) | sign;
    }

    /// <summary>
    /// erf x = 2/√π ∫₀ˣ e^−t² dt. In single precision the Taylor series below 1 and 1 − e^q(|x|) above, q a polynomial fitted
    /// to ln erfc; in double precision lane by lane by <see cref="ScalarMath.Erf"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erf<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        sizeof(T) == sizeof(float) ? ErfSingle<TVector, T>(x) : ByLane<TVector, T>(x, TVector.Create(0), x, &ScalarMath.Erf);

    /// <summary>
    /// xʸ with the specials of <see cref="Math.Pow"/>. In single precision e^(y ln |x|) evaluated in double precision; in double
    /// precision lane by lane.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Pow<TVector, T>(TVector x, TVector y)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        sizeof(T) == sizeof(float) ? TVector.ThroughDouble<PowOfSingles>(x, y) : PowByLane<TVector, T>(x, y, TVector.Create(0), x);

    /// <summary>
    /// ln(1 − eˣ) for x &lt; 0, by the branch that keeps its digits (Mächler 2012, "Accurately computing log(1 − exp(−|a|))");
    /// for single precision evaluated in double precision.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1mexp<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.ThroughDouble<Log1mexpOfDoubles>(x, x);

    /// <summary>
    /// ln(eˣ + eʸ) = max + ln(1 + e^−|x − y|): its error is of the last place of the larger of the result and the arguments.
    /// Equal infinities give themselves.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogAddExp<TVector, T>(TVector x, TVector y)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector rest = Log1p<TVector, T>(Exp<TVector, T>(-TVector.Abs(x - y)));
        TVector equal = x + TVector.Create(0.6931471805599453);
        return TVector.Select(TVector.Equal(x, y), equal, TVector.Max(x, y) + rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfSingle<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const double c = 1.1283791670955126; // 2/√π
        TVector sign = x & TVector.CreateBits(FloatFormat<T>.SignBit);
        TVector size = TVector.MinOrSecond(TVector.Create(4), TVector.Abs(x)); // erf 4 rounds to 1
        TVector z = size * size;

        // 2/√π Σ (−1)ⁿ z^n /(n! (2n + 1)), its first coefficient less 1 so that the sum starts from x itself.
        TVector series = TVector.Create(c / (3628800.0 * 21));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(-c / (362880.0 * 19)));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(c / (40320.0 * 17)));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(-c / (5040.0 * 15)));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(c / (720.0 * 13)));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(-c / (120.0 * 11)));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(c / (24.0 * 9)));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(-c / (6.0 * 7)));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(c / (2.0 * 5)));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(-c / 3.0));
        series = TVector.FusedMultiplyAdd(series, z, TVector.Create(c - 1));
        TVector below = TVector.FusedMultiplyAdd(series, size, size);

        // ln erfc on [1, 4], interpolated at the nine Chebyshev points; 1 − e^q is off by 1e-9 at most.
        TVector t = size - TVector.Create(2.5);
        TVector logErfc = TVector.Create(1.637151416487449e-06);
        logErfc = TVector.FusedMultiplyAdd(logErfc, t, TVector.Create(-1.3315014395670076e-05));
        logErfc = TVector.FusedMultiplyAdd(logErfc, t, TVector.Create(7.729137614650747e-05));
        logErfc = TVector.FusedMultiplyAdd(logErfc, t, TVector.Create(-0.00042012252354639703));
        logErfc = TVector.FusedMultiplyAdd(logErfc, t, TVector.Create(0.002165303549171208));
        logErfc = TVector.FusedMultiplyAdd(logErfc, t, TVector.Create(-0.010858541642893318));
        logErfc = TVector.FusedMultiplyAdd(logErfc, t, TVector.Create(-0.9438937036106543));
        logErfc = TVector.FusedMultiplyAdd(logErfc, t, TVector.Create(-5.352680674224487));
        logErfc = TVector.FusedMultiplyAdd(logErfc, t, TVector.Create(-7.806815272727263));
        TVector above = TVector.Create(1) - Exp<TVector, T>(logErfc);
        return TVector.Select(TVector.LessThan(TVector.Create(1), size), above, below) | sign;
    }

    /// <summary>Powers lane by lane where <paramref name="done"/> is not set; the other lanes have their result.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector PowByLane<TVector, T>(TVector x, TVector y, TVector done, TVector result)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* lanes = (T*)&x;
        T* exponents = (T*)&y;
        for (int i = 0; i < TVector.Count; i++)
            lanes[i] = T.CreateTruncating(Math.Pow(double.CreateTruncating(lanes[i]), double.CreateTruncating(exponents[i])));
        return TVector.Select(done, result, x);
    }

    private readonly struct Log1mexpOfDoubles : IBinaryOperator
    {
        // Out of line: with four functions inside, the caller would exceed what the compiler inlines.
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            TVector near = Log<TVector, T>(-Expm1<TVector, T>(x));
            TVector far = Log1p<TVector, T>(-Exp<TVector, T>(x));
            return TVector.Select(TVector.LessThan(TVector.Create(-0.6931471805599453), x), near, far);
        }
    }

    /// <summary>Powers whose operands came from single precision: e^(y ln|x|) leaves 20 spare bits.</summary>
    private readonly struct PowOfSingles : IBinaryOperator
    {
        // Out of line: with two copies of an exponential and a logarithm the caller would exceed what the compiler inlines.
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            TVector zero = TVector.Create(0);
            TVector infinity = TVector.Create(double.PositiveInfinity);
            TVector size = TVector.Abs(x);
            TVector ordinary = TVector.LessThan(zero, size) & TVector.LessThan(size, infinity)
                & TVector.LessThan(TVector.Abs(y), infinity);
            TVector power = Exp<TVector, T>(y * Log<TVector, T>(size));
            TVector negative = TVector.LessThan(x, zero);
            TVector integral = TVector.Equal(TVector.Floor(y), y);
            TVector halfOfY = y * TVector.Create(0.5);
            TVector even = TVector.Equal(TVector.Floor(halfOfY), halfOfY);
            TVector ofNegative = TVector.Select(
                integral, TVector.Select(even, power, -power), TVector.Create(double.NaN));
            power = TVector.Select(negative, ofNegative, power);
            return TVector.All(ordinary) ? power : PowByLane<TVector, T>(x, y, ordinary, power);
        }
    }
}
