using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A 128-bit fingerprint of bytes that tells contents apart and notices damage. Not cryptographic: it stands up to
/// accidents, not to someone who makes collisions; in return it runs at memory speed, and without the milliseconds that
/// loading a cryptographic library costs at the start of a process.
/// </summary>
/// <remarks>
/// Four lanes of 64 bits take 8 bytes each in turn: the lane is xored with the word and multiplied by an odd constant to
/// 128 bits, whose halves are xored ("folded multiply"). The length is mixed in, so that trailing zeros count.
/// </remarks>
internal static class ContentHash
{
    // Odd, without pattern: the fractional parts of the square roots of 2, 3, 5 and 7, whose last bit is set.
    private const ulong K0 = 0x6A09E667F3BCC909;
    private const ulong K1 = 0xBB67AE8584CAA73B;
    private const ulong K2 = 0x3C6EF372FE94F82B;
    private const ulong K3 = 0xA54FF53A5F1D36F1;
    private const int Stride = 32;

    /// <summary>The fingerprint of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="seed">The fingerprint of what stands before them; 0 for nothing.</param>
    public static UInt128 Of(ReadOnlySpan<byte> bytes, UInt128 seed = default)
    {
        var length = (ulong)bytes.Length;
        var low = (ulong)seed;
        var high = (ulong)(seed >> 64);
        ulong a = low ^ K0, b = high ^ K1, c = low + K2, d = high + K3;
        while (bytes.Length >= Stride)
        {
            var words = MemoryMarshal.Cast<byte, ulong>(bytes[..Stride]);
            a = Mix(a ^ words[0], K0) + words[1];
            b = Mix(b ^ words[1], K1) + words[0];
            c = Mix(c ^ words[2], K2) + words[3];
            d = Mix(d ^ words[3], K3) + words[2];
            bytes = bytes[Stride..];
        }

        Span<byte> tail = stackalloc byte[Stride];
        tail.Clear();
        bytes.CopyTo(tail);
        var last = MemoryMarshal.Cast<byte, ulong>(tail);
        a = Mix(a ^ last[0], K1) ^ length;
        b = Mix(b ^ last[1], K2) + length;
        c = Mix(c ^ last[2], K3);
        d = Mix(d ^ last[3], K0);

        // Every lane must reach every bit of the result.
        var first = Mix(Mix(a ^ c, K0) ^ b, K2) ^ d;
        var second = Mix(Mix(b ^ d, K1) ^ c, K3) ^ a;
        return new UInt128(Mix(first ^ second, K0) ^ first, Mix(second ^ K2, K1 ^ first | 1));
    }

    /// <summary>The fingerprint of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="seed">The fingerprint of what stands before it.</param>
    public static UInt128 Of(string text, UInt128 seed = default) =>
        Of(MemoryMarshal.AsBytes(text.AsSpan()), seed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value, ulong factor)
    {
        var high = Math.BigMul(value, factor, out var low);
        return high ^ low;
    }
}
