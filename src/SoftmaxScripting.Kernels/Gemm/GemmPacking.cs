using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <content>Copying blocks of the factors into the order in which the tiles read them.</content>
internal sealed unsafe partial class GemmKernels<TVector, T>
{
    /// <summary>
    /// to[x·stride + i] = p[i, x] for the rows i of p, and 0 for further i below <paramref name="stride"/>: for each k the
    /// numbers that a tile multiplies with one vector of columns, or such a vector itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackInterleaved(Operand<T> p, int rows, int stride, int k, T* to)
    {
        if (p.RowStride == 1)
        {
            T* from = p.Data;
            for (int x = 0; x < k; x++, from += p.ColumnStride, to += stride)
            {
                for (int i = 0; i < rows; i++) to[i] = from[i];
                for (int i = rows; i < stride; i++) to[i] = T.Zero;
            }

            return;
        }

        // Four rows at a time: each store line is touched a few times only, and the loads run along k.
        int row = 0;
        for (; row <= rows - 4; row += 4)
        {
            T* r0 = p.Data + (row * p.RowStride);
            T* r1 = r0 + p.RowStride;
            T* r2 = r1 + p.RowStride;
            T* r3 = r2 + p.RowStride;
            T* at = to + row;
            nint from = 0;
            for (int x = 0; x < k; x++, at += stride, from += p.ColumnStride)
            {
                at[0] = r0[from];
                at[1] = r1[from];
                at[2] = r2[from];
                at[3] = r3[from];
            }
        }

        for (; row < stride; row++)
        {
            T* from = p.Data + (row * p.RowStride);
            T* at = to + row;
            for (int x = 0; x < k; x++, at += stride, from += p.ColumnStride) *at = row < rows ? *from : T.Zero;
        }
    }

    /// <summary>
    /// One panel of the right factor: for each k its columns, padded with zeros to one or two whole vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackPanel(Operand<T> q, int k, int columns, T* to)
    {
        int width = TVector.Count;
        int padded = columns > width ? 2 * width : width;
        if (q.ColumnStride == 1)
        {
            T* from = q.Data;
            int lastColumns = columns - (padded - width);
            for (int x = 0; x < k; x++, from += q.RowStride, to += padded)
            {
                if (padded > width) TVector.Store(TVector.Load(from), to);
                T* last = from + (padded - width);
                TVector.Store(
                    lastColumns == width ? TVector.Load(last) : TVector.LoadPartial(last, lastColumns), to + (padded - width));
            }

            return;
        }

        PackInterleaved(q.Transposed, columns, padded, k, to);
    }

    /// <summary>Rows of q along k, each padded with zeros to <paramref name="padded"/> numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRows(Operand<T> q, int rows, int k, T* to, int padded)
    {
        for (int i = 0; i < rows; i++, to += padded)
        {
            T* from = q.Data + (i * q.RowStride);
            int x = 0;
            for (; x < k; x++, from += q.ColumnStride) to[x] = *from;
            for (; x < padded; x++) to[x] = T.Zero;
        }
    }
}
