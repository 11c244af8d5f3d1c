using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>The elementwise functions of two arguments.</summary>
public static class BinaryFunctions
{
    /// <summary>x + y.</summary>
    public static BinaryFunction Add { get; } = BinaryFunction.Of<AddOperator>();

    /// <summary>x − y.</summary>
    public static BinaryFunction Sub { get; } = BinaryFunction.Of<SubOperator>();

    /// <summary>x · y.</summary>
    public static BinaryFunction Mul { get; } = BinaryFunction.Of<MulOperator>();

    /// <summary>x / y.</summary>
    public static BinaryFunction Div { get; } = BinaryFunction.Of<DivOperator>();

    /// <summary>xʸ, with the specials of <see cref="Math.Pow"/>.</summary>
    public static BinaryFunction Pow { get; } = BinaryFunction.Of<PowOperator>();

    /// <summary>The smaller of both; NaN when either is NaN.</summary>
    public static BinaryFunction Min { get; } = BinaryFunction.Of<MinOperator>();

    /// <summary>The larger of both; NaN when either is NaN.</summary>
    public static BinaryFunction Max { get; } = BinaryFunction.Of<MaxOperator>();

    /// <summary>ln(eˣ + eʸ), without overflow; accurate to the last digits of the larger argument.</summary>
    public static BinaryFunction LogAddExp { get; } = BinaryFunction.Of<LogAddExpOperator>();

    /// <summary>1 where x &lt; y, else 0 (also for NaN).</summary>
    public static BinaryFunction Less { get; } = BinaryFunction.Of<LessOperator>();

    /// <summary>1 where x ≤ y, else 0 (also for NaN).</summary>
    public static BinaryFunction LessEqual { get; } = BinaryFunction.Of<LessEqualOperator>();

    /// <summary>1 where x = y, else 0 (also for NaN).</summary>
    public static BinaryFunction Equal { get; } = BinaryFunction.Of<EqualOperator>();

    /// <summary>1 where x ≠ y (also for NaN), else 0.</summary>
    public static BinaryFunction NotEqual { get; } = BinaryFunction.Of<NotEqualOperator>();

    private readonly struct AddOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x + y;
    }

    private readonly struct SubOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x - y;
    }

    private readonly struct MulOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * y;
    }

    private readonly struct DivOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x / y;
    }

    private readonly struct PowOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Pow<TVector, T>(x, y);
    }

    private readonly struct MinOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Min(x, y);
    }

    private readonly struct MaxOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Max(x, y);
    }

    private readonly struct LessOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.LessThan(x, y) & TVector.Create(1);
    }

    private readonly struct LessEqualOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.LessThanOrEqual(x, y) & TVector.Create(1);
    }

    private readonly struct EqualOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Equal(x, y) & TVector.Create(1);
    }

    private readonly struct NotEqualOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => ~TVector.Equal(x, y) & TVector.Create(1);
    }

    private readonly struct LogAddExpOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x, TVector y)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.LogAddExp<TVector, T>(x, y);
    }
}
