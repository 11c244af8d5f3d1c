using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>What one batch came to.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Weight">Their weights, added up.</param>
/// <param name="Loss">Their mean loss.</param>
/// <param name="Correct">How many were classified right; 0 for regression.</param>
internal readonly record struct BatchFigures(int Rows, double Weight, double Loss, double Correct);

/// <summary>Changes the parameters of a model, batch after batch.</summary>
internal abstract class Stepper
{
    /// <summary>Rows of a whole epoch.</summary>
    public abstract int RowsPerEpoch { get; }

    /// <summary>Batches of a whole epoch.</summary>
    public abstract int BatchesPerEpoch { get; }

    /// <summary>The learning rate of the last step.</summary>
    public abstract double LearningRate { get; }

    /// <summary>Why further steps would change nothing; null while they would.</summary>
    public virtual string? Finished => null;

    /// <summary>Everything that the next steps depend on, as copies.</summary>
    public abstract IEnumerable<KeyValuePair<string, Tensor>> Tensors { get; }

    /// <summary>Takes the steps of an epoch, one each time the next figures are asked for.</summary>
    /// <param name="epoch">Its number, from 1.</param>
    /// <param name="skip">How many of its batches are already done.</param>
    public abstract IEnumerable<BatchFigures> Epoch(int epoch, int skip);

    /// <summary>Gives the parameters values that later steps do not write over.</summary>
    public abstract void Publish();

    /// <summary>Puts into the model what it is judged with, where that is not what is trained.</summary>
    public virtual void BeginJudging()
    {
    }

    /// <summary>Takes it out again.</summary>
    public virtual void EndJudging()
    {
    }

    /// <summary>Adds to a state what is not a tensor.</summary>
    /// <param name="progress">The state's numbers.</param>
    public abstract void Save(JsonObject progress);

    /// <summary>Continues from a state.</summary>
    /// <param name="state">The state.</param>
    public abstract void Restore(TrainingState state);
}
