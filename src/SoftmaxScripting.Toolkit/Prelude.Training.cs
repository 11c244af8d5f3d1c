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

    /// <summary>Adam (Kingma and Ba 2015).</summary>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="beta1">β₁ of the mean of the gradients, at least 0 and below 1.</param>
    /// <param name="beta2">β₂ of the mean of their squares, at least 0 and below 1.</param>
    /// <param name="epsilon">ε, added to the root of the latter.</param>
    /// <param name="weightDecay">λ, added to the gradient times the parameter.</param>
    public static Adam Adam(
        double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0) =>
        new(learningRate, beta1, beta2, epsilon, weightDecay);

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="beta1">β₁ of the mean of the gradients.</param>
    /// <param name="beta2">β₂ of the mean of their squares.</param>
    /// <param name="epsilon">ε, added to the root of the latter.</param>
    /// <param name="weightDecay">λ: each step takes ηλ of a parameter away.</param>
    public static AdamW AdamW(
        double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01) =>
        new(learningRate, beta1, beta2, epsilon, weightDecay);

    /// <summary>RMSprop (Tieleman and Hinton 2012).</summary>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="smoothing">α of the mean of the squared gradients.</param>
    /// <param name="epsilon">ε, added to its root.</param>
    /// <param name="momentum">μ, at least 0 and below 1.</param>
    /// <param name="centered">Divides by the root of the variance in place of the mean square (Graves 2013).</param>
    /// <param name="weightDecay">λ, added to the gradient times the parameter.</param>
    public static RmsProp RmsProp(
        double learningRate = 0.01,
        double smoothing = 0.99,
        double epsilon = 1e-8,
        double momentum = 0,
        bool centered = false,
        double weightDecay = 0) =>
        new(learningRate, smoothing, epsilon, momentum, centered, weightDecay);

    /// <summary>Adagrad (Duchi, Hazan and Singer 2011).</summary>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="rateDecay">The learning rate of step t is divided by 1 + (t − 1) times this.</param>
    /// <param name="initial">What the sum of squared gradients begins with.</param>
    /// <param name="epsilon">ε, added to its root.</param>
    /// <param name="weightDecay">λ, added to the gradient times the parameter.</param>
    public static Adagrad Adagrad(
        double learningRate = 0.01, double rateDecay = 0, double initial = 0, double epsilon = 1e-10, double weightDecay = 0) =>
        new(learningRate, rateDecay, initial, epsilon, weightDecay);

    /// <summary>Adam with Nesterov's momentum (Dozat 2016).</summary>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="beta1">β₁ of the mean of the gradients.</param>
    /// <param name="beta2">β₂ of the mean of their squares.</param>
    /// <param name="epsilon">ε, added to the root of the latter.</param>
    /// <param name="weightDecay">λ, added to the gradient times the parameter.</param>
    /// <param name="momentumDecay">ψ: how fast the momentum of step t rises from β₁/2 to β₁.</param>
    public static Nadam Nadam(
        double learningRate = 0.002,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0,
        double momentumDecay = 0.004) =>
        new(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay);

    /// <summary>Lion: the sign of a momentum (Chen et al. 2023). Its learning rate is 3 to 10 times smaller than that of Adam.</summary>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="beta1">β₁ of the momentum whose sign is taken.</param>
    /// <param name="beta2">β₂ of the momentum that is kept.</param>
    /// <param name="weightDecay">λ: each step takes ηλ of a parameter away.</param>
    public static Lion Lion(double learningRate = 0.0001, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0) =>
        new(learningRate, beta1, beta2, weightDecay);

    /// <summary>
    /// L-BFGS with a strong Wolfe line search (Liu and Nocedal 1989), on all rows at once; batches are not used. For small models
    /// and smooth losses: it reaches the optimum of a convex one to many digits.
    /// </summary>
    /// <param name="learningRate">The first length tried on a line; 1 is Newton's.</param>
    /// <param name="iterations">Iterations per epoch.</param>
    /// <param name="memory">So many earlier steps tell the curvature.</param>
    /// <param name="tolerance">The norm of the gradient at which training stops.</param>
    /// <param name="evaluations">At most so many evaluations of the loss on one line.</param>
    public static Lbfgs Lbfgs(
        double learningRate = 1, int iterations = 20, int memory = 10, double tolerance = 1e-7, int evaluations = 25) =>
        new(learningRate, iterations, memory, tolerance, evaluations);

    // ---- training ----

    /// <summary>Starts the random numbers over: the same seed gives the same weights, masks and noise.</summary>
    /// <param name="seed">Any number.</param>
    public static void Seed(ulong seed) => RandomSource.Reset(seed);

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
