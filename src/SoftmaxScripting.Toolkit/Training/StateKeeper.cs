using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Takes the state of a run, and continues a run from one.</summary>
/// <param name="plan">What is trained, on what and how.</param>
/// <param name="run">The run.</param>
/// <param name="stepper">What changes the parameters.</param>
/// <param name="callbacks">Who may have a state of their own.</param>
internal sealed class StateKeeper(TrainingPlan plan, TrainingRun run, Stepper stepper, IReadOnlyList<Callback> callbacks)
{
    private const int Format = 1;

    /// <summary>Whether steps may have been taken, so that it is too late to restore.</summary>
    public bool HasBegun { get; set; }

    public TrainingState Capture()
    {
        var tensors = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in stepper.Tensors)
            tensors[name] = tensor;
        var progress = new JsonObject
        {
            ["format"] = Format,
            ["plan"] = Fingerprint(),
            ["epoch"] = run.Epoch,
            ["epoch is over"] = run.EpochIsOver,
            ["batch"] = run.Batch,
            ["step"] = run.Step,
            ["rows"] = run.Rows,
            ["weight sum"] = StateJson.Of(run.WeightSum),
            ["loss sum"] = StateJson.Of(run.LossSum),
            ["correct"] = StateJson.Of(run.Correct),
            ["batch loss"] = StateJson.Of(run.BatchLoss),
            ["seconds"] = StateJson.Of(run.Seconds),
            ["learning rate"] = StateJson.Of(run.LearningRate),
            ["base learning rate"] = run.Optimizer.LearningRate,
            ["random seed"] = RandomSource.Seed,
            ["random stream"] = RandomSource.Stream,
            ["stop reason"] = run.StopReason ?? "",
            ["history"] = new JsonArray([.. run.History.Epochs.Select(StateJson.Of)]),
        };
        stepper.Save(progress);
        var states = new JsonObject();
        foreach (var (label, callback) in Labelled())
        {
            var values = new JsonObject();
            var own = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
            callback.SaveState(values, own);
            if (values.Count == 0 && own.Count == 0)
                continue;
            states[label] = values;
            foreach (var (name, tensor) in own)
                tensors[$"callback.{label}.{name}"] = tensor;
        }

        progress["callbacks"] = states;
        return new TrainingState(tensors, progress);
    }

    public void Restore(TrainingState state)
    {
        if (HasBegun)
            throw new SoftmaxException("A training run can be restored only before its first step: in Callback.Begin.");
        var progress = state.Progress;
        if (progress.Value<int>("format") != Format)
            throw new SoftmaxException(
                $"The saved training state has format {progress.Value<int>("format")}; this version reads format {Format}.");
        RequireSamePlan(StateJson.Required(progress, "plan").AsObject());
        stepper.Restore(state);
        run.Optimizer.LearningRate = progress.Double("base learning rate");
        run.History.Clear();
        foreach (var epoch in StateJson.Required(progress, "history").AsArray())
            run.History.Add(StateJson.Epoch(epoch!.AsObject()));
        run.Resume(progress);
        RandomSource.Reset(progress.Value<ulong>("random seed"));
        RandomSource.Stream = progress.Value<long>("random stream");
        var states = StateJson.Required(progress, "callbacks").AsObject();
        foreach (var (label, callback) in Labelled())
        {
            if (states[label] is not JsonObject values)
                continue;
            var prefix = $"callback.{label}.";
            callback.RestoreState(
                values,
                state.Tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                    .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal));
        }
    }

    /// <summary>Callbacks by type and number: those of a new process have no other identity.</summary>
    private IEnumerable<(string Label, Callback Callback)> Labelled() => callbacks
        .GroupBy(callback => callback.GetType().Name)
        .SelectMany(group => group.Select((callback, i) => (string.Create(CultureInfo.InvariantCulture, $"{group.Key}.{i}"), callback)));

    /// <summary>What must be the same for the rest of the run to be the same; the number of epochs may grow.</summary>
    private JsonObject Fingerprint() => new()
    {
        ["data"] = plan.Data.Name,
        ["training rows"] = plan.Data.Train.Count,
        ["validation rows"] = plan.Validation?.Count ?? 0,
        ["batch size"] = plan.BatchSize,
        ["batches per epoch"] = stepper.BatchesPerEpoch,
        ["seed"] = plan.Seed,
        ["shuffle"] = plan.Shuffle,
        ["optimizer"] = run.Optimizer.Name,
        ["accumulate"] = plan.Options.Accumulate,
        ["average"] = plan.Options.Average,
        ["overfit one batch"] = plan.Options.OverfitOneBatch,
    };

    private void RequireSamePlan(JsonObject saved)
    {
        foreach (var (name, value) in Fingerprint())
        {
            var (was, now) = (saved[name]?.ToJsonString() ?? "missing", value!.ToJsonString());
            if (was != now)
                throw new SoftmaxException(
                    $"The saved training state cannot be continued here: {name} was {was} and is {now}. "
                    + "Train with the same settings, or begin anew.");
        }
    }
}
