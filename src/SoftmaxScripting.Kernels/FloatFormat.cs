using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>Constants of the IEEE 754 format of <typeparamref name="T"/>; the compiler folds every one of them.</summary>
internal static unsafe class FloatFormat<T>
    where T : unmanaged
{
    public static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float);
    }

    /// <summary>Explicit bits of the significand.</summary>
    public static int FractionBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 23 : 52;
    }

    public static long ExponentBias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 127 : 1023;
    }

    /// <summary>1.5·2^FractionBits: added to a small integer it leaves that integer in the low bits of the significand.</summary>
    public static double IntegerMagic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 12582912.0 : 6755399441055744.0;
    }

    public static long IntegerMagicBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 0x4B400000 : 0x4338000000000000;
    }

    public static double SmallestNormal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 1.1754943508222875e-38 : 2.2250738585072014e-308;
    }

    /// <summary>Power of two that makes every subnormal a normal number.</summary>
    public static double SubnormalScale
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 16777216.0 : 18014398509481984.0;
    }

    /// <summary>log2 of <see cref="SubnormalScale"/>.</summary>
    public static double SubnormalScaleExponent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 24 : 54;
    }

    /// <summary>Bit pattern of √½ rounded to T.</summary>
    public static long SqrtHalfBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 0x3F3504F3 : 0x3FE6A09E667F3BCD;
    }

    /// <summary>ln 2 rounded to T.</summary>
    public static double Ln2High
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 0.693147182464599609375 : 0.69314718055994530942;
    }

    /// <summary>ln 2 − <see cref="Ln2High"/>.</summary>
    public static double Ln2Low
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? -1.904654299957768e-9 : 2.3190468138462996e-17;
    }

    /// <summary>Just above the argument where the exponential overflows.</summary>
    public static double ExpOverflow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 89 : 710;
    }

    /// <summary>Just below the argument where the exponential rounds to 0.</summary>
    public static double ExpUnderflow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? -104 : -746;
    }

    public static long SignBit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 0x80000000L : unchecked((long)0x8000000000000000UL);
    }

    /// <summary>π/2 rounded to T.</summary>
    public static double HalfPiHigh
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? 1.5707963705062866 : 1.5707963267948966;
    }

    /// <summary>What <see cref="HalfPiHigh"/> leaves of π/2, rounded to T.</summary>
    public static double HalfPiMiddle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? -4.371138828673793e-08 : 6.123233995736766e-17;
    }

    /// <summary>What the first two parts leave of π/2, rounded to T.</summary>
    public static double HalfPiLow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float) ? -1.7151245100058819e-15 : -1.4973849048591698e-33;
    }
}
