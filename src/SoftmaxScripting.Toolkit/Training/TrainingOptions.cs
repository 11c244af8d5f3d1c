using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>What <c>Train</c> does beyond the usual.</summary>
/// <example><code>Train(model, data, loss, AdamW(), options: new() { Average = 0.99, Accumulate = 4 });</code></example>
public sealed record TrainingOptions
{
    /// <summary>
    /// The share of the training rows that is held out and judged after each epoch, as <c>validation loss</c>,
    /// <c>validation accuracy</c> and so on among <see cref="Epoch.Figures"/>. The seed chooses the rows, from each class the same share.
    /// </summary>
    public double Validation { get; init; }

    /// <summary>One weight for each training row; a batch's loss is its rows' weighted mean.</summary>
    public Tensor? SampleWeights { get; init; }

    /// <summary>One weight for each class; a row counts with that of its label, times its sample weight.</summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>
    /// δ above 0 and below 1 keeps a moving average a ← δa + (1 − δ)p of the parameters after every step: test rows are judged
    /// with it, and the model has it in the end.
    /// </summary>
    public double Average { get; init; }

    /// <summary>
    /// So many batches make one update, by the mean of their gradients over all rows: the step of a batch as large as all of
    /// them, in the memory of one.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>At most so many batches of each epoch, and of the test rows; null for all.</summary>
    public int? LimitBatches { get; init; }

    /// <summary>Takes the first batch again and again: a model that cannot learn it by heart has a fault.</summary>
    public bool OverfitOneBatch { get; init; }

    /// <summary>One epoch of one batch: does everything fit together?</summary>
    public bool DryRun { get; init; }

    /// <summary>Continues from here; null to begin.</summary>
    public TrainingState? From { get; init; }
}
