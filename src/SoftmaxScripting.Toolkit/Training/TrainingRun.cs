using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>How a training run stands.</summary>
public enum TrainingOutcome
{
    /// <summary>It goes on.</summary>
    Running,

    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>It was ended early by <see cref="TrainingRun.Stop"/>.</summary>
    Stopped,

    /// <summary>It was cancelled, for instance by Ctrl-C.</summary>
    Cancelled,

    /// <summary>It broke off with an error.</summary>
    Failed,
}

/// <summary>A training run as its callbacks see it while it goes on.</summary>
public sealed class TrainingRun
{
    internal TrainingRun(Layer model, Dataset data, Optimizer optimizer, int epochs, int batchSize, ulong seed)
    {
        Model = model;
        Data = data;
        Optimizer = optimizer;
        Epochs = epochs;
        BatchSize = batchSize;
        Seed = seed;
    }

    /// <summary>What is trained.</summary>
    public Layer Model { get; }

    /// <summary>The rows.</summary>
    public Dataset Data { get; }

    /// <summary>How parameters follow the gradient; its learning rate may be changed between steps.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>How many epochs are asked for.</summary>
    public int Epochs { get; }

    /// <summary>Rows per step.</summary>
    public int BatchSize { get; }

    /// <summary>The seed of the order of the rows.</summary>
    public ulong Seed { get; }

    /// <summary>The number of this training in the session: 1 for the script's first.</summary>
    public int Number { get; internal init; } = 1;

    /// <summary>Rows of a whole epoch.</summary>
    public int RowsPerEpoch { get; internal set; }

    /// <summary>Batches of a whole epoch.</summary>
    public int BatchesPerEpoch { get; internal set; }

    /// <summary>The epoch that runs or has just ended, from 1; 0 before the first.</summary>
    public int Epoch { get; internal set; }

    /// <summary>How many batches of the epoch are done.</summary>
    public int Batch { get; internal set; }

    /// <summary>How many batches are done in all epochs.</summary>
    public long Step { get; internal set; }

    /// <summary>How many rows of the epoch are done.</summary>
    public int Rows { get; internal set; }

    /// <summary>The loss of the last batch; NaN before the first.</summary>
    public double BatchLoss { get; internal set; } = double.NaN;

    /// <summary>The mean loss over the epoch's rows so far, weighted where they have weights.</summary>
    public double Loss => Rows == 0 ? double.NaN : LossSum / WeightSum;

    /// <summary>The share of the epoch's rows classified right so far; NaN for regression.</summary>
    public double TrainAccuracy => Rows == 0 || Data.Classes == 0 ? double.NaN : Correct / Rows;

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; internal set; }

    /// <summary>Whether a schedule changes the learning rate.</summary>
    public bool HasSchedule { get; internal init; }

    /// <summary>The figures of the epochs that are done; it grows while the run goes on.</summary>
    public History History { get; } = new([]);

    /// <summary>How the run stands.</summary>
    public TrainingOutcome Outcome { get; internal set; }

    /// <summary>Why the run was stopped early; null while it was not.</summary>
    public string? StopReason { get; private set; }

    /// <summary>What broke the run off; null while nothing did.</summary>
    public Exception? Failure { get; internal set; }

    /// <summary>The losses of the epoch's rows so far, times their weights, added up.</summary>
    internal double LossSum { get; set; }

    /// <summary>The weights of the epoch's rows so far, added up.</summary>
    internal double WeightSum { get; set; }

    /// <summary>How many of the epoch's rows so far were classified right.</summary>
    internal double Correct { get; set; }

    /// <summary>The time of the epoch's steps so far.</summary>
    internal double Seconds { get; set; }

    /// <summary>Whether the epoch's figures are in the history.</summary>
    internal bool EpochIsOver { get; set; } = true;

    /// <summary>Takes and restores states; null after the end.</summary>
    internal StateKeeper? Keeper { get; set; }

    /// <summary>Ends the run after the batch or epoch that callbacks are being told of; the first reason counts.</summary>
    /// <param name="reason">Shown to the user.</param>
    public void Stop(string reason) => StopReason ??= reason;

    /// <summary>
    /// Everything that the rest of the run depends on, as it is at the end of this batch or epoch. Take it in a callback that
    /// comes last, so that the others have already seen the batch or epoch.
    /// </summary>
    /// <exception cref="InvalidOperationException">The run is over.</exception>
    public TrainingState Capture() => RequiredKeeper().Capture();

    /// <summary>Continues from a state in place of the beginning; to be called in <see cref="Callback.Begin"/>.</summary>
    /// <param name="state">The state of an earlier run with the same settings.</param>
    /// <exception cref="SoftmaxException">Steps were already taken, or the state belongs to other settings or another model.</exception>
    /// <exception cref="InvalidOperationException">The run is over.</exception>
    public void Restore(TrainingState state) => RequiredKeeper().Restore(state);

    internal void BeginEpoch()
    {
        Epoch++;
        EpochIsOver = false;
        Batch = Rows = 0;
        LossSum = WeightSum = Correct = Seconds = 0;
    }

    internal void Count(BatchFigures figures, double rate)
    {
        LearningRate = rate;
        BatchLoss = figures.Loss;
        LossSum += figures.Loss * figures.Weight;
        WeightSum += figures.Weight;
        Correct += figures.Correct;
        Rows += figures.Rows;
        Batch++;
        Step++;
    }

    internal void Resume(JsonObject progress)
    {
        Epoch = progress.Value<int>("epoch");
        EpochIsOver = progress.Value<bool>("epoch is over");
        Batch = progress.Value<int>("batch");
        Step = progress.Value<long>("step");
        Rows = progress.Value<int>("rows");
        WeightSum = progress.Double("weight sum");
        LossSum = progress.Double("loss sum");
        Correct = progress.Double("correct");
        BatchLoss = progress.Double("batch loss");
        Seconds = progress.Double("seconds");
        LearningRate = progress.Double("learning rate");
        StopReason = progress.Value<string>("stop reason") is { Length: > 0 } reason ? reason : null;
    }

    private StateKeeper RequiredKeeper() =>
        Keeper ?? throw new InvalidOperationException("The training run is over; its state can be taken or restored only while it goes on.");
}
