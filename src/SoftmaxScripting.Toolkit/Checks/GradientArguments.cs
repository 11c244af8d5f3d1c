using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Random arguments for functions that do not say which shapes they take: kinds of arguments to try in turn.
/// </summary>
/// <param name="Shapes">
/// For each argument its axes by letter, of which equal ones have equal sizes: <c>nk</c> a matrix, <c>n</c> a vector,
/// the empty text a single number; <c>#</c> for n class labels below k.
/// </param>
/// <param name="IsProbability">Whether floating arguments lie strictly within (0, 1), rows adding up to 1.</param>
internal sealed record GradientArguments(string[] Shapes, bool IsProbability)
{
    /// <summary>Whether the second argument alone holds probabilities in rows that add up to 1.</summary>
    public bool HasDistribution { get; init; }

    private static readonly string[][] One = [["nk"], ["n"], [""], ["nn"]];

    private static readonly string[][] Two =
    [
        ["nk", "nk"], ["nk", "#"], ["n", "n"], ["nk", "km"], ["nk", "k"], ["", ""],
    ];

    private static readonly string[][] Three =
    [
        ["nk", "nk", "nk"], ["nk", "#", "nk"], ["nk", "nk", "n"], ["nk", "#", "n"], ["nk", "#", "k"],
        ["nk", "#", ""], ["nk", "nk", ""], ["nk", "km", "m"], ["n", "n", "n"], ["", "", ""],
    ];

    /// <summary>All kinds for a number of arguments, the likeliest first.</summary>
    /// <param name="count">1, 2 or 3.</param>
    public static IEnumerable<GradientArguments> Kinds(int count)
    {
        var shapes = count switch { 1 => One, 2 => Two, _ => Three };
        return shapes.SelectMany(s => new[] { new GradientArguments(s, false), new GradientArguments(s, true) });
    }

    /// <summary><c>prediction [n, k], target [n] class labels</c>.</summary>
    /// <param name="names">The arguments' names.</param>
    public string Describe(IReadOnlyList<string> names)
    {
        var parts = Shapes.Select((shape, i) =>
            $"{names[i]} " + (shape == "#" ? "[n] class labels" : $"[{string.Join(", ", shape.ToCharArray())}]"));
        return string.Join(", ", parts) + (IsProbability ? ", probabilities" : "");
    }

    /// <summary>Arguments of this kind.</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="isSpecial">
    /// Whether about half of the elements are such where kinks like to be: 0, ±1, ties, and one apart.
    /// </param>
    public Tensor[] Draw(ref SplitMix64 random, bool isSpecial)
    {
        // k, n and m differ, so that what fits by chance alone does not.
        var k = 2 + random.Below(4);
        var n = 1 + random.Below(4);
        if (n >= k)
            n++;
        var m = 7 + random.Below(2);
        var spread = random.Chance(0.25f) ? 4.0 : 1.0;
        var drawn = new List<double[]>();
        var tensors = new Tensor[Shapes.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            if (Shapes[i] == "#")
            {
                var labels = new int[n];
                for (var row = 0; row < n; row++)
                    labels[row] = random.Below(k);
                tensors[i] = Tensor.Of(labels);
                continue;
            }

            int[] shape = [.. Shapes[i].Select(axis => axis switch { 'n' => n, 'k' => k, _ => m })];
            var values = new double[shape.Aggregate(1, (a, b) => a * b)];
            var isProbability = IsProbability || (HasDistribution && i == 1);
            for (var e = 0; e < values.Length; e++)
            {
                values[e] = isProbability ? 0.05 + 0.9 * Unit(ref random)
                    : isSpecial && random.Chance(0.5f) ? Special(ref random, drawn, e)
                    : spread * Normal(ref random);
            }

            if (isProbability && shape.Length > 1)
                NormaliseRows(values, shape[^1]);
            drawn.Add(values);
            tensors[i] = Tensor.Of(values).Reshape(shape);
        }

        return tensors;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    /// <param name="random">Where the bits come from.</param>
    public static double Unit(ref SplitMix64 random) => (random.NextBits() >> 11) * (1.0 / (1L << 53));

    /// <summary>Normal with mean 0 and standard deviation 1 (Box and Muller 1958).</summary>
    /// <param name="random">Where the bits come from.</param>
    public static double Normal(ref SplitMix64 random)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - Unit(ref random)));
        return radius * Math.Cos(2 * Math.PI * Unit(ref random));
    }

    private static double Special(ref SplitMix64 random, List<double[]> drawn, int element)
    {
        // The same place in an argument before: a residual of 0, 1 or -1.
        if (drawn.Count > 0 && element < drawn[0].Length && random.Chance(0.75f))
            return drawn[0][element] + (random.Below(3) - 1);
        return random.Below(3) - 1;
    }

    private static void NormaliseRows(double[] values, int width)
    {
        for (var start = 0; start < values.Length; start += width)
        {
            var row = values.AsSpan(start, width);
            var total = 0.0;
            foreach (var value in row)
                total += value;
            foreach (ref var value in row)
                value /= total;
        }
    }
}
