using System.Buffers.Binary;
using System.IO.Compression;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>Writes IDX files, right ones and wrong ones.</summary>
internal static class IdxBytes
{
    public static byte[] Of(IReadOnlyList<uint> sizes, byte[] content, byte type = 8)
    {
        var bytes = new byte[4 + 4 * sizes.Count + content.Length];
        bytes[2] = type;
        bytes[3] = (byte)sizes.Count;
        for (var axis = 0; axis < sizes.Count; axis++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + 4 * axis), sizes[axis]);
        content.CopyTo(bytes, 4 + 4 * sizes.Count);
        return bytes;
    }

    public static byte[] Zip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(content);
        return packed.ToArray();
    }

    public static byte[] Random(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
