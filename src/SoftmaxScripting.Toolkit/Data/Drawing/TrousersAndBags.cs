namespace SoftmaxScripting.Toolkit;

/// <summary>Draws trousers and bags.</summary>
internal static class TrousersAndBags
{
    public static void Trouser(Canvas canvas, ref SplitMix64 random)
    {
        var shade = random.Between(0.4f, 1f);
        var waist = random.Between(0.24f, 0.4f);
        var hip = waist * random.Between(1.05f, 1.35f);
        var crotch = random.Between(-0.5f, -0.2f);
        var end = random.Chance(0.12f) ? random.Between(0.1f, 0.5f) : random.Between(0.82f, 1f);
        var spread = random.Between(0.02f, 0.22f);
        var outer = hip + random.Around0(0.14f) + 0.3f * spread;
        var inner = outer - random.Between(0.22f, 0.36f);
        canvas.To(-waist, -0.95f);
        canvas.To(waist, -0.95f);
        canvas.Curve(hip, -0.7f, hip, crotch);
        canvas.To(outer, end);
        canvas.To(inner, end);
        canvas.To(0f, crotch);
        canvas.To(-inner, end);
        canvas.To(-outer, end);
        canvas.To(-hip, crotch);
        canvas.Curve(-hip, -0.7f, -waist, -0.95f);
        canvas.FillCloth(shade);

        var seam = shade * random.Between(0.3f, 0.75f);
        canvas.Bar(0f, crotch, 0f, -0.95f, 0.04f).FillMark(seam, 0.6f);
        canvas.Bar(0f, crotch, 0.5f * (inner - 0.1f), end, 0.06f).FillMark(seam, 0.5f);
        if (random.Chance(0.6f)) canvas.Bar(-1f, -0.9f, 1f, -0.9f, 0.1f).FillMark(seam, 0.7f);
        if (random.Chance(0.5f))
            for (var side = -1f; side <= 1f; side += 2f)
                canvas.Bar(side * 0.12f, -0.72f, side * hip, -0.62f, 0.06f).FillMark(seam, 0.6f);
    }

    public static void Bag(Canvas canvas, ref SplitMix64 random)
    {
        var shade = random.Between(0.4f, 1f);
        var top = random.Between(-0.45f, 0.05f);
        var bottom = random.Between(0.55f, 0.95f);
        var upper = random.Between(0.5f, 0.92f);
        var lower = upper * random.Between(0.85f, 1.2f);
        var round = random.Between(0f, 0.14f);

        if (random.Chance(0.85f))
        {
            var reach = upper * random.Between(0.35f, 0.9f);
            var rise = top - random.Between(0.5f, 1.6f);
            var (lean, width) = (random.Around0(0.15f), random.Between(0.06f, 0.16f));
            canvas.Band(-reach, top + 0.05f, lean, rise, reach, top + 0.05f, width)
                .FillCloth(shade * random.Between(0.6f, 1f));
        }
        canvas.To(-upper + round, top);
        canvas.To(upper - round, top);
        canvas.Curve(upper, top, upper, top + round);
        canvas.To(lower, bottom - round);
        canvas.Curve(lower, bottom, lower - round, bottom);
        canvas.To(-lower + round, bottom);
        canvas.Curve(-lower, bottom, -lower, bottom - round);
        canvas.To(-upper, top + round);
        canvas.Curve(-upper, top, -upper + round, top);
        canvas.FillCloth(shade);

        var trim = shade * random.Between(0.3f, 0.75f);
        if (random.Chance(0.5f))
        {
            var flap = top + (bottom - top) * random.Between(0.3f, 0.7f);
            canvas.To(-upper, top);
            canvas.To(upper, top);
            canvas.Curve(upper, flap, 0f, flap);
            canvas.Curve(-upper, flap, -upper, top);
            canvas.FillMark(trim, random.Between(0.3f, 0.7f));
        }
        if (random.Chance(0.5f))
            canvas.Ellipse(0f, 0.5f * (top + bottom), 0.1f, 0.1f).FillMark(shade + (1f - shade) * 0.8f, 0.9f);
        if (random.Chance(0.4f)) canvas.Bar(-1f, top + 0.12f, 1f, top + 0.12f, 0.07f).FillMark(trim, 0.7f);
        if (random.Chance(0.3f))
            for (var side = -1f; side <= 1f; side += 2f)
                canvas.Bar(side * 0.5f * upper, top, side * 0.5f * upper, bottom, 0.08f).FillMark(trim, 0.6f);
    }
}
