using FsCheck;
using FsCheck.Fluent;

namespace SoftmaxScripting.Toolkit;

/// <summary>Generators of the elements of tensors, each for a shape and the sizes it came from.</summary>
internal static class Numbers
{
    private const int Million = 1_000_000;

    /// <summary>Within ±5, three decimals.</summary>
    private static readonly Gen<double> Short = Gen.Choose(-5000, 5000).Select(i => i / 1000.0);

    /// <summary>Within ±5, with digits to the last bit.</summary>
    private static readonly Gen<double> Long =
        from high in Gen.Choose(-Million, Million)
        from low in Gen.Choose(0, Million)
        select 5 * (high + low / (double)Million) / (Million + 1.0);

    /// <summary>Within ±10⁴, whole.</summary>
    private static readonly Gen<double> Extreme = Gen.Choose(-10_000, 10_000).Select(i => (double)i);

    private static readonly Gen<double> Tiny = Short.Select(x => x * 1e-8);

    private static readonly Gen<double> Tied = Gen.Elements(-1.0, 0, 0, 1, 2);

    /// <summary>Elements of one generator, as many as a shape has.</summary>
    /// <param name="element">The generator.</param>
    /// <param name="shape">The shape.</param>
    public static Gen<double[]> Array(Gen<double> element, int[] shape) =>
        Gen.ArrayOf(element, shape.Aggregate(1, (a, b) => a * b));

    /// <summary>Moderate for the most part, sometimes extreme, tied, tiny, or with a large offset in common.</summary>
    public static Gen<double[]> Mixed(int[] shape, Sizes sizes) => Gen.Frequency(
        (3, Array(Short, shape)),
        (3, Array(Long, shape)),
        (2, Array(Gen.Frequency((2, Short), (1, Extreme)), shape)),
        (1, Array(Extreme, shape)),
        (1, Array(Tied, shape)),
        (1, Array(Tiny, shape)),
        (1, from offset in Extreme
            from rest in Array(Short, shape)
            select System.Array.ConvertAll(rest, x => x + offset)));

    /// <summary>Within ±5, with digits to the last bit: no two differ by a round number.</summary>
    public static Gen<double[]> Generic(int[] shape, Sizes sizes) => Array(Long, shape);

    /// <summary>Within ±5.</summary>
    public static Gen<double[]> Moderate(int[] shape, Sizes sizes) =>
        Gen.Frequency((1, Array(Short, shape)), (1, Array(Long, shape)));

    /// <summary>As <see cref="Mixed"/>, with some elements −∞ but never a whole row.</summary>
    public static Gen<double[]> Masked(int[] shape, Sizes sizes) =>
        from numbers in Mixed(shape, sizes)
        from mask in Gen.ArrayOf(Gen.Choose(0, 2), numbers.Length)
        from kept in Gen.ArrayOf(Gen.Choose(0, shape[^1] - 1), numbers.Length / shape[^1])
        select numbers
            .Select((x, i) => mask[i] == 0 && i % shape[^1] != kept[i / shape[^1]] ? double.NegativeInfinity : x)
            .ToArray();

    /// <summary>Rows of shares above 0 that add up to 1, some of them very uneven.</summary>
    public static Gen<double[]> Shares(int[] shape, Sizes sizes) => Gen.Frequency(
        (3, Array(Gen.Choose(1, 20).Select(i => (double)i), shape)),
        (1, Array(Positive10(8), shape)))
        .Select(weights => Rows.Normalised(weights, shape, mayBeZero: false)!);

    /// <summary>Rows of shares from 0 on that add up to 1.</summary>
    public static Gen<double[]> SharesWithZeros(int[] shape, Sizes sizes) =>
        Array(Gen.Frequency((1, Gen.Constant(0.0)), (2, Gen.Choose(1, 20).Select(i => (double)i))), shape)
            .Select(weights => Rows.Normalised(weights, shape, mayBeZero: true) ?? Rows.OneHot(weights, shape));

    /// <summary>Rows with 1 in one place.</summary>
    public static Gen<double[]> OneHot(int[] shape, Sizes sizes) =>
        Gen.ArrayOf(Gen.Choose(0, shape[^1] - 1), shape[0]).Select(labels =>
        {
            var rows = new double[shape[0] * shape[^1]];
            for (var i = 0; i < labels.Length; i++)
                rows[i * shape[^1] + labels[i]] = 1;
            return rows;
        });

    /// <summary>One-hot rows, smoothed ones, or any distributions.</summary>
    public static Gen<double[]> SoftTargets(int[] shape, Sizes sizes) => Gen.Frequency(
        (1, OneHot(shape, sizes)),
        (2, from rows in OneHot(shape, sizes)
            from percent in Gen.Choose(1, 50)
            select System.Array.ConvertAll(rows, y => (1 - percent / 100.0) * y + percent / 100.0 / shape[^1])),
        (2, SharesWithZeros(shape, sizes)));

    /// <summary>From 10⁻⁸ to 10⁴, evenly over the powers of ten; half of them short and near 1.</summary>
    public static Gen<double[]> Positive(int[] shape, Sizes sizes) => Gen.Frequency(
        (1, Array(Gen.Choose(1, 5000).Select(i => i / 1000.0), shape)),
        (1, Array(Positive10(4), shape)));

    /// <summary>A·Aᵀ + d·1 for a random A and d from 10⁻² to 1.</summary>
    public static Gen<double[]> PositiveDefinite(int[] shape, Sizes sizes) =>
        from root in Array(Gen.Choose(-20, 20).Select(i => i / 10.0), shape)
        from percent in Gen.Choose(1, 100)
        select SymmetricMatrix.Square(root, shape[0], percent / 100.0);

    /// <summary>10 to a power from −8 to the given one.</summary>
    private static Gen<double> Positive10(int highest) =>
        Gen.Choose(-8000, 1000 * highest).Select(i => Math.Pow(10, i / 1000.0));
}
