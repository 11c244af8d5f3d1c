using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Divides rows by chance into parts to learn from and parts to judge by. Stratified, each class has the same share in every
/// part (to the nearest row). The same seed gives the same parts on every machine.
/// </summary>
/// <param name="name">Whose rows they are, for messages.</param>
/// <param name="count">How many rows there are.</param>
/// <param name="classes">The class of each row; null for a plain division.</param>
/// <param name="classNames">The name of each class.</param>
internal sealed class Splits(string name, int count, int[]? classes, IReadOnlyList<string> classNames)
{
    /// <summary>The rows of a table, by the categories of a column where one is named.</summary>
    public static Splits Of(DataFrame table, string? stratifyBy)
    {
        if (stratifyBy is null)
            return new Splits(table.Name, table.Count, null, []);
        var column = table[stratifyBy];
        for (var row = 0; row < table.Count; row++)
        {
            if (column.IsMissing(row))
                throw new DataException(
                    $"{table.Name}, {table.Place(row)}: '{stratifyBy}' is missing; a stratified split needs it in every row.");
        }

        var names = column.Categories;
        var number = names.Select((category, index) => (category, index)).ToDictionary(x => x.category, x => x.index, StringComparer.Ordinal);
        return new Splits(table.Name, table.Count, [.. column.Words.Select(word => number[word!])], names);
    }

    /// <summary>The rows of samples, by their class labels where the parts shall be stratified.</summary>
    public static Splits Of(string name, Samples samples, IReadOnlyList<string> classNames, bool stratified)
    {
        if (!stratified)
            return new Splits(name, samples.Count, null, []);
        if (samples.Targets.DType != DType.Int32 || samples.Targets.Rank != 1)
            throw new DataException(
                $"{name}: a stratified split needs class labels; the targets are {samples.Targets.DType} {samples.Targets.Shape}. "
                + "Split with stratified: false.");
        var labels = samples.Targets.ToInts();
        var names = classNames.Count > 0 ? classNames : [.. Enumerable.Range(0, labels.Length == 0 ? 0 : labels.Max() + 1).Select(label => $"{label}")];
        return new Splits(name, samples.Count, labels, names);
    }

    /// <summary>Rows to learn from and rows to judge by, each in rising order.</summary>
    /// <exception cref="DataException">The share is out of range, a part would be empty, or a class has one row only.</exception>
    public (int[] Train, int[] Test) Split(double testShare, ulong seed)
    {
        if (!(testShare > 0 && testShare < 1))
            throw new DataException($"{name}: the share of test rows is {testShare}; it must be above 0 and below 1, such as 0.2.");
        List<int> train = [], test = [];
        foreach (var (index, rows) in Groups(seed))
        {
            var held = (int)Math.Round(testShare * rows.Length, MidpointRounding.AwayFromZero);
            if (classes is not null)
            {
                if (rows.Length < 2)
                    throw new DataException(
                        $"{name}: class '{classNames[index]}' has 1 row, which cannot lie in both parts of a stratified split; "
                        + "leave the class out, join it with another, or split with stratified: false.");
                held = Math.Clamp(held, 1, rows.Length - 1);
            }

            test.AddRange(rows.AsSpan(0, held));
            train.AddRange(rows.AsSpan(held));
        }

        if (train.Count == 0 || test.Count == 0)
            throw new DataException(
                $"{name}: a share of {testShare} of {count} rows leaves no row to {(train.Count == 0 ? "learn from" : "judge by")}.");
        return ([.. train.Order()], [.. test.Order()]);
    }

    /// <summary>k divisions; the test parts are disjoint and together all rows.</summary>
    /// <exception cref="DataException">k is below 2, or there are fewer rows (of a class) than parts.</exception>
    public IReadOnlyList<(int[] Train, int[] Test)> Folds(int k, ulong seed)
    {
        if (k < 2)
            throw new DataException($"{name}: {k} folds; at least 2 are needed, 5 or 10 are usual.");
        if (count < k)
            throw new DataException($"{name}: {k} folds of {count} rows; each fold needs a row.");
        var foldOf = new int[count];
        var next = 0;
        foreach (var (index, rows) in Groups(seed))
        {
            if (classes is not null && rows.Length < k)
                throw new DataException(
                    $"{name}: class '{classNames[index]}' has {rows.Length} row{(rows.Length == 1 ? "" : "s")}, fewer than the {k} folds, "
                    + "so that a fold would be without it; take fewer folds, leave the class out, or use stratified: false.");
            // Going on where the last class stopped keeps the folds of nearly one size.
            foreach (var row in rows)
                foldOf[row] = next++ % k;
        }

        return [.. Enumerable.Range(0, k).Select(fold => (
            Enumerable.Range(0, count).Where(row => foldOf[row] != fold).ToArray(),
            Enumerable.Range(0, count).Where(row => foldOf[row] == fold).ToArray()))];
    }

    /// <summary>The rows of each class in random order; all rows as one group when there are no classes.</summary>
    private IEnumerable<(int Class, int[] Rows)> Groups(ulong seed)
    {
        var order = Philox.Permutation(seed, RandomUse.Split, count);
        if (classes is null)
            return [(-1, order)];
        return order.GroupBy(row => classes[row]).OrderBy(group => group.Key).Select(group => (group.Key, group.ToArray()));
    }
}

/// <summary>
/// Streams of random numbers that data handling uses, far away from those of passes (small numbers) and of random tensors,
/// so that one seed serves all without any two uses sharing numbers.
/// </summary>
internal static class RandomUse
{
    /// <summary>The division into parts.</summary>
    public const ulong Split = 0xD1_5C_00_01UL << 32;

    /// <summary>The order of rows within a shuffle buffer; pass and buffer are mixed in.</summary>
    public const ulong Buffer = 0xD1_5C_00_04UL << 32;

    /// <summary>Made-up tables.</summary>
    public const ulong StandIn = 0xD1_5C_00_02UL << 32;

    /// <summary>Wrong labels put in on purpose.</summary>
    public const ulong LabelNoise = 0xD1_5C_00_03UL << 32;
}
