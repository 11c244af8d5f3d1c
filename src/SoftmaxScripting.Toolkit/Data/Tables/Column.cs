using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>What the cells of a column are.</summary>
public enum ColumnKind
{
    /// <summary>Numbers.</summary>
    Numeric,

    /// <summary>One of few words each: sex, town, species.</summary>
    Categorical,

    /// <summary>Words that hardly repeat: names, remarks.</summary>
    Text,
}

/// <summary>A named column of a <see cref="DataFrame"/>; cells may be missing. Immutable.</summary>
public sealed class Column
{
    private readonly double[]? numbers;
    private readonly string?[]? words;

    private Column(string name, ColumnKind kind, double[]? numbers, string?[]? words)
    {
        Name = name;
        Kind = kind;
        this.numbers = numbers;
        this.words = words;
        Count = numbers?.Length ?? words!.Length;
        Missing = numbers?.Count(double.IsNaN) ?? words!.Count(word => word is null);
    }

    /// <summary>The name, as the header has it.</summary>
    public string Name { get; }

    /// <summary>What the cells are.</summary>
    public ColumnKind Kind { get; }

    /// <summary>How many cells there are, missing ones included.</summary>
    public int Count { get; }

    /// <summary>How many cells are missing.</summary>
    public int Missing { get; }

    /// <summary>Every number, NaN for a missing one.</summary>
    /// <exception cref="DataException">The column holds words.</exception>
    public IReadOnlyList<double> Numbers => numbers
        ?? throw new DataException($"Column '{Name}' holds words{Example()}, not numbers; its kind is {Kind}.");

    /// <summary>Every cell as text, null for a missing one; numbers in their shortest exact form.</summary>
    public IReadOnlyList<string?> Words => words ?? Array.ConvertAll(numbers!, Text);

    /// <summary>The different cells that occur, without missing ones: numbers by size, words by their characters.</summary>
    public IReadOnlyList<string> Categories => numbers is null
        ? [.. words!.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
        : [.. numbers.Where(number => !double.IsNaN(number)).Distinct().Order().Select(number => Text(number)!)];

    /// <summary>A column of numbers, NaN for what is missing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="numbers">Its cells.</param>
    public static Column Of(string name, IEnumerable<double> numbers) => new(name, ColumnKind.Numeric, [.. numbers], null);

    /// <summary>A column of words, null for what is missing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="words">Its cells.</param>
    /// <param name="kind">Categorical or Text; null looks how often the words repeat.</param>
    public static Column Of(string name, IEnumerable<string?> words, ColumnKind? kind = null)
    {
        string?[] cells = [.. words];
        return new(name, kind ?? ColumnKinds.OfWords(cells), null, cells);
    }

    /// <summary>Whether a cell is missing.</summary>
    /// <param name="row">From 0.</param>
    public bool IsMissing(int row) => numbers is null ? words![row] is null : double.IsNaN(numbers[row]);

    /// <summary>A cell as text; null when it is missing.</summary>
    /// <param name="row">From 0.</param>
    public string? TextAt(int row) => numbers is null ? words![row] : Text(numbers[row]);

    /// <summary>The cells of some rows, in the order given.</summary>
    internal Column Select(int[] rows) => new(
        Name,
        Kind,
        numbers is null ? null : Array.ConvertAll(rows, row => numbers[row]),
        words is null ? null : Array.ConvertAll(rows, row => words[row]));

    internal Column Renamed(string name) => new(name, Kind, numbers, words);

    private static string? Text(double number) =>
        double.IsNaN(number) ? null : number.ToString("R", CultureInfo.InvariantCulture);

    private string Example() => words?.OfType<string>().FirstOrDefault() is { } word ? $" such as '{word}'" : "";
}

/// <summary>How cells are told to be numbers, categories or text.</summary>
internal static class ColumnKinds
{
    private const int MostCategories = 100;

    /// <summary>Categories repeat: at most a hundred of them, each twice on average.</summary>
    public static ColumnKind OfWords(string?[] cells)
    {
        var different = new HashSet<string>(StringComparer.Ordinal);
        var known = 0;
        foreach (var cell in cells)
        {
            if (cell is null)
                continue;
            known++;
            different.Add(cell);
        }

        return different.Count <= MostCategories && 2 * different.Count <= Math.Max(known, 2)
            ? ColumnKind.Categorical
            : ColumnKind.Text;
    }

    /// <summary>Reads a number as every program writes it: with a point and without thousands' separators.</summary>
    public static bool IsNumber(string cell, out double number) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
