using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests.Charts;

public sealed class PngTests
{
    [Fact]
    public void What_is_encoded_can_be_decoded_with_correct_checks()
    {
        const int seed = 9;
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            int width = random.Next(1, 40), height = random.Next(1, 40), channels = random.Next(2) == 0 ? 1 : 3;
            var pixels = new byte[width * height * channels];
            random.NextBytes(pixels);
            Assert.Equal((width, height, channels), Decode(Png.Encode(width, height, pixels), out var decoded));
            Assert.Equal(pixels, decoded);
        }
    }

    [Theory]
    [InlineData(0, 4, 0)]
    [InlineData(4, 4, 15)]
    [InlineData(4, 4, 32)]
    public void Sizes_that_do_not_fit_are_refused(int width, int height, int bytes) =>
        Assert.Throws<SoftmaxException>(() => Png.Encode(width, height, new byte[bytes]));

    [Fact]
    public void Grey_goes_from_the_least_to_the_greatest_value()
    {
        Decode(Picture.Grey([-1, 0, 1, float.NaN, 3, float.PositiveInfinity], 2, 3).Bytes, out var pixels);
        Assert.Equal([0, 64, 128, 0, 255, 255], pixels);
        Decode(Picture.Grey([5, 5], 1, 2).Bytes, out pixels);
        Assert.Equal([0, 0], pixels);
    }

    [Fact]
    public void Signed_numbers_are_blue_below_and_red_above_zero()
    {
        Decode(Picture.Signed([-2, 0, 2], 1, 3).Bytes, out var pixels);
        Assert.True(pixels[2] > pixels[0] + 100, "blue");
        Assert.Equal(pixels[3], pixels[5]);
        Assert.True(pixels[6] > pixels[8] + 100, "red");
        Decode(Picture.Signed([1, 4], 1, 2, limit: 4).Bytes, out var scaled);
        Assert.True(scaled[2] > scaled[5], "a quarter of the limit is paler than the limit");
    }

    [Fact]
    public void A_grid_marks_mistakes_and_names_what_was_true()
    {
        var grid = ImageGrid.Predictions("Grid", Tensor.Zeros(3, 4, 4), [0, 1, 1], [0, 0, 1], ["cat", "dog"]);
        var drawing = new Drawing(grid);
        drawing.AssertWellFormed();
        Assert.Equal(3, drawing.All("image").Count());
        Assert.Single(drawing.OfClass("mistake"));
        Assert.Contains("✗ cat", drawing.Texts);
        Assert.Contains("is dog", drawing.Texts);
        Assert.Contains("1 of them wrong", drawing.Description, StringComparison.Ordinal);
        Assert.All(drawing.All("image"), image =>
            Assert.StartsWith("data:image/png;base64,iVBOR", image.Attribute("href")!.Value, StringComparison.Ordinal));
        Assert.Throws<SoftmaxException>(() => ImageGrid.Predictions("", Tensor.Zeros(3, 4, 4), [0], [0], []));
        new Drawing(new ImageGrid("None", [])).AssertWellFormed();
    }

    private static (int Width, int Height, int Channels) Decode(byte[] png, out byte[] pixels)
    {
        Assert.Equal("\u0089PNG\r\n\u001a\n", Encoding.Latin1.GetString(png, 0, 8));
        using var data = new MemoryStream();
        int width = 0, height = 0, channels = 0, at = 8;
        for (var type = ""; type != "IEND";)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            type = Encoding.ASCII.GetString(png, at + 4, 4);
            Assert.Equal(Crc(png.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            var body = png.AsSpan(at + 8, length);
            if (type == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                Assert.Equal((8, 0, 0, 0), (body[8], body[10], body[11], body[12]));
                channels = body[9] == 0 ? 1 : 3;
            }
            else if (type == "IDAT")
            {
                data.Write(body);
            }

            at += 12 + length;
        }

        Assert.Equal(png.Length, at);
        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        var raw = rows.ToArray();
        var stride = width * channels;
        Assert.Equal(height * (stride + 1), raw.Length);
        pixels = new byte[height * stride];
        for (var row = 0; row < height; row++)
        {
            Assert.Equal(0, raw[row * (stride + 1)]);
            raw.AsSpan(row * (stride + 1) + 1, stride).CopyTo(pixels.AsSpan(row * stride));
        }

        return (width, height, channels);
    }

    /// <summary>By the definition: the remainder of a division of polynomials, bit by bit.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
