using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <content>The register tile: up to twelve rows of one or two vectors.</content>
internal sealed unsafe partial class GemmKernels<TVector, T>
{
    /// <summary>
    /// c (+)= p · q for a tile of TRows rows and TVectors vectors of columns: p packed as TRows numbers for each k, q with
    /// <paramref name="qStride"/> numbers from one k to the next. Each output is one chain of multiply-adds in the order of k.
    /// The tests on sizes are constants to the compiler, which leaves only the accumulators of this tile. No call may stand
    /// in here: the accumulators would be kept in memory for its sake.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows, TVectors>(
        nint k, T* p, T* q, nint qStride, T* c, nint ldc, bool add)
        where TRows : struct, ISize
        where TVectors : struct, ISize
    {
        int width = TVector.Count;
        TVector q1 = TVector.Create(0);
        TVector s00 = q1, s01 = q1;
        TVector s10 = q1, s11 = q1;
        TVector s20 = q1, s21 = q1;
        TVector s30 = q1, s31 = q1;
        TVector s40 = q1, s41 = q1;
        TVector s50 = q1, s51 = q1;
        TVector s60 = q1, s61 = q1;
        TVector s70 = q1, s71 = q1;
        TVector s80 = q1, s81 = q1;
        TVector s90 = q1, s91 = q1;
        TVector s100 = q1, s101 = q1;
        TVector s110 = q1, s111 = q1;
        for (; k > 0; k--)
        {
            TVector q0 = TVector.Load(q);
            if (TVectors.Value > 1) q1 = TVector.Load(q + width);
            TVector x = TVector.Broadcast(p[0]);
            s00 = TVector.MultiplyAdd(x, q0, s00);
            if (TVectors.Value > 1) s01 = TVector.MultiplyAdd(x, q1, s01);
            if (TRows.Value > 1)
            {
                x = TVector.Broadcast(p[1]);
                s10 = TVector.MultiplyAdd(x, q0, s10);
                if (TVectors.Value > 1) s11 = TVector.MultiplyAdd(x, q1, s11);
            }

            if (TRows.Value > 2)
            {
                x = TVector.Broadcast(p[2]);
                s20 = TVector.MultiplyAdd(x, q0, s20);
                if (TVectors.Value > 1) s21 = TVector.MultiplyAdd(x, q1, s21);
            }

            if (TRows.Value > 3)
            {
                x = TVector.Broadcast(p[3]);
                s30 = TVector.MultiplyAdd(x, q0, s30);
                if (TVectors.Value > 1) s31 = TVector.MultiplyAdd(x, q1, s31);
            }

            if (TRows.Value > 4)
            {
                x = TVector.Broadcast(p[4]);
                s40 = TVector.MultiplyAdd(x, q0, s40);
                if (TVectors.Value > 1) s41 = TVector.MultiplyAdd(x, q1, s41);
            }

            if (TRows.Value > 5)
            {
                x = TVector.Broadcast(p[5]);
                s50 = TVector.MultiplyAdd(x, q0, s50);
                if (TVectors.Value > 1) s51 = TVector.MultiplyAdd(x, q1, s51);
            }

            if (TRows.Value > 6)
            {
                x = TVector.Broadcast(p[6]);
                s60 = TVector.MultiplyAdd(x, q0, s60);
                if (TVectors.Value > 1) s61 = TVector.MultiplyAdd(x, q1, s61);
            }

            if (TRows.Value > 7)
            {
                x = TVector.Broadcast(p[7]);
                s70 = TVector.MultiplyAdd(x, q0, s70);
                if (TVectors.Value > 1) s71 = TVector.MultiplyAdd(x, q1, s71);
            }

            if (TRows.Value > 8)
            {
                x = TVector.Broadcast(p[8]);
                s80 = TVector.MultiplyAdd(x, q0, s80);
                if (TVectors.Value > 1) s81 = TVector.MultiplyAdd(x, q1, s81);
            }

            if (TRows.Value > 9)
            {
                x = TVector.Broadcast(p[9]);
                s90 = TVector.MultiplyAdd(x, q0, s90);
                if (TVectors.Value > 1) s91 = TVector.MultiplyAdd(x, q1, s91);
            }

            if (TRows.Value > 10)
            {
                x = TVector.Broadcast(p[10]);
                s100 = TVector.MultiplyAdd(x, q0, s100);
                if (TVectors.Value > 1) s101 = TVector.MultiplyAdd(x, q1, s101);
            }

            if (TRows.Value > 11)
            {
                x = TVector.Broadcast(p[11]);
                s110 = TVector.MultiplyAdd(x, q0, s110);
                if (TVectors.Value > 1) s111 = TVector.MultiplyAdd(x, q1, s111);
            }

            p += TRows.Value;
            q += qStride;
        }

        Put<TVectors>(s00, s01, c, add);
        if (TRows.Value > 1) Put<TVectors>(s10, s11, c + ldc, add);
        if (TRows.Value > 2) Put<TVectors>(s20, s21, c + (2 * ldc), add);
        if (TRows.Value > 3) Put<TVectors>(s30, s31, c + (3 * ldc), add);
        if (TRows.Value > 4) Put<TVectors>(s40, s41, c + (4 * ldc), add);
        if (TRows.Value > 5) Put<TVectors>(s50, s51, c + (5 * ldc), add);
        if (TRows.Value > 6) Put<TVectors>(s60, s61, c + (6 * ldc), add);
        if (TRows.Value > 7) Put<TVectors>(s70, s71, c + (7 * ldc), add);
        if (TRows.Value > 8) Put<TVectors>(s80, s81, c + (8 * ldc), add);
        if (TRows.Value > 9) Put<TVectors>(s90, s91, c + (9 * ldc), add);
        if (TRows.Value > 10) Put<TVectors>(s100, s101, c + (10 * ldc), add);
        if (TRows.Value > 11) Put<TVectors>(s110, s111, c + (11 * ldc), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TVectors>(TVector sum0, TVector sum1, T* c, bool add)
        where TVectors : struct, ISize
    {
        TVector.Store(add ? TVector.Load(c) + sum0 : sum0, c);
        if (TVectors.Value > 1) TVector.Store(add ? TVector.Load(c + TVector.Count) + sum1 : sum1, c + TVector.Count);
    }

    private static void TileOf<TVectors>(
        int rows, nint k, T* p, T* q, nint qStride, T* c, nint ldc, bool add)
        where TVectors : struct, ISize
    {
        switch (rows)
        {
            case 1: Tile<Size1, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 2: Tile<Size2, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 3: Tile<Size3, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 4: Tile<Size4, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 5: Tile<Size5, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 6: Tile<Size6, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 7: Tile<Size7, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 8: Tile<Size8, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 9: Tile<Size9, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 10: Tile<Size10, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 11: Tile<Size11, TVectors>(k, p, q, qStride, c, ldc, add); break;
            case 12: Tile<Size12, TVectors>(k, p, q, qStride, c, ldc, add); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows), rows, "A tile has 1 to 12 rows.");
        }
    }
}
