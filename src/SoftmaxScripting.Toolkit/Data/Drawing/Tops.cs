namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Draws what is worn on the upper body, and dresses: one silhouette of body and sleeves, with many cuts.
/// </summary>
internal static class Tops
{
    /// <summary>A cut: half widths and heights in drawing coordinates (−1..1, y downwards).</summary>
    private struct Cut
    {
        public float Shade, Shoulder, Neck, NeckDepth, Waist, WaistHeight, Hem, HemHeight, HemRound;
        public float SleeveLength, SleeveSpread, SleeveWidth, CuffWidth;
    }

    public static void TShirt(Canvas canvas, ref SplitMix64 random)
    {
        var cut = Body(ref random);
        cut.SleeveLength = random.Chance(0.12f) ? 0f : random.Between(0.3f, 0.65f);
        cut.SleeveSpread = random.Between(0.45f, 1.1f);
        cut.SleeveWidth = random.Between(0.28f, 0.4f);
        cut.CuffWidth = cut.SleeveWidth * random.Between(0.75f, 1f);
        cut.NeckDepth = random.Between(0.08f, 0.3f);
        Sew(canvas, cut);
        if (random.Chance(0.35f)) Print(canvas, ref random, cut);
        if (random.Chance(0.5f)) NeckBand(canvas, cut, Contrast(ref random, cut.Shade));
    }

    public static void Pullover(Canvas canvas, ref SplitMix64 random)
    {
        var cut = Body(ref random);
        LongSleeves(ref random, ref cut);
        cut.SleeveWidth *= random.Between(1f, 1.2f);
        cut.HemHeight = random.Between(0.6f, 0.84f);
        cut.Hem *= random.Between(0.84f, 1f);
        cut.NeckDepth = random.Between(0.02f, 0.16f);
        var hood = random.Chance(0.15f);
        if (hood) canvas.Ellipse(0f, -0.84f, cut.Neck + 0.12f, 0.16f).FillCloth(cut.Shade * 0.8f);
        Sew(canvas, cut);
        var rib = Contrast(ref random, cut.Shade);
        if (random.Chance(0.7f))
            canvas.Bar(-1f, cut.HemHeight - 0.05f, 1f, cut.HemHeight - 0.05f, 0.1f).FillMark(rib, 0.5f);
        if (random.Chance(0.6f)) NeckBand(canvas, cut, rib);
        if (random.Chance(0.2f)) Print(canvas, ref random, cut);
    }

    public static void Coat(Canvas canvas, ref SplitMix64 random)
    {
        var cut = Body(ref random);
        LongSleeves(ref random, ref cut);
        cut.HemHeight = random.Between(0.86f, 1.04f);
        cut.Hem *= random.Between(0.98f, 1.18f);
        cut.NeckDepth = random.Between(0.05f, 0.25f);
        if (random.Chance(0.25f)) canvas.Ellipse(0f, -0.82f, cut.Neck + 0.14f, 0.18f).FillCloth(cut.Shade * 0.75f);
        Sew(canvas, cut);
        var seam = Contrast(ref random, cut.Shade);
        var lean = random.Around0(0.06f);
        if (random.Chance(0.85f))
            canvas.Bar(lean, -0.7f, lean + random.Around0(0.05f), 1f, random.Between(0.04f, 0.12f))
                .FillMark(seam, 0.9f);
        if (random.Chance(0.55f)) Lapels(canvas, cut, lean, random.Between(0.2f, 0.6f), seam);
        if (random.Chance(0.3f)) Pockets(canvas, cut, seam, random.Between(0.25f, 0.5f));
        if (random.Chance(0.15f)) canvas.Bar(-1f, cut.WaistHeight, 1f, cut.WaistHeight, 0.09f).FillMark(seam, 0.7f);
    }

    public static void Shirt(Canvas canvas, ref SplitMix64 random)
    {
        var cut = Body(ref random);
        if (random.Chance(0.4f))
        {
            cut.SleeveLength = random.Between(0.5f, 0.95f);
            cut.SleeveSpread = random.Between(0.25f, 0.7f);
            cut.SleeveWidth = random.Between(0.26f, 0.36f);
            cut.CuffWidth = cut.SleeveWidth * random.Between(0.75f, 1f);
        }
        else
        {
            LongSleeves(ref random, ref cut);
        }
        cut.NeckDepth = random.Between(0.05f, 0.3f);
        cut.HemHeight -= 0.08f;
        cut.HemRound = random.Between(0.2f, 0.44f);
        Sew(canvas, cut);
        var seam = Contrast(ref random, cut.Shade);
        if (random.Chance(0.7f))
        {
            canvas.Bar(0f, -0.8f, random.Around0(0.04f), 1f, random.Between(0.03f, 0.07f)).FillMark(seam, 0.6f);
            for (var height = -0.5f; height < cut.HemHeight; height += 0.3f)
                canvas.Ellipse(0f, height, 0.05f, 0.05f).FillMark(seam, 0.7f);
        }
        if (random.Chance(0.55f)) Lapels(canvas, cut, 0f, random.Between(0.05f, 0.25f), seam);
        if (random.Chance(0.25f)) canvas.Bar(0.14f, -0.25f, 0.36f, -0.25f, 0.16f).FillMark(seam, 0.35f);
    }

    public static void Dress(Canvas canvas, ref SplitMix64 random)
    {
        var cut = Body(ref random);
        cut.Shoulder = random.Between(0.26f, 0.42f);
        cut.Neck = cut.Shoulder * random.Between(0.45f, 0.75f);
        cut.NeckDepth = random.Between(0.08f, 0.35f);
        cut.Waist = cut.Shoulder * random.Between(0.7f, 1.05f);
        cut.WaistHeight = random.Between(-0.3f, 0.05f);
        cut.Hem = random.Between(0.28f, 0.62f);
        cut.HemHeight = random.Between(0.85f, 1f);
        cut.SleeveWidth = random.Between(0.16f, 0.26f);
        cut.CuffWidth = cut.SleeveWidth * random.Between(0.6f, 0.95f);
        cut.SleeveSpread = random.Between(0.2f, 0.6f);
        var sleeves = random.Next();
        cut.SleeveLength = sleeves < 0.5f ? 0f
            : sleeves < 0.78f ? random.Between(0.2f, 0.5f)
            : random.Between(0.9f, 1.3f);
        Sew(canvas, cut);
        var belt = Contrast(ref random, cut.Shade);
        if (random.Chance(0.4f)) canvas.Bar(-1f, cut.WaistHeight, 1f, cut.WaistHeight, 0.08f).FillMark(belt, 0.7f);
        if (random.Chance(0.25f))
            canvas.Bar(-1f, random.Between(0.3f, 0.8f), 1f, random.Between(0.3f, 0.8f), 0.1f).FillMark(belt, 0.5f);
    }

    private static Cut Body(ref SplitMix64 random)
    {
        var shoulder = random.Between(0.42f, 0.56f);
        var waist = shoulder * random.Between(0.86f, 1.06f);
        return new Cut
        {
            Shade = random.Between(0.4f, 1f),
            Shoulder = shoulder,
            Neck = shoulder * random.Between(0.32f, 0.52f),
            Waist = waist,
            WaistHeight = random.Between(0.1f, 0.35f),
            Hem = waist * random.Between(0.94f, 1.12f),
            HemHeight = random.Between(0.66f, 0.96f),
            HemRound = 0.06f,
        };
    }

    private static void LongSleeves(ref SplitMix64 random, ref Cut cut)
    {
        cut.SleeveLength = random.Between(1.15f, 1.6f);
        cut.SleeveSpread = random.Between(0.12f, 0.36f);
        cut.SleeveWidth = random.Between(0.24f, 0.34f);
        cut.CuffWidth = cut.SleeveWidth * random.Between(0.55f, 0.85f);
    }

    /// <summary>Sleeves first and the body over them, with a dark crease where the two meet.</summary>
    private static void Sew(Canvas canvas, in Cut cut)
    {
        if (cut.SleeveLength > 0f)
        {
            Sleeve(canvas, cut, -1f);
            Sleeve(canvas, cut, 1f);
            BodyOutline(canvas, cut, 0.05f);
            canvas.FillMark(cut.Shade * 0.35f, 0.6f);
        }
        BodyOutline(canvas, cut, 0f);
        canvas.FillCloth(cut.Shade);

        canvas.To(-cut.Neck, -0.96f);
        canvas.Curve(-cut.Neck * 0.6f, -0.9f + 1.2f * cut.NeckDepth, 0f, -0.9f + cut.NeckDepth);
        canvas.Curve(cut.Neck * 0.6f, -0.9f + 1.2f * cut.NeckDepth, cut.Neck, -0.96f);
        canvas.Cut();
    }

    private static void Sleeve(Canvas canvas, in Cut cut, float side)
    {
        var (x, y) = (side * (cut.Shoulder - 0.3f * cut.SleeveWidth), -0.8f + 0.42f * cut.SleeveWidth);
        var along = cut.SleeveLength / MathF.Sqrt(1f + cut.SleeveSpread * cut.SleeveSpread);
        var (endX, endY) = (x + side * cut.SleeveSpread * along, y + along);
        canvas.Ellipse(x, y, 0.5f * cut.SleeveWidth, 0.42f * cut.SleeveWidth).FillCloth(cut.Shade * 0.9f);
        canvas.Bar(x, y, endX, endY, cut.SleeveWidth, cut.CuffWidth).FillCloth(cut.Shade * 0.9f);
    }

    private static void BodyOutline(Canvas canvas, in Cut cut, float wider)
    {
        var (shoulder, waist, hem) = (cut.Shoulder + wider, cut.Waist + wider, cut.Hem + wider);
        canvas.To(-cut.Neck, -0.94f);
        canvas.To(-shoulder, -0.8f);
        canvas.Curve(-shoulder, -0.45f, -waist, cut.WaistHeight);
        canvas.To(-hem, cut.HemHeight);
        canvas.Curve(0f, cut.HemHeight + cut.HemRound, hem, cut.HemHeight);
        canvas.To(waist, cut.WaistHeight);
        canvas.Curve(shoulder, -0.45f, shoulder, -0.8f);
        canvas.To(cut.Neck, -0.94f);
    }

    private static void NeckBand(Canvas canvas, in Cut cut, float shade)
    {
        var depth = -0.9f + cut.NeckDepth;
        canvas.To(-cut.Neck - 0.08f, -0.94f);
        canvas.Curve(-cut.Neck * 0.6f, depth + 0.26f * cut.NeckDepth + 0.1f, 0f, depth + 0.1f);
        canvas.Curve(cut.Neck * 0.6f, depth + 0.26f * cut.NeckDepth + 0.1f, cut.Neck + 0.08f, -0.94f);
        canvas.FillMark(shade, 0.6f);
    }

    /// <summary>The two folds of a collar, from the neck to where the front closes.</summary>
    private static void Lapels(Canvas canvas, in Cut cut, float middle, float length, float shade)
    {
        var end = -0.88f + cut.NeckDepth + length;
        for (var side = -1f; side <= 1f; side += 2f)
        {
            canvas.To(side * cut.Neck, -0.95f);
            canvas.To(side * (cut.Neck + 0.12f), -0.8f + 0.3f * length);
            canvas.To(middle, end);
            canvas.FillMark(shade, 0.65f);
        }
    }

    private static void Pockets(Canvas canvas, in Cut cut, float shade, float height)
    {
        for (var side = -1f; side <= 1f; side += 2f)
            canvas.Bar(side * 0.16f, height, side * (cut.Waist - 0.1f), height - 0.06f, 0.06f).FillMark(shade, 0.7f);
    }

    private static void Print(Canvas canvas, ref SplitMix64 random, in Cut cut)
    {
        var shade = Contrast(ref random, cut.Shade);
        var (x, y) = (random.Around0(0.1f), random.Between(-0.35f, 0.1f));
        var (width, height) = (random.Between(0.12f, 0.34f), random.Between(0.06f, 0.26f));
        var outline = random.Chance(0.5f)
            ? canvas.Ellipse(x, y, width, height)
            : canvas.Bar(x - width, y, x + width, y, 2f * height);
        outline.FillMark(shade, random.Between(0.4f, 0.9f));
    }

    /// <summary>A shade that stands out from another, brighter or darker.</summary>
    private static float Contrast(ref SplitMix64 random, float shade) =>
        random.Chance(0.5f) ? shade * random.Between(0.25f, 0.7f) : shade + (1f - shade) * random.Between(0.4f, 0.95f);
}
