using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Watches a training run, and may end it. A run tells its own callbacks first, in their order, then the display, then the
/// observers of the session (<see cref="ScriptSession.Observers"/>).
/// </summary>
/// <example><code>
/// sealed class StopAt(double accuracy) : Callback
/// {
///     public override void EpochEnd(TrainingRun run, Epoch epoch)
///     {
///         if (epoch.TestAccuracy >= accuracy)
///             run.Stop($"test accuracy {accuracy} is reached");
///     }
/// }
/// </code></example>
public abstract class Callback
{
    /// <summary>Whether it is told after all others, such as one that saves what the others have come to.</summary>
    public virtual bool ComesLast => false;

    /// <summary>Training begins: no step is taken yet.</summary>
    /// <param name="run">The run.</param>
    public virtual void Begin(TrainingRun run)
    {
    }

    /// <summary>A batch is done; the model's parameters are those after it, and share memory with the next steps.</summary>
    /// <param name="run">The run.</param>
    public virtual void BatchEnd(TrainingRun run)
    {
    }

    /// <summary>An epoch is done and its test rows are judged; the model's parameters may be kept.</summary>
    /// <param name="run">The run.</param>
    /// <param name="epoch">The epoch's figures, the last of the history.</param>
    public virtual void EpochEnd(TrainingRun run, Epoch epoch)
    {
    }

    /// <summary>Training is over or broke off: <see cref="TrainingRun.Outcome"/> says which.</summary>
    /// <param name="run">The run.</param>
    public virtual void End(TrainingRun run)
    {
    }

    /// <summary>
    /// Adds to a training state what this callback would need to go on in another process; nothing by default. Callbacks are
    /// found again by their type and their order.
    /// </summary>
    /// <param name="values">Takes numbers and texts.</param>
    /// <param name="tensors">Takes tensors.</param>
    public virtual void SaveState(JsonObject values, IDictionary<string, Tensor> tensors)
    {
    }

    /// <summary>Takes back what <see cref="SaveState"/> gave; called before the first step of a run that is continued.</summary>
    /// <param name="values">Its numbers and texts.</param>
    /// <param name="tensors">Its tensors.</param>
    public virtual void RestoreState(JsonObject values, IReadOnlyDictionary<string, Tensor> tensors)
    {
    }
}

/// <summary>A function that is called after each epoch.</summary>
internal sealed class EpochAction(Action<Epoch> action) : Callback
{
    public override void EpochEnd(TrainingRun run, Epoch epoch) => action(epoch);
}
