using System.Diagnostics;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>The training loop behind <see cref="Prelude.Train"/>: batches, steps, evaluation, callbacks.</summary>
/// <param name="model">What is trained.</param>
/// <param name="data">The rows.</param>
/// <param name="loss">(prediction, target) → one number.</param>
/// <param name="optimizer">How parameters follow the gradient.</param>
/// <param name="batchSize">Rows per step.</param>
/// <param name="seed">The seed of the order of the rows.</param>
/// <param name="shuffle">False keeps the stored order.</param>
/// <param name="mostBatches">How many batches of each pass are taken, of training and of test rows; null for all.</param>
internal sealed class Trainer(
    Layer model, Dataset data, Func<Tensor, Tensor, Tensor> loss, Optimizer optimizer, int batchSize, ulong seed, bool shuffle, int? mostBatches = null)
{
    private const int EvaluationRows = 2000;

    private readonly TrainingStep step = new(model.Parameters, (ChainedOptimizer)optimizer);
    private readonly bool classifies = data.Classes > 0;

    /// <summary>Whether the loss compares numbers and so gets class labels as one-hot rows; found out in the first step.</summary>
    private bool oneHotTargets;

    /// <summary>Figures of merit of the test rows besides loss and accuracy.</summary>
    public IReadOnlyList<(string Name, Func<Tensor, Tensor, Tensor> Of)> Metrics { get; init; } = [];

    /// <summary>Who is told, in this order.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>Trains for some epochs.</summary>
    public History Run(int epochs, int number, CancellationToken cancellation)
    {
        var batches = (data.Train.Count + batchSize - 1) / batchSize;
        var run = new TrainingRun(model, data, optimizer, epochs, batchSize, seed)
        {
            Number = number,
            BatchesPerEpoch = Math.Min(batches, mostBatches ?? batches),
            RowsPerEpoch = (int)Math.Min(data.Train.Count, (long)batchSize * (mostBatches ?? batches)),
        };
        try
        {
            Tell(callback => callback.Begin(run));
            while (run.Epoch < epochs && run.StopReason is null)
                RunEpoch(run, cancellation);
            run.Outcome = run.StopReason is null ? TrainingOutcome.Completed : TrainingOutcome.Stopped;
        }
        catch (Exception exception)
        {
            run.Failure = exception;
            run.Outcome = exception is OperationCanceledException ? TrainingOutcome.Cancelled : TrainingOutcome.Failed;
            throw;
        }
        finally
        {
            step.Publish();
            Tell(callback => callback.End(run));
        }

        return run.History;
    }

    private void Tell(Action<Callback> what)
    {
        foreach (var callback in Callbacks)
            what(callback);
    }

    private void RunEpoch(TrainingRun run, CancellationToken cancellation)
    {
        run.Epoch++;
        run.Batch = run.Rows = 0;
        run.LossSum = run.Correct = 0;
        var clock = Stopwatch.StartNew();
        foreach (var pending in Taken(data.Train.Pending(batchSize, shuffle, seed, run.Epoch)))
        {
            cancellation.ThrowIfCancellationRequested();
            var results = Step(pending, run.Epoch, run.Batch + 1);
            run.LearningRate = optimizer.LearningRate;
            run.BatchLoss = results[0].Item();
            run.LossSum += run.BatchLoss * pending.Count;
            if (classifies)
                run.Correct += results[1].Item();
            run.Rows += pending.Count;
            run.Batch++;
            run.Step++;
            Tell(callback => callback.BatchEnd(run));
            if (run.StopReason is not null)
                break;
        }

        var seconds = clock.Elapsed.TotalSeconds;
        step.Publish();
        var epoch = new Epoch(
            run.Epoch, run.Loss, run.TrainAccuracy, double.NaN, double.NaN, seconds, run.Rows / Math.Max(seconds, 1e-9));
        if (data.Test.Count > 0)
            epoch = Evaluate(data.Test, epoch);
        run.History.Add(epoch);
        Tell(callback => callback.EpochEnd(run, epoch));
    }

    /// <summary>One step, or the reason why there is none.</summary>
    private Tensor[] Step(PendingBatch pending, int epoch, int batch)
    {
        var objective = () =>
        {
            var (inputs, targets) = pending.Read();
            return Figures(model.Forward(inputs, true), targets);
        };
        Tensor[] results;
        try
        {
            results = step.Run(objective);
        }
        catch (NonFiniteException exception)
        {
            throw Diagnosis.OfStep(exception, epoch, batch);
        }

        var value = results[0].Item();
        return double.IsFinite(value)
            ? results
            : throw Diagnosis.OfLoss(
                value, epoch, batch, pending.Read(), optimizer, () => step.Diagnose(objective));
    }

    private Tensor[] Figures(Tensor prediction, Tensor targets)
    {
        var value = Loss(prediction, targets);
        return classifies ? [value, Core.Metrics.Correct(prediction, targets)] : [value];
    }

    private Tensor Loss(Tensor prediction, Tensor targets)
    {
        if (!oneHotTargets)
        {
            try
            {
                return loss(prediction, targets);
            }
            catch (DTypeException) when (classifies && targets.DType == DType.Int32)
            {
                // The loss calculates with its target, so it means numbers and not class indices.
                oneHotTargets = true;
            }
        }

        return loss(prediction, Tensor.OneHot(targets, data.Classes));
    }

    /// <summary>The epoch with the figures of these rows.</summary>
    private Epoch Evaluate(Samples samples, Epoch epoch)
    {
        double lossSum = 0, correct = 0;
        var rows = 0;
        var predictions = new List<Tensor>();
        var targets = new List<Tensor>();
        foreach (var pending in Taken(samples.Pending(EvaluationRows, shuffle: false, seed: 0, pass: 0)))
        {
            var results = Recording.Run(() => Judged(pending.Read()));
            lossSum += results[0].Item() * pending.Count;
            if (classifies)
                correct += results[1].Item();
            if (Metrics.Count > 0)
            {
                predictions.Add(results[^2]);
                targets.Add(results[^1]);
            }

            rows += pending.Count;
        }

        var figures = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        if (Metrics.Count > 0)
        {
            var (prediction, target) = (Tensor.Concat([.. predictions]), Tensor.Concat([.. targets]));
            foreach (var (name, of) in Metrics)
                figures[name] = of(prediction, target).Item();
        }

        return epoch with
        {
            TestLoss = lossSum / rows,
            TestAccuracy = classifies ? correct / rows : double.NaN,
            Figures = figures,
        };
    }

    /// <summary>The loss, for classification the number of right rows, and for metrics prediction and target.</summary>
    private Tensor[] Judged(Batch batch)
    {
        var prediction = model.Predict(batch.Inputs);
        Tensor[] figures = Figures(prediction, batch.Targets);
        return Metrics.Count > 0 ? [.. figures, prediction, batch.Targets] : figures;
    }

    private IEnumerable<PendingBatch> Taken(IEnumerable<PendingBatch> batches) =>
        mostBatches is { } most ? batches.Take(most) : batches;
}
