using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <content>Functions of tensors without a prefix: each is the tensor's own method of the same name.</content>
public static partial class Prelude
{
    /// <summary>|x|.</summary>
    public static Tensor Abs(Tensor x) => x.Abs();

    /// <summary>−1, 0 or 1.</summary>
    public static Tensor Sign(Tensor x) => x.Sign();

    /// <summary>eˣ.</summary>
    public static Tensor Exp(Tensor x) => x.Exp();

    /// <summary>eˣ − 1, accurate near 0.</summary>
    public static Tensor Expm1(Tensor x) => x.Expm1();

    /// <summary>ln x.</summary>
    public static Tensor Log(Tensor x) => x.Log();

    /// <summary>ln(1 + x), accurate near 0.</summary>
    public static Tensor Log1p(Tensor x) => x.Log1p();

    /// <summary>√x.</summary>
    public static Tensor Sqrt(Tensor x) => x.Sqrt();

    /// <summary>1/x.</summary>
    public static Tensor Reciprocal(Tensor x) => x.Reciprocal();

    /// <summary>sin x, x in radians.</summary>
    public static Tensor Sin(Tensor x) => x.Sin();

    /// <summary>cos x, x in radians.</summary>
    public static Tensor Cos(Tensor x) => x.Cos();

    /// <summary>tanh x.</summary>
    public static Tensor Tanh(Tensor x) => x.Tanh();

    /// <summary>σ(x) = 1/(1 + e⁻ˣ).</summary>
    public static Tensor Sigmoid(Tensor x) => x.Sigmoid();

    /// <summary>max(x, 0).</summary>
    public static Tensor Relu(Tensor x) => x.Relu();

    /// <summary>ln(1 + eˣ).</summary>
    public static Tensor Softplus(Tensor x) => x.Softplus();

    /// <summary>The error function 2/√π ∫₀ˣ e^−t² dt.</summary>
    public static Tensor Erf(Tensor x) => x.Erf();

    /// <summary>The largest whole number not above x.</summary>
    public static Tensor Floor(Tensor x) => x.Floor();

    /// <summary>The Euclidean norm √Σx².</summary>
    public static Tensor Norm(Tensor x) => x.Norm();

    /// <summary>The sum of a square matrix's diagonal.</summary>
    public static Tensor Trace(Tensor x) => x.Trace();

    /// <summary>The last two axes exchanged.</summary>
    public static Tensor Transpose(Tensor x) => x.Transpose();

    /// <summary>[n, …] → [n, product of the others].</summary>
    public static Tensor Flatten(Tensor x) => x.Flatten();

    /// <summary>σ in logarithm: ln σ(x) = −softplus(−x).</summary>
    public static Tensor LogSigmoid(Tensor x) => -(-x).Softplus();

    /// <summary>x where x &gt; 0, else slope·x.</summary>
    public static Tensor LeakyRelu(Tensor x, double slope = 0.01) => Where(x > 0, x, slope * x);

    /// <summary>x where x &gt; 0, else α(eˣ − 1) (Clevert et al. 2016).</summary>
    public static Tensor Elu(Tensor x, double alpha = 1) => Where(x > 0, x, alpha * x.Minimum(0).Expm1());

    /// <summary>x·Φ(x) = x/2·(1 + erf(x/√2)) (Hendrycks and Gimpel 2016).</summary>
    public static Tensor Gelu(Tensor x) => 0.5 * x * (1 + (x / Math.Sqrt(2)).Erf());

    /// <summary>x·σ(x), also called swish (Elfwing et al. 2018).</summary>
    public static Tensor Silu(Tensor x) => x * x.Sigmoid();

    /// <summary>xᵖ.</summary>
    public static Tensor Pow(Tensor x, Tensor p) => x.Pow(p);

    /// <summary>The smaller of each pair.</summary>
    public static Tensor Minimum(Tensor a, Tensor b) => a.Minimum(b);

    /// <summary>The larger of each pair.</summary>
    public static Tensor Maximum(Tensor a, Tensor b) => a.Maximum(b);

    /// <summary>x with low and high as bounds.</summary>
    public static Tensor Clamp(Tensor x, Tensor low, Tensor high) => x.Clamp(low, high);

    /// <summary>1 where the elements are equal, else 0.</summary>
    public static Tensor Equal(Tensor a, Tensor b) => a.EqualTo(b);

    /// <summary>a where the condition is not 0, else b.</summary>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b) => Tensor.Where(condition, a, b);

    /// <summary>The sum of all elements.</summary>
    public static Tensor Sum(Tensor x) => x.Sum();

    /// <summary>Sums along an axis.</summary>
    public static Tensor Sum(Tensor x, int axis, bool keepDims = false) => x.Sum(axis, keepDims);

    /// <summary>The mean of all elements.</summary>
    public static Tensor Mean(Tensor x) => x.Mean();

    /// <summary>Means along an axis.</summary>
    public static Tensor Mean(Tensor x, int axis, bool keepDims = false) => x.Mean(axis, keepDims);

    /// <summary>The largest element.</summary>
    public static Tensor Max(Tensor x) => x.Max();

    /// <summary>Largest elements along an axis.</summary>
    public static Tensor Max(Tensor x, int axis, bool keepDims = false) => x.Max(axis, keepDims);

    /// <summary>The smallest element.</summary>
    public static Tensor Min(Tensor x) => x.Min();

    /// <summary>Smallest elements along an axis.</summary>
    public static Tensor Min(Tensor x, int axis, bool keepDims = false) => x.Min(axis, keepDims);

    /// <summary>The index (int32) of the largest element along an axis.</summary>
    public static Tensor ArgMax(Tensor x, int axis = -1) => x.ArgMax(axis);

    /// <summary>Σ(x − x̄)²/(n − correction) over all elements.</summary>
    public static Tensor Variance(Tensor x, int correction = 1) => x.Variance(correction);

    /// <summary>log Σ exp x along an axis, without overflow.</summary>
    public static Tensor LogSumExp(Tensor x, int axis = -1, bool keepDims = false) => x.LogSumExp(axis, keepDims);

    /// <summary>exp(x/T)/Σ exp(x/T) along an axis; the temperature T is 1 unless given.</summary>
    /// <exception cref="SoftmaxException">The temperature is not above 0.</exception>
    public static Tensor Softmax(Tensor x, int axis = -1, double temperature = 1) => temperature switch
    {
        1 => x.Softmax(axis),
        > 0 => (x / temperature).Softmax(axis),
        _ => throw new SoftmaxException($"Softmax: the temperature is {temperature}; it must be above 0."),
    };

    /// <summary>x − log Σ exp x along an axis.</summary>
    public static Tensor LogSoftmax(Tensor x, int axis = -1) => x.LogSoftmax(axis);

    /// <summary>The matrix product.</summary>
    public static Tensor MatMul(Tensor a, Tensor b) => a.MatMul(b);

    /// <summary>Σ aᵢbᵢ.</summary>
    public static Tensor Dot(Tensor a, Tensor b) => a.Dot(b);

    /// <summary>aᵢbⱼ.</summary>
    public static Tensor Outer(Tensor a, Tensor b) => a.Outer(b);

    /// <summary>The same elements in another shape; one size may be −1.</summary>
    public static Tensor Reshape(Tensor x, params int[] shape) => x.Reshape(shape);

    /// <summary>Axis i of the result is axis order[i] of x.</summary>
    public static Tensor Permute(Tensor x, params int[] order) => x.Permute(order);

    /// <summary>Tensors joined along an existing axis.</summary>
    public static Tensor Concat(Tensor[] parts, int axis = 0) => Tensor.Concat(parts, axis);

    /// <summary>Tensors of one shape joined along a new axis.</summary>
    public static Tensor Stack(Tensor[] parts, int axis = 0) => Tensor.Stack(parts, axis);

    /// <summary>Entries of an axis by number.</summary>
    public static Tensor Gather(Tensor x, Tensor indices, int axis = 0) => x.Gather(indices, axis);

    /// <summary>The one element per row that each label names: x [n, k], labels [n] → [n].</summary>
    public static Tensor Pick(Tensor x, Tensor labels, int axis = -1) => x.Pick(labels, axis);

    /// <summary>Rows that are 1 at the label and 0 elsewhere: labels [n] → [n, classes].</summary>
    public static Tensor OneHot(Tensor labels, int classes) => Tensor.OneHot(labels, classes);

    /// <summary>Prints a value and a line end.</summary>
    public static void Print(object? value = null) => Console.WriteLine(value);
}
