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

    /// <summary>Number of whole rows in a block.</summary>
    public static int Rows(int blockLength, int rowLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowLength);
        if (blockLength % rowLength != 0)
            throw new ArgumentException($"A block of {blockLength} elements does not hold whole rows of {rowLength}.");
        return blockLength / rowLength;
    }

    [DoesNotReturn]
    private static void ThrowLength(int length, int resultLength) =>
        throw new ArgumentException($"An operand has {length} elements and the result {resultLength}; they must be equal.");
}
