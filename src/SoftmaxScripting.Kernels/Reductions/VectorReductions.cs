using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>Reductions over whole spans and over rows, for one vector type.</summary>
internal sealed unsafe partial class ReductionKernels<TVector, T> : ReductionKernels<T>
    where TVector : unmanaged, ISimd<TVector, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements summed in T before their sum moves on to double precision.</summary>
    private const int SumBlock = 1024;

    /// <summary>Rows whose log-sum-exp is finished by one vector loop of logarithms.</summary>
    private const int LogBlock = 64;

    public override double Sum(ReadOnlySpan<T> x)
    {
        fixed (T* px = x) return SumOf(px, x.Length);
    }

    public override T Max(ReadOnlySpan<T> x)
    {
        fixed (T* px = x) return ExtremumOf<Largest>(px, x.Length);
    }

    public override T Min(ReadOnlySpan<T> x)
    {
        fixed (T* px = x) return ExtremumOf<Smallest>(px, x.Length);
    }

    public override int ArgMax(ReadOnlySpan<T> x)
    {
        fixed (T* px = x) return ArgMaxOf(px, x.Length);
    }

    public override double SumExp(ReadOnlySpan<T> x, T shift)
    {
        fixed (T* px = x) return SumExpOf(px, x.Length, shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumEachRow(ReadOnlySpan<T> block, int rowLength, Span<T> result)
    {
        fixed (T* px = block)
        fixed (T* pr = result)
        {
            if (AreShort(rowLength, result.Length))
            {
                ReduceShortRows<SumOfLanes>(px, rowLength, pr, result.Length);
                return;
            }

            for (int i = 0; i < result.Length; i++)
                result[i] = T.CreateTruncating(SumOf(px + ((nint)i * rowLength), rowLength));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MaxEachRow(ReadOnlySpan<T> block, int rowLength, Span<T> result)
    {
        fixed (T* px = block)
        fixed (T* pr = result)
        {
            if (AreShort(rowLength, result.Length))
            {
                ReduceShortRows<ExtremumOfLanes<Largest>>(px, rowLength, pr, result.Length);
                return;
            }

            for (int i = 0; i < result.Length; i++)
                result[i] = ExtremumOf<Largest>(px + ((nint)i * rowLength), rowLength);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MinEachRow(ReadOnlySpan<T> block, int rowLength, Span<T> result)
    {
        fixed (T* px = block)
        fixed (T* pr = result)
        {
            if (AreShort(rowLength, result.Length))
            {
                ReduceShortRows<ExtremumOfLanes<Smallest>>(px, rowLength, pr, result.Length);
                return;
            }

            for (int i = 0; i < result.Length; i++)
                result[i] = ExtremumOf<Smallest>(px + ((nint)i * rowLength), rowLength);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ArgMaxEachRow(ReadOnlySpan<T> block, int rowLength, Span<int> result)
    {
        fixed (T* px = block)
        {
            if (AreShort(rowLength, result.Length))
            {
                ArgMaxOfShortRows(px, rowLength, result);
                return;
            }

            for (int i = 0; i < result.Length; i++)
                result[i] = ArgMaxOf(px + ((nint)i * rowLength), rowLength);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void LogSumExpEachRow(ReadOnlySpan<T> block, int rowLength, Span<T> result)
    {
        T* sums = stackalloc T[LogBlock];
        fixed (T* px = block)
        fixed (T* pr = result)
        {
            if (AreShort(rowLength, result.Length))
            {
                ReduceShortRows<LogSumExpOfLanes>(px, rowLength, pr, result.Length);
                return;
            }

            for (int first = 0; first < result.Length; first += LogBlock)
            {
                int rows = Math.Min(LogBlock, result.Length - first);
                for (int i = 0; i < rows; i++)
                {
                    T* row = px + ((nint)(first + i) * rowLength);
                    if (rowLength <= TVector.Count)
                    {
                        pr[first + i] = ShortLogSumExp(row, rowLength, out sums[i]);
                        continue;
                    }

                    T max = ExtremumOf<Largest>(row, rowLength);

                    // An infinite shift would give ∞ − ∞; with 0 the exponentials themselves give 0, ∞ or NaN.
                    T shift = T.IsFinite(max) ? max : T.Zero;
                    pr[first + i] = shift;
                    sums[i] = T.CreateTruncating(SumExpOf(row, rowLength, shift));
                }

                AddLogs(pr + first, sums, rows);
            }
        }
    }

    /// <summary>The shift and Σ e^(x − shift) of a row that fits one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ShortLogSumExp(T* row, int length, out T sum)
    {
        TVector x = TVector.Select(
            TVector.FirstLanes(length), TVector.LoadPartial(row, length), TVector.Create(double.NegativeInfinity));
        T max = TVector.MaxLanes(x);
        T shift = T.IsFinite(max) ? max : T.Zero;

        // The lanes beyond the row hold −∞ and add e^−∞ = 0.
        sum = TVector.Sum(VectorMath.Exp<TVector, T>(x - TVector.Broadcast(shift)));
        return shift;
    }

    /// <summary>result[i] += ln sums[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddLogs(T* result, T* sums, int count)
    {
        for (int i = 0; i < count; i += TVector.Count)
        {
            int lanes = Math.Min(TVector.Count, count - i);
            TVector log = VectorMath.Log<TVector, T>(TVector.LoadPartial(sums + i, lanes));
            TVector.StorePartial(TVector.LoadPartial(result + i, lanes) + log, result + i, lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double SumOf(T* x, int length) =>
        length <= TVector.Count
            ? double.CreateTruncating(TVector.Sum(TVector.LoadPartial(x, length)))
            : SumOfLong(x, length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfLong(T* x, int length)
    {
        double total = 0;
        for (int start = 0; start < length; start += SumBlock)
        {
            int end = start + Math.Min(SumBlock, length - start);
            TVector sum0 = TVector.Create(0);
            TVector sum1 = sum0;
            TVector sum2 = sum0;
            TVector sum3 = sum0;
            int i = start;
            for (; i <= end - (4 * TVector.Count); i += 4 * TVector.Count)
            {
                sum0 += TVector.Load(x + i);
                sum1 += TVector.Load(x + i + TVector.Count);
                sum2 += TVector.Load(x + i + (2 * TVector.Count));
                sum3 += TVector.Load(x + i + (3 * TVector.Count));
            }

            for (; i <= end - TVector.Count; i += TVector.Count) sum0 += TVector.Load(x + i);
            if (i < end) sum1 += TVector.LoadPartial(x + i, end - i);
            total += double.CreateTruncating(TVector.Sum((sum0 + sum1) + (sum2 + sum3)));
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExtremumOf<TExtremum>(T* x, int length)
        where TExtremum : struct, IExtremum
    {
        if (length > TVector.Count) return ExtremumOfLong<TExtremum>(x, length);
        TVector lanes = TVector.Select(
            TVector.FirstLanes(length), TVector.LoadPartial(x, length), TVector.Create(TExtremum.Identity));
        return TExtremum.OfLanes<TVector, T>(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T ExtremumOfLong<TExtremum>(T* x, int length)
        where TExtremum : struct, IExtremum
    {
        TVector best0 = TVector.Create(TExtremum.Identity);
        TVector best1 = best0;
        TVector best2 = best0;
        TVector best3 = best0;
        int i = 0;
        for (; i <= length - (4 * TVector.Count); i += 4 * TVector.Count)
        {
            best0 = TExtremum.Of<TVector, T>(best0, TVector.Load(x + i));
            best1 = TExtremum.Of<TVector, T>(best1, TVector.Load(x + i + TVector.Count));
            best2 = TExtremum.Of<TVector, T>(best2, TVector.Load(x + i + (2 * TVector.Count)));
            best3 = TExtremum.Of<TVector, T>(best3, TVector.Load(x + i + (3 * TVector.Count)));
        }

        for (; i <= length - TVector.Count; i += TVector.Count)
            best0 = TExtremum.Of<TVector, T>(best0, TVector.Load(x + i));

        // An extremum may see elements twice, so the last whole vector serves as the tail.
        best1 = TExtremum.Of<TVector, T>(best1, TVector.Load(x + length - TVector.Count));
        best0 = TExtremum.Of<TVector, T>(best0, best1);
        best2 = TExtremum.Of<TVector, T>(best2, best3);
        return TExtremum.OfLanes<TVector, T>(TExtremum.Of<TVector, T>(best0, best2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ArgMaxOf(T* x, int length)
    {
        T max = ExtremumOf<Largest>(x, length);
        if (T.IsNaN(max))
        {
            int nan = 0;
            while (!T.IsNaN(x[nan])) nan++;
            return nan;
        }

        int i = 0;
        TVector sought = TVector.Broadcast(max);
        while (i <= length - TVector.Count && TVector.All(~TVector.Equal(TVector.Load(x + i), sought))) i += TVector.Count;
        while (x[i] != max) i++;
        return i;
    }

    /// <summary>Σ e^(x − shift), in blocks like <see cref="SumOfLong"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumExpOf(T* x, int length, T shift)
    {
        TVector shifts = TVector.Broadcast(shift);
        double total = 0;
        for (int start = 0; start < length; start += SumBlock)
        {
            int end = start + Math.Min(SumBlock, length - start);
            TVector sum = TVector.Create(0);
            int i = start;
            for (; i < end; i += TVector.Count)
            {
                int lanes = end - i;
                if (lanes >= TVector.Count)
                {
                    sum += VectorMath.Exp<TVector, T>(TVector.Load(x + i) - shifts);
                }
                else
                {
                    TVector last = VectorMath.Exp<TVector, T>(TVector.LoadPartial(x + i, lanes) - shifts);
                    sum += last & TVector.FirstLanes(lanes);
                }
            }

            total += double.CreateTruncating(TVector.Sum(sum));
        }

        return total;
    }
}
