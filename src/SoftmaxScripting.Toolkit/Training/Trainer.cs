using System.Diagnostics;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>The training loop behind <c>Train</c>: epochs of steps, evaluation, callbacks, and the state of all that.</summary>
/// <param name="plan">What is trained, on what and how.</param>
/// <param name="optimizer">How parameters follow the gradient.</param>
/// <param name="metrics">Figures of merit of the test rows besides loss and accuracy.</param>
/// <param name="callbacks">Who is told, in this order.</param>
internal sealed class Trainer(
    TrainingPlan plan,
    Optimizer optimizer,
    IReadOnlyList<(string Name, Func<Tensor, Tensor, Tensor> Of)> metrics,
    IReadOnlyList<Callback> callbacks)
{
    private readonly Stepper stepper = Steppers.For(plan, optimizer);
    private readonly TestFigures judge = new(plan, metrics);

    /// <summary>Trains until the epochs are done or a callback stops.</summary>
    /// <param name="number">The number of this training in the session.</param>
    /// <param name="cancellation">Checked before each step.</param>
    public History Run(int number, CancellationToken cancellation)
    {
        var run = new TrainingRun(plan.Model, plan.Data, optimizer, plan.Epochs, plan.BatchSize, plan.Seed)
        {
            Number = number,
            BatchesPerEpoch = stepper.BatchesPerEpoch,
            RowsPerEpoch = stepper.RowsPerEpoch,
            LearningRate = stepper.LearningRate,
            HasSchedule = plan.Schedule is not null,
        };
        var keeper = new StateKeeper(plan, run, stepper, callbacks);
        run.Keeper = keeper;
        try
        {
            if (plan.Options.From is { } state)
                keeper.Restore(state);
            Tell(callback => callback.Begin(run));
            keeper.HasBegun = true;
            while (!run.EpochIsOver || (run.Epoch < run.Epochs && run.StopReason is null))
                RunEpoch(run, cancellation);
            run.Outcome = run.StopReason is null ? TrainingOutcome.Completed : TrainingOutcome.Stopped;
        }
        catch (Exception exception)
        {
            run.Failure = exception;
            run.Outcome = exception is OperationCanceledException ? TrainingOutcome.Cancelled : TrainingOutcome.Failed;
            End(run);
            throw;
        }

        End(run);
        return run.History;
    }

    /// <summary>Tells everybody of the end, also when one of them cannot bear it; the first error is the run's.</summary>
    private void End(TrainingRun run)
    {
        stepper.EndJudging();
        stepper.Publish();
        stepper.BeginJudging();
        foreach (var callback in callbacks)
        {
            try
            {
                callback.End(run);
            }
            catch (Exception exception) when (run.Failure is not null)
            {
                // What broke the run off matters more than what follows from it.
                Debug.WriteLine(exception);
            }
        }

        run.Keeper = null;
    }

    private void Tell(Action<Callback> what)
    {
        foreach (var callback in callbacks)
            what(callback);
    }

    private void RunEpoch(TrainingRun run, CancellationToken cancellation)
    {
        if (run.EpochIsOver)
            run.BeginEpoch();
        var before = run.Seconds;
        var clock = Stopwatch.StartNew();
        using (var steps = stepper.Epoch(run.Epoch, run.Batch).GetEnumerator())
        {
            while (run.StopReason is null)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!steps.MoveNext())
                    break;
                run.Count(steps.Current, stepper.LearningRate);
                if (stepper.Finished is { } reason)
                    run.Stop(reason);
                run.Seconds = before + clock.Elapsed.TotalSeconds;
                Tell(callback => callback.BatchEnd(run));
            }
        }

        run.Seconds = before + clock.Elapsed.TotalSeconds;
        stepper.Publish();
        stepper.BeginJudging();
        var epoch = judge.Add(new Epoch(
            run.Epoch, run.Loss, run.TrainAccuracy, double.NaN, double.NaN, run.Seconds, run.Rows / Math.Max(run.Seconds, 1e-9))
        {
            LearningRate = run.LearningRate,
        });
        run.History.Add(epoch);
        run.EpochIsOver = true;
        Tell(callback => callback.EpochEnd(run, epoch));
        stepper.EndJudging();
    }
}

/// <summary>Makes the steps that belong to an optimiser.</summary>
internal static class Steppers
{
    public static Stepper For(TrainingPlan plan, Optimizer optimizer) => optimizer switch
    {
        ChainedOptimizer chain => new BatchStepper(plan, chain),
        Lbfgs lbfgs => new FullBatchStepper(plan, lbfgs),
        _ => throw new SoftmaxException($"Train: {optimizer.Name} is no chain of updates; derive from ChainedOptimizer."),
    };
}
