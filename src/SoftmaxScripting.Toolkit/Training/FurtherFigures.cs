using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>What the line of an epoch says besides loss and accuracy.</summary>
internal static class FurtherFigures
{
    private const string Validation = "validation ";

    /// <summary>
    /// The validation rows by one figure as the test rows are, the metrics, and the learning rate where it changes; each after
    /// two spaces.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="epoch">One of its epochs.</param>
    public static string Of(TrainingRun run, Epoch epoch)
    {
        var hasAccuracy = epoch.Figures.ContainsKey(Validation + "accuracy");
        var figures = epoch.Figures
            .Where(figure => !figure.Key.StartsWith(Validation, StringComparison.Ordinal)
                || figure.Key == Validation + (hasAccuracy ? "accuracy" : "loss"))
            .Select(figure => string.Create(
                CultureInfo.InvariantCulture,
                $"  {(figure.Key == Validation + "accuracy" ? "validation" : figure.Key)} {figure.Value:0.0000}"));
        return string.Concat(figures) + Rate(run, epoch);
    }

    private static string Rate(TrainingRun run, Epoch epoch) =>
        run.HasSchedule || (run.History.Epochs.Count > 0 && !run.History.Epochs[0].LearningRate.Equals(epoch.LearningRate))
            ? string.Create(CultureInfo.InvariantCulture, $"  rate {epoch.LearningRate:G3}")
            : "";
}
