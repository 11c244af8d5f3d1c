namespace SoftmaxScripting.Toolkit;

/// <summary>Draws shoes from the side, the toe at the left; <see cref="Garments"/> turns some of them round.</summary>
internal static class Footwear
{
    public static void Sandal(Canvas canvas, ref SplitMix64 random)
    {
        var shade = random.Between(0.45f, 1f);
        var lift = random.Chance(0.45f) ? random.Between(0.15f, 0.55f) : random.Between(0f, 0.12f);
        var thickness = random.Between(0.1f, 0.2f);
        var floor = random.Between(0.4f, 0.6f);
        var heel = floor - lift;

        // The sole rises from the toe to the heel, and stands on a stiletto, a block or a wedge.
        if (lift > 0.12f)
        {
            var wedge = random.Chance(0.4f);
            var from = wedge ? random.Between(-0.3f, 0.2f) : random.Between(0.55f, 0.75f);
            canvas.To(from, wedge ? floor : heel);
            canvas.To(0.88f, heel);
            canvas.To(0.9f, floor + 0.06f);
            canvas.To(wedge ? from : 0.8f, floor + 0.06f);
            canvas.FillCloth(shade * 0.8f);
        }
        canvas.To(-0.95f, floor - 0.02f);
        canvas.Curve(-0.4f, floor + 0.02f, 0.1f, floor - 0.5f * lift);
        canvas.Curve(0.5f, heel, 0.92f, heel);
        canvas.To(0.92f, heel + thickness);
        canvas.Curve(0.5f, heel + thickness, 0.1f, floor - 0.5f * lift + thickness);
        canvas.Curve(-0.4f, floor + 0.02f + thickness, -0.95f, floor - 0.02f + thickness);
        canvas.FillCloth(shade);

        var shaft = random.Chance(0.75f) ? random.Between(0.35f, 0.95f) : 0f;
        if (shaft > 0f)
        {
            // The ankle strap, the counter behind the heel, and sometimes a strap along the instep.
            var (front, breadth) = (random.Between(0.05f, 0.4f), random.Between(0.1f, 0.18f));
            canvas.To(0.9f, heel);
            canvas.Curve(0.82f, heel - 0.3f, 0.86f, heel - random.Between(0.2f, 0.5f));
            canvas.To(0.7f, heel);
            canvas.FillCloth(shade * 0.9f);
            canvas.Band(front, heel + 0.04f, 0.6f, heel - 1.6f * shaft, 0.85f, heel, breadth).FillCloth(shade);
            if (random.Chance(0.5f))
                canvas.Bar(-0.5f, floor - 0.12f, 0.5f * (front + 0.6f), heel - 0.6f * shaft, breadth)
                    .FillCloth(shade * 0.9f);
        }
        else
        {
            // A slide: one broad strap over the foot.
            var (from, to) = (random.Between(-0.8f, -0.5f), random.Between(-0.1f, 0.2f));
            canvas.To(from, floor);
            canvas.Curve(from + 0.6f * (to - from), floor - random.Between(0.6f, 0.95f), to, floor - 0.4f * lift);
            canvas.FillCloth(shade * 0.9f);
        }
        var straps = shaft > 0f ? 1 + random.Below(3) : 0;
        for (var strap = 0; strap < straps; strap++)
        {
            var x = -0.85f + 0.3f * strap + random.Between(0f, 0.15f);
            var reach = random.Between(0.3f, 0.55f);
            var height = floor - random.Between(0.4f, 0.75f);
            var width = random.Between(0.1f, 0.22f);
            canvas.Band(x, floor + 0.02f, x + 0.7f * reach, height, x + reach, floor - 0.2f * lift, width)
                .FillCloth(shade * random.Between(0.75f, 1.1f));
        }
    }

    public static void Sneaker(Canvas canvas, ref SplitMix64 random)
    {
        var shade = random.Between(0.4f, 1f);
        var floor = random.Between(0.4f, 0.58f);
        var high = random.Chance(0.16f);
        var ankle = floor - (high ? random.Between(0.95f, 1.25f) : random.Between(0.62f, 0.9f));
        var toe = floor - random.Between(0.2f, 0.4f);
        var tongue = random.Between(-0.05f, 0.3f);
        canvas.To(-0.93f, floor);
        canvas.Curve(-0.98f, toe, -0.6f, toe - 0.04f);
        canvas.Curve(-0.25f, toe - 0.1f, tongue, ankle);
        canvas.Curve(0.5f * (tongue + 0.9f), ankle + (high ? 0.05f : 0.3f), 0.9f, ankle + 0.05f);
        canvas.Curve(0.86f, 0.5f * (ankle + floor), 0.94f, floor);
        canvas.FillCloth(shade);

        var sole = random.Chance(0.7f) ? random.Between(0.75f, 1f) : shade * 0.5f;
        var thickness = random.Between(0.1f, 0.2f);
        canvas.To(-0.96f, floor - 0.5f * thickness);
        canvas.To(0.95f, floor - thickness);
        canvas.To(0.95f, floor + 0.3f * thickness);
        canvas.Curve(-0.2f, floor + 0.6f * thickness, -0.9f, floor + 0.3f * thickness);
        canvas.FillCloth(sole);

        var trim = shade > 0.6f
            ? shade * random.Between(0.3f, 0.7f)
            : shade + (1f - shade) * random.Between(0.4f, 0.9f);
        if (random.Chance(0.8f))
            for (var lace = 0; lace < 3; lace++)
            {
                var part = 0.2f + 0.25f * lace;
                var (x, y) = (-0.5f + part * (tongue + 0.5f), toe + part * (ankle - toe));
                canvas.Bar(x - 0.04f, y - 0.04f, x + 0.2f, y + 0.14f, 0.05f).FillMark(trim, 0.8f);
            }
        if (random.Chance(0.5f))
        {
            var (lower, upper) = (random.Between(-0.2f, 0.1f), random.Between(0.2f, 0.7f));
            canvas.Bar(lower, floor - thickness, upper, ankle + 0.25f, random.Between(0.08f, 0.2f)).FillMark(trim, 0.8f);
        }
        if (random.Chance(0.35f)) canvas.Ellipse(-0.8f, floor - 0.1f, 0.28f, 0.24f).FillMark(trim, 0.6f);
    }

    public static void AnkleBoot(Canvas canvas, ref SplitMix64 random)
    {
        var shade = random.Between(0.35f, 0.95f);
        var lift = random.Chance(0.5f) ? random.Between(0.12f, 0.4f) : random.Between(0f, 0.1f);
        var floor = random.Between(0.55f, 0.85f);
        var top = floor - random.Between(1.15f, 1.75f);
        var shaft = random.Between(-0.1f, 0.22f);
        var toe = floor - random.Between(0.2f, 0.38f);
        var heel = floor - lift;
        canvas.To(-0.92f, floor);
        canvas.Curve(-0.98f, toe, -0.55f, toe - 0.05f);
        canvas.Curve(shaft - 0.08f, toe - 0.15f, shaft, top);
        canvas.Curve(0.5f, top + random.Around0(0.08f), 0.84f, top);
        canvas.Curve(0.76f, 0.5f * (top + heel), 0.9f, heel);
        canvas.Curve(0.3f, heel + 0.1f * lift, 0.05f, floor);
        canvas.FillCloth(shade);

        var sole = shade * random.Between(0.3f, 0.8f);
        if (lift > 0.1f)
        {
            var width = random.Between(0.12f, 0.42f);
            canvas.To(0.88f - width, heel - 0.04f);
            canvas.To(0.9f, heel - 0.04f);
            canvas.To(0.86f, floor + 0.08f);
            canvas.To(0.86f - 0.8f * width, floor + 0.08f);
            canvas.FillCloth(sole);
        }
        canvas.Bar(-0.92f, floor + 0.02f, lift > 0.1f ? 0.1f : 0.9f, floor + 0.02f, random.Between(0.06f, 0.14f))
            .FillCloth(sole);

        var trim = shade > 0.55f
            ? shade * random.Between(0.3f, 0.7f)
            : shade + (1f - shade) * random.Between(0.3f, 0.8f);
        if (random.Chance(0.35f)) canvas.Bar(0.6f, top, 0.62f, heel - 0.2f, 0.06f).FillMark(trim, 0.8f);
        if (random.Chance(0.3f)) canvas.Bar(-0.2f, toe - 0.3f, 0.95f, toe - 0.35f, 0.1f).FillMark(trim, 0.7f);
        if (random.Chance(0.35f))
            for (var height = top + 0.15f; height < toe - 0.1f; height += 0.2f)
                canvas.Bar(shaft - 0.1f, height, shaft + 0.25f, height + 0.05f, 0.06f).FillMark(trim, 0.8f);
        if (random.Chance(0.4f)) canvas.Bar(shaft - 0.2f, top + 0.06f, 0.95f, top + 0.06f, 0.12f).FillMark(trim, 0.6f);
    }
}
