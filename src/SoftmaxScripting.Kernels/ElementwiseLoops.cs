using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>The loops behind every elementwise function: whole vectors, then one padded vector for the tail.</summary>
internal static unsafe class ElementwiseLoops
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unary<TOperator, TVector, T>(ReadOnlySpan<T> x, Span<T> result)
        where TOperator : struct, IUnaryOperator
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.SameLength(x.Length, result.Length);
        fixed (T* px = x)
        fixed (T* pr = result)
        {
            int i = 0;
            int last = x.Length - TVector.Count;
            for (; i <= last; i += TVector.Count)
                TVector.Store(TOperator.Apply<TVector, T>(TVector.Load(px + i)), pr + i);
            int rest = x.Length - i;
            if (rest > 0)
                TVector.StorePartial(UnaryTail<TOperator, TVector, T>(TVector.LoadPartial(px + i, rest)), pr + i, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Binary<TOperator, TVector, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where TOperator : struct, IBinaryOperator
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.SameLength(x.Length, result.Length);
        Require.SameLength(y.Length, result.Length);
        fixed (T* px = x)
        fixed (T* py = y)
        fixed (T* pr = result)
        {
            int i = 0;
            int last = x.Length - TVector.Count;
            for (; i <= last; i += TVector.Count)
                TVector.Store(TOperator.Apply<TVector, T>(TVector.Load(px + i), TVector.Load(py + i)), pr + i);
            int rest = x.Length - i;
            if (rest > 0)
            {
                TVector tail = BinaryTail<TOperator, TVector, T>(
                    TVector.LoadPartial(px + i, rest), TVector.LoadPartial(py + i, rest));
                TVector.StorePartial(tail, pr + i, rest);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select<TVector, T>(
        ReadOnlySpan<T> condition, ReadOnlySpan<T> whenTrue, ReadOnlySpan<T> whenFalse, Span<T> result)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* pc = condition)
        fixed (T* pt = whenTrue)
        fixed (T* pf = whenFalse)
        fixed (T* pr = result)
        {
            TVector zero = TVector.Create(0);
            int i = 0;
            int last = result.Length - TVector.Count;
            for (; i <= last; i += TVector.Count)
            {
                TVector isZero = TVector.Equal(TVector.Load(pc + i), zero);
                TVector.Store(TVector.Select(isZero, TVector.Load(pf + i), TVector.Load(pt + i)), pr + i);
            }

            for (; i < result.Length; i++) pr[i] = pc[i] == T.Zero ? pf[i] : pt[i];
        }
    }

    // Out of line, so that the function's body stands once in the loop and once here for all tails.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector UnaryTail<TOperator, TVector, T>(TVector x)
        where TOperator : struct, IUnaryOperator
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TOperator.Apply<TVector, T>(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector BinaryTail<TOperator, TVector, T>(TVector x, TVector y)
        where TOperator : struct, IBinaryOperator
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TOperator.Apply<TVector, T>(x, y);
}
