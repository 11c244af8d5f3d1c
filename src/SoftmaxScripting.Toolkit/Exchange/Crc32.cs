namespace SoftmaxScripting.Toolkit;

/// <summary>The cyclic redundancy check of zip archives (ISO-HDLC: polynomial 0x04C11DB7, bits reversed).</summary>
internal static class Crc32
{
    private const uint Reversed = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>The value before the first byte.</summary>
    public const uint Start = 0;

    /// <summary>The value after further bytes.</summary>
    /// <param name="value">The value before them.</param>
    /// <param name="bytes">The bytes.</param>
    public static uint Append(uint value, ReadOnlySpan<byte> bytes)
    {
        var state = ~value;
        foreach (var b in bytes)
            state = Table[(byte)(state ^ b)] ^ (state >> 8);
        return ~state;
    }

    private static uint Entry(int index)
    {
        var value = (uint)index;
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? (value >> 1) ^ Reversed : value >> 1;
        return value;
    }
}
