using System.Globalization;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// What the inputs of a property were like: a property that holds for vectors of one element has said little.
/// </summary>
/// <example><code>Print(Property("rows sum to 1", z => Near(Softmax(z).Sum(-1), 1)).Statistics);</code></example>
public sealed class InputStatistics
{
    /// <summary>Numbers from here on count as large.</summary>
    private const double Large = 100;

    private readonly HashSet<string> shapes = [];
    private readonly SortedDictionary<string, int> classes = new(StringComparer.Ordinal);

    /// <summary>How many inputs were tried.</summary>
    public int Inputs { get; private set; }

    /// <summary>How many different shapes they had, all arguments together.</summary>
    public int Shapes => shapes.Count;

    /// <summary>The fewest elements of an input, all arguments together.</summary>
    public int FewestElements { get; private set; } = int.MaxValue;

    /// <summary>The most elements of an input, all arguments together.</summary>
    public int MostElements { get; private set; }

    /// <summary>The largest finite number.</summary>
    public double LargestMagnitude { get; private set; }

    /// <summary>How many inputs hold a number of size 100 or more.</summary>
    public int WithLargeNumbers { get; private set; }

    /// <summary>How many inputs hold the same number twice in one argument.</summary>
    public int WithTies { get; private set; }

    /// <summary>How many inputs hold a 0.</summary>
    public int WithZeros { get; private set; }

    /// <summary>How many inputs hold an infinity.</summary>
    public int WithInfinities { get; private set; }

    /// <summary>How many inputs belong to each class that the property named with <see cref="Claim.Classified"/>.</summary>
    public IReadOnlyDictionary<string, int> Classes => classes;

    /// <summary>
    /// <c>100 inputs: 31 shapes of 1 to 42 elements, up to 1e4 in size; 30% with large numbers, …</c>.
    /// </summary>
    public override string ToString()
    {
        if (Inputs == 0)
            return "no inputs";
        var elements = FewestElements == MostElements
            ? $"{Text(MostElements)} elements"
            : $"{Text(FewestElements)} to {Text(MostElements)} elements";
        string[] shares =
        [
            $"{Share(WithLargeNumbers)} with numbers of 100 or more",
            $"{Share(WithTies)} with ties",
            $"{Share(WithZeros)} with zeros",
            $"{Share(WithInfinities)} with infinities",
            .. classes.Select(pair => $"{Share(pair.Value)} {pair.Key}"),
        ];
        return $"{Text(Inputs)} {(Inputs == 1 ? "input" : "inputs")}: {Text(Shapes)} "
            + $"{(Shapes == 1 ? "shape" : "shapes")} of {elements}, up to {TensorText.Rounded(LargestMagnitude)} in size; "
            + string.Join(", ", shares);
    }

    /// <summary>Counts an input.</summary>
    /// <param name="tensors">Its arguments.</param>
    internal void Add(Tensor[] tensors)
    {
        Inputs++;
        shapes.Add(string.Join(' ', tensors.Select(tensor => tensor.Shape.ToString())));
        var values = tensors.Select(tensor => tensor.ToDoubles()).ToArray();
        var count = values.Sum(v => v.Length);
        FewestElements = Math.Min(FewestElements, count);
        MostElements = Math.Max(MostElements, count);
        var all = values.SelectMany(v => v).ToArray();
        var largest = all.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        LargestMagnitude = Math.Max(LargestMagnitude, largest);
        WithLargeNumbers += largest >= Large ? 1 : 0;
        WithTies += Array.Exists(values, v => v.Distinct().Count() < v.Length) ? 1 : 0;
        WithZeros += Array.Exists(all, x => x == 0) ? 1 : 0;
        WithInfinities += Array.Exists(all, double.IsInfinity) ? 1 : 0;
    }

    /// <summary>Counts the classes an input belongs to.</summary>
    /// <param name="names">Their names.</param>
    internal void Add(IEnumerable<string> names)
    {
        foreach (var name in names)
            classes[name] = classes.GetValueOrDefault(name) + 1;
    }

    private string Share(int count) => (100.0 * count / Inputs).ToString("0", CultureInfo.InvariantCulture) + "%";

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
