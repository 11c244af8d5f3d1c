using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <summary>A figure measured once for each fold.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Values">One value per fold.</param>
public sealed record FoldScores(string Name, IReadOnlyList<double> Values)
{
    /// <summary>The mean over the folds.</summary>
    public double Mean => Values.Average();

    /// <summary>The spread: √(Σ(x − mean)²/(k − 1)).</summary>
    public double StandardDeviation => Math.Sqrt(Values.Sum(value => (value - Mean) * (value - Mean)) / (Values.Count - 1));

    /// <summary><c>accuracy 0.8123 ± 0.0213 (5 folds)</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name} {Mean:0.0000} ± {StandardDeviation:0.0000} ({Values.Count} folds)");
}

public static partial class Prelude
{
    /// <summary>
    /// Measures a figure on each fold, prints it as it comes, and ends in mean ± standard deviation over the folds.
    /// </summary>
    /// <param name="folds">Data sets that each hold back another part: <see cref="TableRecipe.Folds"/> or <see cref="Dataset.Folds"/>.</param>
    /// <param name="figure">Trains on a data set and gives the figure of its test rows.</param>
    /// <param name="name">What is measured.</param>
    /// <param name="quiet">Prints nothing.</param>
    /// <exception cref="DataException">There are fewer than two folds.</exception>
    /// <example><code>
    /// CrossValidate(recipe.Folds(5), fold => Train(Model(), fold, loss, Sgd(0.1), quiet: true).Last.TestAccuracy);
    /// </code></example>
    public static FoldScores CrossValidate(
        IReadOnlyList<Dataset> folds, Func<Dataset, double> figure, string name = "accuracy", bool quiet = false)
    {
        if (folds.Count < 2)
            throw new DataException($"CrossValidate: {folds.Count} folds; at least 2 are needed for a spread.");
        List<double> values = [];
        // A dry run (a check, an explanation) sees the fewest folds that have a spread.
        var some = ScriptSession.Current.Mode == ScriptMode.Run ? folds.Count : 2;
        foreach (var fold in folds.Take(some))
        {
            ScriptSession.Current.Cancellation.ThrowIfCancellationRequested();
            values.Add(figure(fold));
            if (!quiet)
                Console.WriteLine(new StringBuilder().Append(
                    CultureInfo.InvariantCulture,
                    $"fold {values.Count}/{folds.Count}  {name} {values[^1]:0.0000}  ({fold.Train.Count} rows, judged by {fold.Test.Count})"));
        }

        var scores = new FoldScores(name, values);
        if (!quiet)
            Console.WriteLine(scores);
        return scores;
    }
}
