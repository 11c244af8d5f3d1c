using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>What one pass over the training rows came to.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="Loss">The mean loss over the rows, as they were trained on (the model changes meanwhile).</param>
/// <param name="TrainAccuracy">The share of training rows classified right, likewise; NaN for regression.</param>
/// <param name="TestLoss">The mean loss over the test rows after the pass; NaN without test rows.</param>
/// <param name="TestAccuracy">The share of test rows classified right after the pass; NaN for regression or without test rows.</param>
/// <param name="Seconds">The time of the training steps alone, without the evaluation.</param>
/// <param name="RowsPerSecond">Training rows per second.</param>
public sealed record Epoch(
    int Number,
    double Loss,
    double TrainAccuracy,
    double TestLoss,
    double TestAccuracy,
    double Seconds,
    double RowsPerSecond)
{
    /// <summary>Further figures by name, in order: the metrics given to Train, and what callbacks add.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new OrderedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; init; } = double.NaN;

    /// <summary>
    /// Every figure of merit by name, in order: loss, train accuracy, test loss and test accuracy where there are such,
    /// <see cref="Figures"/>, then the learning rate.
    /// </summary>
    public IEnumerable<KeyValuePair<string, double>> AllFigures
    {
        get
        {
            yield return new("loss", Loss);
            foreach (var (name, value) in new[] { ("train accuracy", TrainAccuracy), ("test loss", TestLoss), ("test accuracy", TestAccuracy) })
            {
                if (!double.IsNaN(value))
                    yield return new(name, value);
            }

            foreach (var figure in Figures)
                yield return figure;
            if (!double.IsNaN(LearningRate))
                yield return new("learning rate", LearningRate);
        }
    }
}

/// <summary>What a training run came to, epoch by epoch.</summary>
public sealed class History
{
    private readonly List<Epoch> epochs;

    internal History(IEnumerable<Epoch> epochs) => this.epochs = [.. epochs];

    /// <summary>The epochs in order.</summary>
    public IReadOnlyList<Epoch> Epochs => epochs;

    /// <summary>The last epoch.</summary>
    public Epoch Last => Epochs[^1];

    /// <summary>The time of all training steps, without the evaluations.</summary>
    public double TrainingSeconds => Epochs.Sum(epoch => epoch.Seconds);

    /// <summary>The last epoch in one line.</summary>
    public override string ToString() => Epochs.Count == 0
        ? "no epochs"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Epochs.Count} epochs in {TrainingSeconds:0.00} s, loss {Last.Loss:0.0000}");

    internal void Add(Epoch epoch) => epochs.Add(epoch);

    internal void Clear() => epochs.Clear();
}
