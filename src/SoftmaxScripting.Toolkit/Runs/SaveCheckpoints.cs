using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Saves a training so that it can be continued to the same bits: weights, the optimiser's state, order of the rows, random
/// state, history and what other callbacks need. It saves at the intervals given, when the training is cancelled, and at its
/// end. Every training of a script that is run by the host is saved as time allows even without it.
/// </summary>
/// <example><code>Train(model, data, loss, Adam(0.01), callbacks: [new SaveCheckpoints(everySteps: 200, keep: 3, best: "test loss")]);</code></example>
public sealed class SaveCheckpoints : Callback
{
    /// <summary>Saving by time takes no more than one part of so many.</summary>
    private const int ShareOfTime = 20;

    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(10);

    private readonly CheckpointInterval interval;
    private readonly int keep;
    private readonly string? best;
    private readonly bool higherIsBetter;
    private readonly string? givenFolder;
    private readonly bool resume;
    private readonly Stopwatch sinceSaved = new();
    private TimeSpan lastDuration;
    private CheckpointFolder? folder;
    private double bestValue;
    private long savedStep;
    private bool hasWarned;

    /// <summary>Says when to save and where.</summary>
    /// <param name="everyEpochs">After every so many epochs; 0 for not by epochs.</param>
    /// <param name="everySteps">After every so many steps; 0 for not by steps. Without both: as time allows.</param>
    /// <param name="keep">How many of the latest stay, at least 1.</param>
    /// <param name="best">
    /// A figure by name (<see cref="Epoch.AllFigures"/>), such as <c>test loss</c>: the epoch with the best one is saved as
    /// <c>best.safetensors</c> too.
    /// </param>
    /// <param name="higherIsBetter">Which way is better; by default lower for names with loss or error, else higher.</param>
    /// <param name="folder">Where to; by default <c>checkpoints/training-N</c> in the folder of the run.</param>
    /// <param name="resume">
    /// Continues from the latest checkpoint in the folder, where there is one. <c>--resume</c> does it for every training of
    /// a script.
    /// </param>
    /// <exception cref="SoftmaxException">A number is negative, or none would stay.</exception>
    public SaveCheckpoints(
        int everyEpochs = 0,
        int everySteps = 0,
        int keep = 2,
        string? best = null,
        bool? higherIsBetter = null,
        string? folder = null,
        bool resume = false)
        : this(new CheckpointInterval(everyEpochs, everySteps, everyEpochs == 0 && everySteps == 0), keep)
    {
        if (everyEpochs < 0 || everySteps < 0 || keep < 1)
        {
            throw new SoftmaxException(
                $"SaveCheckpoints: every {everyEpochs} epochs, every {everySteps} steps, {keep} kept; "
                + "the first two must not be negative, and at least 1 must be kept.");
        }

        this.best = best;
        this.higherIsBetter = higherIsBetter ?? (best is not null && RunFigures.HigherIsBetter(best));
        givenFolder = folder;
        this.resume = resume;
        bestValue = Worst;
    }

    internal SaveCheckpoints(CheckpointInterval interval, int keep = 2)
    {
        this.interval = interval;
        this.keep = keep;
        bestValue = Worst;
    }

    /// <inheritdoc/>
    public override bool ComesLast => true;

    private double Worst => higherIsBetter ? double.NegativeInfinity : double.PositiveInfinity;

    /// <inheritdoc/>
    public override void Begin(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var recorder = ScriptSession.Current.Recorder;
        recorder?.HasOwnCheckpoints(run);
        var path = givenFolder ?? recorder?.Folder?.PathOf(Path.Combine("checkpoints", string.Create(CultureInfo.InvariantCulture, $"training-{run.Number}")));
        folder = path is null ? null : new CheckpointFolder(path);
        bestValue = Worst;
        savedStep = -1;
        if (folder is null)
            return;
        if (!Attempt(() => Directory.CreateDirectory(path!)))
            return;
        if (resume || (givenFolder is null && recorder is { IsResumed: true }))
            Resume(run, folder);
        sinceSaved.Restart();
    }

    /// <inheritdoc/>
    public override void BatchEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var isDue = interval.Steps > 0 && run.Step % interval.Steps == 0;
        if (isDue || ScriptSession.Current.Cancellation.IsCancellationRequested)
            Save(run);
    }

    /// <inheritdoc/>
    public override void EpochEnd(TrainingRun run, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(epoch);
        SaveBest(run, epoch);
        var isLast = run.Epoch >= run.Epochs || run.StopReason is not null;
        var isDue = (interval.Epochs > 0 && run.Epoch % interval.Epochs == 0)
            || (interval.ByTime && sinceSaved.Elapsed > s_shortest && sinceSaved.Elapsed > ShareOfTime * lastDuration);

        // The end of an epoch is a later state than its last step: the test rows are judged and the figures in the history.
        if (isLast || isDue || savedStep == run.Step || ScriptSession.Current.Cancellation.IsCancellationRequested)
            Save(run);
    }

    /// <inheritdoc/>
    public override void SaveState(JsonObject values, IDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (best is not null && double.IsFinite(bestValue))
            values["best"] = bestValue;
    }

    /// <inheritdoc/>
    public override void RestoreState(JsonObject values, IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(values);
        bestValue = (double?)values["best"] ?? Worst;
    }

    private void Resume(TrainingRun run, CheckpointFolder from)
    {
        if (from.ReadLatest() is not { } state)
            return;
        run.Restore(state);
        savedStep = run.Step;
        var where = run.History.Epochs.Count >= run.Epochs || run.StopReason is not null
            ? "was over"
            : string.Create(CultureInfo.InvariantCulture, $"goes on after {run.History.Epochs.Count} of {run.Epochs} epochs, step {run.Step}");
        Console.Error.WriteLine($"Resumed: training {run.Number} {where}.");
    }

    private void SaveBest(TrainingRun run, Epoch epoch)
    {
        if (best is null || folder is null)
            return;
        var value = epoch.AllFigures.FirstOrDefault(figure => figure.Key == best) is { Key: not null } found
            ? found.Value
            : throw new SoftmaxException(
                $"SaveCheckpoints: there is no figure '{best}'{DidYouMean.Suffix(best, epoch.AllFigures.Select(figure => figure.Key))}; "
                + $"this training has {string.Join(", ", epoch.AllFigures.Select(figure => figure.Key))}.");
        if (!(higherIsBetter ? value > bestValue : value < bestValue))
            return;
        bestValue = value;
        Attempt(() => CheckpointFile.Write(folder.Best, run.Capture()));
    }

    private void Save(TrainingRun run)
    {
        if (folder is null)
            return;
        var clock = Stopwatch.StartNew();
        var isSaved = Attempt(() =>
        {
            CheckpointFile.Write(folder.Of(run.Step), run.Capture());
            folder.Prune(keep);
        });
        lastDuration = clock.Elapsed;
        sinceSaved.Restart();
        if (isSaved)
            savedStep = run.Step;
    }

    /// <summary>A training is worth more than its checkpoint: what cannot be saved is said once.</summary>
    private bool Attempt(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception exception) when (exception is FileException or IOException or UnauthorizedAccessException)
        {
            if (!hasWarned)
                Console.Error.WriteLine($"warning: no checkpoint: {exception.Message} The training goes on; earlier checkpoints stay.");
            hasWarned = true;
            return false;
        }
    }
}
