using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <content>Reductions down the columns of a block of rows.</content>
internal sealed unsafe partial class ReductionKernels<TVector, T>
{
    /// <summary>Rows summed in T before their sums move on to double precision.</summary>
    private const int ColumnBlock = 64;

    public override void AddToColumns(ReadOnlySpan<T> block, int columns, Span<double> accumulators)
    {
        int rows = block.Length / columns;
        fixed (T* px = block)
        fixed (double* pa = accumulators)
        {
            for (int first = 0; first < rows; first += ColumnBlock)
                AddRows(px + ((nint)first * columns), Math.Min(ColumnBlock, rows - first), columns, pa);
        }
    }

    public override void MaxIntoColumns(ReadOnlySpan<T> block, int columns, Span<T> accumulators)
    {
        fixed (T* px = block)
        fixed (T* pa = accumulators) ExtremumIntoColumns<Largest>(px, block.Length / columns, columns, pa);
    }

    public override void MinIntoColumns(ReadOnlySpan<T> block, int columns, Span<T> accumulators)
    {
        fixed (T* px = block)
        fixed (T* pa = accumulators) ExtremumIntoColumns<Smallest>(px, block.Length / columns, columns, pa);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows(T* block, int rows, int columns, double* accumulators)
    {
        T* lanes = stackalloc T[4 * TVector.Count];
        int j = 0;
        for (; j <= columns - (4 * TVector.Count); j += 4 * TVector.Count)
        {
            TVector sum0 = TVector.Create(0);
            TVector sum1 = sum0;
            TVector sum2 = sum0;
            TVector sum3 = sum0;
            T* row = block + j;
            for (int i = 0; i < rows; i++, row += columns)
            {
                sum0 += TVector.Load(row);
                sum1 += TVector.Load(row + TVector.Count);
                sum2 += TVector.Load(row + (2 * TVector.Count));
                sum3 += TVector.Load(row + (3 * TVector.Count));
            }

            TVector.Store(sum0, lanes);
            TVector.Store(sum1, lanes + TVector.Count);
            TVector.Store(sum2, lanes + (2 * TVector.Count));
            TVector.Store(sum3, lanes + (3 * TVector.Count));
            for (int k = 0; k < 4 * TVector.Count; k++) accumulators[j + k] += double.CreateTruncating(lanes[k]);
        }

        for (; j < columns; j += TVector.Count)
        {
            int count = Math.Min(TVector.Count, columns - j);
            TVector even = TVector.Create(0);
            TVector odd = even;
            T* row = block + j;
            int i = 0;
            for (; i <= rows - 2; i += 2, row += 2 * (nint)columns)
            {
                even += TVector.LoadPartial(row, count);
                odd += TVector.LoadPartial(row + columns, count);
            }

            if (i < rows) even += TVector.LoadPartial(row, count);
            TVector.Store(even + odd, lanes);
            for (int k = 0; k < count; k++) accumulators[j + k] += double.CreateTruncating(lanes[k]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ExtremumIntoColumns<TExtremum>(T* block, int rows, int columns, T* accumulators)
        where TExtremum : struct, IExtremum
    {
        for (int j = 0; j < columns; j += TVector.Count)
        {
            int count = Math.Min(TVector.Count, columns - j);
            TVector even = TVector.LoadPartial(accumulators + j, count);
            TVector odd = even;
            T* row = block + j;
            int i = 0;
            for (; i <= rows - 2; i += 2, row += 2 * (nint)columns)
            {
                even = TExtremum.Of<TVector, T>(even, TVector.LoadPartial(row, count));
                odd = TExtremum.Of<TVector, T>(odd, TVector.LoadPartial(row + columns, count));
            }

            if (i < rows) even = TExtremum.Of<TVector, T>(even, TVector.LoadPartial(row, count));
            TVector.StorePartial(TExtremum.Of<TVector, T>(even, odd), accumulators + j, count);
        }
    }
}
