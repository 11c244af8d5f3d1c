using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Multiplies the learning rate by a factor when a figure has not become better for some epochs.</summary>
public sealed class ReduceOnPlateau : Callback
{
    private readonly Monitor monitor;
    private readonly double factor;
    private readonly int patience;
    private readonly int cooldown;
    private readonly double lowest;
    private int waited;
    private int cooling;

    /// <summary>Describes when to reduce, and by how much.</summary>
    /// <param name="factor">Above 0 and below 1.</param>
    /// <param name="patience">So many epochs in a row may pass without a better figure.</param>
    /// <param name="figure">Its name among <see cref="Epoch.AllFigures"/>; null for the first there is of validation loss, test loss and loss.</param>
    /// <param name="minDelta">A change must be larger than this to count as better.</param>
    /// <param name="cooldown">So many epochs after a reduction do not count.</param>
    /// <param name="lowest">The learning rate does not fall below this.</param>
    /// <param name="better">Which direction is better.</param>
    /// <exception cref="SoftmaxException">A number is out of its range.</exception>
    public ReduceOnPlateau(
        double factor = 0.1,
        int patience = 10,
        string? figure = null,
        double minDelta = 1e-4,
        int cooldown = 0,
        double lowest = 0,
        BetterIs better = BetterIs.Automatic)
    {
        if (!(factor > 0 && factor < 1))
            throw new SoftmaxException($"ReduceOnPlateau: the factor is {factor}; it must be above 0 and below 1.");
        if (patience < 1)
            throw new SoftmaxException($"ReduceOnPlateau: the patience is {patience} epochs; it must be at least 1.");
        if (!(minDelta >= 0) || cooldown < 0 || !(lowest >= 0))
            throw new SoftmaxException("ReduceOnPlateau: the least change, the cool-down and the lowest learning rate must not be negative.");
        monitor = new Monitor(nameof(ReduceOnPlateau), figure, better, minDelta);
        this.factor = factor;
        this.patience = patience;
        this.cooldown = cooldown;
        this.lowest = lowest;
    }

    /// <inheritdoc/>
    public override void EpochEnd(TrainingRun run, Epoch epoch)
    {
        var (_, isBest) = monitor.See(epoch);
        if (cooling > 0)
        {
            cooling--;
            waited = 0;
            return;
        }

        waited = isBest ? 0 : waited + 1;
        if (waited < patience)
            return;
        waited = 0;
        cooling = cooldown;
        var reduced = Math.Max(run.Optimizer.LearningRate * factor, lowest);
        if (reduced < run.Optimizer.LearningRate)
            run.Optimizer.LearningRate = reduced;
    }

    /// <inheritdoc/>
    public override void SaveState(JsonObject values, IDictionary<string, Tensor> tensors)
    {
        monitor.Save(values);
        values["waited"] = waited;
        values["cooling"] = cooling;
    }

    /// <inheritdoc/>
    public override void RestoreState(JsonObject values, IReadOnlyDictionary<string, Tensor> tensors)
    {
        monitor.Restore(values);
        waited = values.Value<int>("waited");
        cooling = values.Value<int>("cooling");
    }

    /// <summary>What it waits for, for people.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"×{factor} after {patience} epochs without a better {monitor.Figure}");
}
