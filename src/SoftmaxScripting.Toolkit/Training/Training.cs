using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Checks what Train was called with, completes it by what the session says, and runs it.</summary>
internal static class Training
{
    public static History Run(
        TrainingPlan plan,
        Optimizer optimizer,
        bool quiet,
        Action<Epoch>? onEpoch,
        IReadOnlyList<Callback> callbacks,
        IReadOnlyList<(string Name, Func<Tensor, Tensor, Tensor> Of)> metrics)
    {
        Check(plan);
        var session = ScriptSession.Current;
        var isForReal = session.Mode == ScriptMode.Run;
        if (!isForReal || plan.Options.DryRun)
            plan = plan with { Epochs = 1, Options = plan.Options with { LimitBatches = 1 } };
        plan = plan with
        {
            RowWeights = RowWeights.Of(plan.Data, plan.Options),
            UndoesNonFinite = callbacks.Any(callback => callback is TerminateOnNaN),
        };
        List<Callback> told = [.. callbacks];
        if (onEpoch is not null)
            told.Add(new EpochAction(onEpoch));
        if (isForReal)
        {
            if (!quiet)
                told.Add(LineDisplay.ForConsole());
            told.AddRange(session.Observers);
        }

        return new Trainer(plan, optimizer, metrics, [.. told.OrderBy(callback => callback.ComesLast)])
            .Run(session.NextTraining(), session.Cancellation);
    }

    private static void Check(TrainingPlan plan)
    {
        var options = plan.Options;
        if (plan.Epochs < 1)
            throw new SoftmaxException($"Train: {plan.Epochs} epochs; at least 1 is needed.");
        if (plan.BatchSize < 1)
            throw new SoftmaxException($"Train: the batch size is {plan.BatchSize}; it must be at least 1.");
        if (plan.Data.Train.Count == 0)
            throw new SoftmaxException($"Train: {plan.Data.Name} has no training rows.");
        if (options.Accumulate < 1)
            throw new SoftmaxException($"Train: {options.Accumulate} batches make an update; it must be at least 1.");
        if (!(options.Average >= 0 && options.Average < 1))
            throw new SoftmaxException($"Train: the average's decay is {options.Average}; it must be at least 0 and below 1, such as 0.99.");
        if (options.LimitBatches < 1)
            throw new SoftmaxException($"Train: limited to {options.LimitBatches} batches; at least 1 is needed.");
    }
}
