using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Follows one figure of the epochs and knows when it is better than it ever was.</summary>
/// <param name="owner">Whose messages name it.</param>
/// <param name="figure">
/// Its name in <see cref="Epoch.AllFigures"/>; null for the first there is of validation loss, test loss and loss.
/// </param>
/// <param name="mode">Which direction is better.</param>
/// <param name="minDelta">A smaller change is none.</param>
internal sealed class Monitor(string owner, string? figure, BetterIs mode, double minDelta)
{
    private static readonly string[] s_usual = ["validation loss", "test loss", "loss"];

    private string? known = figure;

    /// <summary>The figure's name; null while it is not decided.</summary>
    public string Figure => known ?? "loss";

    /// <summary>The best value so far; NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The epoch of the best value; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    private bool HigherIsBetter => mode switch
    {
        BetterIs.Lower => false,
        BetterIs.Higher => true,
        _ => Figure.Contains("accuracy", StringComparison.OrdinalIgnoreCase)
            || Figure.Contains("top-", StringComparison.OrdinalIgnoreCase)
            || Figure.Contains("auc", StringComparison.OrdinalIgnoreCase)
            || Figure.Contains("f1", StringComparison.OrdinalIgnoreCase)
            || Figure.Contains("precision", StringComparison.OrdinalIgnoreCase)
            || Figure.Contains("recall", StringComparison.OrdinalIgnoreCase)
            || Figure.Contains("R²", StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>Sees an epoch: its value, and whether it is the best so far. NaN is never better.</summary>
    public (double Value, bool IsBest) See(Epoch epoch)
    {
        var figures = epoch.AllFigures.ToList();
        known ??= Array.Find(s_usual, name => figures.Exists(figure => figure.Key == name)) ?? "loss";
        var index = figures.FindIndex(pair => pair.Key == known);
        if (index < 0)
            throw new SoftmaxException(
                $"{owner}: there is no figure '{known}'{DidYouMean.Suffix(known, [.. figures.Select(pair => pair.Key)])}. "
                + $"This training has {string.Join(", ", figures.Select(pair => pair.Key))}.");
        var value = figures[index].Value;
        var isBest = !double.IsNaN(value)
            && (double.IsNaN(Best) || (HigherIsBetter ? value > Best + minDelta : value < Best - minDelta));
        if (isBest)
            (Best, BestEpoch) = (value, epoch.Number);
        return (value, isBest);
    }

    /// <summary>Whether a value is better than another.</summary>
    public bool Reaches(double value, double than) => HigherIsBetter ? value > than : value < than;

    public void Save(JsonObject values)
    {
        values["figure"] = known;
        values["best"] = StateJson.Of(Best);
        values["best epoch"] = BestEpoch;
    }

    public void Restore(JsonObject values)
    {
        known = values["figure"]?.GetValue<string>();
        Best = values.Double("best");
        BestEpoch = values.Value<int>("best epoch");
    }

    /// <summary>The best value and its epoch, for people.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Figure} {Best:0.0000} of epoch {BestEpoch}");
}

/// <summary>Which direction of a figure is better.</summary>
public enum BetterIs
{
    /// <summary>Higher for accuracies, precision, recall, F1, AUC and R², lower for all others such as losses.</summary>
    Automatic,

    /// <summary>Lower, as for losses.</summary>
    Lower,

    /// <summary>Higher, as for accuracies.</summary>
    Higher,
}
