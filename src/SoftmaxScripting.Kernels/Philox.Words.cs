using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SoftmaxScripting.Kernels;

/// <content>Filling spans with words, several blocks at a time.</content>
public static partial class Philox
{
    /// <summary>Words start, start + 1, … of a stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Words(ulong seed, ulong stream, long start, Span<uint> result)
    {
        ulong block = (ulong)start >> 2;
        int skip = (int)(start & 3);
        if (skip > 0) result = result[Part(seed, stream, block++, skip, result)..];
        Span<ulong> pairs = MemoryMarshal.Cast<uint, ulong>(result[..(result.Length & ~3)]);
        if (Avx2.IsSupported)
        {
            for (; pairs.Length >= 16; pairs = pairs[16..], result = result[32..], block += 8)
                EightBlocks(seed, stream, block, pairs);
        }

        while (result.Length > 0) result = result[Part(seed, stream, block++, 0, result)..];
    }

    /// <summary>The words of one block from <paramref name="skip"/> on, as many as fit; gives their number.</summary>
    private static int Part(ulong seed, ulong stream, ulong block, int skip, Span<uint> result)
    {
        (uint x0, uint x1, uint x2, uint x3) = Block(
            (uint)block, (uint)(block >> 32), (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));
        ReadOnlySpan<uint> words = [x0, x1, x2, x3];
        int count = Math.Min(4 - skip, result.Length);
        words.Slice(skip, count).CopyTo(result);
        return count;
    }

    /// <summary>
    /// Eight blocks at once in two vectors of 64-bit lanes for each counter word, whose lower halves are the words; two, since
    /// one chain of multiplications leaves the processor waiting.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightBlocks(ulong seed, ulong stream, ulong block, Span<ulong> result)
    {
        Vector256<ulong> low = Vector256.Create((ulong)uint.MaxValue);
        Vector256<ulong> first = Vector256.Create(block) + Vector256<ulong>.Indices;
        Vector256<ulong> second = first + Vector256.Create(4UL);
        Vector256<ulong> multiplier0 = Vector256.Create((ulong)Multiplier0);
        Vector256<ulong> multiplier1 = Vector256.Create((ulong)Multiplier1);
        Vector256<ulong> a0 = first & low;
        Vector256<ulong> a1 = first >>> 32;
        Vector256<ulong> a2 = Vector256.Create((ulong)(uint)stream);
        Vector256<ulong> a3 = Vector256.Create(stream >> 32);
        Vector256<ulong> b0 = second & low;
        Vector256<ulong> b1 = second >>> 32;
        Vector256<ulong> b2 = a2;
        Vector256<ulong> b3 = a3;
        uint k0 = (uint)seed;
        uint k1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++, k0 += KeyStep0, k1 += KeyStep1)
        {
            var key0 = Vector256.Create((ulong)k0);
            var key1 = Vector256.Create((ulong)k1);
            Vector256<ulong> p = Avx2.Multiply(a0.AsUInt32(), multiplier0.AsUInt32());
            Vector256<ulong> q = Avx2.Multiply(a2.AsUInt32(), multiplier1.AsUInt32());
            (a0, a1, a2, a3) = ((q >>> 32) ^ a1 ^ key0, q & low, (p >>> 32) ^ a3 ^ key1, p & low);
            p = Avx2.Multiply(b0.AsUInt32(), multiplier0.AsUInt32());
            q = Avx2.Multiply(b2.AsUInt32(), multiplier1.AsUInt32());
            (b0, b1, b2, b3) = ((q >>> 32) ^ b1 ^ key0, q & low, (p >>> 32) ^ b3 ^ key1, p & low);
        }

        PutFour(a0 | (a1 << 32), a2 | (a3 << 32), result);
        PutFour(b0 | (b1 << 32), b2 | (b3 << 32), result[8..]);
    }

    /// <summary>Four blocks in order, from vectors of their first and of their second halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutFour(Vector256<ulong> halves, Vector256<ulong> others, Span<ulong> result)
    {
        Vector256<ulong> even = Avx2.UnpackLow(halves, others);
        Vector256<ulong> odd = Avx2.UnpackHigh(halves, others);
        Avx2.Permute2x128(even, odd, 0x20).CopyTo(result);
        Avx2.Permute2x128(even, odd, 0x31).CopyTo(result[4..]);
    }
}
