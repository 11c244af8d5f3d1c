using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>Checks of arguments, made before any memory is touched.</summary>
internal static class Require
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SameLength(int length, int resultLength)
    {
        if (length != resultLength) ThrowLength(length, resultLength);
    }

    public static void Rows(int blockLength, int rowLength, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowLength);
        if ((long)rows * rowLength != blockLength)
            throw new ArgumentException($"A block of {blockLength} elements is not {rows} rows of {rowLength}, one for each result.");
    }

    public static void Columns(int blockLength, int columns, int accumulators)
    {
        if (columns != accumulators)
            throw new ArgumentException($"{columns} columns need as many accumulators, not {accumulators}.");
        if (columns == 0 ? blockLength != 0 : blockLength % columns != 0)
            throw new ArgumentException($"A block of {blockLength} elements does not hold whole rows of {columns}.");
    }

    [DoesNotReturn]
    private static void ThrowLength(int length, int resultLength) =>
        throw new ArgumentException($"An operand has {length} elements and the result {resultLength}; they must be equal.");
}
