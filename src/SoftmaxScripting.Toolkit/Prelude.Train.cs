using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

public static partial class Prelude
{
    /// <summary>
    /// Trains a model: shuffled batches (the last one smaller), one fused plan per step, the test rows judged after
    /// each epoch, the figures shown as they come. A loss that calculates with class labels gets them as one-hot rows.
    /// Where a script is run for its checks or its formulas, a single batch is taken and nothing shown.
    /// </summary>
    /// <param name="model">What is trained, in place.</param>
    /// <param name="data">The rows.</param>
    /// <param name="loss">(prediction, target) → one number, a mean over the rows.</param>
    /// <param name="optimizer">How parameters follow the gradient.</param>
    /// <param name="epochs">Passes over the training rows.</param>
    /// <param name="batchSize">Rows per step.</param>
    /// <param name="seed">The seed of the order of the rows.</param>
    /// <param name="shuffle">False keeps the stored order.</param>
    /// <param name="quiet">Shows nothing.</param>
    /// <param name="onEpoch">Called after each epoch, with the model's parameters up to date.</param>
    /// <param name="callbacks">Told of every batch and epoch, in their order; they may stop the run.</param>
    /// <param name="metrics">
    /// Further figures of the test rows after each epoch, by name: functions of the predictions and the targets of all
    /// test rows, such as <c>("off by", (p, y) =&gt; Abs(p - y).Mean())</c>; found in <see cref="Epoch.Figures"/>.
    /// </param>
    /// <param name="schedule">What the optimiser's learning rate is multiplied with before each step; null for 1.</param>
    /// <param name="options">Weights of rows and classes, averages, accumulation and quick looks.</param>
    /// <returns>The figures of every epoch.</returns>
    /// <exception cref="TrainingException">The loss is no longer finite.</exception>
    /// <exception cref="SoftmaxException">A setting makes no sense, such as epochs or a batch size below 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the parameters hold the last step's values.</exception>
    public static History Train(
        Layer model,
        Dataset data,
        Func<Tensor, Tensor, Tensor> loss,
        Optimizer optimizer,
        int epochs = 10,
        int batchSize = 256,
        ulong seed = 0,
        bool shuffle = true,
        bool quiet = false,
        Action<Epoch>? onEpoch = null,
        IReadOnlyList<Callback>? callbacks = null,
        IReadOnlyList<(string Name, Func<Tensor, Tensor, Tensor> Of)>? metrics = null,
        Schedule? schedule = null,
        TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (ScriptSession.Current.Mode == ScriptMode.Explain)
            ExplainLoss(model, data, loss);
        return Training.Run(
            new TrainingPlan(model, data, Objective.Of(data, loss), epochs, batchSize, seed, shuffle)
            {
                Schedule = schedule,
                Options = options ?? new(),
            },
            optimizer,
            quiet,
            onEpoch,
            callbacks ?? [],
            metrics ?? []);
    }

    /// <summary>
    /// The same for a loss that weights its rows itself: (prediction, target, weight [rows]) → one number. The weights are those
    /// of <see cref="TrainingOptions.SampleWeights"/> and <see cref="TrainingOptions.ClassWeights"/>, and 1 for test rows.
    /// </summary>
    /// <param name="model">What is trained, in place.</param>
    /// <param name="data">The rows.</param>
    /// <param name="loss">(prediction, target, weight) → one number, a weighted mean over the rows.</param>
    /// <param name="optimizer">How parameters follow the gradient.</param>
    /// <param name="epochs">Passes over the training rows.</param>
    /// <param name="batchSize">Rows per step.</param>
    /// <param name="seed">The seed of the order of the rows.</param>
    /// <param name="shuffle">False keeps the stored order.</param>
    /// <param name="quiet">Shows nothing.</param>
    /// <param name="onEpoch">Called after each epoch, with the model's parameters up to date.</param>
    /// <param name="callbacks">Told of every batch and epoch, in their order; they may stop the run.</param>
    /// <param name="metrics">
    /// Further figures of the test rows after each epoch, by name: functions of the predictions and the targets of all
    /// test rows, such as <c>("off by", (p, y) =&gt; Abs(p - y).Mean())</c>; found in <see cref="Epoch.Figures"/>.
    /// </param>
    /// <param name="schedule">What the optimiser's learning rate is multiplied with before each step; null for 1.</param>
    /// <param name="options">Weights of rows and classes, averages, accumulation and quick looks.</param>
    /// <returns>The figures of every epoch.</returns>
    /// <exception cref="TrainingException">The loss is no longer finite.</exception>
    /// <exception cref="SoftmaxException">A setting makes no sense, such as epochs or a batch size below 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the parameters hold the last step's values.</exception>
    public static History Train(
        Layer model,
        Dataset data,
        Func<Tensor, Tensor, Tensor, Tensor> loss,
        Optimizer optimizer,
        int epochs = 10,
        int batchSize = 256,
        ulong seed = 0,
        bool shuffle = true,
        bool quiet = false,
        Action<Epoch>? onEpoch = null,
        IReadOnlyList<Callback>? callbacks = null,
        IReadOnlyList<(string Name, Func<Tensor, Tensor, Tensor> Of)>? metrics = null,
        Schedule? schedule = null,
        TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return Training.Run(
            new TrainingPlan(model, data, Objective.Of(data, loss), epochs, batchSize, seed, shuffle)
            {
                Schedule = schedule,
                Options = options ?? new(),
            },
            optimizer,
            quiet,
            onEpoch,
            callbacks ?? [],
            metrics ?? []);
    }

    private static void ExplainLoss(Layer model, Dataset data, Func<Tensor, Tensor, Tensor> loss) =>
        Shown(ExplanationOf(model, data, loss));

    /// <summary>With sizes by name where the loss takes the usual shapes, else with those of the data.</summary>
    internal static Explanation ExplanationOf(Layer model, Dataset data, Func<Tensor, Tensor, Tensor> loss)
    {
        try
        {
            return Explanation.Of(loss, target: data.Classes > 0 ? TargetKind.Automatic : TargetKind.Values);
        }
        catch (SoftmaxException)
        {
            var batch = data.Train.Batches(2, shuffle: false).First();
            return Explanation.Of(loss, examples: [model.Predict(batch.Inputs), batch.Targets]);
        }
    }
}
