using System.Globalization;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A figure of merit: a name and a number for predictions and targets. Ready ones are this class's properties and methods; one
/// of one's own is made with a function. They are given to <c>Evaluate</c> and to the metrics of Train.
/// </summary>
/// <remarks>
/// Where probabilities are asked for, predictions are rows of probabilities [n, k], or the probability of the second of two
/// classes, [n] or [n, 1]. Targets are labels [n] (int32), rows of class weights [n, k] (the largest counts), or for the second
/// of two classes 0 and 1, [n] or [n, 1]. All is computed in float64.
/// </remarks>
public sealed class Metric
{
    private readonly Func<Tensor, Tensor, double> of;

    /// <summary>A metric of one's own.</summary>
    /// <param name="name">What it is called in tables.</param>
    /// <param name="of">Of all predictions and targets.</param>
    /// <param name="forClasses">Whether it is about classes; if not, about numbers.</param>
    public Metric(string name, Func<Tensor, Tensor, double> of, bool forClasses = true)
    {
        Name = name;
        ForClasses = forClasses;
        this.of = of;
    }

    /// <summary>What it is called in tables.</summary>
    public string Name { get; }

    /// <summary>Whether it is about classes; if not, about numbers.</summary>
    public bool ForClasses { get; }

    /// <summary>The share of rows whose largest entry is at the label; of single probabilities those on the right side of ½. Of equal entries the first counts.</summary>
    public static Metric Accuracy { get; } = OfScores("accuracy", s => ClassFigures.TopK(s, 1));

    /// <summary>−Σ log p(label)/n, p not below 1e-15 (as the usual packages have it).</summary>
    public static Metric LogLoss { get; } = OfProbabilities("log loss", ProbabilityFigures.LogLoss);

    /// <summary>Σ over rows and classes of (p − onehot)²/n, between 0 and 2; for single probabilities Σ(p − y)²/n (Brier 1950).</summary>
    public static Metric Brier { get; } = OfProbabilities("Brier", ProbabilityFigures.Brier);

    /// <summary>
    /// The area under the receiver operating characteristic: the chance that a row of the class scores higher than one that is
    /// not, ties counting half; for more than two classes the mean over classes against the rest. Scores need not be probabilities.
    /// </summary>
    public static Metric RocAuc { get; } = OfScores("ROC AUC", RocCurve.AreaUnder);

    /// <summary>The mean of each class's F1 score 2·precision·recall/(precision + recall), 0 where a class is neither there nor predicted.</summary>
    public static Metric F1 { get; } = OfScores("F1 (macro)", s => ConfusionMatrix.Of(s, null).Report().Macro.F1);

    /// <summary>1 − Σ(y − ŷ)²/Σ(y − ȳ)²: 1 for perfect, 0 for the mean as prediction. Over all numbers together.</summary>
    public static Metric R2 { get; } = new("R²", NumberFigures.R2, forClasses: false);

    /// <summary>Σ|y − ŷ|/n.</summary>
    public static Metric Mae { get; } = new("MAE", NumberFigures.Mae, forClasses: false);

    /// <summary>√(Σ(y − ŷ)²/n).</summary>
    public static Metric Rmse { get; } = new("RMSE", NumberFigures.Rmse, forClasses: false);

    /// <summary>The share of rows whose label is among the k largest entries; a tie counts as if the label came last of the equal ones.</summary>
    /// <param name="k">From 1 to the number of classes.</param>
    public static Metric TopK(int k) => OfScores($"top {k}", s => ClassFigures.TopK(s, k));

    /// <summary>
    /// The expected calibration error Σ_b n_b/n·|accuracy(b) − confidence(b)| over bins of equal width of the largest probability
    /// (Guo et al. 2017); see <see cref="Calibration"/> for the bins.
    /// </summary>
    /// <param name="bins">How many.</param>
    public static Metric CalibrationError(int bins = 15) =>
        OfProbabilities("calibration error", s => Calibration.Of(s, bins).ExpectedError);

    /// <summary>The number.</summary>
    /// <param name="prediction">All predictions.</param>
    /// <param name="target">All targets.</param>
    /// <exception cref="MetricException">Shapes do not fit, a label is outside the classes, or the metric is not defined for such rows.</exception>
    public double Of(Tensor prediction, Tensor target) => of(prediction, target);

    /// <summary>A metric as Train takes them.</summary>
    /// <param name="metric">The metric.</param>
    public static implicit operator (string Name, Func<Tensor, Tensor, Tensor> Of)(Metric metric) => metric.ToTuple();

    /// <summary>A metric as Train takes them: a name and a function that gives a tensor.</summary>
    public (string Name, Func<Tensor, Tensor, Tensor> Of) ToTuple() =>
        (Name, (prediction, target) => Tensor.Of(of(prediction, target)).Reshape([]));

    /// <summary>
    /// The same metric of logits: softmax (of single numbers the logistic function) makes them probabilities first. For the
    /// metrics of Train, which sees a model's outputs as they are.
    /// </summary>
    public Metric OfLogits() => new(Name, (logits, target) => of(Shares(logits), target), ForClasses);

    /// <summary>Logits as probabilities, in float64.</summary>
    internal static Tensor Shares(Tensor logits) =>
        logits.Rank == 1 || logits.Shape[1] == 1 ? logits.ToDouble().Sigmoid() : logits.ToDouble().Softmax(-1);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static Metric OfScores(string name, Func<Scores, double> of) => new(name, (p, y) => of(Scores.Of(name, p, y)));

    private static Metric OfProbabilities(string name, Func<Scores, double> of) =>
        new(name, (p, y) => of(Scores.Of(name, p, y).RequireProbabilities()));
}

/// <summary>A figure of merit that cannot be computed for such predictions and targets.</summary>
/// <param name="message">Which, why, and what to do.</param>
public sealed class MetricException(string message) : SoftmaxException(message);

/// <summary>Predictions for classes with their labels, in float64.</summary>
internal sealed class Scores
{
    private readonly double[] values;

    private Scores(string metric, double[] values, int[] labels, int classes, bool isSingle)
    {
        Metric = metric;
        this.values = values;
        Labels = labels;
        Classes = classes;
        IsSingle = isSingle;
    }

    public string Metric { get; }

    public int[] Labels { get; }

    public int Count => Labels.Length;

    public int Classes { get; }

    /// <summary>Whether each row has one number, the score of class 1 of two.</summary>
    public bool IsSingle { get; }

    public static Scores Of(string metric, Tensor prediction, Tensor target)
    {
        var rows = prediction.Rank == 0 ? 0 : prediction.Shape[0];
        if (prediction.Rank is < 1 or > 2 || rows == 0 || prediction.Size == 0)
            throw new MetricException($"{metric}: predictions {prediction.Shape}; rows of class scores, [n, k] or [n], are needed, and at least one row.");
        var isSingle = prediction.Rank == 1 || prediction.Shape[1] == 1;
        var classes = isSingle ? 2 : prediction.Shape[1];
        var values = prediction.ToDoubles();
        var bad = Array.FindIndex(values, double.IsNaN);
        if (bad >= 0)
            throw new MetricException($"{metric}: the prediction of row {bad / (values.Length / rows)} is NaN.");
        return new Scores(metric, values, LabelsOf(metric, prediction, target, rows, classes), classes, isSingle);
    }

    /// <summary>The score of a class; where there is one number p per row, class 0 has 1 − p.</summary>
    public double Of(int row, int label) =>
        IsSingle ? (label == 1 ? values[row] : 1 - values[row]) : values[(row * Classes) + label];

    /// <summary>The class with the largest score, the first of equal ones.</summary>
    public int Best(int row)
    {
        var best = 0;
        for (var label = 1; label < Classes; label++)
        {
            if (Of(row, label) > Of(row, best))
                best = label;
        }

        return best;
    }

    public Scores RequireProbabilities()
    {
        const double tolerance = 1e-3;
        for (var row = 0; row < Count; row++)
        {
            double sum = 0;
            for (var label = 0; label < Classes; label++)
            {
                var p = Of(row, label);
                if (!(p >= -tolerance && p <= 1 + tolerance))
                    throw new MetricException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Metric}: row {row} predicts {p:G4} for class {label}, which is no probability; take {Metric} of Softmax(logits) (Sigmoid where each row has one number), or OfLogits()."));
                sum += p;
            }

            if (Math.Abs(sum - 1) > tolerance)
                throw new MetricException(string.Create(
                    CultureInfo.InvariantCulture, $"{Metric}: the probabilities of row {row} sum to {sum:G5}, not to 1; pass Softmax(logits)."));
        }

        return this;
    }

    private static int[] LabelsOf(string metric, Tensor prediction, Tensor target, int rows, int classes)
    {
        var shape = target.Shape;
        var isWide = target.Rank == 2 && shape[1] > 1;
        if (target.Rank is < 1 or > 2 || shape[0] != rows || (isWide && shape[1] != classes))
            throw new MetricException($"{metric}: predictions {prediction.Shape} and targets {shape} do not fit: one label, or one weight for each class, is needed per row.");
        if (isWide)
            return target.ArgMax().ToInts();
        var labels = new int[rows];
        var values = target.ToDoubles();
        for (var row = 0; row < rows; row++)
        {
            if (values[row] != Math.Floor(values[row]) || !(values[row] >= 0 && values[row] < classes))
                throw new MetricException($"{metric}: the target of row {row} is {values[row].ToString(CultureInfo.InvariantCulture)}, no label of 0..{classes - 1}.");
            labels[row] = (int)values[row];
        }

        return labels;
    }
}
