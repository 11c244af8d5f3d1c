using System.Collections.Immutable;

namespace SoftmaxScripting.Toolkit;

/// <summary>How the numbers of a column are brought to one size.</summary>
internal enum Scaling
{
    None,
    Standard,
    MinMax,
}

/// <summary>What a recipe does with one column.</summary>
internal sealed record ColumnPlan(string Name, bool Categorical)
{
    public Fill? Fill { get; init; }

    public Scaling Scaling { get; init; }

    public bool MarksMissing { get; init; }

    public bool AllowsUnknown { get; init; }
}

/// <summary>
/// How a table becomes inputs and targets, said step by step; each step gives a new recipe. Whatever has to be found from
/// data - means, medians, categories - is found from the training rows alone, when they are known. Steps without column
/// names mean all columns chosen so far. Immutable.
/// </summary>
public sealed class TableRecipe
{
    private readonly DataFrame table;

    private TableRecipe(DataFrame table, string target, bool classifies)
    {
        this.table = table;
        Target = target;
        Classifies = classifies;
    }

    private TableRecipe(TableRecipe other)
    {
        table = other.table;
        Target = other.Target;
        Classifies = other.Classifies;
        Plans = other.Plans;
        DropsConstant = other.DropsConstant;
        Dropped = other.Dropped;
    }

    /// <summary>The column to predict.</summary>
    public string Target { get; }

    /// <summary>Whether classes are predicted; if not, numbers.</summary>
    public bool Classifies { get; }

    internal ImmutableList<ColumnPlan> Plans { get; private init; } = [];

    internal bool DropsConstant { get; private init; }

    /// <summary>Columns whose missing cells drop the row.</summary>
    private ImmutableHashSet<string> Dropped { get; init; } = [];

    /// <summary>Columns that go in as numbers.</summary>
    /// <param name="columns">Their names.</param>
    /// <exception cref="DataException">A column is unknown, holds words, is chosen twice or is the target.</exception>
    public TableRecipe Numeric(params string[] columns) => Choose(columns, categorical: false);

    /// <summary>Columns that go in as one 0/1 column for each category of the training rows (one-hot).</summary>
    /// <param name="columns">Their names.</param>
    /// <exception cref="DataException">A column is unknown, chosen twice or is the target.</exception>
    public TableRecipe Categorical(params string[] columns) => Choose(columns, categorical: true);

    /// <summary>Every column not chosen yet, text excepted: numeric ones as numbers, categorical ones one-hot.</summary>
    public TableRecipe AllOthers()
    {
        var others = table.Columns
            .Where(column => column.Name != Target && Plans.TrueForAll(plan => plan.Name != column.Name)).ToList();
        return Numeric([.. others.Where(column => column.Kind == ColumnKind.Numeric).Select(column => column.Name)])
            .Categorical([.. others.Where(column => column.Kind == ColumnKind.Categorical).Select(column => column.Name)]);
    }

    /// <summary>Puts the median (numbers) or the most frequent word (categories) of the training rows for missing cells.</summary>
    /// <param name="columns">Which; none for all chosen so far.</param>
    public TableRecipe FillMissing(params string[] columns) => FillMissing(Fill.Usual, columns);

    /// <summary>Puts a value found from the training rows, or one of one's own, for missing cells.</summary>
    /// <param name="fill"><see cref="Fill.Mean"/>, <see cref="Fill.Median"/>, <see cref="Fill.MostFrequent"/> or <see cref="Fill.With(double)"/>.</param>
    /// <param name="columns">Which; none for all chosen so far of the kind that the value is for.</param>
    public TableRecipe FillMissing(Fill fill, params string[] columns) =>
        Change($"FillMissing({fill})", columns, plan => fill.Fits(plan.Categorical), plan => plan with { Fill = fill });

    /// <summary>Adds a 0/1 column that tells which cells were missing: 1 where one was.</summary>
    /// <param name="columns">Which; none for all chosen so far.</param>
    public TableRecipe MarkMissing(params string[] columns) =>
        Change("MarkMissing", columns, _ => true, plan => plan with { MarksMissing = true });

    /// <summary>Leaves out rows in which a cell is missing.</summary>
    /// <param name="columns">Which cells count; none for all chosen so far and the target.</param>
    public TableRecipe DropMissing(params string[] columns)
    {
        foreach (var column in columns)
            _ = table[column];
        return new(this) { Dropped = Dropped.Union(columns.Length > 0 ? columns : [.. Plans.Select(plan => plan.Name), Target]) };
    }

    /// <summary>(x − mean)/standard deviation, both those of the training rows (σ² = Σ(x − mean)²/n).</summary>
    /// <param name="columns">Which; none for all numeric ones chosen so far.</param>
    public TableRecipe Standardize(params string[] columns) =>
        Change("Standardize", columns, plan => !plan.Categorical, plan => plan with { Scaling = Scaling.Standard });

    /// <summary>(x − min)/(max − min), both those of the training rows, so that these lie in [0, 1].</summary>
    /// <param name="columns">Which; none for all numeric ones chosen so far.</param>
    public TableRecipe MinMax(params string[] columns) =>
        Change("MinMax", columns, plan => !plan.Categorical, plan => plan with { Scaling = Scaling.MinMax });

    /// <summary>
    /// Adds a 0/1 column <c>unknown</c> for categories that no training row has; without it such a category is an error.
    /// </summary>
    /// <param name="columns">Which; none for all categorical ones chosen so far.</param>
    public TableRecipe AllowUnknown(params string[] columns) =>
        Change("AllowUnknown", columns, plan => plan.Categorical, plan => plan with { AllowsUnknown = true });

    /// <summary>Leaves out columns that are constant in the training rows; without it such a column is an error.</summary>
    public TableRecipe DropConstant() => new(this) { DropsConstant = true };

    /// <summary>Finds means, fill values and categories from training rows.</summary>
    /// <param name="train">The training rows.</param>
    /// <returns>What encodes these rows, and later ones likewise.</returns>
    /// <exception cref="DataException">No column is chosen, a cell is missing and nothing fills it, or a column is constant.</exception>
    public TableEncoder Fit(DataFrame train) => Fit(train, KnownRows(train), ClassesOf(table));

    /// <summary>A data set of all rows, without rows to judge by.</summary>
    public Dataset All()
    {
        var rows = KnownRows(table);
        return Fit(rows, rows, ClassesOf(rows)).Dataset(rows, rows.Take(0));
    }

    /// <summary>A data set of two parts by chance, encoded by what the training part shows.</summary>
    /// <param name="test">The share of rows to judge by.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="stratified">Whether each class has the same share in both parts; null for yes where there are classes.</param>
    /// <exception cref="DataException">A part would be empty or lack a class, or the training part cannot be encoded.</exception>
    public Dataset Split(double test = 0.2, ulong seed = 0, bool? stratified = null)
    {
        var rows = KnownRows(table);
        var (train, held) = rows.Split(test, seed, StratifyBy(stratified));
        return Encoded(rows, train, held);
    }

    /// <summary>k data sets: each part in turn is judged by, with an encoding found from the others.</summary>
    /// <param name="count">k.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="stratified">Whether each class has the same share in all parts; null for yes where there are classes.</param>
    /// <exception cref="DataException">A part would be empty or lack a class, or a training part cannot be encoded.</exception>
    public IReadOnlyList<Dataset> Folds(int count = 5, ulong seed = 0, bool? stratified = null)
    {
        var rows = KnownRows(table);
        return [.. rows.Folds(count, seed, StratifyBy(stratified)).Select(fold => Encoded(rows, fold.Train, fold.Test))];
    }

    internal static TableRecipe For(DataFrame table, string target, bool? classes)
    {
        const int mostWholeNumbers = 20;
        var column = table[target];
        if (column.Missing == column.Count)
            throw new DataException($"{table.Name}: every cell of '{target}', the column to predict, is missing.");
        if (classes == false && column.Kind != ColumnKind.Numeric)
            _ = column.Numbers;
        var looksLikeClasses = column.Kind != ColumnKind.Numeric
            || (column.Categories.Count <= mostWholeNumbers && column.Numbers.All(x => double.IsNaN(x) || x == Math.Floor(x)));
        return new TableRecipe(table, target, classes ?? looksLikeClasses);
    }

    private TableEncoder Fit(DataFrame named, DataFrame train, IReadOnlyList<string> classes)
    {
        if (Plans.IsEmpty)
            throw new DataException($"{named.Name}: no column is chosen to predict '{Target}' from; say Numeric(…), Categorical(…) or AllOthers().");
        if (train.Count == 0)
            throw new DataException($"{named.Name}: there is no training row{(Dropped.IsEmpty ? "" : " without a missing cell")}.");
        return new TableEncoder(this, train, classes);
    }

    private Dataset Encoded(DataFrame all, DataFrame train, DataFrame test) => Fit(all, train, ClassesOf(all)).Dataset(train, test);

    private IReadOnlyList<string> ClassesOf(DataFrame rows) => Classifies ? rows[Target].Categories : [];

    private string? StratifyBy(bool? stratified)
    {
        if (stratified == true && !Classifies)
            throw new DataException($"{table.Name}: '{Target}' is predicted as a number, and only classes can be stratified by.");
        return (stratified ?? Classifies) ? Target : null;
    }

    private DataFrame KnownRows(DataFrame rows)
    {
        if (Dropped.IsEmpty)
            return rows;
        var columns = Dropped.Where(rows.Has).Select(name => rows[name]).ToList();
        return rows.Where(row => columns.TrueForAll(column => !column.IsMissing(row.Index)));
    }

    private TableRecipe Choose(string[] columns, bool categorical)
    {
        var plans = Plans;
        foreach (var name in columns)
        {
            var column = table[name];
            if (name == Target)
                throw new DataException($"{table.Name}: '{name}' is the column to predict; it cannot be predicted from.");
            if (plans.Exists(plan => plan.Name == name))
                throw new DataException($"{table.Name}: column '{name}' is chosen twice.");
            if (!categorical && column.Kind != ColumnKind.Numeric)
            {
                var row = Enumerable.Range(0, table.Count).First(r => column.TextAt(r) is { } cell && !ColumnKinds.IsNumber(cell, out _));
                throw new DataException(
                    $"{table.Name}, {table.Place(row)}, column '{name}': '{column.TextAt(row)}' is no number; choose it with Categorical(\"{name}\"), "
                    + "or declare that word as missing when the table is read.");
            }

            plans = plans.Add(new ColumnPlan(name, categorical));
        }

        return new(this) { Plans = plans };
    }

    private TableRecipe Change(string step, string[] columns, Predicate<ColumnPlan> fits, Func<ColumnPlan, ColumnPlan> change)
    {
        foreach (var name in columns)
        {
            _ = table[name];
            var plan = Plans.Find(plan => plan.Name == name)
                ?? throw new DataException($"{table.Name}: {step}: column '{name}' is not chosen yet; say Numeric(\"{name}\") or Categorical(\"{name}\") before.");
            if (!fits(plan))
                throw new DataException($"{table.Name}: {step} is for {(plan.Categorical ? "numeric" : "categorical")} columns; '{name}' is chosen as {(plan.Categorical ? "categorical" : "numeric")}.");
        }

        if (columns.Length == 0 && Plans.IsEmpty)
            throw new DataException($"{table.Name}: {step} comes after the columns it is for: Numeric(…), Categorical(…) or AllOthers() before it.");
        if (!Plans.Exists(fits))
            throw new DataException(
                $"{table.Name}: {step} is for {(Plans[0].Categorical ? "numeric" : "categorical")} columns, and none of those chosen so far is: "
                + $"{string.Join(", ", Plans.Select(plan => $"'{plan.Name}'"))}.");
        return new(this)
        {
            Plans = [.. Plans.Select(plan => fits(plan) && (columns.Length == 0 || columns.Contains(plan.Name)) ? change(plan) : plan)],
        };
    }
}
