using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SoftmaxScripting.Kernels;

/// <summary>
/// The counter-based generator Philox 4×32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011). The key is the seed, the counter (block number, stream): element i of a stream is a function of seed, stream and i
/// alone, so any part can be drawn by any thread, or again.
/// </summary>
public static partial class Philox
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint KeyStep0 = 0x9E3779B9; // the golden ratio
    private const uint KeyStep1 = 0xBB67AE85; // √3 − 1
    private const int ChunkLength = 256;

    /// <summary>Four random words from a counter of four words and a key of two, by ten rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint X0, uint X1, uint X2, uint X3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += KeyStep0;
            k1 += KeyStep1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>
    /// Elements start, start + 1, … of the stream's uniform numbers in [0, 1): multiples of 2⁻²⁴, four from each block.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is negative.</exception>
    public static void Uniform(ulong seed, ulong stream, long start, Span<float> result)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Span<uint> words = stackalloc uint[ChunkLength];
        for (int done = 0; done < result.Length;)
        {
            int count = Math.Min(ChunkLength, result.Length - done);
            Words(seed, stream, start + done, words[..count]);
            for (int i = 0; i < count; i++) result[done + i] = (words[i] >> 8) * (1f / (1 << 24));
            done += count;
        }
    }

    /// <summary>
    /// Elements start, start + 1, … of the stream's uniform numbers in [0, 1): multiples of 2⁻⁵³, two from each block.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is negative.</exception>
    public static void Uniform(ulong seed, ulong stream, long start, Span<double> result)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Span<uint> words = stackalloc uint[ChunkLength];
        for (int done = 0; done < result.Length;)
        {
            int count = Math.Min(ChunkLength / 2, result.Length - done);
            Words(seed, stream, 2 * (start + done), words[..(2 * count)]);
            ReadOnlySpan<ulong> pairs = MemoryMarshal.Cast<uint, ulong>(words);
            for (int i = 0; i < count; i++) result[done + i] = (pairs[i] >> 11) * (1.0 / (1L << 53));
            done += count;
        }
    }

    /// <summary>
    /// Elements start, start + 1, … of the stream's standard normal numbers, by Box and Muller: words (u, v) of a pair give
    /// √(−2 ln u) cos 2πv and √(−2 ln u) sin 2πv, with u in (0, 1] so that the logarithm is finite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is negative.</exception>
    public static void Normal(ulong seed, ulong stream, long start, Span<float> result)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Span<double> normals = stackalloc double[ChunkLength];
        for (int done = 0; done < result.Length;)
        {
            int count = Math.Min(ChunkLength - 1, result.Length - done);
            ReadOnlySpan<double> chunk = NormalChunk(seed, stream, start + done, count, normals);
            for (int i = 0; i < count; i++) result[done + i] = (float)chunk[i];
            done += count;
        }
    }

    /// <summary>The same numbers as <see cref="Normal(ulong, ulong, long, Span{float})"/>, not rounded to single precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is negative.</exception>
    public static void Normal(ulong seed, ulong stream, long start, Span<double> result)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Span<double> normals = stackalloc double[ChunkLength];
        for (int done = 0; done < result.Length;)
        {
            int count = Math.Min(ChunkLength - 1, result.Length - done);
            NormalChunk(seed, stream, start + done, count, normals).CopyTo(result[done..]);
            done += count;
        }
    }

    /// <summary>
    /// A random order of 0 … length − 1, each of the length! orders equally likely: Fisher and Yates' shuffle, its choices made
    /// without bias by Lemire's multiplication with rejection.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static int[] Permutation(ulong seed, ulong stream, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var order = new int[length];
        for (int i = 0; i < length; i++) order[i] = i;

        Span<uint> words = stackalloc uint[ChunkLength];
        long drawn = 0;
        for (int i = length - 1; i > 0; i--)
        {
            int other = (int)Below((uint)i + 1, seed, stream, words, ref drawn);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    /// <summary>Unbiased number in [0, bound): products whose low half falls among the surplus ones are drawn again.</summary>
    private static uint Below(uint bound, ulong seed, ulong stream, Span<uint> words, ref long drawn)
    {
        uint surplus = (0u - bound) % bound;
        while (true)
        {
            int at = (int)(drawn % ChunkLength);
            if (at == 0) Words(seed, stream, drawn, words);
            drawn++;
            ulong product = (ulong)words[at] * bound;
            if ((uint)product >= surplus) return (uint)(product >> 32);
        }
    }

    private static ReadOnlySpan<double> NormalChunk(ulong seed, ulong stream, long start, int count, Span<double> normals)
    {
        // Whole pairs are made: one element before an odd start, one after an odd end.
        int skip = (int)(start & 1);
        int pairs = (skip + count + 1) / 2;
        Span<uint> words = stackalloc uint[ChunkLength];
        Span<double> radius = stackalloc double[ChunkLength / 2];
        Span<double> sine = stackalloc double[ChunkLength / 2];
        Span<double> cosine = stackalloc double[ChunkLength / 2];
        radius = radius[..pairs];
        sine = sine[..pairs];
        cosine = cosine[..pairs];
        Words(seed, stream, start - skip, words[..(2 * pairs)]);
        for (int i = 0; i < pairs; i++)
        {
            radius[i] = (words[2 * i] + 1.0) * (1.0 / (1L << 32));
            sine[i] = words[(2 * i) + 1] * (2 * Math.PI / (1L << 32));
        }

        UnaryFunctions.Log.Double(radius, radius);
        UnaryFunctions.Cos.Double(sine, cosine);
        UnaryFunctions.Sin.Double(sine, sine);
        for (int i = 0; i < pairs; i++)
        {
            double length = Math.Sqrt(-2 * radius[i]);
            normals[2 * i] = length * cosine[i];
            normals[(2 * i) + 1] = length * sine[i];
        }

        return normals.Slice(skip, count);
    }
}
