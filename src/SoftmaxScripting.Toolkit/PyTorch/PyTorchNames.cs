namespace SoftmaxScripting.Toolkit;

/// <summary>Names of PyTorch that are spelt differently here; the hints of the host come from this table.</summary>
public static class PyTorchNames
{
    /// <summary>Functions, methods and classes.</summary>
    public static IReadOnlyList<PyTorchName> All { get; } =
    [
        // Making tensors.
        new("tensor", "Tensor.Of", "Tensor.Of(1f, 2f, 3f)"),
        new("as_tensor", "Tensor.Of"),
        new("from_numpy", "Tensor.Of"),
        new("zeros", "Tensor.Zeros", "Tensor.Zeros(2, 3)"),
        new("ones", "Tensor.Ones", "Tensor.Ones(2, 3)"),
        new("full", "Tensor.Full", "Tensor.Full(value, 2, 3)"),
        new("zeros_like", "Tensor.Zeros", "0 * x, or Tensor.Zeros(x.Shape.ToArray())"),
        new("ones_like", "Tensor.Ones", "0 * x + 1, or Tensor.Ones(x.Shape.ToArray())"),
        new("eye", "Tensor.Eye"),
        new("arange", "Tensor.Arange"),
        new("linspace", "Tensor.Linspace"),
        new("rand", "Tensor.Uniform", "Tensor.Uniform(2, 3)"),
        new("randn", "Tensor.Normal", "Tensor.Normal(2, 3)"),
        new("manual_seed", "Seed", "Seed(1)"),

        // Shapes.
        new("view", ".Reshape", "x.Reshape(n, -1)"),
        new("reshape", ".Reshape"),
        new("unsqueeze", ".Reshape", "x.Reshape(n, 1) names the new shape"),
        new("squeeze", ".Reshape", "x.Reshape(n) names the new shape"),
        new("expand", ".BroadcastTo"),
        new("transpose", ".Transpose", "the last two axes; Permute for any others"),
        new("swapaxes", ".Permute"),
        new("t", ".T"),
        new("size", ".Shape", "x.Shape[0] is the first size"),
        new("dim", ".Rank"),
        new("ndim", ".Rank"),
        new("numel", ".Size"),
        new("cat", "Concat", "Concat([a, b], axis: 0)"),
        new("concatenate", "Concat", "Concat([a, b], axis: 0)"),
        new("vstack", "Concat", "Concat([a, b], axis: 0)"),
        new("hstack", "Concat", "Concat([a, b], axis: 1)"),
        new("index_select", ".Gather"),
        new("take_along_dim", ".Pick"),
        new("one_hot", "Tensor.OneHot"),

        // Types and values.
        new("float", ".ToFloat"),
        new("double", ".ToDouble"),
        new("long", ".ToInts"),
        new("numpy", ".ToArray"),
        new("tolist", ".ToArray"),
        new("detach", ".StopGradient"),
        new("no_grad", "StopGradient", "outside Grad and Train nothing is recorded, so there is nothing to switch off"),

        // Functions.
        new("mm", ".MatMul"),
        new("bmm", ".MatMul", "leading axes are batches"),
        new("matmul", ".MatMul"),
        new("ger", "Outer"),
        new("amax", ".Max"),
        new("amin", ".Min"),
        new("std", ".Variance", "x.Variance().Sqrt()"),
        new("var", ".Variance"),
        new("clip", ".Clamp"),
        new("clamp_min", ".Maximum"),
        new("clamp_max", ".Minimum"),
        new("power", ".Pow"),
        new("square", ".Pow", "x * x, or x.Pow(2)"),
        new("rsqrt", ".Reciprocal", "x.Sqrt().Reciprocal()"),
        new("logsumexp", ".LogSumExp"),
        new("log_softmax", ".LogSoftmax"),
        new("logsigmoid", "LogSigmoid"),
        new("eq", ".EqualTo"),
        new("ne", ".NotEqualTo"),
        new("gt", "Where", "x > y gives 1 and 0"),
        new("lt", "Where", "x < y gives 1 and 0"),

        // Derivatives.
        new("backward", "ValueAndGrad", "a function is differentiated, not a value: var (value, gradient) = ValueAndGrad(f)(x)"),
        new("grad", "Grad", "Grad(f)(x): a function in, its derivative out"),
        new("requires_grad_", "Grad", "Grad(f) differentiates in f's arguments; nothing is marked"),
        new("vmap", "Vectorize"),
        new("jacrev", "Jacobian"),
        new("jacfwd", "JacobianForward"),
        new("hvp", "HessianVector"),

        // Losses.
        new("cross_entropy", "Loss.CrossEntropy"),
        new("CrossEntropyLoss", "Loss.CrossEntropy", "Loss.CrossEntropy(logits, labels)"),
        new("nll_loss", "Loss.Nll"),
        new("NLLLoss", "Loss.Nll"),
        new("mse_loss", "Loss.Mse"),
        new("MSELoss", "Loss.Mse", "Loss.Mse(prediction, target)"),
        new("l1_loss", "Loss.L1"),
        new("L1Loss", "Loss.L1"),
        new("huber_loss", "Loss.Huber"),
        new("HuberLoss", "Loss.Huber"),
        new("smooth_l1_loss", "Loss.SmoothL1"),
        new("SmoothL1Loss", "Loss.SmoothL1"),
        new("binary_cross_entropy", "Loss.Bce"),
        new("BCELoss", "Loss.Bce"),
        new("binary_cross_entropy_with_logits", "Loss.BceWithLogits"),
        new("BCEWithLogitsLoss", "Loss.BceWithLogits"),
        new("kl_div", "Loss.Kl"),
        new("KLDivLoss", "Loss.Kl"),
        new("cosine_embedding_loss", "Loss.Cosine"),
        new("triplet_margin_loss", "Loss.Triplet"),
        new("multi_margin_loss", "Loss.MultiClassMargin"),
        new("poisson_nll_loss", "Loss.PoissonNll"),
        new("gaussian_nll_loss", "Loss.GaussianNll"),

        // Models and training.
        new("ReLU", "Relu"),
        new("SGD", "Sgd", "Sgd(0.1, momentum: 0.9)"),
        new("DataLoader", "Train", "Train shuffles and batches by itself; data.Train.Batches(256) in a loop of one's own"),
        new("parameters", "Train", "Train(model, data, loss, Sgd(0.1)) follows the gradient; model.Parameters lists them"),
        new("zero_grad", "Train", "gradients are values and need no clearing"),
        new("step", "Train", "Train takes the steps; in a loop of one's own: w -= 0.1 * gradient"),
        new("eval", "Predict", "Predict(model, data.Test)"),
        new("state_dict", "Train", "model.Parameters lists the weights by name"),
        new("print", "Print"),
    ];

    /// <summary>Named arguments.</summary>
    public static IReadOnlyList<PyTorchName> Arguments { get; } =
    [
        new("dim", "axis"),
        new("dims", "axes"),
        new("keepdim", "keepDims"),
        new("lr", "learningRate"),
        new("batch_size", "batchSize"),
        new("weight_decay", "weightDecay"),
        new("label_smoothing", "labelSmoothing"),
        new("ignore_index", "ignoreIndex"),
    ];

    /// <summary>The modules PyTorch's names live in: none of them is needed here.</summary>
    public static IReadOnlyCollection<string> Modules { get; } = ["torch", "nn", "F", "optim", "np", "numpy"];

    /// <summary>What stands here for a name of PyTorch; null where none does.</summary>
    /// <param name="name">The name, without its module.</param>
    public static PyTorchName? Find(string name) =>
        All.FirstOrDefault(known => known.Theirs == name);

    /// <summary>What an argument is called here; null where no argument of that name is known.</summary>
    /// <param name="name">The argument's name.</param>
    public static PyTorchName? FindArgument(string name) =>
        Arguments.FirstOrDefault(known => known.Theirs == name);
}
