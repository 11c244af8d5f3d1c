using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <content>
/// Right factors that are packed once and then multiplied with one block of rows after another, by whichever thread has it.
/// </content>
internal sealed unsafe partial class GemmKernels<TVector, T>
{
    /// <inheritdoc/>
    public override int RowsOfTile(int n, int k) => UsesDots(n, k) ? DotRows : TVector.TileRows;

    /// <inheritdoc/>
    public override long PreparedLength(int n, int k)
    {
        if (UsesDots(n, k))
        {
            int blockK = BlockOf(k, MostDotK);
            return (long)Pieces(k, blockK) * n * PaddedDotK(blockK);
        }

        long length = 0;
        for (int column = 0; column < n; column += MostPackedColumns)
            length += PackedColumns(Math.Min(MostPackedColumns, n - column)) * (long)k;
        return length;
    }

    /// <inheritdoc/>
    public override void Prepare(int n, int k, Operand<T> b, T* prepared)
    {
        if (UsesDots(n, k))
        {
            int blockK = BlockOf(k, MostDotK);
            for (int k0 = 0; k0 < k; k0 += blockK, prepared += (nint)n * PaddedDotK(blockK))
                PackRows(b.From(k0, 0).Transposed, n, Math.Min(blockK, k - k0), prepared, PaddedDotK(blockK));
            return;
        }

        Job job = t_job ?? new Job();
        t_job = null;
        int block = BlockOf(k, MostK);
        for (int column = 0; column < n; column += MostPackedColumns)
        {
            int columns = Math.Min(MostPackedColumns, n - column);
            for (int k0 = 0; k0 < k; k0 += block)
            {
                int kc = Math.Min(block, k - k0);
                job.Set(0, columns, kc, default, b.From(k0, column), null, 0, false);
                job.PackRight(prepared);
                prepared += (nint)PackedColumns(columns) * kc;
            }
        }

        t_job = job;
    }

    /// <inheritdoc/>
    public override void MultiplyPrepared(int m, int n, int k, Operand<T> a, T* prepared, T* c, nint ldc)
    {
        if (UsesDots(n, k))
        {
            int blockK = BlockOf(k, MostDotK);
            for (int k0 = 0; k0 < k; k0 += blockK, prepared += (nint)n * PaddedDotK(blockK))
                MultiplyDotRows(0, m, n, Math.Min(blockK, k - k0), a.From(0, k0), prepared, PaddedDotK(blockK), c, ldc, 1, k0 > 0);
            return;
        }

        int block = BlockOf(k, MostK);
        for (int column = 0; column < n; column += MostPackedColumns)
        {
            int columns = Math.Min(MostPackedColumns, n - column);
            for (int k0 = 0; k0 < k; k0 += block)
            {
                int kc = Math.Min(block, k - k0);
                for (int i = 0; i < m; i += PieceRows)
                {
                    for (int j = 0; j < columns; j += PieceColumns)
                    {
                        MultiplyBlock(
                            Math.Min(PieceRows, m - i),
                            Math.Min(PieceColumns, columns - j),
                            kc,
                            a.From(i, k0),
                            default,
                            prepared + ((nint)j * kc),
                            c + (i * ldc) + column + j,
                            ldc,
                            k0 > 0);
                    }
                }

                prepared += (nint)PackedColumns(columns) * kc;
            }
        }
    }

    private static int PackedColumns(int columns) => Pieces(columns, PanelColumns) * PanelColumns;

    private static bool UsesDots(int n, int k) => k >= 4 * TVector.Count && WastesLanes(n);
}
