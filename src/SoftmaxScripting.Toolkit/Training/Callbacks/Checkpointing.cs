using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Hands the state of a run to a function: every so many steps, after every epoch, or when a figure is better than ever.
/// </summary>
public sealed class Checkpointing : Callback
{
    private readonly Action<TrainingState, TrainingRun> save;
    private readonly Monitor? monitor;

    /// <summary>Describes when to save.</summary>
    /// <param name="save">Keeps a state; called between steps.</param>
    /// <param name="everySteps">Saves after every so many batches; 0 for no such saving.</param>
    /// <param name="everyEpochs">Saves after every so many epochs; 0 for no such saving.</param>
    /// <param name="best">Saves after epochs only whose figure of this name is better than all before; null for every epoch.</param>
    /// <param name="better">Which direction is better.</param>
    /// <exception cref="SoftmaxException">A number is negative, or nothing would ever be saved.</exception>
    public Checkpointing(
        Action<TrainingState, TrainingRun> save,
        int everySteps = 0,
        int everyEpochs = 1,
        string? best = null,
        BetterIs better = BetterIs.Automatic)
    {
        ArgumentNullException.ThrowIfNull(save);
        if (everySteps < 0 || everyEpochs < 0 || (everySteps == 0 && everyEpochs == 0))
            throw new SoftmaxException(
                $"Checkpointing: every {everySteps} steps and every {everyEpochs} epochs; one of them must be at least 1, none negative.");
        this.save = save;
        EverySteps = everySteps;
        EveryEpochs = everyEpochs;
        monitor = best is null ? null : new Monitor(nameof(Checkpointing), best, better, 0);
    }

    /// <summary>It is saved after every so many batches; 0 for never.</summary>
    public int EverySteps { get; }

    /// <summary>It is saved after every so many epochs; 0 for never.</summary>
    public int EveryEpochs { get; }

    /// <summary>A state holds what all other callbacks have come to.</summary>
    public override bool ComesLast => true;

    /// <inheritdoc/>
    public override void BatchEnd(TrainingRun run)
    {
        if (EverySteps > 0 && run.Step % EverySteps == 0)
            save(run.Capture(), run);
    }

    /// <inheritdoc/>
    public override void EpochEnd(TrainingRun run, Epoch epoch)
    {
        var isBest = monitor?.See(epoch).IsBest ?? true;
        if (EveryEpochs > 0 && epoch.Number % EveryEpochs == 0 && isBest)
            save(run.Capture(), run);
    }

    /// <inheritdoc/>
    public override void SaveState(JsonObject values, IDictionary<string, Tensor> tensors) => monitor?.Save(values);

    /// <inheritdoc/>
    public override void RestoreState(JsonObject values, IReadOnlyDictionary<string, Tensor> tensors) => monitor?.Restore(values);
}
