using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>The reductions as one set, so that the vector width is chosen once for all of them.</summary>
internal abstract class ReductionKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly ReductionKernels<T> Best = (ReductionKernels<T>)Widest.Create<T>(new Factory());

    public abstract double Sum(ReadOnlySpan<T> x);

    public abstract T Max(ReadOnlySpan<T> x);

    public abstract T Min(ReadOnlySpan<T> x);

    public abstract int ArgMax(ReadOnlySpan<T> x);

    public abstract double SumExp(ReadOnlySpan<T> x, T shift);

    public abstract void SumEachRow(ReadOnlySpan<T> block, int rowLength, Span<T> result);

    public abstract void MaxEachRow(ReadOnlySpan<T> block, int rowLength, Span<T> result);

    public abstract void MinEachRow(ReadOnlySpan<T> block, int rowLength, Span<T> result);

    public abstract void LogSumExpEachRow(ReadOnlySpan<T> block, int rowLength, Span<T> result);

    public abstract void ArgMaxEachRow(ReadOnlySpan<T> block, int rowLength, Span<int> result);

    public abstract void AddToColumns(ReadOnlySpan<T> block, int columns, Span<double> accumulators);

    public abstract void MaxIntoColumns(ReadOnlySpan<T> block, int columns, Span<T> accumulators);

    public abstract void MinIntoColumns(ReadOnlySpan<T> block, int columns, Span<T> accumulators);

    private sealed class Factory : IKernelFactory
    {
        public object Create<TVector, TNumber>()
            where TVector : unmanaged, ISimd<TVector, TNumber>
            where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber> => new ReductionKernels<TVector, TNumber>();
    }
}

/// <summary>The larger or the smaller of two, as a type.</summary>
internal interface IExtremum
{
    static abstract double Identity { get; }

    static abstract TVector Of<TVector, T>(TVector a, TVector b)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    static abstract T OfLanes<TVector, T>(TVector a)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

internal readonly struct Largest : IExtremum
{
    public static double Identity => double.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TVector, T>(TVector a, TVector b)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OfLanes<TVector, T>(TVector a)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.MaxLanes(a);
}

internal readonly struct Smallest : IExtremum
{
    public static double Identity => double.PositiveInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TVector, T>(TVector a, TVector b)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OfLanes<TVector, T>(TVector a)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TVector.MinLanes(a);
}
