using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// L-BFGS on the mean loss of all rows. An epoch is one long step of some iterations, and its figures are those of its end. Rows
/// go through the model in parts, so that memory does not grow with their number. Random numbers (dropout) are the same
/// for all evaluations of an epoch: a line search needs a function that stays what it is.
/// </summary>
internal sealed class FullBatchStepper : Stepper
{
    private readonly TrainingPlan plan;
    private readonly Lbfgs optimizer;
    private readonly Parameter[] parameters;
    private readonly StepMemory memory;
    private readonly double noise;
    private IReadOnlyList<(double[] Step, double[] Change)> pairs = [];
    private string? finished;
    private double rate;

    public FullBatchStepper(TrainingPlan plan, Lbfgs optimizer)
    {
        if (plan.Options.Average != 0 || plan.Options.Accumulate != 1)
            throw new SoftmaxException("Train: Lbfgs takes all rows in each step; averages and accumulation are for steps of batches.");
        this.plan = plan;
        this.optimizer = optimizer;
        parameters = plan.Model.Parameters;
        if (parameters.Length == 0)
            throw new SoftmaxException("There is nothing to train: the model has no parameters.");
        memory = new StepMemory(parameters, ["model.*"]);
        rate = optimizer.LearningRate;
        // What rounding leaves of a mean over many rows.
        noise = parameters.All(parameter => parameter.Value.DType == DType.Float64) ? 1e-14 : 1e-6;
    }

    public override int RowsPerEpoch => plan.FullBatch().Sum(rows => rows.Count);

    public override int BatchesPerEpoch => 1;

    public override double LearningRate => rate;

    public override string? Finished => finished;

    public override IEnumerable<KeyValuePair<string, Tensor>> Tensors
    {
        get
        {
            for (var i = 0; i < parameters.Length; i++)
                parameters[i].Value.Storage.Memory.CopyTo(memory.Current[i][0].Memory);
            return memory.Tensors.Concat(pairs.SelectMany((pair, i) => new KeyValuePair<string, Tensor>[]
            {
                new(Label("step", i), Tensor.Of(pair.Step)),
                new(Label("change", i), Tensor.Of(pair.Change)),
            }));
        }
    }

    public override IEnumerable<BatchFigures> Epoch(int epoch, int skip)
    {
        if (skip > 0)
            yield break;
        rate = optimizer.LearningRate
            * (plan.Schedule?.At(new TrainingMoment(epoch - 1, epoch - 1, plan.Epochs)) ?? 1);
        var stream = RandomSource.Stream;
        var minimizer = new Minimizer(
            optimizer,
            point =>
            {
                RandomSource.Stream = stream;
                return Evaluate(point);
            },
            Point(),
            pairs.Select(pair => (pair.Step, pair.Change)),
            noise);
        if (!double.IsFinite(minimizer.Value))
            throw Unusable(minimizer.Value, epoch);
        for (var iteration = 0; iteration < optimizer.Iterations && finished is null; iteration++)
        {
            ScriptSession.Current.Cancellation.ThrowIfCancellationRequested();
            finished = minimizer.Iterate(rate) switch
            {
                { IsConverged: true } => string.Create(
                    CultureInfo.InvariantCulture, $"the gradient's norm {minimizer.GradientNorm:0.0e+0} is within the tolerance"),
                { IsStuck: true } => string.Create(
                    CultureInfo.InvariantCulture, $"no lower loss is found; the gradient's norm is {minimizer.GradientNorm:0.0e+0}"),
                _ => null,
            };
        }

        pairs = [.. minimizer.History.Select(pair => (pair.Item1, pair.Item2))];
        Assign(minimizer.Point);
        yield return Figures(minimizer.Value);
    }

    public override void Publish()
    {
    }

    public override void Save(JsonObject progress)
    {
        progress["pairs"] = pairs.Count;
        progress["finished"] = finished ?? "";
    }

    public override void Restore(TrainingState state)
    {
        memory.Restore(state.Tensors);
        for (var i = 0; i < parameters.Length; i++)
            parameters[i].Value = memory.Copy(i, 0);
        pairs = [.. Enumerable.Range(0, state.Progress.Value<int>("pairs"))
            .Select(i => (state.Tensors[Label("step", i)].ToDoubles(), state.Tensors[Label("change", i)].ToDoubles()))];
        finished = state.Progress.Value<string>("finished") is { Length: > 0 } reason ? reason : null;
    }

    private static string Label(string what, int index) => string.Create(CultureInfo.InvariantCulture, $"optimizer.{what}.{index}");

    private double[] Point() => [.. parameters.SelectMany(parameter => parameter.Value.ToDoubles())];

    private void Assign(double[] point)
    {
        var start = 0;
        foreach (var parameter in parameters)
        {
            var value = parameter.Value;
            parameter.Value = Tensor.Of(point.AsSpan(start, value.Size).ToArray()).Reshape(value.Shape.ToArray()).To(value.DType);
            start += value.Size;
        }
    }

    /// <summary>The mean loss over all rows and its gradient.</summary>
    private (double Value, double[] Gradient) Evaluate(double[] point)
    {
        Assign(point);
        double sum = 0, total = 0;
        var gradient = new double[point.Length];
        foreach (var rows in plan.FullBatch())
        {
            var (value, gradients) = Parameters.ValueAndGrad(parameters, () => plan.Objective(rows)[0]);
            sum += value.Item() * rows.Weight;
            total += rows.Weight;
            var at = 0;
            foreach (var part in gradients)
            {
                foreach (var slope in part.ToDoubles())
                    gradient[at++] += slope * rows.Weight;
            }
        }

        for (var i = 0; i < gradient.Length; i++)
            gradient[i] /= total;
        return (sum / total, gradient);
    }

    private BatchFigures Figures(double loss)
    {
        double correct = 0, weight = 0;
        var count = 0;
        foreach (var rows in plan.FullBatch())
        {
            count += rows.Count;
            weight += rows.Weight;
            if (plan.Data.Classes > 0)
                correct += Recording.Run(() => plan.Objective(rows))[1].Item();
        }

        return new BatchFigures(count, weight, loss, correct);
    }

    private TrainingException Unusable(double loss, int epoch)
    {
        foreach (var rows in plan.FullBatch())
        {
            var value = Recording.Run(() => plan.Objective(rows))[0].Item();
            if (!double.IsFinite(value))
                return Diagnosis.OfLoss(value, epoch, 1, rows.Read(), rate, () => null);
        }

        return Diagnosis.OfLoss(loss, epoch, 1, plan.FullBatch().First().Read(), rate, () => null);
    }
}
