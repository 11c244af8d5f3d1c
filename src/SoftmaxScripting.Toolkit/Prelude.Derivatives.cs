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

    /// <summary>x ↦ ∂²f/∂xᵢ∂xⱼ, of shape [x's…, x's…].</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor> Hessian(Func<Tensor, Tensor> f) => x => Differentiation.Hessian(f, x);

    /// <summary>(x, v) ↦ the Hessian at x times v, without the Hessian.</summary>
    /// <param name="f">A function that returns one number.</param>
    public static Func<Tensor, Tensor, Tensor> HessianVector(Func<Tensor, Tensor> f) =>
        (x, v) => Differentiation.HessianVector(f, x, v);

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
}
