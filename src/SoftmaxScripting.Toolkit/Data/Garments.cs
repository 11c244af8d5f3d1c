namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Drawn articles of clothing: a stand-in for Fashion-MNIST that needs no file and no network. 28×28 grey, the same
/// ten classes, every image drawn by this program from random measures and marked synthetic; a figure reached on it
/// says nothing about a photographed set. Image i depends on the seed and i alone, so the bytes are the same on any
/// machine and with any number of threads, and a larger set begins with the smaller one.
/// </summary>
public static class Garments
{
    /// <summary>The name a script asks for.</summary>
    public const string Name = "garments";

    private const int Area = Canvas.Size * Canvas.Size;

    /// <summary>Images that one task draws before it fetches more work.</summary>
    private const int ImagesPerTask = 250;

    private delegate void Drawing(Canvas canvas, ref SplitMix64 random);

    private static readonly (string Name, Drawing Draw, float StripeChance)[] s_classes =
    [
        ("T-shirt/top", Tops.TShirt, 0.25f),
        ("Trouser", TrousersAndBags.Trouser, 0.1f),
        ("Pullover", Tops.Pullover, 0.3f),
        ("Dress", Tops.Dress, 0.25f),
        ("Coat", Tops.Coat, 0.12f),
        ("Sandal", Footwear.Sandal, 0f),
        ("Shirt", Tops.Shirt, 0.45f),
        ("Sneaker", Footwear.Sneaker, 0f),
        ("Bag", TrousersAndBags.Bag, 0.2f),
        ("Ankle boot", Footwear.AnkleBoot, 0f),
    ];

    /// <summary>The ten classes, in the order of the labels; those of Fashion-MNIST.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = [.. s_classes.Select(kind => kind.Name)];

    /// <summary>Draws a training set and a test set, each with its own random numbers.</summary>
    /// <param name="train">Training images, at least 0.</param>
    /// <param name="test">Test images, at least 0.</param>
    /// <param name="seed">Any number; another seed draws other images.</param>
    /// <exception cref="DataException">A size is negative, or too large for one array.</exception>
    public static LabelledImages Generate(int train = 12_000, int test = 2_000, ulong seed = 0) => new(
        Name,
        $"Drawn by the program (seed {seed}) as a stand-in for Fashion-MNIST; no photograph is involved.",
        Draw("train", train, seed, stream: 0),
        Draw("test", test, seed, stream: 1));

    private static ImageSet Draw(string part, int count, ulong seed, ulong stream)
    {
        if (count < 0 || count > Array.MaxLength / Area)
            throw new DataException(
                $"{Name} {part}: {count} images asked for; possible are 0..{Array.MaxLength / Area}.");
        var key = ContentHash.Of($"{Name} {count} {seed} {stream} {typeof(Garments).Module.ModuleVersionId}");
        if (DecodedData.Find(key) is { } known && known.Numbers.Length == count && known.Bytes.Length == count * Area)
            return SetOf(part, known.Bytes, known.Numbers);
        var pixels = new byte[count * Area];
        var labels = new int[count];
        Parallel.For(
            0,
            (count + ImagesPerTask - 1) / ImagesPerTask,
            () => new Canvas(),
            (task, _, canvas) =>
            {
                for (var i = task * ImagesPerTask; i < Math.Min(count, (task + 1) * ImagesPerTask); i++)
                {
                    labels[i] = ClassOf(i, seed, stream);
                    var random = new SplitMix64(seed, 2 * stream, (ulong)i);
                    DrawImage(canvas, labels[i], random, pixels.AsSpan(i * Area, Area));
                }
                return canvas;
            },
            _ => { });
        DecodedData.Keep(key, labels, pixels);
        return SetOf(part, pixels, labels);
    }

    private static ImageSet SetOf(string part, byte[] pixels, int[] labels) =>
        new($"{Name} {part}", pixels, Canvas.Size, Canvas.Size, labels, ClassNames, synthetic: true);

    /// <summary>Every ten images in a row hold every class once, in an order of their own.</summary>
    private static int ClassOf(int index, ulong seed, ulong stream)
    {
        var random = new SplitMix64(seed, 2 * stream + 1, (ulong)(index / s_classes.Length));
        Span<int> order = stackalloc int[s_classes.Length];
        for (var i = 0; i < order.Length; i++)
        {
            var other = random.Below(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order[index % s_classes.Length];
    }

    private static void DrawImage(Canvas canvas, int label, SplitMix64 random, Span<byte> image)
    {
        var kind = s_classes[label];
        const float Middle = Canvas.Size / 2f;
        canvas.Clear();
        // Half of the articles are mirrored: shoes that look either way are what a linear model cannot fold into one.
        canvas.Place(
            Middle * random.Between(0.86f, 1.05f) * (random.Chance(0.5f) ? -1f : 1f),
            Middle * random.Between(0.86f, 1f),
            random.Around0(0.09f),
            Middle + random.Around0(2.4f),
            Middle + random.Around0(2.4f));
        kind.Draw(canvas, ref random);
        if (random.Chance(0.06f)) Occlude(canvas, ref random);
        Weave.Write(canvas, ref random, kind.StripeChance, image);
    }

    /// <summary>Hides a strip or a spot, as a tag, a hanger or a neighbouring article would.</summary>
    private static void Occlude(Canvas canvas, ref SplitMix64 random)
    {
        var (x, y) = (random.Between(-0.8f, 0.8f), random.Between(-0.8f, 0.8f));
        var outline = random.Chance(0.5f)
            ? canvas.Ellipse(x, y, random.Between(0.15f, 0.35f), random.Between(0.15f, 0.35f))
            : canvas.Bar(x - 1f, y, x + 1f, y + random.Around0(1f), random.Between(0.12f, 0.3f));
        outline.Cut();
    }
}
