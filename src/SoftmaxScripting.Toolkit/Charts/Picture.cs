using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>A small image with a caption. Immutable.</summary>
public sealed record Picture
{
    private static readonly (double R, double G, double B) s_negative = (33, 102, 172), s_zero = (247, 247, 247), s_positive = (178, 24, 43);

    private Picture(int width, int height, byte[] png) => (Width, Height, Bytes) = (width, height, png);

    /// <summary>Columns of pixels.</summary>
    public int Width { get; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>The image as PNG; not to be written to.</summary>
    public byte[] Bytes { get; }

    /// <summary>What it shows.</summary>
    public string Caption { get; init; } = "";

    /// <summary>What it should have been taken for; empty where the caption is right or says all.</summary>
    public string Truth { get; init; } = "";

    /// <summary>Whether it is marked as a mistake.</summary>
    public bool IsMistake { get; init; }

    /// <summary>A grey image: the least value black, the greatest white; what is NaN is black.</summary>
    /// <param name="values">Row by row from the top.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <exception cref="SoftmaxException">The sizes do not fit the values.</exception>
    public static Picture Grey(IReadOnlyList<float> values, int height, int width)
    {
        Require(values, height, width);
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (var value in values.Where(float.IsFinite))
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        var range = high > low ? high - low : 1;
        byte[] pixels = [.. values.Select(value => (byte)Math.Round(255 * Math.Clamp(float.IsNaN(value) ? 0 : (value - low) / range, 0, 1)))];
        return new Picture(width, height, Png.Encode(width, height, pixels));
    }

    /// <summary>Signed numbers in colours: blue below 0, white at 0, red above.</summary>
    /// <param name="values">Row by row from the top.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="limit">The magnitude with the fullest colour; null for the largest.</param>
    /// <exception cref="SoftmaxException">The sizes do not fit the values.</exception>
    public static Picture Signed(IReadOnlyList<float> values, int height, int width, double? limit = null)
    {
        Require(values, height, width);
        var most = limit ?? values.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var pixels = new byte[3 * values.Count];
        for (var i = 0; i < values.Count; i++)
        {
            var t = most > 0 && !float.IsNaN(values[i]) ? Math.Clamp(values[i] / most, -1, 1) : 0;
            var end = t < 0 ? s_negative : s_positive;
            pixels[3 * i] = Mixed(s_zero.R, end.R, Math.Abs(t));
            pixels[3 * i + 1] = Mixed(s_zero.G, end.G, Math.Abs(t));
            pixels[3 * i + 2] = Mixed(s_zero.B, end.B, Math.Abs(t));
        }

        return new Picture(width, height, Png.Encode(width, height, pixels));
    }

    /// <summary>The sizes of an image of so many numbers: a square where they make one, else one row.</summary>
    internal static (int Height, int Width) Sizes(Shape shape, int numbers)
    {
        if (shape.Rank >= 2)
            return (shape[shape.Rank - 2], shape[shape.Rank - 1]);
        var side = (int)Math.Round(Math.Sqrt(numbers));
        return side * side == numbers ? (side, side) : (1, numbers);
    }

    private static byte Mixed(double from, double to, double t) => (byte)Math.Round(from + t * (to - from));

    private static void Require(IReadOnlyList<float> values, int height, int width)
    {
        if (height < 1 || width < 1 || values.Count != (long)height * width)
            throw new SoftmaxException($"An image of {height}×{width} pixels needs {(long)height * width} numbers, not {values.Count}.");
    }
}
