using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <summary>Elementwise operations that are not functions of one or two numbers.</summary>
public static class Elementwise
{
    private delegate void SelectKernel<T>(
        ReadOnlySpan<T> condition, ReadOnlySpan<T> whenTrue, ReadOnlySpan<T> whenFalse, Span<T> result);

    /// <summary>
    /// result[i] = whenTrue[i] where condition[i] ≠ 0 (NaN counts as true), else whenFalse[i]. All spans have one length; the
    /// result may be the very memory of an argument.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Select<T>(
        ReadOnlySpan<T> condition, ReadOnlySpan<T> whenTrue, ReadOnlySpan<T> whenFalse, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.SameLength(condition.Length, result.Length);
        Require.SameLength(whenTrue.Length, result.Length);
        Require.SameLength(whenFalse.Length, result.Length);
        Kernels<T>.Select(condition, whenTrue, whenFalse, result);
    }

    /// <summary>Sets every element to <paramref name="value"/>.</summary>
    public static void Fill<T>(T value, Span<T> result) => result.Fill(value);

    private static class Kernels<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static readonly SelectKernel<T> Select = (SelectKernel<T>)Widest.Create<T>(new Factory());
    }

    private sealed class Factory : IKernelFactory
    {
        public object Create<TVector, T>()
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            new SelectKernel<T>(ElementwiseLoops.Select<TVector, T>);
    }
}
