using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Stops when a figure has not become better for some epochs, and gives the model the parameters of its best epoch back.
/// </summary>
/// <example><code>Train(model, data, loss, Adam(), epochs: 100, callbacks: [new EarlyStopping(patience: 5)]);</code></example>
public sealed class EarlyStopping : Callback
{
    private readonly Monitor monitor;
    private readonly int patience;
    private readonly double baseline;
    private readonly bool restoreBest;
    private int waited;
    private Tensor[]? best;

    /// <summary>Describes when to stop.</summary>
    /// <param name="patience">So many epochs in a row may pass without a better figure.</param>
    /// <param name="figure">
    /// Its name among <see cref="Epoch.AllFigures"/>; null for the first there is of validation loss, test loss and loss.
    /// </param>
    /// <param name="minDelta">A change must be larger than this to count as better.</param>
    /// <param name="baseline">Epochs that are not better than this count as no better; NaN for none.</param>
    /// <param name="restoreBest">Whether the model ends with the parameters of the best epoch, however the run ends.</param>
    /// <param name="better">Which direction is better.</param>
    /// <exception cref="SoftmaxException">The patience is below 1 or the least change negative.</exception>
    public EarlyStopping(
        int patience = 5,
        string? figure = null,
        double minDelta = 0,
        double baseline = double.NaN,
        bool restoreBest = true,
        BetterIs better = BetterIs.Automatic)
    {
        if (patience < 1)
            throw new SoftmaxException($"EarlyStopping: the patience is {patience} epochs; it must be at least 1.");
        if (!(minDelta >= 0))
            throw new SoftmaxException($"EarlyStopping: the least change is {minDelta}; it must not be negative.");
        monitor = new Monitor(nameof(EarlyStopping), figure, better, minDelta);
        this.patience = patience;
        this.baseline = baseline;
        this.restoreBest = restoreBest;
    }

    /// <summary>The best value so far; NaN before the first epoch.</summary>
    public double Best => monitor.Best;

    /// <summary>The epoch of the best value; 0 before the first.</summary>
    public int BestEpoch => monitor.BestEpoch;

    /// <inheritdoc/>
    public override void EpochEnd(TrainingRun run, Epoch epoch)
    {
        var (value, isBest) = monitor.See(epoch);
        if (isBest && restoreBest)
            best = [.. run.Model.Parameters.Select(parameter => parameter.Value)];
        waited = isBest && (double.IsNaN(baseline) || monitor.Reaches(value, baseline)) ? 0 : waited + 1;
        if (waited >= patience)
            run.Stop(string.Create(
                CultureInfo.InvariantCulture, $"no better {monitor.Figure} for {waited} epochs; the best was {monitor}"));
    }

    /// <inheritdoc/>
    public override void End(TrainingRun run)
    {
        if (best is null || run.Outcome == TrainingOutcome.Failed)
            return;
        foreach (var (parameter, value) in run.Model.Parameters.Zip(best))
            parameter.Value = value;
    }

    /// <inheritdoc/>
    public override void SaveState(JsonObject values, IDictionary<string, Tensor> tensors)
    {
        monitor.Save(values);
        values["waited"] = waited;
        for (var i = 0; i < (best?.Length ?? 0); i++)
            tensors[i.ToString(CultureInfo.InvariantCulture)] = best![i];
    }

    /// <inheritdoc/>
    public override void RestoreState(JsonObject values, IReadOnlyDictionary<string, Tensor> tensors)
    {
        monitor.Restore(values);
        waited = values.Value<int>("waited");
        best = tensors.Count == 0
            ? null
            : [.. Enumerable.Range(0, tensors.Count).Select(i => tensors[i.ToString(CultureInfo.InvariantCulture)])];
    }
}
