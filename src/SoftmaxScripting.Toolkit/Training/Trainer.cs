using System.Diagnostics;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>The training loop behind <see cref="Prelude.Train"/>: batches, steps, evaluation, display.</summary>
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

    private readonly TrainingStep step = new(model.Parameters, optimizer);
    private readonly bool classifies = data.Classes > 0;

    /// <summary>Whether the loss compares numbers and so gets class labels as one-hot rows; found out in the first step.</summary>
    private bool oneHotTargets;

    /// <summary>Trains for some epochs.</summary>
    public History Run(int epochs, ITrainingDisplay display, Action<Epoch>? onEpoch, CancellationToken cancellation)
    {
        var history = new List<Epoch>();
        display.Begin(epochs, data.Train.Count);
        try
        {
            for (var number = 1; number <= epochs; number++)
            {
                var epoch = RunEpoch(number, display, cancellation);
                history.Add(epoch);
                display.EndEpoch(epoch);
                onEpoch?.Invoke(epoch);
            }
        }
        finally
        {
            step.Publish();
            display.End();
        }

        return new History(history);
    }

    private Epoch RunEpoch(int number, ITrainingDisplay display, CancellationToken cancellation)
    {
        double lossSum = 0, correct = 0;
        var rows = 0;
        var clock = Stopwatch.StartNew();
        var batch = 0;
        foreach (var pending in Taken(data.Train.Pending(batchSize, shuffle, seed, number)))
        {
            cancellation.ThrowIfCancellationRequested();
            batch++;
            var results = Step(pending, number, batch);
            var value = results[0].Item();
            lossSum += value * pending.Count;
            if (classifies)
                correct += results[1].Item();
            rows += pending.Count;
            display.Batch(number, rows, lossSum / rows, classifies ? correct / rows : double.NaN);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        step.Publish();
        var (testLoss, testAccuracy) = data.Test.Count > 0 ? Evaluate(data.Test) : (double.NaN, double.NaN);
        return new Epoch(
            number,
            lossSum / rows,
            classifies ? correct / rows : double.NaN,
            testLoss,
            testAccuracy,
            seconds,
            rows / Math.Max(seconds, 1e-9));
    }

    /// <summary>One step, or the reason why there is none.</summary>
    private Tensor[] Step(PendingBatch pending, int epoch, int batch)
    {
        var objective = () => Objective(pending.Read(), training: true);
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

    /// <summary>The loss, then the number of right rows for classification.</summary>
    private Tensor[] Objective(Batch batch, bool training)
    {
        var prediction = model.Forward(batch.Inputs, training);
        var value = Loss(prediction, batch.Targets);
        return classifies ? [value, Metrics.Correct(prediction, batch.Targets)] : [value];
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

    private (double Loss, double Accuracy) Evaluate(Samples samples)
    {
        double lossSum = 0, correct = 0;
        var rows = 0;
        foreach (var pending in Taken(samples.Pending(EvaluationRows, shuffle: false, seed: 0, pass: 0)))
        {
            var results = Recording.Run(() => Objective(pending.Read(), training: false));
            lossSum += results[0].Item() * pending.Count;
            if (classifies)
                correct += results[1].Item();
            rows += pending.Count;
        }

        return (lossSum / rows, classifies ? correct / rows : double.NaN);
    }

    private IEnumerable<PendingBatch> Taken(IEnumerable<PendingBatch> batches) =>
        mostBatches is { } most ? batches.Take(most) : batches;
}
