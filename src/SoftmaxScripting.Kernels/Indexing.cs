using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SoftmaxScripting.Kernels;

/// <summary>Taking rows by index and adding rows back by index.</summary>
public static class Indexing
{
    private const int CacheLine = 64;

    /// <summary>
    /// destination row i = source row index[i], rows being <paramref name="rowBytes"/> bytes each. Indices are taken to be valid;
    /// see <see cref="FirstOutOfRange"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index names no row of the source.</exception>
    public static void GatherRows(ReadOnlySpan<byte> source, int rowBytes, ReadOnlySpan<int> index, Span<byte> destination)
    {
        if ((long)index.Length * rowBytes > destination.Length)
        {
            throw new ArgumentException(
                $"{index.Length} rows of {rowBytes} bytes do not fit into a destination of {destination.Length} bytes.");
        }

        for (int i = 0; i < index.Length; i++)
            source.Slice(index[i] * rowBytes, rowBytes).CopyTo(destination.Slice(i * rowBytes, rowBytes));
    }

    /// <summary>destination row index[i] += row i, in the order of i, so that repeated indices add up to the same bits always.</summary>
    /// <exception cref="ArgumentException">The rows and the index differ in number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index names no row of the destination.</exception>
    public static void ScatterAddRows<T>(
        ReadOnlySpan<T> rows, int rowLength, ReadOnlySpan<int> index, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if ((long)index.Length * rowLength != rows.Length)
        {
            throw new ArgumentException(
                $"{rows.Length} elements are not {index.Length} rows of {rowLength}, one for each index.");
        }

        BinaryKernel<T>? add = rowLength >= 16 ? AddKernel<T>() : null;
        for (int i = 0; i < index.Length; i++)
        {
            ReadOnlySpan<T> row = rows.Slice(i * rowLength, rowLength);
            Span<T> sum = destination.Slice(index[i] * rowLength, rowLength);
            if (add is not null) add(sum, row, sum);
            else for (int j = 0; j < sum.Length; j++) sum[j] += row[j];
        }
    }

    /// <summary>
    /// Asks for memory that is read soon: rows chosen by index follow no pattern that a processor could foresee. Does
    /// nothing where there is no such instruction.
    /// </summary>
    /// <param name="memory">What is read soon.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(ReadOnlySpan<byte> memory)
    {
        if (!Sse.IsSupported) return;
        fixed (byte* first = memory)
        {
            for (nint at = 0; at < memory.Length; at += CacheLine) Sse.Prefetch1(first + at);
        }
    }

    /// <summary>Position of the first index outside [0, size), or −1 when all are inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int FirstOutOfRange(ReadOnlySpan<int> index, int size)
    {
        int i = 0;
        var limit = new Vector<uint>((uint)size);
        for (; i <= index.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var lanes = Vector.AsVectorUInt32(new Vector<int>(index.Slice(i)));
            if (Vector.GreaterThanOrEqualAny(lanes, limit)) break;
        }

        for (; i < index.Length; i++)
            if ((uint)index[i] >= (uint)size) return i;
        return -1;
    }

    private static BinaryKernel<T> AddKernel<T>() =>
        typeof(T) == typeof(float)
            ? (BinaryKernel<T>)(object)BinaryFunctions.Add.Single
            : (BinaryKernel<T>)(object)BinaryFunctions.Add.Double;
}
