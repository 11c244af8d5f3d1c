using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Toolkit;

/// <summary>Turns a drawn canvas into bytes: folds, stripes or checks, and grain over the cloth.</summary>
internal static class Weave
{
    /// <summary>Corners of the coarse grid that folds are interpolated from, per axis.</summary>
    private const int FoldCorners = 6;

    /// <summary>Writes one image of <see cref="Canvas.Size"/>² bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(Canvas canvas, ref SplitMix64 random, float stripeChance, Span<byte> image)
    {
        const int Size = Canvas.Size;
        Span<float> across = stackalloc float[Size];
        Span<float> down = stackalloc float[Size];
        across.Clear();
        down.Clear();
        if (random.Chance(stripeChance))
        {
            var kind = random.Below(3);
            var strength = random.Between(0.2f, 0.6f) * (kind == 2 ? 0.7f : 1f);
            if (kind != 0) Wave(across, ref random, strength);
            if (kind != 1) Wave(down, ref random, strength);
        }

        Span<float> corners = stackalloc float[FoldCorners * FoldCorners];
        var depth = random.Between(0.05f, 0.35f);
        foreach (ref var corner in corners) corner = random.Around0(depth);
        var grain = random.Between(0.01f, 0.07f) / 128f;

        var ink = canvas.Ink;
        const float Cell = (FoldCorners - 1) / (float)Size;
        for (var row = 0; row < Size; row++)
        {
            var cellRow = (int)(row * Cell);
            var rowPart = row * Cell - cellRow;
            var above = corners.Slice(cellRow * FoldCorners, FoldCorners);
            var below = corners.Slice((cellRow + 1) * FoldCorners, FoldCorners);
            ulong bits = 0;
            for (var column = 0; column < Size; column++)
            {
                // Each pixel takes 16 bits: the sum of two bytes is a bell of sorts around 255.
                if ((column & 3) == 0) bits = random.NextBits();
                var speck = (int)(bits & 0xFF) + (int)((bits >> 8) & 0xFF) - 255;
                bits >>= 16;

                var cell = (int)(column * Cell);
                var part = column * Cell - cell;
                var upper = above[cell] + (above[cell + 1] - above[cell]) * part;
                var lower = below[cell] + (below[cell + 1] - below[cell]) * part;
                var light = 1f + upper + (lower - upper) * rowPart + across[column] + down[row] + speck * grain;
                var value = ink[row * Size + column] * light;
                image[row * Size + column] = (byte)(255f * Math.Clamp(value, 0f, 1f) + 0.5f);
            }
        }
    }

    /// <summary>A triangle wave between −strength and 0, of a period between 2.5 and 8 pixels.</summary>
    private static void Wave(Span<float> values, ref SplitMix64 random, float strength)
    {
        var step = 1f / random.Between(2.5f, 8f);
        var phase = random.Next();
        foreach (ref var value in values)
        {
            value = -strength * MathF.Abs(2f * phase - 1f);
            phase += step;
            if (phase >= 1f) phase -= 1f;
        }
    }
}
