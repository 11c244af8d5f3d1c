using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Training cannot go on; the message says since when and what the likely cause is.</summary>
/// <param name="message">What happened, where, and what to do.</param>
public sealed class TrainingException(string message) : SoftmaxException(message);

/// <summary>Finds out why a loss is not finite.</summary>
internal static class Diagnosis
{
    /// <summary>The error for a loss that is NaN or infinite.</summary>
    /// <param name="value">The loss.</param>
    /// <param name="epoch">The pass.</param>
    /// <param name="batch">The batch in it, from 1.</param>
    /// <param name="rows">The rows of the batch.</param>
    /// <param name="learningRate">The size of the step.</param>
    /// <param name="search">Looks for the operation, by running the step again; null where it finds none.</param>
    public static TrainingException OfLoss(
        double value, int epoch, int batch, Batch rows, double learningRate, Func<NonFiniteException?> search)
    {
        var what = double.IsNaN(value) ? "NaN" : "infinite";
        var where = $"The loss became {what} in epoch {epoch}, batch {batch}.";
        if (OfRows(rows) is { } reason)
            return new TrainingException($"{where} {reason}");
        if (search() is { } found)
            return new TrainingException($"{where}\n{found.Message}") { Site = found.Site };
        return new TrainingException($"{where} Inputs and targets are finite, so either the steps are too large "
            + $"(learning rate {learningRate}) or the loss leaves its domain, such as the logarithm of 0: try "
            + "a smaller learning rate, and look at Explain(loss) and at the loss of a single batch.");
    }

    /// <summary>The error of an operation that strict mode has stopped at.</summary>
    /// <param name="found">The operation.</param>
    /// <param name="epoch">The pass.</param>
    /// <param name="batch">The batch in it, from 1.</param>
    public static TrainingException OfStep(NonFiniteException found, int epoch, int batch) =>
        new($"Epoch {epoch}, batch {batch}: {found.Message}") { Site = found.Site };

    /// <summary>What is wrong with the rows themselves; null for nothing.</summary>
    private static string? OfRows(Batch rows)
    {
        var inputs = rows.Inputs.ToArray();
        var bad = Array.FindIndex(inputs, x => !float.IsFinite(x));
        if (bad >= 0)
        {
            var width = Math.Max(1, inputs.Length / rows.Count);
            return $"The inputs hold {inputs[bad]} (row {bad / width} of the batch, column {bad % width}): "
                + "fill in or leave out such rows before training.";
        }

        var targets = rows.Targets.DType.IsFloat ? rows.Targets.ToArray() : [];
        if (Array.Exists(targets, y => !float.IsFinite(y)))
            return "The targets hold a number that is not finite: fill in or leave out such rows before training.";
        return null;
    }
}
