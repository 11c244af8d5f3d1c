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
        var session = ScriptSession.Current;
        var isForReal = session.Mode == ScriptMode.Run;
        plan = WithSwitches(plan, session);
        Check(plan);
        if (!isForReal || plan.Options.DryRun)
            plan = plan with { Epochs = 1, Options = plan.Options with { LimitBatches = 1 } };
        plan = HoldOut(plan with
        {
            RowWeights = RowWeights.Of(plan.Data, plan.Options),
            UndoesNonFinite = callbacks.Any(callback => callback is TerminateOnNaN),
        });
        List<Callback> told = [.. callbacks];
        if (onEpoch is not null)
            told.Add(new EpochAction(onEpoch));
        if (isForReal)
        {
            if (!quiet)
                told.Add(TrainingDisplay.ForConsole());
            told.AddRange(session.Observers);
        }

        return new Trainer(plan, optimizer, metrics, [.. told.OrderBy(callback => callback.ComesLast)])
            .Run(session.NextTraining(), session.Cancellation);
    }

    /// <summary>With the quick looks that the command line asks for.</summary>
    private static TrainingPlan WithSwitches(TrainingPlan plan, ScriptSession session) => plan with
    {
        Options = plan.Options with
        {
            DryRun = plan.Options.DryRun || session.DryRun,
            OverfitOneBatch = plan.Options.OverfitOneBatch || session.OverfitOneBatch,
            LimitBatches = session.LimitBatches ?? plan.Options.LimitBatches,
        },
    };

    /// <summary>With validation rows in place of some training rows, where they are asked for.</summary>
    private static TrainingPlan HoldOut(TrainingPlan plan)
    {
        if (plan.Options.Validation == 0)
            return plan;
        var data = plan.Data;
        var (rows, held) = Splits.Of(data.Name, data.Train, data.ClassNames, data.Classes > 0).Split(plan.Options.Validation, plan.Seed);
        return plan with
        {
            Data = new Dataset(data.Name, data.Origin, data.Train.Select(rows), data.Test, data.ClassNames, data.Synthetic),
            Validation = data.Train.Select(held).WithoutAugmentation(),
            RowWeights = plan.RowWeights is { } weights ? [.. rows.Select(row => weights[row])] : null,
        };
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
        if (!(options.Validation >= 0 && options.Validation < 1))
            throw new SoftmaxException(
                $"Train: the share of validation rows is {options.Validation}; it must be at least 0 and below 1, such as 0.1.");
        if (options.LimitBatches < 1)
            throw new SoftmaxException($"Train: limited to {options.LimitBatches} batches; at least 1 is needed.");
    }
}
