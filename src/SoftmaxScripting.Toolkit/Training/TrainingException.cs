using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Training cannot go on; the message says since when and what the likely cause is.</summary>
/// <param name="message">What happened, where, and what to do.</param>
public sealed class TrainingException(string message) : SoftmaxException(message);

/// <summary>Finds out why a loss is not finite.</summary>
internal static class Diagnosis
{
    /// <summary>The message for a loss that is NaN or infinite.</summary>
    public static string OfLoss(double value, int epoch, int batch, Batch rows, Optimizer optimizer)
    {
        var what = double.IsNaN(value) ? "NaN" : "infinite";
        var where = $"The loss became {what} in epoch {epoch}, batch {batch}.";
        var inputs = rows.Inputs.ToArray();
        var bad = Array.FindIndex(inputs, x => !float.IsFinite(x));
        if (bad >= 0)
        {
            var width = Math.Max(1, inputs.Length / rows.Count);
            return $"{where} The inputs hold {inputs[bad]} (row {bad / width} of the batch, column {bad % width}): "
                + "fill in or leave out such rows before training.";
        }

        var targets = rows.Targets.DType.IsFloat ? rows.Targets.ToArray() : [];
        if (Array.Exists(targets, y => !float.IsFinite(y)))
            return $"{where} The targets hold a number that is not finite: fill in or leave out such rows before training.";
        return $"{where} Inputs and targets are finite, so either the steps are too large (learning rate "
            + $"{optimizer.LearningRate}) or the loss leaves its domain, such as the logarithm of 0: try a smaller "
            + "learning rate, and look at Explain(loss) and at the loss of a single batch.";
    }
}
