using System.Buffers.Binary;
using System.IO.Compression;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>
/// Writes images as PNG (ISO/IEC 15948): eight bits per channel, no filter, compressed by the framework's zlib.
/// </summary>
public static class Png
{
    private const byte Grey = 0, Rgb = 2;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>An image as the bytes of a PNG file.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">
    /// Row by row from the top: one byte per pixel for grey (0 black), or three for red, green and blue.
    /// </param>
    /// <exception cref="SoftmaxException">A size is below 1, or the number of bytes fits neither.</exception>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> pixels)
    {
        if (width < 1 || height < 1)
            throw new SoftmaxException($"Png: an image of {width}×{height} pixels; both sizes must be at least 1.");
        var channels = pixels.Length == (long)width * height ? 1 : 3;
        if (pixels.Length != (long)width * height * channels)
        {
            throw new SoftmaxException(
                $"Png: {pixels.Length} bytes for {width}×{height} pixels; grey needs {(long)width * height}, colour {3L * width * height}.");
        }

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8..].Clear();
        (header[8], header[9]) = (8, channels == 1 ? Grey : Rgb);
        using var file = new MemoryStream();
        file.Write(Signature);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compressed(width * channels, pixels));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>The image as an address that holds all of it.</summary>
    internal static string Address(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    private static byte[] Compressed(int rowBytes, ReadOnlySpan<byte> pixels)
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.SmallestSize))
        {
            for (var at = 0; at < pixels.Length; at += rowBytes)
            {
                // Each row begins with the number of its filter: 0 for none.
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(at, rowBytes));
            }
        }

        return result.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(Crc32.Start, type), data));
        file.Write(number);
    }
}
