using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Stops the run when a batch's loss is NaN or infinite; the model keeps the parameters that it had before that batch. Without
/// it such a loss is an error that says where it came from.
/// </summary>
public sealed class TerminateOnNaN : Callback
{
    /// <inheritdoc/>
    public override void BatchEnd(TrainingRun run)
    {
        if (!double.IsFinite(run.BatchLoss))
            run.Stop(string.Create(
                CultureInfo.InvariantCulture, $"the loss is {run.BatchLoss} in epoch {run.Epoch}, batch {run.Batch}"));
    }
}
