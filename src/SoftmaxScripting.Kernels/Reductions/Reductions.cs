using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <summary>
/// Sums, extrema and log-sum-exp. Every one adds in an order fixed by the lengths alone, so equal input gives equal bits. T is
/// float or double. Extrema of nothing are −∞ (maximum) and +∞ (minimum); NaN wins over every number.
/// </summary>
public static class Reductions
{
    /// <summary>Σ x: short runs in T, their sums in double precision.</summary>
    public static double Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ReductionKernels<T>.Best.Sum(x);

    /// <summary>The largest element.</summary>
    public static T Max<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ReductionKernels<T>.Best.Max(x);

    /// <summary>The smallest element.</summary>
    public static T Min<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ReductionKernels<T>.Best.Min(x);

    /// <summary>Position of the first NaN, or else of the first of the largest elements.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is empty.</exception>
    public static int ArgMax<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.IsEmpty) throw new ArgumentException("ArgMax: nothing has no largest element; give at least one.");
        return ReductionKernels<T>.Best.ArgMax(x);
    }

    /// <summary>result[i] = Σ of row i; <paramref name="block"/> holds result.Length rows of <paramref name="rowLength"/>.</summary>
    /// <exception cref="ArgumentException">The block does not hold that many elements.</exception>
    public static void SumEachRow<T>(ReadOnlySpan<T> block, int rowLength, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(block.Length, rowLength, result.Length);
        ReductionKernels<T>.Best.SumEachRow(block, rowLength, result);
    }

    /// <summary>result[i] = largest element of row i.</summary>
    /// <exception cref="ArgumentException">The block does not hold result.Length rows.</exception>
    public static void MaxEachRow<T>(ReadOnlySpan<T> block, int rowLength, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(block.Length, rowLength, result.Length);
        ReductionKernels<T>.Best.MaxEachRow(block, rowLength, result);
    }

    /// <summary>result[i] = smallest element of row i.</summary>
    /// <exception cref="ArgumentException">The block does not hold result.Length rows.</exception>
    public static void MinEachRow<T>(ReadOnlySpan<T> block, int rowLength, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(block.Length, rowLength, result.Length);
        ReductionKernels<T>.Best.MinEachRow(block, rowLength, result);
    }

    /// <summary>
    /// result[i] = ln Σ e^x over row i, shifted by the row's own maximum. A row of −∞ gives −∞, a row with +∞ gives +∞, one with
    /// NaN gives NaN.
    /// </summary>
    /// <exception cref="ArgumentException">The block does not hold result.Length rows.</exception>
    public static void LogSumExpEachRow<T>(ReadOnlySpan<T> block, int rowLength, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(block.Length, rowLength, result.Length);
        ReductionKernels<T>.Best.LogSumExpEachRow(block, rowLength, result);
    }

    /// <summary>result[i] = <see cref="ArgMax"/> of row i.</summary>
    /// <exception cref="ArgumentException">The block does not hold result.Length rows, or rows are empty.</exception>
    public static void ArgMaxEachRow<T>(ReadOnlySpan<T> block, int rowLength, Span<int> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(block.Length, rowLength, result.Length);
        if (rowLength == 0 && result.Length > 0)
            throw new ArgumentException("ArgMaxEachRow: an empty row has no largest element; rows need at least one.");
        ReductionKernels<T>.Best.ArgMaxEachRow(block, rowLength, result);
    }

    /// <summary>accumulators[j] += Σ of column j of a block of whole rows of <paramref name="columns"/> elements.</summary>
    /// <exception cref="ArgumentException">The block does not hold whole rows, or the accumulators are not one a column.</exception>
    public static void AddToColumns<T>(ReadOnlySpan<T> block, int columns, Span<double> accumulators)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Columns(block.Length, columns, accumulators.Length);
        if (!block.IsEmpty) ReductionKernels<T>.Best.AddToColumns(block, columns, accumulators);
    }

    /// <summary>accumulators[j] = the larger of itself and the largest element of column j.</summary>
    /// <exception cref="ArgumentException">The block does not hold whole rows, or the accumulators are not one a column.</exception>
    public static void MaxIntoColumns<T>(ReadOnlySpan<T> block, int columns, Span<T> accumulators)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Columns(block.Length, columns, accumulators.Length);
        if (!block.IsEmpty) ReductionKernels<T>.Best.MaxIntoColumns(block, columns, accumulators);
    }

    /// <summary>accumulators[j] = the smaller of itself and the smallest element of column j.</summary>
    /// <exception cref="ArgumentException">The block does not hold whole rows, or the accumulators are not one a column.</exception>
    public static void MinIntoColumns<T>(ReadOnlySpan<T> block, int columns, Span<T> accumulators)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Columns(block.Length, columns, accumulators.Length);
        if (!block.IsEmpty) ReductionKernels<T>.Best.MinIntoColumns(block, columns, accumulators);
    }
}
