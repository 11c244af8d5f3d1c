using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <content>Products with a narrow side as dot products along k: full vectors however few the columns.</content>
internal sealed unsafe partial class GemmKernels<TVector, T>
{
    /// <summary>
    /// c[i, j] (+)= Σ p[i, ·] q[j, ·] for a tile of TRows × TColumns dot products; q is padded with zeros to whole vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DotTile<TRows, TColumns>(
        int k, T* p, nint ldp, T* q, nint ldq, T* c, nint rowStride, nint columnStride, bool add)
        where TRows : struct, ISize
        where TColumns : struct, ISize
    {
        TVector zero = TVector.Create(0);
        TVector s00 = zero, s01 = zero, s02 = zero, s03 = zero, s04 = zero;
        TVector s10 = zero, s11 = zero, s12 = zero, s13 = zero, s14 = zero;
        TVector s20 = zero, s21 = zero, s22 = zero, s23 = zero, s24 = zero;
        TVector s30 = zero, s31 = zero, s32 = zero, s33 = zero, s34 = zero;
        TVector p1 = zero, p2 = zero, p3 = zero;
        for (int i = 0; i < k; i += TVector.Count)
        {
            int lanes = k - i;
            TVector p0;
            if (lanes >= TVector.Count)
            {
                p0 = TVector.Load(p + i);
                if (TRows.Value > 1) p1 = TVector.Load(p + ldp + i);
                if (TRows.Value > 2) p2 = TVector.Load(p + (2 * ldp) + i);
                if (TRows.Value > 3) p3 = TVector.Load(p + (3 * ldp) + i);
            }
            else
            {
                p0 = TVector.LoadPartial(p + i, lanes);
                if (TRows.Value > 1) p1 = TVector.LoadPartial(p + ldp + i, lanes);
                if (TRows.Value > 2) p2 = TVector.LoadPartial(p + (2 * ldp) + i, lanes);
                if (TRows.Value > 3) p3 = TVector.LoadPartial(p + (3 * ldp) + i, lanes);
            }

            TVector y = TVector.Load(q + i);
            s00 = TVector.MultiplyAdd(p0, y, s00);
            if (TRows.Value > 1) s10 = TVector.MultiplyAdd(p1, y, s10);
            if (TRows.Value > 2) s20 = TVector.MultiplyAdd(p2, y, s20);
            if (TRows.Value > 3) s30 = TVector.MultiplyAdd(p3, y, s30);
            if (TColumns.Value > 1)
            {
                y = TVector.Load(q + ldq + i);
                s01 = TVector.MultiplyAdd(p0, y, s01);
                if (TRows.Value > 1) s11 = TVector.MultiplyAdd(p1, y, s11);
                if (TRows.Value > 2) s21 = TVector.MultiplyAdd(p2, y, s21);
                if (TRows.Value > 3) s31 = TVector.MultiplyAdd(p3, y, s31);
            }

            if (TColumns.Value > 2)
            {
                y = TVector.Load(q + (2 * ldq) + i);
                s02 = TVector.MultiplyAdd(p0, y, s02);
                if (TRows.Value > 1) s12 = TVector.MultiplyAdd(p1, y, s12);
                if (TRows.Value > 2) s22 = TVector.MultiplyAdd(p2, y, s22);
                if (TRows.Value > 3) s32 = TVector.MultiplyAdd(p3, y, s32);
            }

            if (TColumns.Value > 3)
            {
                y = TVector.Load(q + (3 * ldq) + i);
                s03 = TVector.MultiplyAdd(p0, y, s03);
                if (TRows.Value > 1) s13 = TVector.MultiplyAdd(p1, y, s13);
                if (TRows.Value > 2) s23 = TVector.MultiplyAdd(p2, y, s23);
                if (TRows.Value > 3) s33 = TVector.MultiplyAdd(p3, y, s33);
            }

            if (TColumns.Value > 4)
            {
                y = TVector.Load(q + (4 * ldq) + i);
                s04 = TVector.MultiplyAdd(p0, y, s04);
                if (TRows.Value > 1) s14 = TVector.MultiplyAdd(p1, y, s14);
                if (TRows.Value > 2) s24 = TVector.MultiplyAdd(p2, y, s24);
                if (TRows.Value > 3) s34 = TVector.MultiplyAdd(p3, y, s34);
            }
        }

        PutDots<TColumns>(s00, s01, s02, s03, s04, c, columnStride, add);
        if (TRows.Value > 1) PutDots<TColumns>(s10, s11, s12, s13, s14, c + rowStride, columnStride, add);
        if (TRows.Value > 2) PutDots<TColumns>(s20, s21, s22, s23, s24, c + (2 * rowStride), columnStride, add);
        if (TRows.Value > 3) PutDots<TColumns>(s30, s31, s32, s33, s34, c + (3 * rowStride), columnStride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutDots<TColumns>(
        TVector s0, TVector s1, TVector s2, TVector s3, TVector s4, T* c, nint columnStride, bool add)
        where TColumns : struct, ISize
    {
        PutDot(s0, c, add);
        if (TColumns.Value > 1) PutDot(s1, c + columnStride, add);
        if (TColumns.Value > 2) PutDot(s2, c + (2 * columnStride), add);
        if (TColumns.Value > 3) PutDot(s3, c + (3 * columnStride), add);
        if (TColumns.Value > 4) PutDot(s4, c + (4 * columnStride), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutDot(TVector products, T* c, bool add)
    {
        T sum = TVector.Sum(products);
        *c = add ? *c + sum : sum;
    }

    private static void DotTileOf<TRows>(
        int columns, int k, T* p, nint ldp, T* q, nint ldq, T* c, nint rowStride, nint columnStride, bool add)
        where TRows : struct, ISize
    {
        switch (columns)
        {
            case 1: DotTile<TRows, Size1>(k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            case 2: DotTile<TRows, Size2>(k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            case 3: DotTile<TRows, Size3>(k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            case 4: DotTile<TRows, Size4>(k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            case 5: DotTile<TRows, Size5>(k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            default: throw new ArgumentOutOfRangeException(nameof(columns), columns, "A tile has 1 to 5 columns.");
        }
    }

    private static void DotTileOf(
        int rows, int columns, int k, T* p, nint ldp, T* q, nint ldq, T* c, nint rowStride, nint columnStride, bool add)
    {
        switch (rows)
        {
            case 1: DotTileOf<Size1>(columns, k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            case 2: DotTileOf<Size2>(columns, k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            case 3: DotTileOf<Size3>(columns, k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            case 4: DotTileOf<Size4>(columns, k, p, ldp, q, ldq, c, rowStride, columnStride, add); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows), rows, "A tile has 1 to 4 rows.");
        }
    }
}
