using System.Runtime.CompilerServices;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

public static partial class Prelude
{
    /// <summary>x ↦ ∂f/∂x of a function that returns one number.</summary>
    /// <param name="f">The function.</param>
    public static Func<Tensor, Tensor> Grad(Func<Tensor, Tensor> f) => x => Differentiation.Gradient(f, x);

    /// <summary>The gradient in each of two arguments.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor, (Tensor, Tensor)> Grad(Func<Tensor, Tensor, Tensor> f) => (a, b) =>
    {
        var (_, g) = Differentiation.ValueAndGrad(args => f(args[0], args[1]), [a, b]);
        return (g[0], g[1]);
    };

    /// <summary>The gradient in each of three arguments.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor, Tensor, (Tensor, Tensor, Tensor)> Grad(Func<Tensor, Tensor, Tensor, Tensor> f) =>
        (a, b, c) =>
        {
            var (_, g) = Differentiation.ValueAndGrad(args => f(args[0], args[1], args[2]), [a, b, c]);
            return (g[0], g[1], g[2]);
        };

    /// <summary>The gradient in each of four arguments.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor, Tensor, Tensor, (Tensor, Tensor, Tensor, Tensor)> Grad(
        Func<Tensor, Tensor, Tensor, Tensor, Tensor> f) => (a, b, c, d) => ValueAndGrad(f)(a, b, c, d).Gradients;

    /// <summary>The gradient in each tensor of a list, in their order.</summary>
    /// <param name="f">A function that returns one number. A lambda says that it takes a list: <c>(Tensor[] p) => …</c></param>
    [OverloadResolutionPriority(-1)]
    public static Func<Tensor[], Tensor[]> Grad(Func<Tensor[], Tensor> f) => args => ValueAndGrad(f)(args).Gradients;

    /// <summary>f(x) and ∂f/∂x in one pass.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, (Tensor Value, Tensor Gradient)> ValueAndGrad(Func<Tensor, Tensor> f) => x =>
    {
        var (value, g) = Differentiation.ValueAndGrad(args => f(args[0]), [x]);
        return (value, g[0]);
    };

    /// <summary>f(a, b) and its gradients in one pass.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor, (Tensor Value, (Tensor, Tensor) Gradients)> ValueAndGrad(
        Func<Tensor, Tensor, Tensor> f) => (a, b) =>
    {
        var (value, g) = Differentiation.ValueAndGrad(args => f(args[0], args[1]), [a, b]);
        return (value, (g[0], g[1]));
    };

    /// <summary>f(a, b, c) and its gradients in one pass.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor, Tensor, (Tensor Value, (Tensor, Tensor, Tensor) Gradients)> ValueAndGrad(
        Func<Tensor, Tensor, Tensor, Tensor> f) => (a, b, c) =>
    {
        var (value, g) = Differentiation.ValueAndGrad(args => f(args[0], args[1], args[2]), [a, b, c]);
        return (value, (g[0], g[1], g[2]));
    };

    /// <summary>f(a, b, c, d) and its gradients in one pass.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor, Tensor, Tensor, (Tensor Value, (Tensor, Tensor, Tensor, Tensor) Gradients)>
        ValueAndGrad(Func<Tensor, Tensor, Tensor, Tensor, Tensor> f) => (a, b, c, d) =>
    {
        var (value, g) = Differentiation.ValueAndGrad(args => f(args[0], args[1], args[2], args[3]), [a, b, c, d]);
        return (value, (g[0], g[1], g[2], g[3]));
    };

    /// <summary>f of a list of tensors and its gradient in each of them, in their order, in one pass.</summary>
    /// <param name="f">A function that returns one number. A lambda says that it takes a list: <c>(Tensor[] p) => …</c></param>
    [OverloadResolutionPriority(-1)]
    public static Func<Tensor[], (Tensor Value, Tensor[] Gradients)> ValueAndGrad(Func<Tensor[], Tensor> f) => args =>
    {
        var (value, gradients) = Differentiation.ValueAndGrad(f, args);
        return (value, gradients);
    };

    /// <summary>The value of a formula in a model's parameters, and its gradient in each of them, in their order.</summary>
    /// <param name="model">The model whose parameters count as the arguments.</param>
    /// <param name="loss">A formula that uses the model and gives one number.</param>
    /// <example><code>
    /// var (value, gradients) = ValueAndGrad(model, () => Loss.CrossEntropy(model.Forward(x, true), y));
    /// foreach (var (p, g) in model.Parameters.Zip(gradients)) p.Value -= 0.1 * g;
    /// </code></example>
    public static (Tensor Value, Tensor[] Gradients) ValueAndGrad(Layer model, Func<Tensor> loss)
    {
        var (value, gradients) = Parameters.ValueAndGrad(model.Parameters, loss);
        return (value, gradients);
    }

    /// <summary>f(x) and the directional derivative ∂f/∂x·tangent.</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="tangent">The direction, in x's shape.</param>
    public static (Tensor Value, Tensor Tangent) Jvp(Func<Tensor, Tensor> f, Tensor x, Tensor tangent)
    {
        var (value, result) = Differentiation.Jvp(f, x, tangent);
        return (value, result);
    }

    /// <summary>f(x) and cotangent·∂f/∂x.</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="cotangent">The weights of the outputs, in f(x)'s shape.</param>
    public static (Tensor Value, Tensor Gradient) Vjp(Func<Tensor, Tensor> f, Tensor x, Tensor cotangent)
    {
        var (value, result) = Differentiation.Vjp(f, x, cotangent);
        return (value, result);
    }

    /// <summary>x ↦ ∂fᵢ/∂xⱼ, of shape [f's…, x's…].</summary>
    /// <param name="f">The function.</param>
    public static Func<Tensor, Tensor> Jacobian(Func<Tensor, Tensor> f) => x => Differentiation.Jacobian(f, x);

    /// <summary>x ↦ ∂fᵢ/∂xⱼ by forward mode: the same as <see cref="Jacobian"/>, cheaper where f has more outputs than inputs.</summary>
    /// <param name="f">The function.</param>
    public static Func<Tensor, Tensor> JacobianForward(Func<Tensor, Tensor> f) =>
        x => Differentiation.JacobianForward(f, x);

    /// <summary>x ↦ ∂²f/∂xᵢ∂xⱼ, of shape [x's…, x's…].</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor> Hessian(Func<Tensor, Tensor> f) => x => Differentiation.Hessian(f, x);

    /// <summary>(x, v) ↦ the Hessian at x times v, without the Hessian.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor, Tensor> HessianVector(Func<Tensor, Tensor> f) =>
        (x, v) => Differentiation.HessianVector(f, x, v);

    /// <summary>x ↦ the gradient and the Hessian at x, in one pass.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, (Tensor Gradient, Tensor Hessian)> GradientAndHessian(Func<Tensor, Tensor> f) => x =>
    {
        var (gradient, hessian) = Differentiation.GradientAndHessian(f, x);
        return (gradient, hessian);
    };

    /// <summary>x ↦ Σᵢ ∂²f/∂xᵢ².</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor> Laplacian(Func<Tensor, Tensor> f) => x => VectorCalculus.Laplacian(f, x);

    /// <summary>x ↦ Σᵢ ∂fᵢ/∂xᵢ.</summary>
    /// <param name="f">A vector field: f(x) has the shape of x.</param>
    public static Func<Tensor, Tensor> Divergence(Func<Tensor, Tensor> f) => x => VectorCalculus.Divergence(f, x);

    /// <summary>x ↦ ∇ × f.</summary>
    /// <param name="f">A vector field in three dimensions: [3] → [3].</param>
    public static Func<Tensor, Tensor> Curl(Func<Tensor, Tensor> f) => x => VectorCalculus.Curl(f, x);

    /// <summary>x ↦ dⁿf/dxⁿ of a function of one number.</summary>
    /// <param name="f">A function of one number that returns one number.</param>
    /// <param name="order">n; 0 is the function itself.</param>
    public static Func<Tensor, Tensor> NthDerivative(Func<Tensor, Tensor> f, int order) =>
        x => VectorCalculus.NthDerivative(f, order, x);

    /// <summary>
    /// The same function for many examples at once: along a new leading axis, without a loop. Random numbers drawn in it
    /// are the same for every example.
    /// </summary>
    /// <param name="f">The function of one example.</param>
    /// <example><code>var hessians = Vectorize(Hessian(f))(points);   // [n, d] → [n, d, d]</code></example>
    public static Func<Tensor, Tensor> Vectorize(Func<Tensor, Tensor> f) =>
        x => Vectorization.Run(a => [f(a[0])], [x], [true])[0];

    /// <summary>The same function of two arguments for many examples at once.</summary>
    /// <param name="f">The function of one example.</param>
    /// <param name="first">Whether the first argument has an axis of examples; otherwise all share it.</param>
    /// <param name="second">Whether the second has.</param>
    /// <example><code>var outputs = Vectorize((w, x) => Tanh(w.MatMul(x)), first: false)(weights, inputs);</code></example>
    public static Func<Tensor, Tensor, Tensor> Vectorize(
        Func<Tensor, Tensor, Tensor> f, bool first = true, bool second = true) =>
        (a, b) => Vectorization.Run(x => [f(x[0], x[1])], [a, b], [first, second])[0];

    /// <summary>The same function of three arguments for many examples at once.</summary>
    /// <param name="f">The function of one example.</param>
    /// <param name="first">Whether the first argument has an axis of examples; otherwise all share it.</param>
    /// <param name="second">Whether the second has.</param>
    /// <param name="third">Whether the third has.</param>
    public static Func<Tensor, Tensor, Tensor, Tensor> Vectorize(
        Func<Tensor, Tensor, Tensor, Tensor> f, bool first = true, bool second = true, bool third = true) =>
        (a, b, c) => Vectorization.Run(x => [f(x[0], x[1], x[2])], [a, b, c], [first, second, third])[0];

    /// <summary>(p, xs) ↦ the gradient in p of the loss of each example: [examples, p's…].</summary>
    /// <param name="loss">(p, x) ↦ the loss of one example x, an entry of the leading axis of xs.</param>
    public static Func<Tensor, Tensor, Tensor> PerExampleGrad(Func<Tensor, Tensor, Tensor> loss) =>
        (p, xs) => Vectorization.PerExampleGrad((p, e) => loss(p[0], e[0]), [p], [xs])[0];

    /// <summary>(p, xs, ys) ↦ the gradient in p of the loss of each example: [examples, p's…].</summary>
    /// <param name="loss">(p, x, y) ↦ the loss of one example x with its target y.</param>
    public static Func<Tensor, Tensor, Tensor, Tensor> PerExampleGrad(Func<Tensor, Tensor, Tensor, Tensor> loss) =>
        (p, xs, ys) => Vectorization.PerExampleGrad((p, e) => loss(p[0], e[0], e[1]), [p], [xs, ys])[0];

    /// <summary>
    /// (xs, ys) ↦ the gradient of the loss of each example in each parameter of a model, in their order:
    /// [examples, parameter's…].
    /// </summary>
    /// <param name="model">The model whose parameters count as the arguments.</param>
    /// <param name="loss">(x, y) ↦ the loss of one example, which comes as a batch of one: x is [1, …], y is [1].</param>
    /// <example><code>
    /// var gradients = PerExampleGrad(model, (x, y) => Loss.CrossEntropy(model.Predict(x), y))(images, labels);
    /// </code></example>
    public static Func<Tensor, Tensor, Tensor[]> PerExampleGrad(Layer model, Func<Tensor, Tensor, Tensor> loss) =>
        (xs, ys) => Vectorization.Run(e => ValueAndGrad(model, () => loss(Alone(e[0]), Alone(e[1]))).Gradients,
            [xs, ys], [true, true]);

    /// <summary>The same values as f, with a derivative of one's own; second derivatives are those of the rule.</summary>
    /// <param name="f">The function. What it reads besides its argument counts as constant.</param>
    /// <param name="backward">(x, f(x), cotangent) ↦ the cotangent of x, in its shape.</param>
    /// <example><code>var round = CustomGradient(x => Floor(x + 0.5), (x, y, g) => g);   // straight through</code></example>
    public static Func<Tensor, Tensor> CustomGradient(
        Func<Tensor, Tensor> f, Func<Tensor, Tensor, Tensor, Tensor> backward) =>
        x => CustomDerivative.Apply(a => f(a[0]), (a, y, g) => [backward(a[0], y, g)], [x]);

    /// <summary>The same values as a function of two arguments, with a derivative of one's own.</summary>
    /// <param name="f">The function. What it reads besides its arguments counts as constant.</param>
    /// <param name="backward">(a, b, f(a, b), cotangent) ↦ the cotangents of a and b, in their shapes.</param>
    public static Func<Tensor, Tensor, Tensor> CustomGradient(
        Func<Tensor, Tensor, Tensor> f, Func<Tensor, Tensor, Tensor, Tensor, (Tensor, Tensor)> backward) =>
        (a, b) => CustomDerivative.Apply(x => f(x[0], x[1]), (x, y, g) => Pair(backward(x[0], x[1], y, g)), [a, b]);

    /// <summary>
    /// The same function, whose intermediate values are computed again for the derivative instead of being kept: less
    /// memory for about one more evaluation.
    /// </summary>
    /// <param name="f">The function.</param>
    public static Func<Tensor, Tensor> Checkpoint(Func<Tensor, Tensor> f) =>
        x => CustomDerivative.Checkpoint(a => f(a[0]), [x]);

    /// <summary>The same function of two arguments, computed again for the derivative.</summary>
    /// <param name="f">The function.</param>
    public static Func<Tensor, Tensor, Tensor> Checkpoint(Func<Tensor, Tensor, Tensor> f) =>
        (a, b) => CustomDerivative.Checkpoint(x => f(x[0], x[1]), [a, b]);

    /// <summary>
    /// The same function, recorded and run as one plan: fused, and made stable by the rewrites, as it is inside Grad and
    /// Train. Called plainly, each of its operations runs at once, as it stands.
    /// </summary>
    /// <param name="f">The function.</param>
    public static Func<Tensor, Tensor> Traced(Func<Tensor, Tensor> f) => x => Recording.Run(() => [f(x)])[0];

    /// <summary>The same function of two arguments, recorded and run as one plan.</summary>
    /// <param name="f">The function.</param>
    public static Func<Tensor, Tensor, Tensor> Traced(Func<Tensor, Tensor, Tensor> f) =>
        (a, b) => Recording.Run(() => [f(a, b)])[0];

    /// <summary>The same function of three arguments, recorded and run as one plan.</summary>
    /// <param name="f">The function.</param>
    public static Func<Tensor, Tensor, Tensor, Tensor> Traced(Func<Tensor, Tensor, Tensor, Tensor> f) =>
        (a, b, c) => Recording.Run(() => [f(a, b, c)])[0];

    /// <summary>The same values with derivative 0.</summary>
    /// <param name="x">The tensor.</param>
    public static Tensor StopGradient(Tensor x) => x.StopGradient();

    private static Tensor Alone(Tensor example) => example.Reshape([1, .. example.Shape.ToArray()]);

    private static Tensor[] Pair((Tensor First, Tensor Second) pair) => [pair.First, pair.Second];
}
