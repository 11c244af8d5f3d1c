using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <summary>Matrix products.</summary>
public static unsafe class Gemm
{
    /// <summary>
    /// C = op(A) · op(B), all row-major: op(A) is [m, k], op(B) [k, n], C [m, n], and op transposes a matrix stored as [k, m] or
    /// [n, k]. The leading dimensions are the distances between stored rows. Runs on the <see cref="ThreadTeam"/>; each element
    /// of C is summed in an order that depends on the sizes alone, so the bits are the same for any number of threads.
    /// C must not overlap A or B.
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
        int ldc)
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
            for (int i = 0; i < m; i++) c.Slice(i * ldc, n).Clear();
            return;
        }

        fixed (T* pa = a)
        fixed (T* pb = b)
        fixed (T* pc = c)
        {
            var left = new Operand<T>(pa, transposeA ? 1 : lda, transposeA ? lda : 1);
            var right = new Operand<T>(pb, transposeB ? 1 : ldb, transposeB ? ldb : 1);
            GemmKernels<T>.Best.Multiply(m, n, k, left, right, pc, ldc);
        }
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

    /// <summary>c = a · b with m, n, k at least 1.</summary>
    public abstract void Multiply(int m, int n, int k, Operand<T> a, Operand<T> b, T* c, nint ldc);

    private sealed class Factory : IKernelFactory
    {
        public object Create<TVector, TNumber>()
            where TVector : unmanaged, ISimd<TVector, TNumber>
            where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber> => new GemmKernels<TVector, TNumber>();
    }
}
