using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>The elementwise functions of one argument.</summary>
public static class UnaryFunctions
{
    /// <summary>−x</summary>
    public static UnaryFunction Neg { get; } = UnaryFunction.Of<NegOperator>();

    /// <summary>|x|; −0 gives 0.</summary>
    public static UnaryFunction Abs { get; } = UnaryFunction.Of<AbsOperator>();

    /// <summary>−1, 0 or 1; zeros of either sign give 0, NaN gives NaN.</summary>
    public static UnaryFunction Sign { get; } = UnaryFunction.Of<SignOperator>();

    /// <summary>eˣ.</summary>
    public static UnaryFunction Exp { get; } = UnaryFunction.Of<ExpOperator>();

    /// <summary>eˣ − 1, exact to the last digits near 0.</summary>
    public static UnaryFunction Expm1 { get; } = UnaryFunction.Of<Expm1Operator>();

    /// <summary>ln x; 0 gives −∞, negative numbers NaN.</summary>
    public static UnaryFunction Log { get; } = UnaryFunction.Of<LogOperator>();

    /// <summary>ln(1 + x), exact to the last digits near 0.</summary>
    public static UnaryFunction Log1p { get; } = UnaryFunction.Of<Log1pOperator>();

    /// <summary>ln(1 − eˣ) for x &lt; 0, exact to the last digits near 0 and far from it.</summary>
    public static UnaryFunction Log1mexp { get; } = UnaryFunction.Of<Log1mexpOperator>();

    /// <summary>√x; negative numbers give NaN.</summary>
    public static UnaryFunction Sqrt { get; } = UnaryFunction.Of<SqrtOperator>();

    /// <summary>1/x.</summary>
    public static UnaryFunction Reciprocal { get; } = UnaryFunction.Of<ReciprocalOperator>();

    /// <summary>sin x; ±∞ gives NaN.</summary>
    public static UnaryFunction Sin { get; } = UnaryFunction.Of<SinOperator>();

    /// <summary>cos x; ±∞ gives NaN.</summary>
    public static UnaryFunction Cos { get; } = UnaryFunction.Of<CosOperator>();

    /// <summary>tanh x.</summary>
    public static UnaryFunction Tanh { get; } = UnaryFunction.Of<TanhOperator>();

    /// <summary>1/(1 + e⁻ˣ), stable on both sides.</summary>
    public static UnaryFunction Sigmoid { get; } = UnaryFunction.Of<SigmoidOperator>();

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    public static UnaryFunction Relu { get; } = UnaryFunction.Of<ReluOperator>();

    /// <summary>ln(1 + eˣ) = max(x, 0) + log1p(e^−|x|).</summary>
    public static UnaryFunction Softplus { get; } = UnaryFunction.Of<SoftplusOperator>();

    /// <summary>erf x = 2/√π ∫₀ˣ e^−t² dt.</summary>
    public static UnaryFunction Erf { get; } = UnaryFunction.Of<ErfOperator>();

    /// <summary>The largest integer not above x.</summary>
    public static UnaryFunction Floor { get; } = UnaryFunction.Of<FloorOperator>();

    /// <summary>−∞ raised to the lowest finite number; everything else, NaN too, as it is.</summary>
    public static UnaryFunction Lift { get; } = UnaryFunction.Of<LiftOperator>();

    private readonly struct NegOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => -x;
    }

    private readonly struct AbsOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Abs(x);
    }

    private readonly struct SignOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Sign<TVector, T>(x);
    }

    private readonly struct ExpOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Exp<TVector, T>(x);
    }

    private readonly struct Expm1Operator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Expm1<TVector, T>(x);
    }

    private readonly struct LogOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Log<TVector, T>(x);
    }

    private readonly struct Log1pOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Log1p<TVector, T>(x);
    }

    private readonly struct SqrtOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Sqrt(x);
    }

    private readonly struct ReciprocalOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Create(1) / x;
    }

    private readonly struct SinOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Sin<TVector, T>(x);
    }

    private readonly struct CosOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Cos<TVector, T>(x);
    }

    private readonly struct TanhOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Tanh<TVector, T>(x);
    }

    private readonly struct SigmoidOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Sigmoid<TVector, T>(x);
    }

    private readonly struct ReluOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Relu<TVector, T>(x);
    }

    private readonly struct SoftplusOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Softplus<TVector, T>(x);
    }

    private readonly struct ErfOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Erf<TVector, T>(x);
    }

    private readonly struct FloorOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Floor(x);
    }

    private readonly struct Log1mexpOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Log1mexp<TVector, T>(x);
    }

    private readonly struct LiftOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TVector, T>(TVector x)
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => VectorMath.Lift<TVector, T>(x);
    }
}
