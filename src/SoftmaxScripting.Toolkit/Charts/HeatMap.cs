using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>A table of numbers as coloured cells, such as a confusion matrix. Immutable.</summary>
public sealed record HeatMap : Figure
{
    /// <summary>A heat map.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="values">[rows, columns]; NaN is left empty.</param>
    public HeatMap(string title, double[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Title = title;
        Values = values;
    }

    /// <summary>[rows, columns]; not to be written to.</summary>
    public double[,] Values { get; }

    /// <summary>The names of the rows; empty for their numbers.</summary>
    public IReadOnlyList<string> RowNames { get; init; } = [];

    /// <summary>The names of the columns; empty for their numbers.</summary>
    public IReadOnlyList<string> ColumnNames { get; init; } = [];

    /// <summary>What the rows are.</summary>
    public string RowTitle { get; init; } = "";

    /// <summary>What the columns are.</summary>
    public string ColumnTitle { get; init; } = "";

    /// <summary>Whether each row is coloured by its share of the row's sum.</summary>
    public bool ByRow { get; init; }

    /// <summary>How often each class was predicted for each true class; rows coloured by their shares.</summary>
    /// <param name="truth">The true classes.</param>
    /// <param name="predicted">The predicted classes, as many.</param>
    /// <param name="names">The name of each class.</param>
    /// <param name="title">What it shows.</param>
    /// <exception cref="SoftmaxException">The two differ in number, or a class has no name.</exception>
    public static HeatMap Confusion(
        IReadOnlyList<int> truth,
        IReadOnlyList<int> predicted,
        IReadOnlyList<string> names,
        string title = "Confusion matrix")
    {
        if (truth.Count != predicted.Count)
        {
            throw new SoftmaxException(
                $"Confusion matrix: {truth.Count} true and {predicted.Count} predicted classes; each row needs both.");
        }

        var counts = new double[names.Count, names.Count];
        for (var i = 0; i < truth.Count; i++)
        {
            var (t, p) = (truth[i], predicted[i]);
            if ((uint)t >= (uint)names.Count || (uint)p >= (uint)names.Count)
            {
                throw new SoftmaxException(
                    $"Confusion matrix: row {i} has true class {t} and predicted class {p}, outside 0..{names.Count - 1}.");
            }

            counts[t, p]++;
        }

        return new HeatMap(title, counts)
        {
            RowNames = names,
            ColumnNames = names,
            RowTitle = "true",
            ColumnTitle = "predicted",
            ByRow = true,
        };
    }

    private protected override string Render(string? css) => new HeatMapRenderer(this).Render(css);
}
