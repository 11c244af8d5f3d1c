using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Rows and named columns, as in a CSV file: the raw material of a <see cref="Dataset"/>. Missing cells stay missing until a
/// <see cref="TableRecipe"/> says what to do with them. Immutable.
/// </summary>
/// <example><code>
/// var data = DataFrame.Read("titanic.csv").Predict("Survived")
///     .Numeric("Age", "Fare").Categorical("Sex", "Pclass").FillMissing().Standardize()
///     .Split(test: 0.2, seed: 1);
/// </code></example>
public sealed partial class DataFrame
{
    private readonly Dictionary<string, Column> byName;

    /// <summary>The line of the file that each row begins at; null when there is no file.</summary>
    private readonly int[]? lines;

    /// <summary>Puts a table together.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="columns">The columns, of one length, with different names.</param>
    /// <exception cref="DataException">There is no column, two have one name, or their lengths differ.</exception>
    public DataFrame(string name, IReadOnlyList<Column> columns)
        : this(name, columns, null)
    {
    }

    internal DataFrame(string name, IReadOnlyList<Column> columns, int[]? lines)
    {
        if (columns.Count == 0)
            throw new DataException($"{name}: a table needs at least one column.");
        byName = new Dictionary<string, Column>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (!byName.TryAdd(column.Name, column))
                throw new DataException($"{name}: two columns are called '{column.Name}'; names must differ.");
            if (column.Count != columns[0].Count)
                throw new DataException(
                    $"{name}: column '{column.Name}' has {column.Count} cells and '{columns[0].Name}' has {columns[0].Count}; "
                    + "all columns must be of one length.");
        }

        Name = name;
        Columns = columns;
        this.lines = lines;
    }

    /// <summary>What it is called in messages: the file's name.</summary>
    public string Name { get; }

    /// <summary>One sentence: where it comes from; empty when nothing is known.</summary>
    public string Origin { get; internal init; } = "";

    /// <summary>True when a program made the rows up.</summary>
    public bool Synthetic { get; internal init; }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The number of rows.</summary>
    public int Count => Columns[0].Count;

    /// <summary>A column by its name.</summary>
    /// <param name="name">As the header has it.</param>
    /// <exception cref="DataException">There is none; the message lists those there are.</exception>
    public Column this[string name] => byName.TryGetValue(name, out var column)
        ? column
        : throw new DataException(
            $"{Name} has no column '{name}'{DidYouMean.Suffix(name, byName.Keys)}. "
            + $"It has {string.Join(", ", Columns.Select(c => $"'{c.Name}'"))}.");

    /// <summary>Whether there is a column of that name.</summary>
    /// <param name="name">As the header has it.</param>
    public bool Has(string name) => byName.ContainsKey(name);

    /// <summary>The rows of these numbers, in the order given; a number may come more than once.</summary>
    /// <param name="rows">From 0.</param>
    public DataFrame Select(IReadOnlyList<int> rows)
    {
        int[] chosen = [.. rows];
        var bad = Array.FindIndex(chosen, row => (uint)row >= (uint)Count);
        if (bad >= 0)
            throw new DataException($"{Name}: row {chosen[bad]} is asked for; there are {Count} rows, from 0.");
        return With([.. Columns.Select(column => column.Select(chosen))], lines is null ? null : Array.ConvertAll(chosen, row => lines[row]));
    }

    /// <summary>The first rows.</summary>
    /// <param name="count">How many; more than there are gives all.</param>
    public DataFrame Take(int count) => Select([.. Enumerable.Range(0, Math.Clamp(count, 0, Count))]);

    /// <summary>The rows that a condition holds for.</summary>
    /// <param name="condition">Of a row.</param>
    public DataFrame Where(Func<TableRow, bool> condition) =>
        Select([.. Enumerable.Range(0, Count).Where(row => condition(new TableRow(this, row)))]);

    /// <summary>The table with one more column, or with another in place of the one of that name.</summary>
    /// <param name="column">As long as the others.</param>
    public DataFrame With(Column column) => With(
        Has(column.Name)
            ? [.. Columns.Select(old => old.Name == column.Name ? column : old)]
            : [.. Columns, column],
        lines);

    /// <summary>The table with a column of numbers computed from each row.</summary>
    /// <param name="name">The new column's name.</param>
    /// <param name="value">NaN for a missing cell.</param>
    public DataFrame With(string name, Func<TableRow, double> value) =>
        With(Column.Of(name, Enumerable.Range(0, Count).Select(row => value(new TableRow(this, row)))));

    /// <summary>The table with a column of words computed from each row.</summary>
    /// <param name="name">The new column's name.</param>
    /// <param name="value">Null for a missing cell.</param>
    public DataFrame With(string name, Func<TableRow, string?> value) =>
        With(Column.Of(name, Enumerable.Range(0, Count).Select(row => value(new TableRow(this, row)))));

    /// <summary>The table without some columns.</summary>
    /// <param name="names">The columns to leave out.</param>
    /// <exception cref="DataException">There is no such column, or none is left.</exception>
    public DataFrame Without(params string[] names)
    {
        foreach (var name in names)
            _ = this[name];
        return With([.. Columns.Where(column => !names.Contains(column.Name))], lines);
    }

    /// <summary>Two parts by chance: rows to learn from and rows to judge by.</summary>
    /// <param name="test">The share of rows to judge by, above 0 and below 1.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="stratifyBy">A column whose categories shall have the same shares in both parts; null for none.</param>
    /// <exception cref="DataException">The share is out of range, a part would be empty, or a category has one row only.</exception>
    public (DataFrame Train, DataFrame Test) Split(double test = 0.2, ulong seed = 0, string? stratifyBy = null)
    {
        var (train, held) = Splits.Of(this, stratifyBy).Split(test, seed);
        return (Select(train), Select(held));
    }

    /// <summary>k parts by chance, each in turn the rows to judge by while the others are learned from.</summary>
    /// <param name="count">k, at least 2.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="stratifyBy">A column whose categories shall have the same shares in all parts; null for none.</param>
    /// <exception cref="DataException">There are fewer rows (or rows of a category) than parts.</exception>
    public IReadOnlyList<(DataFrame Train, DataFrame Test)> Folds(int count = 5, ulong seed = 0, string? stratifyBy = null) =>
        [.. Splits.Of(this, stratifyBy).Folds(count, seed).Select(fold => (Select(fold.Train), Select(fold.Test)))];

    /// <summary>Begins a recipe for learning a column: classes where it holds words or few whole numbers, else numbers.</summary>
    /// <param name="target">The column to predict.</param>
    public TableRecipe Predict(string target) => TableRecipe.For(this, target, null);

    /// <summary>Begins a recipe for learning a column's category, whatever its cells are.</summary>
    /// <param name="target">The column to predict.</param>
    public TableRecipe PredictClass(string target) => TableRecipe.For(this, target, classes: true);

    /// <summary>Begins a recipe for learning a column's number: regression, or 0 and 1 for a single sigmoid.</summary>
    /// <param name="target">The column to predict; numeric.</param>
    public TableRecipe PredictNumber(string target) => TableRecipe.For(this, target, classes: false);

    internal DataFrame Called(string name, string origin) => new(name, Columns, lines) { Origin = origin, Synthetic = Synthetic };

    /// <summary>Where a row is: its line in the file, or its number.</summary>
    internal string Place(int row) => lines is null ? $"row {row}" : $"line {lines[row]}";

    /// <summary>Name, sizes and one line for each column: kind, missing cells, examples.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Name}: {Count} rows{(Synthetic ? " (synthetic)" : "")}");
        var width = Columns.Max(column => column.Name.Length);
        foreach (var column in Columns)
        {
            var missing = column.Missing > 0 ? $"{column.Missing} missing" : "";
            text.Append('\n').Append($"  {column.Name.PadRight(width)}  {column.Kind,-11}  {missing,-12}  {Summary(column)}".TrimEnd());
        }

        return text.ToString();
    }

    private static string Summary(Column column)
    {
        const int shown = 4;
        if (column.Missing == column.Count)
            return "";
        if (column.Kind == ColumnKind.Numeric)
        {
            var known = column.Numbers.Where(number => !double.IsNaN(number)).ToList();
            return string.Create(CultureInfo.InvariantCulture, $"{known.Min():G4} .. {known.Max():G4}, mean {known.Average():G4}");
        }

        var words = column.Kind == ColumnKind.Categorical ? column.Categories : [.. column.Words.OfType<string>().Take(shown + 1)];
        return string.Join(", ", words.Take(shown).Select(word => word.Length > 24 ? word[..23] + "…" : word))
            + (words.Count > shown ? ", …" : "");
    }

    private DataFrame With(IReadOnlyList<Column> columns, int[]? newLines) =>
        new(Name, columns, newLines) { Origin = Origin, Synthetic = Synthetic };
}

/// <summary>One row of a <see cref="DataFrame"/>.</summary>
/// <param name="Table">The table.</param>
/// <param name="Index">The row, from 0.</param>
public readonly record struct TableRow(DataFrame Table, int Index)
{
    /// <summary>A cell's number; NaN when it is missing.</summary>
    /// <param name="column">The column's name.</param>
    public double Number(string column) => Table[column].Numbers[Index];

    /// <summary>A cell as text; null when it is missing.</summary>
    /// <param name="column">The column's name.</param>
    public string? Text(string column) => Table[column].TextAt(Index);
}
