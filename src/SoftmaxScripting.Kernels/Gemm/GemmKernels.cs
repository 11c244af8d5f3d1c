using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>
/// The matrix product for one vector type. Work is cut into pieces by the sizes alone; a piece owns its part of C and goes
/// through k in blocks of fixed length, so that no cut shows in the bits of the result.
/// </summary>
internal sealed unsafe partial class GemmKernels<TVector, T> : GemmKernels<T>
    where TVector : unmanaged, ISimd<TVector, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Longest block of k: a panel of two vectors of B then fills half of a first-level cache of 32–48 KB.</summary>
    private const int MostK = 256;

    /// <summary>Longest block of k for dot products, whose right side is a few rows only.</summary>
    private const int MostDotK = 4 * MostK;

    /// <summary>Columns of B packed at a time, so that the packed block stays within a few megabytes.</summary>
    private const int MostPackedColumns = 2048;

    /// <summary>Columns of C that one piece computes.</summary>
    private const int PieceColumns = 512;

    /// <summary>Multiply-adds below which waking the team costs more than it gains.</summary>
    private const long SmallProduct = 100_000;

    [ThreadStatic]
    private static Job? t_job;

    private static int PanelColumns => 2 * TVector.Count;

    /// <summary>Rows of a tile of dot products.</summary>
    private static int DotRows => TVector.TileRows >= 12 ? 4 : 2;

    /// <summary>Rows of C that one piece computes.</summary>
    private static int PieceRows => TVector.TileRows * 4;

    /// <inheritdoc/>
    public override void Multiply(int m, int n, int k, Operand<T> a, Operand<T> b, T* c, nint ldc, bool add)
    {
        if (UsesDots(n, k) && a.ColumnStride == 1)
            MultiplyByDots(m, n, k, a, b.Transposed, c, ldc, 1, add);
        else if (UsesDots(m, k) && b.RowStride == 1)
            MultiplyByDots(n, m, k, b.Transposed, a, c, 1, ldc, add);
        else if (!add && n <= TVector.TileRows && m > n && a.RowStride == 1)
            MultiplyTransposed(m, n, k, a, b, c, ldc);
        else
            MultiplyByTiles(m, n, k, a, b, c, ldc, add);
    }

    /// <summary>Whether so few columns would leave a quarter or more of their vectors' lanes without work.</summary>
    private static bool WastesLanes(int columns) =>
        columns < 2 * TVector.Count && 4 * columns <= 3 * TVector.Count * Pieces(columns, TVector.Count);

    private static int Pieces(int length, int piece) => (int)(((long)length + piece - 1) / piece);

    /// <summary>Length of the blocks that k is cut into: equal but for the last, at most <paramref name="most"/>.</summary>
    private static int BlockOf(int k, int most)
    {
        int blocks = Pieces(k, most);
        return Pieces(k, blocks);
    }

    private static void MultiplyByTiles(int m, int n, int k, Operand<T> a, Operand<T> b, T* c, nint ldc, bool add)
    {
        Job job = t_job ?? new Job();
        t_job = null; // a nested product, should there be one, takes a job of its own
        int blockK = BlockOf(k, MostK);

        // Few rows use a packed panel too rarely to pay for packing it.
        bool inPlace = m <= 2 * TVector.TileRows && b.ColumnStride == 1;
        for (int column = 0; column < n; column += MostPackedColumns)
        {
            int columns = Math.Min(MostPackedColumns, n - column);
            for (int k0 = 0; k0 < k; k0 += blockK)
            {
                int kc = Math.Min(blockK, k - k0);
                job.Set(m, columns, kc, a.From(0, k0), b.From(k0, column), c + column, ldc, add || k0 > 0);
                if (!inPlace) job.PackRight(null);
                job.Multiply(inPlace);
            }
        }

        t_job = job;
    }

    /// <summary>
    /// C for few columns and an A whose stored rows run along m: Cᵀ = op(B)ᵀ · Aᵀ has few rows of long vectors, and is
    /// transposed piece by piece while still in the cache.
    /// </summary>
    private static void MultiplyTransposed(int m, int n, int k, Operand<T> a, Operand<T> b, T* c, nint ldc)
    {
        int pieces = Pieces(m, PieceColumns);
        int blockK = BlockOf(k, MostK);
        void Piece(int piece)
        {
            int first = piece * PieceColumns;
            int columns = Math.Min(PieceColumns, m - first);
            T* result = Scratch.Rent<T>(Scratch.Purpose.Result, (nint)n * PieceColumns);
            for (int k0 = 0; k0 < k; k0 += blockK)
            {
                int kc = Math.Min(blockK, k - k0);
                MultiplyBlock(
                    n, columns, kc, b.From(k0, 0).Transposed, a.From(first, k0).Transposed, null, result, columns, k0 > 0);
            }

            for (int i = 0; i < columns; i++)
                for (int j = 0; j < n; j++) c[((first + i) * ldc) + j] = result[(j * columns) + i];
        }

        Run(pieces, (long)m * n * k, Piece);
    }

    /// <summary>
    /// c[i·rowStride + j·columnStride] (+)= p[i, ·] · q[j, ·] for few columns; p's rows run along k, q's are packed so.
    /// </summary>
    private static void MultiplyByDots(
        int rows, int columns, int k, Operand<T> p, Operand<T> q, T* c, nint rowStride, nint columnStride, bool add)
    {
        const int pieceRows = 64;
        int blockK = BlockOf(k, MostDotK);
        int padded = PaddedDotK(blockK);
        T* packed = Scratch.Rent<T>(Scratch.Purpose.Right, (nint)columns * padded);
        for (int k0 = 0; k0 < k; k0 += blockK)
        {
            int kc = Math.Min(blockK, k - k0);
            bool addBlock = add || k0 > 0;
            PackRows(q.From(0, k0), columns, kc, packed, padded);
            Operand<T> block = p.From(0, k0);
            void Piece(int piece) => MultiplyDotRows(
                piece * pieceRows,
                Math.Min(rows, (piece + 1) * pieceRows),
                columns,
                kc,
                block,
                packed,
                padded,
                c,
                rowStride,
                columnStride,
                addBlock);

            Run(Pieces(rows, pieceRows), (long)rows * columns * kc, Piece);
        }
    }

    /// <summary>The rows from <paramref name="first"/> to before <paramref name="last"/> of a product by dots.</summary>
    private static void MultiplyDotRows(
        int first, int last, int columns, int k, Operand<T> p, T* packed, int padded, T* c, nint rowStride, nint columnStride, bool add)
    {
        int tileColumns = Pieces(columns, Pieces(columns, 5));
        for (int i = first; i < last; i += DotRows)
        {
            for (int j = 0; j < columns; j += tileColumns)
            {
                DotTileOf(
                    Math.Min(DotRows, last - i),
                    Math.Min(tileColumns, columns - j),
                    k,
                    p.Data + (i * p.RowStride),
                    p.RowStride,
                    packed + ((nint)j * padded),
                    padded,
                    c + (i * rowStride) + (j * columnStride),
                    rowStride,
                    columnStride,
                    add);
            }
        }
    }

    private static int PaddedDotK(int k) => Pieces(k, TVector.Count) * TVector.Count;

    private static void Run(int pieces, long work, Action<int> body)
    {
        if (work >= SmallProduct)
        {
            ThreadTeam.For(pieces, body);
            return;
        }

        for (int piece = 0; piece < pieces; piece++) body(piece);
    }

    /// <summary>
    /// c (+)= p · q for one block of k. q is packed in panels where <paramref name="packed"/> is given, else read in place along
    /// its rows, but for last columns that do not fill a vector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyBlock(
        int rows, int columns, int k, Operand<T> p, Operand<T> q, T* packed, T* c, nint ldc, bool add)
    {
        int width = TVector.Count;
        T* edge = stackalloc T[TVector.TileRows * PanelColumns];
        T* left = Scratch.Rent<T>(Scratch.Purpose.Left, (nint)rows * k);
        for (int i = 0; i < rows; i += TVector.TileRows)
        {
            int tileRows = Math.Min(TVector.TileRows, rows - i);
            PackInterleaved(p.From(i, 0), tileRows, tileRows, k, left + ((nint)i * k));
        }

        for (int j = 0; j < columns;)
        {
            int count = Math.Min(PanelColumns, columns - j);
            T* panel;
            nint stride;
            if (packed is not null)
            {
                panel = packed + ((nint)j * k);
                stride = count > width ? PanelColumns : width;
            }
            else
            {
                if (count < PanelColumns && count > width) count = width;
                panel = q.Data + j;
                stride = q.RowStride;
                if (count < width)
                {
                    panel = Scratch.Rent<T>(Scratch.Purpose.Edge, (nint)k * width);
                    stride = width;
                    PackPanel(q.From(0, j), k, count, panel);
                }
            }

            // Tiles store whole vectors; one that reaches beyond the columns goes through a buffer.
            bool whole = count % width == 0;
            for (int i = 0; i < rows; i += TVector.TileRows)
            {
                int tileRows = Math.Min(TVector.TileRows, rows - i);
                T* at = c + (i * ldc) + j;
                T* tile = whole ? at : edge;
                nint tileStride = whole ? ldc : PanelColumns;
                T* packedRows = left + ((nint)i * k);
                if (count > width) TileOf<Size2>(tileRows, k, packedRows, panel, stride, tile, tileStride, whole && add);
                else TileOf<Size1>(tileRows, k, packedRows, panel, stride, tile, tileStride, whole && add);
                if (!whole) PutEdge(edge, tileRows, count, at, ldc, add);
            }

            j += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PutEdge(T* edge, int rows, int columns, T* c, nint ldc, bool add)
    {
        for (int i = 0; i < rows; i++, edge += PanelColumns, c += ldc)
            for (int j = 0; j < columns; j++) c[j] = add ? c[j] + edge[j] : edge[j];
    }

    /// <summary>One block of k of a product by tiles, and how the team shares it. Kept and reused, as are its delegates.</summary>
    private sealed class Job
    {
        private readonly Action<int> _packPiece;
        private readonly Action<int> _multiplyPiece;
        private int _m;
        private int _n;
        private int _k;
        private Operand<T> _a;
        private Operand<T> _b;
        private T* _packed;
        private T* _c;
        private nint _ldc;
        private bool _add;

        public Job()
        {
            _packPiece = PackPiece;
            _multiplyPiece = MultiplyPiece;
        }

        private long Work => (long)_m * _n * _k;

        private int ColumnPieces => Pieces(_n, PieceColumns);

        public void Set(int m, int n, int k, Operand<T> a, Operand<T> b, T* c, nint ldc, bool add)
        {
            (_m, _n, _k, _a, _b) = (m, n, k, a, b);
            (_ldc, _add) = (ldc, add);
            _c = c;
            _packed = null;
        }

        /// <summary>Packs into the memory given, or else into the thread's own.</summary>
        public void PackRight(T* memory)
        {
            _packed = memory is not null ? memory : Scratch.Rent<T>(Scratch.Purpose.Right, (nint)PackedColumns(_n) * _k);
            Run(ColumnPieces, Work, _packPiece);
        }

        public void Multiply(bool inPlace)
        {
            if (inPlace) _packed = null;
            Run(Pieces(_m, PieceRows) * ColumnPieces, Work, _multiplyPiece);
        }

        private void PackPiece(int piece)
        {
            int last = Math.Min(_n, (piece + 1) * PieceColumns);
            for (int j = piece * PieceColumns; j < last; j += PanelColumns)
                PackPanel(_b.From(0, j), _k, Math.Min(PanelColumns, last - j), _packed + ((nint)j * _k));
        }

        private void MultiplyPiece(int piece)
        {
            int i = piece / ColumnPieces * PieceRows;
            int j = piece % ColumnPieces * PieceColumns;
            MultiplyBlock(
                Math.Min(PieceRows, _m - i),
                Math.Min(PieceColumns, _n - j),
                _k,
                _a.From(i, 0),
                _b.From(0, j),
                _packed is null ? null : _packed + ((nint)j * _k),
                _c + (i * _ldc) + j,
                _ldc,
                _add);
        }
    }
}
