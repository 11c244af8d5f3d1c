using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>One step, of one fused plan, for each batch.</summary>
internal sealed class BatchStepper : Stepper
{
    private readonly TrainingPlan plan;
    private readonly ChainedOptimizer optimizer;
    private readonly TrainingStep step;
    private readonly Parameter[] parameters;
    private readonly bool averages;
    private readonly int accumulate;
    private double rate;

    /// <summary>The values that are trained, while averages stand in their place.</summary>
    private Tensor[]? trained;

    /// <summary>The averages that stand in the model.</summary>
    private Tensor[] shown = [];

    public BatchStepper(TrainingPlan plan, ChainedOptimizer optimizer)
    {
        this.plan = plan;
        this.optimizer = optimizer;
        var options = plan.Options;
        averages = options.Average != 0;
        accumulate = options.Accumulate;
        parameters = plan.Model.Parameters;
        step = new TrainingStep(parameters, optimizer, options.Average, accumulate > 1);
        rate = optimizer.LearningRate;
    }

    public override int RowsPerEpoch => plan.RowsPerEpoch;

    public override int BatchesPerEpoch => plan.BatchesPerEpoch;

    public override double LearningRate => rate;

    public override IEnumerable<KeyValuePair<string, Tensor>> Tensors
    {
        get
        {
            if (trained is null)
                return step.Tensors;
            // The averages in the model would be taken for values assigned from outside.
            EndJudging();
            var tensors = step.Tensors;
            BeginJudging();
            return tensors;
        }
    }

    public override IEnumerable<BatchFigures> Epoch(int epoch, int skip)
    {
        var batch = skip;
        foreach (var rows in plan.Batches(epoch, skip))
        {
            var done = (long)(epoch - 1) * BatchesPerEpoch + batch;
            step.RateFactor = plan.Schedule?.At(new TrainingMoment(done, (double)done / BatchesPerEpoch, plan.Epochs)) ?? 1;
            rate = optimizer.LearningRate * step.RateFactor;
            batch++;
            var results = Take(rows, epoch, batch);
            yield return new BatchFigures(
                rows.Count, rows.Weight, results[0].Item(), results.Length > 1 ? results[1].Item() : 0);
        }
    }

    public override void Publish() => step.Publish();

    public override void BeginJudging()
    {
        if (!averages || trained is not null)
            return;
        trained = [.. parameters.Select(parameter => parameter.Value)];
        shown = step.Averages;
        foreach (var (parameter, average) in parameters.Zip(shown))
            parameter.Value = average;
    }

    public override void EndJudging()
    {
        if (trained is null)
            return;
        // A value that a callback assigned meanwhile stays.
        for (var i = 0; i < parameters.Length; i++)
        {
            if (ReferenceEquals(parameters[i].Value, shown[i]))
                parameters[i].Value = trained[i];
        }

        trained = null;
    }

    public override void Save(JsonObject progress)
    {
        progress["updates"] = step.Steps;
        progress["gathered weight"] = step.GatheredWeight;
    }

    public override void Restore(TrainingState state)
    {
        step.Restore(state.Tensors, state.Progress.Value<long>("updates"), state.Progress.Double("gathered weight"));
        rate = optimizer.LearningRate;
    }

    /// <summary>One step, or the reason why there is none.</summary>
    private Tensor[] Take(TrainingRows rows, int epoch, int batch)
    {
        var objective = () => plan.Objective(rows);
        Tensor[] results;
        try
        {
            results = step.Run(objective, rows.Weight, batch % accumulate == 0 || batch == BatchesPerEpoch);
        }
        catch (NonFiniteException exception)
        {
            throw Diagnosis.OfStep(exception, epoch, batch);
        }

        var value = results[0].Item();
        if (double.IsFinite(value))
            return results;
        if (plan.UndoesNonFinite)
        {
            step.Undo();
            return results;
        }

        throw Diagnosis.OfLoss(value, epoch, batch, rows.Read(), rate, () => step.Diagnose(objective));
    }
}
