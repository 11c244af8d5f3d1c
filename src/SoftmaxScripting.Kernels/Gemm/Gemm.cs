using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <summary>Matrix products.</summary>
public static unsafe class Gemm
{
    /// <summary>
    /// C = op(A) · op(B), all row-major: op(A) is [m, k], op(B) [k, n], C [m, n], and op transposes a matrix stored as [k, m] or
    /// [n, k]. The leading dimensions are the distances between stored rows. Runs on the <see cref="ThreadTeam"/>; each element
    /// of C is summed in an order that depends on the sizes alone, so the bits are the same for any number of threads.
    /// C must not overlap A or B. With <paramref name="add"/> the product is added to what C holds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or a leading dimension shorter than a row.</exception>
    /// <exception cref="ArgumentException">A span is too short for its matrix.</exception>
    public static void Multiply<T>(
        int m,
        int n,
        int k,
        ReadOnlySpan<T> a,
        int lda,
        bool transposeA,
        ReadOnlySpan<T> b,
        int ldb,
        bool transposeB,
        Span<T> c,
        int ldc,
        bool add = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        if (transposeA) CheckMatrix("A", k, m, lda, a.Length);
        else CheckMatrix("A", m, k, lda, a.Length);
        if (transposeB) CheckMatrix("B", n, k, ldb, b.Length);
        else CheckMatrix("B", k, n, ldb, b.Length);
        CheckMatrix("C", m, n, ldc, c.Length);
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            if (add) return;
            for (int i = 0; i < m; i++) c.Slice(i * ldc, n).Clear();
            return;
        }

        fixed (T* pa = a)
        fixed (T* pb = b)
        fixed (T* pc = c)
        {
            var left = new Operand<T>(pa, transposeA ? 1 : lda, transposeA ? lda : 1);
            var right = new Operand<T>(pb, transposeB ? 1 : ldb, transposeB ? ldb : 1);
            GemmKernels<T>.Best.Multiply(m, n, k, left, right, pc, ldc, add);
        }
    }

    /// <summary>Rows of op(A) that are multiplied at a time: blocks of a multiple of these rows waste nothing.</summary>
    public static int RowsOfTile<T>(int n, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => GemmKernels<T>.Best.RowsOfTile(n, k);

    /// <summary>How many numbers a prepared right factor of shape [k, n] takes.</summary>
    public static long PreparedLength<T>(int n, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => GemmKernels<T>.Best.PreparedLength(n, k);

    /// <summary>
    /// Brings op(B), [k, n], into the order in which products read it, for many calls of <see cref="MultiplyPrepared"/>. Runs on
    /// the <see cref="ThreadTeam"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Prepare<T>(int n, int k, ReadOnlySpan<T> b, int ldb, bool transposeB, Span<T> prepared)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (transposeB) CheckMatrix("B", n, k, ldb, b.Length);
        else CheckMatrix("B", k, n, ldb, b.Length);
        CheckPrepared<T>(n, k, prepared.Length);
        if (n == 0 || k == 0) return;
        fixed (T* pb = b)
        fixed (T* to = prepared)
        {
            GemmKernels<T>.Best.Prepare(n, k, new Operand<T>(pb, transposeB ? 1 : ldb, transposeB ? ldb : 1), to);
        }
    }

    /// <summary>
    /// C = A · op(B) for an A of m rows stored one after another and a prepared op(B), on the calling thread. The bits do not
    /// depend on how the rows are cut into calls.
    /// </summary>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void MultiplyPrepared<T>(
        int m, int n, int k, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> prepared, Span<T> c, int ldc)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckMatrix("A", m, k, lda, a.Length);
        CheckMatrix("C", m, n, ldc, c.Length);
        CheckPrepared<T>(n, k, prepared.Length);
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            for (int i = 0; i < m; i++) c.Slice(i * ldc, n).Clear();
            return;
        }

        fixed (T* pa = a)
        fixed (T* pb = prepared)
        fixed (T* pc = c)
        {
            GemmKernels<T>.Best.MultiplyPrepared(m, n, k, new Operand<T>(pa, lda, 1), pb, pc, ldc);
        }
    }

    private static void CheckPrepared<T>(int n, int k, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long needed = PreparedLength<T>(n, k);
        if (length < needed)
            throw new ArgumentException($"A prepared factor [{k}, {n}] takes {needed} elements, not {length}.");
    }

    private static void CheckMatrix(string name, int rows, int columns, int stride, int length)
    {
        if (rows == 0 || columns == 0) return;
        if (rows > 1 && stride < columns)
        {
            throw new ArgumentOutOfRangeException(
                nameof(stride), $"{name} stores rows of {columns} elements, so its leading dimension cannot be {stride}.");
        }

        long needed = ((long)(rows - 1) * stride) + columns;
        if (length < needed)
        {
            throw new ArgumentException(
                $"{name} stored as [{rows}, {columns}] with leading dimension {stride} needs {needed} elements, not {length}.");
        }
    }
}

/// <summary>A matrix in memory: element (i, j) at Data[i·RowStride + j·ColumnStride].</summary>
internal readonly unsafe struct Operand<T>(T* data, nint rowStride, nint columnStride)
    where T : unmanaged
{
    public readonly T* Data = data;
    public readonly nint RowStride = rowStride;
    public readonly nint ColumnStride = columnStride;

    public Operand<T> Transposed => new(Data, ColumnStride, RowStride);

    public Operand<T> From(nint row, nint column) =>
        new(Data + (row * RowStride) + (column * ColumnStride), RowStride, ColumnStride);
}

/// <summary>The matrix product for the widest vectors.</summary>
internal abstract unsafe class GemmKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly GemmKernels<T> Best = (GemmKernels<T>)Widest.Create<T>(new Factory());

    /// <summary>c (+)= a · b with m, n, k at least 1.</summary>
    public abstract void Multiply(int m, int n, int k, Operand<T> a, Operand<T> b, T* c, nint ldc, bool add);

    /// <inheritdoc cref="Gemm.RowsOfTile"/>
    public abstract int RowsOfTile(int n, int k);

    /// <inheritdoc cref="Gemm.PreparedLength"/>
    public abstract long PreparedLength(int n, int k);

    /// <inheritdoc cref="Gemm.Prepare"/>
    public abstract void Prepare(int n, int k, Operand<T> b, T* prepared);

    /// <inheritdoc cref="Gemm.MultiplyPrepared"/>
    public abstract void MultiplyPrepared(int m, int n, int k, Operand<T> a, T* prepared, T* c, nint ldc);

    private sealed class Factory : IKernelFactory
    {
        public object Create<TVector, TNumber>()
            where TVector : unmanaged, ISimd<TVector, TNumber>
            where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber> => new GemmKernels<TVector, TNumber>();
    }
}
