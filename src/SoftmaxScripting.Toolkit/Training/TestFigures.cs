using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Judges a model by rows it was not trained on.</summary>
/// <param name="plan">What is trained, and how.</param>
/// <param name="metrics">Figures of merit besides loss and accuracy.</param>
internal sealed class TestFigures(TrainingPlan plan, IReadOnlyList<(string Name, Func<Tensor, Tensor, Tensor> Of)> metrics)
{
    private readonly bool classifies = plan.Data.Classes > 0;

    /// <summary>The epoch with the figures of the test rows, and of the validation rows where there are such.</summary>
    public Epoch Add(Epoch epoch)
    {
        var figures = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        if (plan.Validation is { } held)
        {
            var (loss, accuracy, further) = Judge(held);
            figures["validation loss"] = loss;
            if (classifies)
                figures["validation accuracy"] = accuracy;
            foreach (var (name, value) in further)
                figures[$"validation {name}"] = value;
        }

        if (plan.Data.Test.Count == 0)
            return epoch with { Figures = figures };
        var (testLoss, testAccuracy, metricsOfTest) = Judge(plan.Data.Test);
        foreach (var (name, value) in metricsOfTest)
            figures[name] = value;
        return epoch with { TestLoss = testLoss, TestAccuracy = testAccuracy, Figures = figures };
    }

    private (double Loss, double Accuracy, List<(string Name, double Value)> Further) Judge(Samples samples)
    {
        using var spell = TimeAccount.Enter(Phase.Judging);
        double lossSum = 0, correct = 0;
        var rows = 0;
        var predictions = new List<Tensor>();
        var targets = new List<Tensor>();
        foreach (var pending in plan.Judged(samples))
        {
            var results = Recording.Run(() => Judged(pending.Read()));
            lossSum += results[0].Item() * pending.Count;
            if (classifies)
                correct += results[1].Item();
            if (metrics.Count > 0)
            {
                predictions.Add(results[^2]);
                targets.Add(results[^1]);
            }

            rows += pending.Count;
        }

        var further = new List<(string, double)>();
        if (metrics.Count > 0)
        {
            // Not batch by batch: the area under a curve, say, is no mean over batches.
            var (prediction, target) = (Tensor.Concat([.. predictions]), Tensor.Concat([.. targets]));
            further.AddRange(metrics.Select(metric => (metric.Name, metric.Of(prediction, target).Item())));
        }

        return (lossSum / rows, classifies ? correct / rows : double.NaN, further);
    }

    /// <summary>The loss, for classification the number of right rows, and for metrics prediction and target.</summary>
    private Tensor[] Judged(Batch batch)
    {
        var prediction = plan.Model.Predict(batch.Inputs);
        var figures = plan.Loss.Figures(prediction, batch.Targets, null);
        // A loss that weights its own rows may return them one by one.
        if (figures[0].Rank > 0)
            figures[0] = figures[0].Mean();
        return metrics.Count > 0 ? [.. figures, prediction, batch.Targets] : figures;
    }
}
