using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

public static partial class Prelude
{
    // ---- layers ----

    /// <summary>z = x·W + b: [n, inputs] → [n, outputs].</summary>
    /// <param name="inputs">Numbers per row that come in.</param>
    /// <param name="outputs">Numbers per row that go out.</param>
    /// <param name="weights">How W begins; the default is uniform on ±1/√inputs.</param>
    /// <param name="bias">How b begins; the default is zeros.</param>
    public static Linear Linear(int inputs, int outputs, Initializer? weights = null, Initializer? bias = null) =>
        new(inputs, outputs, weights ?? Initializer.FanInUniform, bias ?? Initializer.Zeros);

    /// <summary>[n, …] → [n, product of the others].</summary>
    public static Layer Flatten() => new Activation("Flatten", x => x.Flatten());

    /// <summary>max(x, 0), as a layer.</summary>
    public static Layer Relu() => new Activation("Relu", x => x.Relu());

    /// <summary>σ(x) = 1/(1 + e⁻ˣ), as a layer.</summary>
    public static Layer Sigmoid() => new Activation("Sigmoid", x => x.Sigmoid());

    /// <summary>tanh x, as a layer.</summary>
    public static Layer Tanh() => new Activation("Tanh", x => x.Tanh());

    /// <summary>A layer of one's own: a function of a tensor without parameters.</summary>
    /// <param name="name">What a listing of the model shows.</param>
    /// <param name="function">The function.</param>
    public static Layer Layer(string name, Func<Tensor, Tensor> function) => new Activation(name, function);

    /// <summary>Zeroes each element with a probability during training, and scales the others so that the mean stays.</summary>
    /// <param name="probability">At least 0 and below 1.</param>
    public static Layer Dropout(double probability = 0.5) => new Dropout(probability);

    /// <summary>Layers one after another.</summary>
    /// <param name="layers">The first gets the input.</param>
    public static Sequential Sequential(params Layer[] layers) => new(layers);

    // ---- optimisers ----

    /// <summary>Stochastic gradient descent.</summary>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="momentum">μ, at least 0 and below 1.</param>
    /// <param name="nesterov">Nesterov's form of the momentum.</param>
    /// <param name="weightDecay">λ, added to the gradient times the parameter.</param>
    public static Sgd Sgd(double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0) =>
        new(learningRate, momentum, nesterov, weightDecay);

    // ---- training ----

    /// <summary>Starts the random numbers over: the same seed gives the same weights, masks and noise.</summary>
    /// <param name="seed">Any number.</param>
    public static void Seed(ulong seed) => RandomSource.Reset(seed);

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
    /// <returns>The figures of every epoch.</returns>
    /// <exception cref="TrainingException">The loss is no longer finite.</exception>
    /// <exception cref="SoftmaxException">The epochs or the batch size are below 1.</exception>
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
        IReadOnlyList<(string Name, Func<Tensor, Tensor, Tensor> Of)>? metrics = null)
    {
        if (epochs < 1)
            throw new SoftmaxException($"Train: {epochs} epochs; at least 1 is needed.");
        if (batchSize < 1)
            throw new SoftmaxException($"Train: the batch size is {batchSize}; it must be at least 1.");
        if (data.Train.Count == 0)
            throw new SoftmaxException($"Train: {data.Name} has no training rows.");
        var session = ScriptSession.Current;
        var isForReal = session.Mode == ScriptMode.Run;
        if (session.Mode == ScriptMode.Explain)
            ExplainLoss(model, data, loss);
        List<Callback> told = [.. callbacks ?? []];
        if (onEpoch is not null)
            told.Add(new EpochAction(onEpoch));
        if (isForReal)
        {
            if (!quiet)
                told.Add(LineDisplay.ForConsole());
            told.AddRange(session.Observers);
        }

        return new Trainer(model, data, loss, optimizer, batchSize, seed, shuffle, isForReal ? null : 1)
        {
            Callbacks = [.. told.OrderBy(callback => callback.ComesLast)],
            Metrics = metrics ?? [],
        }.Run(isForReal ? epochs : 1, session.NextTraining(), session.Cancellation);
    }

    /// <summary>With sizes by name where the loss takes the usual shapes, else with those of the data.</summary>
    private static void ExplainLoss(Layer model, Dataset data, Func<Tensor, Tensor, Tensor> loss)
    {
        Explanation explanation;
        try
        {
            explanation = Explanation.Of(loss, target: data.Classes > 0 ? TargetKind.Automatic : TargetKind.Values);
        }
        catch (SoftmaxException)
        {
            var batch = data.Train.Batches(2, shuffle: false).First();
            explanation = Explanation.Of(loss, examples: [model.Predict(batch.Inputs), batch.Targets]);
        }

        Shown(explanation);
    }

    /// <summary>The model's outputs for all rows of a part of a data set, computed in batches.</summary>
    /// <param name="model">The model, as when it is used (no dropout).</param>
    /// <param name="samples">The rows.</param>
    /// <param name="batchSize">Rows at a time.</param>
    public static Tensor Predict(Layer model, Samples samples, int batchSize = 2000) => Tensor.Concat(
        [.. samples.Pending(batchSize, shuffle: false, seed: 0, pass: 0)
            .Select(batch => Recording.Run(() => [model.Predict(batch.Read().Inputs)])[0])]);

    /// <summary>The share of rows whose largest prediction is at the label.</summary>
    /// <param name="prediction">[rows, classes].</param>
    /// <param name="target">Labels [rows], or a row of class weights per row.</param>
    public static double Accuracy(Tensor prediction, Tensor target) => Metrics.Accuracy(prediction, target).Item();
}
