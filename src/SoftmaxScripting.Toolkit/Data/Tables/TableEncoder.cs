using System.Globalization;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Turns rows of a table into tensors, by what training rows have shown: the same means, fill values and categories for the
/// rows to judge by and for new ones. Immutable.
/// </summary>
/// <example><code>
/// var chance = model.Predict(data.Encoder!.Inputs(DataFrame.FromRecords([new { Sex = "female", Age = 29.0, … }])));
/// </code></example>
public sealed class TableEncoder
{
    private readonly TableRecipe recipe;
    private readonly IReadOnlyList<ColumnEncoder> encoders;

    internal TableEncoder(TableRecipe recipe, DataFrame train, IReadOnlyList<string> classNames)
    {
        this.recipe = recipe;
        ClassNames = classNames;
        List<ColumnEncoder> kept = [];
        List<string> dropped = [];
        foreach (var plan in recipe.Plans)
        {
            var encoder = ColumnEncoder.Fit(plan, train);
            if (encoder.Constant is not { } constant)
                kept.Add(encoder);
            else if (recipe.DropsConstant)
                dropped.Add(plan.Name);
            else
                throw new DataException(
                    $"{train.Name}: column '{plan.Name}' is {constant} in all {train.Count} training rows, so nothing can be learned from it; "
                    + "leave it out, or say DropConstant().");
        }

        if (kept.Count == 0)
            throw new DataException($"{train.Name}: every chosen column is constant in the training rows: {string.Join(", ", dropped)}.");
        encoders = kept;
        Dropped = dropped;
        FeatureNames = [.. kept.SelectMany(encoder => encoder.Names)];
    }

    /// <summary>What each number of an input row is, in order: <c>Age</c>, <c>Sex = female</c>, <c>Age missing</c>.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The class of each label; empty when numbers are predicted.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Columns left out because they were constant in the training rows.</summary>
    public IReadOnlyList<string> Dropped { get; }

    /// <summary>The inputs of rows, [rows, features], float32.</summary>
    /// <param name="rows">Any rows with the chosen columns; the target need not be there.</param>
    /// <exception cref="DataException">
    /// A column or a cell is missing, a category is unknown to the training rows, or a word stands where a number should.
    /// </exception>
    public Tensor Inputs(DataFrame rows)
    {
        var width = FeatureNames.Count;
        var values = new float[rows.Count * width];
        var offset = 0;
        foreach (var encoder in encoders)
        {
            encoder.Write(rows, values, offset, width);
            offset += encoder.Names.Count;
        }

        return Tensor.Of(values).Reshape(rows.Count, width);
    }

    /// <summary>The targets of rows: labels [rows] (int32) for classes, else numbers [rows, 1] (float32).</summary>
    /// <param name="rows">Rows with the target.</param>
    /// <exception cref="DataException">A target is missing, or a class that the recipe's table does not have.</exception>
    public Tensor Targets(DataFrame rows)
    {
        var column = rows[recipe.Target];
        for (var row = 0; row < rows.Count; row++)
        {
            if (column.IsMissing(row))
                throw new DataException(
                    $"{rows.Name}, {rows.Place(row)}: '{recipe.Target}', the column to predict, is missing; say DropMissing(\"{recipe.Target}\") to leave such rows out.");
        }

        if (!recipe.Classifies)
            return Tensor.Of([.. column.Numbers.Select(x => (float)x)]).Reshape(rows.Count, 1);
        string[] names = [.. ClassNames];
        var labels = new int[rows.Count];
        for (var row = 0; row < labels.Length; row++)
        {
            labels[row] = Array.IndexOf(names, column.TextAt(row));
            if (labels[row] < 0)
                throw new DataException(
                    $"{rows.Name}, {rows.Place(row)}: class '{column.TextAt(row)}' of '{recipe.Target}' is unknown; known are {string.Join(", ", ClassNames)}.");
        }

        return Tensor.Of(labels);
    }

    /// <summary>A data set of encoded rows.</summary>
    /// <param name="train">The rows to learn from.</param>
    /// <param name="test">The rows to judge by; may have no row.</param>
    /// <exception cref="DataException">Rows cannot be encoded, or a part lacks a class.</exception>
    public Dataset Dataset(DataFrame train, DataFrame test)
    {
        var parts = new[] { ("training", train), ("test", test) };
        foreach (var (part, rows) in parts)
        {
            if (!recipe.Classifies || rows.Count == 0)
                continue;
            var there = rows[recipe.Target].Words.ToHashSet(StringComparer.Ordinal);
            if (ClassNames.FirstOrDefault(name => !there.Contains(name)) is { } absent)
                throw new DataException(
                    $"{rows.Name}: no {part} row has class '{absent}' of '{recipe.Target}' ({rows.Count} {part} rows): split with stratified: true, "
                    + "with a larger share, or leave the class out.");
        }

        return new Dataset(
            train.Name,
            train.Origin,
            new Samples(Inputs(train), Targets(train)),
            new Samples(Inputs(test), Targets(test)),
            ClassNames,
            train.Synthetic)
        {
            Encoder = this,
        };
    }
}

/// <summary>Turns the cells of one column into numbers.</summary>
internal abstract class ColumnEncoder(ColumnPlan plan, IReadOnlyList<string> names)
{
    /// <summary>What each number is.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>The value of a column that has no other in the training rows; else null.</summary>
    public string? Constant { get; protected init; }

    protected ColumnPlan Plan { get; } = plan;

    public static ColumnEncoder Fit(ColumnPlan plan, DataFrame train) =>
        plan.Categorical ? new CategoryEncoder(plan, train) : new NumberEncoder(plan, train);

    /// <summary>Writes the column's numbers for all rows.</summary>
    public abstract void Write(DataFrame rows, float[] values, int offset, int width);

    protected static IReadOnlyList<string> WithMark(ColumnPlan plan, IReadOnlyList<string> names) =>
        plan.MarksMissing ? [.. names, $"{plan.Name} missing"] : names;

    protected DataException Missing(DataFrame rows, int row)
    {
        var column = rows[Plan.Name];
        return new(
            $"{rows.Name}, {rows.Place(row)}: '{Plan.Name}' is missing ({column.Missing} of {column.Count} cells are); "
            + $"say FillMissing(\"{Plan.Name}\") or DropMissing(\"{Plan.Name}\").");
    }

    private sealed class NumberEncoder : ColumnEncoder
    {
        private readonly double? fill;
        private readonly double center;
        private readonly double scale = 1;

        public NumberEncoder(ColumnPlan plan, DataFrame train)
            : base(plan, WithMark(plan, [plan.Name]))
        {
            fill = plan.Fill?.NumberFor(train, train[plan.Name]);
            var numbers = Numbers(train);
            var (low, high) = (numbers.Min(), numbers.Max());
            if (low == high && (!plan.MarksMissing || train[plan.Name].Missing is 0))
                Constant = low.ToString("R", CultureInfo.InvariantCulture);
            (center, scale) = plan.Scaling switch
            {
                Scaling.Standard => (numbers.Average(), Deviation(numbers)),
                Scaling.MinMax => (low, high - low),
                _ => (0, 1),
            };
            // Known cells that are all alike, told apart by their mark alone.
            if (scale == 0)
                scale = 1;
        }

        public override void Write(DataFrame rows, float[] values, int offset, int width)
        {
            var numbers = Numbers(rows);
            for (var row = 0; row < numbers.Length; row++)
            {
                var at = (row * width) + offset;
                values[at] = (float)((numbers[row] - center) / scale);
                if (Plan.MarksMissing)
                    values[at + 1] = rows[Plan.Name].IsMissing(row) ? 1 : 0;
            }
        }

        private double[] Numbers(DataFrame rows)
        {
            var column = rows[Plan.Name];
            if (column.Kind != ColumnKind.Numeric && column.Missing < column.Count)
            {
                var row = Enumerable.Range(0, rows.Count).First(r => column.TextAt(r) is { } cell && !ColumnKinds.IsNumber(cell, out _));
                throw new DataException($"{rows.Name}, {rows.Place(row)}, column '{Plan.Name}': '{column.TextAt(row)}' is no number.");
            }

            var numbers = new double[rows.Count];
            for (var row = 0; row < numbers.Length; row++)
            {
                numbers[row] = column.IsMissing(row) ? fill ?? throw Missing(rows, row) : column.Numbers[row];
                if (!double.IsFinite(numbers[row]))
                    throw new DataException($"{rows.Name}, {rows.Place(row)}, column '{Plan.Name}': {numbers[row]} is not finite.");
            }

            return numbers;
        }

        private static double Deviation(double[] numbers)
        {
            var mean = numbers.Average();
            return Math.Sqrt(numbers.Sum(x => (x - mean) * (x - mean)) / numbers.Length);
        }
    }

    private sealed class CategoryEncoder : ColumnEncoder
    {
        private readonly string? fill;
        private readonly string[] categories;

        public CategoryEncoder(ColumnPlan plan, DataFrame train)
            : this(plan, train, CategoriesOf(plan, train))
        {
        }

        private CategoryEncoder(ColumnPlan plan, DataFrame train, (string? Fill, string[] Categories) found)
            : base(plan, WithMark(plan, [
                .. found.Categories.Select(category => $"{plan.Name} = {category}"),
                .. plan.AllowsUnknown ? [$"{plan.Name} unknown"] : Array.Empty<string>()]))
        {
            (fill, categories) = found;
            for (var row = 0; row < train.Count; row++)
                _ = Cell(train, row);
            if (categories.Length == 1 && (!plan.MarksMissing || train[plan.Name].Missing is 0))
                Constant = $"'{categories[0]}'";
        }

        public override void Write(DataFrame rows, float[] values, int offset, int width)
        {
            for (var row = 0; row < rows.Count; row++)
            {
                var cell = Cell(rows, row);
                var index = Array.IndexOf(categories, cell);
                if (index < 0)
                {
                    if (!Plan.AllowsUnknown)
                        throw new DataException(
                            $"{rows.Name}, {rows.Place(row)}: category '{cell}' of '{Plan.Name}' occurs in no training row{DidYouMean.Suffix(cell, categories)}; "
                            + $"known are {string.Join(", ", categories)}. Say AllowUnknown(\"{Plan.Name}\") to give such rows a column of their own.");
                    index = categories.Length;
                }

                var at = (row * width) + offset;
                values[at + index] = 1;
                if (Plan.MarksMissing)
                    values[at + Names.Count - 1] = rows[Plan.Name].IsMissing(row) ? 1 : 0;
            }
        }

        private static (string? Fill, string[] Categories) CategoriesOf(ColumnPlan plan, DataFrame train)
        {
            var column = train[plan.Name];
            var fill = plan.Fill?.WordFor(train, column);
            string[] categories = [.. column.Categories];
            return (fill, fill is not null && column.Missing > 0 && !categories.Contains(fill) ? [.. categories, fill] : categories);
        }

        private string Cell(DataFrame rows, int row) => rows[Plan.Name].TextAt(row) ?? fill ?? throw Missing(rows, row);
    }
}
