using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Rows of one step.</summary>
/// <param name="Count">How many.</param>
/// <param name="Weight">Their weights, added up; as many as there are where they have none.</param>
/// <param name="Read">The rows; called inside the step.</param>
/// <param name="Weights">Their weights; null where all count the same.</param>
internal readonly record struct TrainingRows(int Count, double Weight, Func<Batch> Read, Tensor? Weights);

/// <summary>What is trained, on what and how; it does not change while training goes on.</summary>
/// <param name="Model">What is trained.</param>
/// <param name="Data">The rows.</param>
/// <param name="Loss">What is to become small.</param>
/// <param name="Epochs">Passes over the training rows.</param>
/// <param name="BatchSize">Rows per step.</param>
/// <param name="Seed">The seed of the order of the rows.</param>
/// <param name="Shuffle">False keeps the stored order.</param>
internal sealed record TrainingPlan(Layer Model, Dataset Data, Objective Loss, int Epochs, int BatchSize, ulong Seed, bool Shuffle)
{
    private const int EvaluationRows = 2000;

    /// <summary>What is beyond the usual.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>The learning rate's factor; null for 1.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>Rows held out of the training rows to judge by; null for none.</summary>
    public Samples? Validation { get; init; }

    /// <summary>Whether a batch whose loss is not finite is undone and left to the callbacks, in place of an error.</summary>
    public bool UndoesNonFinite { get; init; }

    /// <summary>One weight for each training row; null where all count the same.</summary>
    public float[]? RowWeights { get; init; }

    /// <summary>Batches of a whole epoch.</summary>
    public int BatchesPerEpoch => Math.Min(AllBatches, Options.LimitBatches ?? int.MaxValue);

    /// <summary>Rows of a whole epoch.</summary>
    public int RowsPerEpoch => (int)Math.Min(
        Options.OverfitOneBatch ? (long)BatchesPerEpoch * Math.Min(BatchSize, Data.Train.Count) : Data.Train.Count,
        (long)BatchesPerEpoch * BatchSize);

    private int AllBatches => (Data.Train.Count + BatchSize - 1) / BatchSize;

    /// <summary>The batches of an epoch from one on.</summary>
    /// <param name="epoch">Its number, from 1.</param>
    /// <param name="skip">How many of its batches are already done.</param>
    public IEnumerable<TrainingRows> Batches(int epoch, int skip)
    {
        if (!Options.OverfitOneBatch)
            return Data.Train.Pending(BatchSize, Shuffle, Seed, epoch, skip).Take(BatchesPerEpoch - skip).Select(Weighted);
        var first = Weighted(Data.Train.Pending(BatchSize, Shuffle, Seed, 1).First());
        return Enumerable.Repeat(first, BatchesPerEpoch - skip);
    }

    /// <summary>All rows that an epoch takes, in parts and in an order that is always the same.</summary>
    public IEnumerable<TrainingRows> FullBatch()
    {
        if (Options.OverfitOneBatch || Options.LimitBatches is not null)
            return Data.Train.Pending(BatchSize, Shuffle, Seed, 1)
                .Take(Options.OverfitOneBatch ? 1 : Options.LimitBatches!.Value).Select(Weighted);
        return Data.Train.Pending(EvaluationRows, shuffle: false, seed: 0, pass: 0).Select(Weighted);
    }

    /// <summary>Rows to judge by, in their stored order.</summary>
    /// <param name="samples">All of them.</param>
    public IEnumerable<PendingBatch> Judged(Samples samples) =>
        samples.Pending(EvaluationRows, shuffle: false, seed: 0, pass: 0).Take(Options.LimitBatches ?? int.MaxValue);

    /// <summary>Loss and figures of rows in training; traced inside a step.</summary>
    /// <param name="rows">The rows.</param>
    public Tensor[] Objective(TrainingRows rows)
    {
        var (inputs, targets) = rows.Read();
        return Loss.Figures(Model.Forward(inputs, true), targets, rows.Weights);
    }

    private TrainingRows Weighted(PendingBatch batch)
    {
        if (RowWeights is null)
            return new(batch.Count, batch.Count, batch.Read, null);
        float[] weights = [.. batch.Rows.Select(row => RowWeights[row])];
        var sum = weights.Sum(weight => (double)weight);
        if (!(sum > 0))
            throw new SoftmaxException("Train: all rows of a batch have weight 0; leave such rows out, or take larger batches.");
        return new(batch.Count, sum, batch.Read, Tensor.Of(weights));
    }
}
