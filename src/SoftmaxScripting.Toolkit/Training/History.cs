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
    double RowsPerSecond);

/// <summary>What a training run came to, epoch by epoch.</summary>
public sealed class History
{
    internal History(IReadOnlyList<Epoch> epochs) => Epochs = epochs;

    /// <summary>The epochs in order.</summary>
    public IReadOnlyList<Epoch> Epochs { get; }

    /// <summary>The last epoch.</summary>
    public Epoch Last => Epochs[^1];

    /// <summary>The time of all training steps, without the evaluations.</summary>
    public double TrainingSeconds => Epochs.Sum(epoch => epoch.Seconds);

    /// <summary>The last epoch in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Epochs.Count} epochs in {TrainingSeconds:0.00} s, loss {Last.Loss:0.0000}");
}
