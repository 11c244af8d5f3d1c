using System.Globalization;
using System.Text;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>What a model's predictions for some rows came to.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Figures">The figures by name, in the order asked for.</param>
/// <param name="Confusion">Which class was taken for which; null for numbers.</param>
public sealed record Evaluation(int Rows, IReadOnlyDictionary<string, double> Figures, ConfusionMatrix? Confusion)
{
    /// <summary>A figure by its name.</summary>
    /// <param name="name">Such as <c>accuracy</c>.</param>
    /// <exception cref="MetricException">It was not asked for.</exception>
    public double this[string name] => Figures.TryGetValue(name, out var value)
        ? value
        : throw new MetricException($"Evaluate: no figure '{name}'{DidYouMean.Suffix(name, Figures.Keys)}; there are {string.Join(", ", Figures.Keys)}.");

    /// <summary>A figure.</summary>
    /// <param name="metric">One of those asked for.</param>
    /// <exception cref="MetricException">It was not asked for.</exception>
    public double this[Metric metric] => this[metric.Name];

    /// <summary>Precision, recall and F1 of each class; null for numbers.</summary>
    public ClassificationReport? Report => Confusion?.Report();

    /// <summary>A text table: a line for each figure.</summary>
    public override string ToString()
    {
        var width = Figures.Count == 0 ? 0 : Figures.Keys.Max(name => name.Length);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Rows} rows");
        foreach (var (name, value) in Figures)
            text.Append(CultureInfo.InvariantCulture, $"\n  {name.PadRight(width)}  {value,10:0.0000}");
        return text.ToString();
    }
}

public static partial class Prelude
{
    /// <summary>
    /// Judges a model by rows, computed in batches: named figures, and for classes the confusion matrix. Outputs are taken as
    /// logits, softmax (of single numbers the logistic function) making them probabilities; where labels are 0 and 1 as numbers
    /// and each row has one output, that is the second of two classes.
    /// </summary>
    /// <param name="model">The model, as when it is used (no dropout).</param>
    /// <param name="samples">The rows.</param>
    /// <param name="metrics">What to compute; none for the usual ones (accuracy, log loss, Brier, calibration error; or R², MAE, RMSE for numbers).</param>
    /// <param name="probabilities">True when the model's outputs are probabilities already.</param>
    /// <param name="classNames">The name of each class.</param>
    /// <param name="batchSize">Rows at a time.</param>
    /// <exception cref="MetricException">There is no row, outputs and targets do not fit, or a metric is not defined for these rows.</exception>
    /// <example><code>Print(Evaluate(model, data.Test, [Metric.Accuracy, Metric.RocAuc]));</code></example>
    public static Evaluation Evaluate(
        Layer model,
        Samples samples,
        IReadOnlyList<Metric>? metrics = null,
        bool probabilities = false,
        IReadOnlyList<string>? classNames = null,
        int batchSize = 2000)
    {
        if (samples.Count == 0)
            throw new MetricException("Evaluate: there is no row to judge by.");
        List<Tensor> outputs = [], targets = [];
        foreach (var batch in samples.Pending(batchSize, shuffle: false, seed: 0, pass: 0))
        {
            ScriptSession.Current.Cancellation.ThrowIfCancellationRequested();
            var parts = Recording.Run(() =>
            {
                var (x, y) = batch.Read();
                return [model.Predict(x), y];
            });
            outputs.Add(parts[0]);
            targets.Add(parts[1]);
        }

        var (output, target) = (Tensor.Concat([.. outputs]), Tensor.Concat([.. targets]));
        var classifies = metrics is { Count: > 0 } ? metrics.Any(metric => metric.ForClasses) : IsAboutClasses(output, target, probabilities);
        metrics = metrics is { Count: > 0 }
            ? metrics
            : classifies ? [Metric.Accuracy, Metric.LogLoss, Metric.Brier, Metric.CalibrationError()] : [Metric.R2, Metric.Mae, Metric.Rmse];
        var shares = !classifies || probabilities ? output : Metric.Shares(output);
        var figures = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var metric in metrics)
            figures[metric.Name] = metric.Of(metric.ForClasses ? shares : output, target);
        return new Evaluation(samples.Count, figures, classifies ? ConfusionMatrix.Of(shares, target, classNames) : null);
    }

    /// <summary>Judges a model by the test rows of a data set, with its class names.</summary>
    /// <param name="model">The model, as when it is used (no dropout).</param>
    /// <param name="data">The data set.</param>
    /// <param name="metrics">What to compute; none for the usual ones.</param>
    /// <param name="probabilities">True when the model's outputs are probabilities already.</param>
    /// <exception cref="MetricException">As for the rows of a part.</exception>
    public static Evaluation Evaluate(Layer model, Dataset data, IReadOnlyList<Metric>? metrics = null, bool probabilities = false) =>
        Evaluate(model, data.Test, metrics, probabilities, data.ClassNames);

    /// <summary>Labels are classes, and so is a single probability for targets of 0 and 1.</summary>
    private static bool IsAboutClasses(Tensor output, Tensor target, bool probabilities) =>
        !target.DType.IsFloat || (probabilities && target.ToDoubles().All(y => y is 0 or 1)) || (output.Rank == 2 && output.Shape[1] > 1 && target.Rank == 2 && IsOneHot(target));

    private static bool IsOneHot(Tensor target) => target.Shape[1] > 1 && target.ToDoubles().Chunk(target.Shape[1])
        .All(row => row.All(y => y is >= 0 and <= 1) && Math.Abs(row.Sum() - 1) < 1e-4);
}
