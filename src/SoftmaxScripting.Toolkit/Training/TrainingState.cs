using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Everything that the rest of a training run depends on, at the end of a batch or an epoch: a run that continues from it
/// ends in the same bits as one that was never interrupted. Taken by <see cref="TrainingRun.Capture"/>, used by
/// <see cref="TrainingRun.Restore"/>.
/// </summary>
/// <param name="tensors">Parameters (<c>model.0.weight</c>), the optimiser's state (<c>optimizer.0.weight.velocity</c>), averages
/// (<c>average.0.weight</c>), gradients gathered for an unfinished update (<c>gathered.0.weight</c>), and what callbacks keep
/// (<c>callback.0.0.weight</c>).</param>
/// <param name="progress">The rest: epoch, batch and step, the sums of the epoch so far, random numbers, history, callbacks.</param>
public sealed class TrainingState(IReadOnlyDictionary<string, Tensor> tensors, JsonObject progress)
{
    /// <summary>The tensors by name, as copies.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = tensors;

    /// <summary>Numbers and texts; numbers that are not finite are written as texts.</summary>
    public JsonObject Progress { get; } = progress;
}
