using System.Globalization;
using System.Text;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>How often each class was taken for each: a row for the true class, a column for the predicted one.</summary>
public sealed class ConfusionMatrix
{
    private const int LongestName = 16;

    private readonly int[,] counts;

    private ConfusionMatrix(int[,] counts, IReadOnlyList<string> classNames)
    {
        this.counts = counts;
        ClassNames = classNames;
    }

    /// <summary>The name of each class.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of rows.</summary>
    public int Count => counts.Cast<int>().Sum();

    /// <summary>Rows of one class that were taken for another (or for itself).</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>Counts; the class with the largest score is the predicted one, the first of equal ones.</summary>
    /// <param name="prediction">Scores [n, k], or the probability of the second of two classes [n].</param>
    /// <param name="target">Labels [n].</param>
    /// <param name="classNames">The name of each class; null for its number.</param>
    /// <exception cref="MetricException">Shapes do not fit, or a label is outside the classes.</exception>
    public static ConfusionMatrix Of(Tensor prediction, Tensor target, IReadOnlyList<string>? classNames = null) =>
        Of(Scores.Of("confusion matrix", prediction, target), classNames);

    internal static ConfusionMatrix Of(Scores scores, IReadOnlyList<string>? classNames)
    {
        var counts = new int[scores.Classes, scores.Classes];
        for (var row = 0; row < scores.Count; row++)
            counts[scores.Labels[row], scores.Best(row)]++;
        return new ConfusionMatrix(
            counts,
            classNames?.Count == scores.Classes ? classNames : [.. Enumerable.Range(0, scores.Classes).Select(label => $"{label}")]);
    }

    /// <summary>Precision, recall and F1 of each class, and their means.</summary>
    public ClassificationReport Report()
    {
        var classes = ClassNames.Count;
        List<ClassFigure> figures = [];
        for (var label = 0; label < classes; label++)
        {
            var support = Enumerable.Range(0, classes).Sum(other => counts[label, other]);
            var predicted = Enumerable.Range(0, classes).Sum(other => counts[other, label]);
            figures.Add(new ClassFigure(ClassNames[label], Share(counts[label, label], predicted), Share(counts[label, label], support), support));
        }

        return new ClassificationReport(figures, (double)Enumerable.Range(0, classes).Sum(label => counts[label, label]) / Count);
    }

    /// <summary>A text table: true classes downwards, predicted ones across.</summary>
    public override string ToString()
    {
        string[] names = [.. ClassNames.Select(name => name.Length > LongestName ? name[..(LongestName - 1)] + "…" : name)];
        var classes = names.Length;
        var longest = names.Max(name => name.Length);
        var numbers = counts.Cast<int>().Max().ToString(CultureInfo.InvariantCulture).Length;
        // Names stand above their columns where there is room at 80 columns, else numbers do.
        var wide = Math.Max(numbers, longest);
        var byName = longest + 2 + (classes * (wide + 2)) <= 80;
        var heads = byName ? names : [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        var width = byName ? wide : Math.Max(numbers, heads[^1].Length);
        string Left(int label) => byName ? names[label].PadRight(longest) : $"{heads[label].PadLeft(heads[^1].Length)} {names[label].PadRight(longest)}";
        var text = new StringBuilder();
        text.Append("true \\ predicted".PadRight(Left(0).Length));
        text.Append(byName && Left(0).Length < 16 ? "\n" + new string(' ', Left(0).Length) : "");
        foreach (var head in heads)
            text.Append("  ").Append(head.PadLeft(width));
        for (var actual = 0; actual < classes; actual++)
        {
            text.Append('\n').Append(Left(actual));
            if (!byName && Left(0).Length < 16)
                text.Append(' ', 16 - Left(0).Length);
            for (var predicted = 0; predicted < classes; predicted++)
                text.Append("  ").Append(counts[actual, predicted].ToString(CultureInfo.InvariantCulture).PadLeft(width));
        }

        return text.ToString();
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}

/// <summary>How well one class was found.</summary>
/// <param name="Name">The class.</param>
/// <param name="Precision">The share of rows predicted as the class that are of it; 0 where none was.</param>
/// <param name="Recall">The share of the class's rows that were predicted as it; 0 where it has none.</param>
/// <param name="Support">How many rows it has.</param>
public sealed record ClassFigure(string Name, double Precision, double Recall, int Support)
{
    /// <summary>2·precision·recall/(precision + recall); 0 where both are 0.</summary>
    public double F1 { get; init; } = Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;
}

/// <summary>Precision, recall and F1 of each class with their means.</summary>
/// <param name="Classes">One for each class.</param>
/// <param name="Accuracy">The share of all rows predicted right.</param>
public sealed record ClassificationReport(IReadOnlyList<ClassFigure> Classes, double Accuracy)
{
    /// <summary>The means over classes, each counting alike.</summary>
    public ClassFigure Macro => Mean("macro mean", _ => 1.0 / Classes.Count);

    /// <summary>The means over classes, each counting as often as it occurs.</summary>
    public ClassFigure Weighted => Mean("weighted mean", figure => (double)figure.Support / Rows);

    private int Rows => Classes.Sum(figure => figure.Support);

    /// <summary>A text table with a line for each class, then the accuracy and the means.</summary>
    public override string ToString()
    {
        var width = Math.Max(13, Classes.Max(figure => figure.Name.Length));
        var text = new StringBuilder().Append(' ', width).Append("  precision     recall         F1       rows");
        foreach (var figure in Classes)
            Line(figure);
        text.Append(CultureInfo.InvariantCulture, $"\n\n{"accuracy".PadRight(width)}{"",24}{Accuracy,9:0.0000}{Rows,11}");
        Line(Macro);
        Line(Weighted);
        return text.ToString();

        void Line(ClassFigure figure) => text.Append(
            CultureInfo.InvariantCulture,
            $"\n{figure.Name.PadRight(width)}{figure.Precision,11:0.0000}{figure.Recall,11:0.0000}{figure.F1,11:0.0000}{figure.Support,11}");
    }

    private ClassFigure Mean(string name, Func<ClassFigure, double> weight) => new(
        name,
        Classes.Sum(figure => weight(figure) * figure.Precision),
        Classes.Sum(figure => weight(figure) * figure.Recall),
        Rows)
    {
        F1 = Classes.Sum(figure => weight(figure) * figure.F1),
    };
}
