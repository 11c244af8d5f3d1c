using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <content>Sine and cosine.</content>
public static unsafe partial class VectorMath
{
    /// <summary>
    /// sin x. Up to |x| = 65536 by subtracting multiples of π/2 held in three parts; lanes beyond go through
    /// <see cref="Math.Sin"/>, whose reduction is exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sin<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector near = IsNearZero<TVector, T>(x);
        TVector result = SinOfQuarter<TVector, T>(x, 0);
        result = TVector.Select(TVector.Equal(x, TVector.Create(0)), x, result); // keeps −0
        return TVector.All(near) ? result : ByLane<TVector, T>(x, near, result, &Math.Sin);
    }

    /// <summary>cos x = sin(x + π/2); see <see cref="Sin"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Cos<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector near = IsNearZero<TVector, T>(x);
        TVector result = SinOfQuarter<TVector, T>(x, 1);
        return TVector.All(near) ? result : ByLane<TVector, T>(x, near, result, &Math.Cos);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector IsNearZero<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TVector.LessThan(TVector.Abs(x), TVector.Create(65536));

    /// <summary>sin(x + quarters · π/2) from x = n·π/2 + r, |r| ≤ π/4, and the series of sin r and cos r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SinOfQuarter<TVector, T>(TVector x, int quarters)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector n = TVector.Round(x * TVector.Create(2 / Math.PI));
        TVector r = TVector.FusedMultiplyAdd(n, TVector.Create(-FloatFormat<T>.HalfPiHigh), x);
        r = TVector.FusedMultiplyAdd(n, TVector.Create(-FloatFormat<T>.HalfPiMiddle), r);
        r = TVector.FusedMultiplyAdd(n, TVector.Create(-FloatFormat<T>.HalfPiLow), r);
        TVector z = r * r;

        TVector sine;
        TVector cosine;
        if (sizeof(T) == sizeof(float))
        {
            sine = TVector.Create(1.0 / 362880);
            cosine = TVector.Create(-1.0 / 3628800);
        }
        else
        {
            sine = TVector.Create(1.0 / 355687428096000);
            sine = TVector.FusedMultiplyAdd(sine, z, TVector.Create(-1.0 / 1307674368000));
            sine = TVector.FusedMultiplyAdd(sine, z, TVector.Create(1.0 / 6227020800));
            sine = TVector.FusedMultiplyAdd(sine, z, TVector.Create(-1.0 / 39916800));
            sine = TVector.FusedMultiplyAdd(sine, z, TVector.Create(1.0 / 362880));
            cosine = TVector.Create(-1.0 / 6402373705728000);
            cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(1.0 / 20922789888000));
            cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(-1.0 / 87178291200));
            cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(1.0 / 479001600));
            cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(-1.0 / 3628800));
        }

        sine = TVector.FusedMultiplyAdd(sine, z, TVector.Create(-1.0 / 5040));
        sine = TVector.FusedMultiplyAdd(sine, z, TVector.Create(1.0 / 120));
        sine = TVector.FusedMultiplyAdd(sine, z, TVector.Create(-1.0 / 6));
        sine = TVector.FusedMultiplyAdd(sine, z * r, r);
        cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(1.0 / 40320));
        cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(-1.0 / 720));
        cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(1.0 / 24));
        cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(-0.5));
        cosine = TVector.FusedMultiplyAdd(cosine, z, TVector.Create(1));

        // The low bits of quadrant hold n + quarters: its lowest bit asks for the cosine, the next one for the other sign.
        TVector quadrant = TVector.AddBits(
            n + TVector.Create(FloatFormat<T>.IntegerMagic), TVector.CreateBits(quarters));
        int top = (sizeof(T) * 8) - 1;
        TVector odd = TVector.ShiftRightBits(TVector.ShiftLeftBits(quadrant, top), top);
        TVector sign = TVector.ShiftLeftBits(quadrant, top - 1) & TVector.CreateBits(FloatFormat<T>.SignBit);

        // Adding the sign bit as an integer flips the sign.
        return TVector.AddBits(TVector.Select(odd, cosine, sine), sign);
    }

    /// <summary>The function lane by lane where <paramref name="done"/> is not set; the other lanes have their result.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector ByLane<TVector, T>(TVector x, TVector done, TVector result, delegate*<double, double> function)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* lanes = (T*)&x;
        for (int i = 0; i < TVector.Count; i++)
            lanes[i] = T.CreateTruncating(function(double.CreateTruncating(lanes[i])));
        return TVector.Select(done, result, x);
    }
}
