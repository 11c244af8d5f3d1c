using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>The prelude's derivatives against closed forms, loops and their numerical twins.</summary>
public sealed class DerivativeTests
{
    private static readonly Tensor s_x = Tensor.Of(0.3, -0.7, 1.1);

    private static readonly Tensor s_v = Tensor.Of(1.0, -2.0, 0.5);

    private static Tensor Number(Tensor x) => Exp(2 * x[0] + x[1]) * x[2] * x[2] + Sin(x[0] * x[1]);

    private static Tensor Field(Tensor x) => Tensor.Stack([x[0] * x[1] * x[2], Sin(x[1]) * x[2], x[0] * x[0] * x[2]]);

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.All(
            expected.ToDoubles().Zip(actual.ToDoubles()),
            pair => Assert.True(
                Math.Abs(pair.First - pair.Second) <= tolerance * Math.Max(1, Math.Abs(pair.First)),
                $"{pair.Second} against {pair.First}"));
    }

    [Fact]
    public void Every_derivative_agrees_with_its_numerical_twin()
    {
        Close(FiniteDifference.Gradient(Number, s_x), Grad(Number)(s_x), 1e-8);
        Close(FiniteDifference.Hessian(Number, s_x), Hessian(Number)(s_x), 1e-6);
        Close(FiniteDifference.HessianVector(Number, s_x, s_v), HessianVector(Number)(s_x, s_v), 1e-6);
        Close(FiniteDifference.Laplacian(Number, s_x), Laplacian(Number)(s_x), 1e-6);
        Close(FiniteDifference.Jacobian(Field, s_x), Jacobian(Field)(s_x), 1e-8);
        Close(FiniteDifference.Jacobian(Field, s_x), JacobianForward(Field)(s_x), 1e-8);
        Close(FiniteDifference.Divergence(Field, s_x), Divergence(Field)(s_x), 1e-8);
        Close(FiniteDifference.Curl(Field, s_x), Curl(Field)(s_x), 1e-8);
        Close(FiniteDifference.Jvp(Field, s_x, s_v), Jvp(Field, s_x, s_v).Tangent, 1e-8);
        Close(FiniteDifference.Vjp(Field, s_x, s_v), Vjp(Field, s_x, s_v).Gradient, 1e-8);

        var (gradient, hessian) = GradientAndHessian(Number)(s_x);
        Close(Grad(Number)(s_x), gradient, 1e-14);
        Close(Hessian(Number)(s_x), hessian, 1e-14);
    }

    [Theory]
    [InlineData(0, 1e-15)]
    [InlineData(1, 1e-9)]
    [InlineData(2, 1e-7)]
    [InlineData(3, 1e-6)]
    [InlineData(4, 1e-5)]
    [InlineData(5, 1e-4)]
    public void Derivatives_of_order_n_agree_with_differences_and_closed_forms(int order, double tolerance)
    {
        foreach (var at in new[] { 0.4, -1.3, 5.0 })
        {
            var x = Tensor.Of(at).Reshape();
            var expected = Tensor.Of(Math.Sin(at + order * Math.PI / 2)).Reshape();
            Close(expected, NthDerivative(Sin, order)(x), 1e-13);
            Close(expected, FiniteDifference.NthDerivative(Sin, order, x), tolerance);
        }
    }

    [Fact]
    public void Twins_refuse_what_does_not_fit_with_both_shapes()
    {
        var two = Tensor.Of(1.0, 2.0);
        Refused("[2]", "[3]", () => FiniteDifference.Jvp(Field, s_x, two));
        Refused("[2]", "[3]", () => FiniteDifference.Vjp(Field, s_x, two));
        Refused("[2]", "[3]", () => FiniteDifference.HessianVector(Number, s_x, two));
        Refused("[2]", "[3]", () => FiniteDifference.Curl(v => v, two));
        Refused("[]", "[3]", () => FiniteDifference.Divergence(Number, s_x));
        Refused("[3]", "one number", () => FiniteDifference.Laplacian(Field, s_x));
        Refused("[3]", "one number", () => FiniteDifference.NthDerivative(Number, 1, s_x));
        Assert.Throws<ArgumentOutOfRangeException>(() => FiniteDifference.NthDerivative(Sin, -1, Tensor.Of(1.0)));

        static void Refused(string found, string needed, Func<Tensor> f)
        {
            var message = Assert.Throws<ShapeException>(f).Message;
            Assert.Contains(found, message, StringComparison.Ordinal);
            Assert.Contains(needed, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Gradients_come_for_one_to_four_tensors_and_for_lists()
    {
        Tensor[] args = [Tensor.Of(1.0, 2.0), Tensor.Of(3.0, -1.0), Tensor.Of(0.5, 4.0), Tensor.Of(-2.0, 1.0)];
        var (a, b, c, d) = (args[0], args[1], args[2], args[3]);
        var (value, (ga, gb, gc, gd)) = ValueAndGrad((a, b, c, d) => Sum(a * b * c * d))(a, b, c, d);
        Close(Sum(a * b * c * d), value, 1e-14);
        Close(b * c * d, ga, 1e-14);
        Close(a * c * d, gb, 1e-14);
        Close(a * b * d, gc, 1e-14);
        Close(a * b * c, gd, 1e-14);
        Assert.Equal(gd.ToDoubles(), Grad((a, b, c, d) => Sum(a * b * c * d))(a, b, c, d).Item4.ToDoubles());

        var (listed, gradients) = ValueAndGrad((Tensor[] p) => Sum(p.Aggregate((s, t) => s * t)))(args);
        Close(value, listed, 1e-14);
        Assert.Equal(4, gradients.Length);
        Close(ga, gradients[0], 1e-14);
        Close(gd, Grad((Tensor[] p) => Sum(p.Aggregate((s, t) => s * t)))(args)[3], 1e-14);

        // Where a lambda would fit both a tensor and a list, it means a tensor.
        Close(Tensor.Of(0.0, 1.0), Grad(x => x.Max())(a), 0);
        Close(Tensor.Of(1.0, 0.0), Grad(x => x[0])(a), 0);
    }

    [Fact]
    public void Vectorised_functions_take_shared_and_mapped_arguments()
    {
        var (w, xs) = (Tensor.Of(new double[,] { { 1, 2 }, { 3, 4 } }), Tensor.Of(new double[,] { { 1, 0 }, { 2, -1 }, { 0, 3 } }));
        Close(xs.MatMul(w.T), Vectorize((w, x) => w.MatMul(x), first: false)(w, xs), 1e-14);
        Close(Sum(xs * xs, 1), Vectorize(x => x.Dot(x))(xs), 1e-14);
        var scale = Tensor.Of(2.0, 3.0, 4.0);
        Close(
            xs * scale.Reshape(3, 1) + w[0],
            Vectorize((x, s, b) => s * x + b, third: false)(xs, scale, w[0]),
            1e-14);
        Assert.Equal([3, 2, 2], Vectorize(Hessian(x => Sum(Exp(x))))(xs).Shape.ToArray());
    }

    [Fact]
    public void Gradients_per_example_are_those_of_a_loop()
    {
        var xs = Tensor.Of(new double[,] { { 1, 0.5 }, { 2, -1 }, { -0.3, 0.7 } });
        var ys = Tensor.Of(0, 2, 1);
        var w = Tensor.Of(new double[,] { { 0.1, 0.2, 0.3 }, { -0.4, 0.5, 0.6 } });
        var gradients = PerExampleGrad((w, x, y) => -LogSoftmax(x.MatMul(w)).Pick(y))(w, xs, ys);
        for (var i = 0; i < 3; i++)
            Close(Grad(w => -LogSoftmax(xs[i].MatMul(w)).Pick(ys[i]))(w), gradients[i], 1e-13);

        Close(xs * 2, PerExampleGrad((p, x) => 2 * p.Dot(x))(Tensor.Of(1.0, 1.0), xs), 1e-14);

        var model = Sequential(Flatten(), Linear(2, 3));
        Tensor Of(Tensor x, Tensor y) => Loss.CrossEntropy(model.Forward(x, true), y);
        var images = xs.ToFloat().Reshape(3, 2, 1);
        var each = PerExampleGrad(model, Of)(images, ys);
        Assert.Equal([3, 2, 3], each[0].Shape.ToArray());
        var (_, mean) = ValueAndGrad(model, () => Of(images, ys));
        for (var p = 0; p < 2; p++)
            Close(mean[p], each[p].Mean(0), 1e-6);
        Assert.False(model.Parameters[0].Value.IsTraced);
    }

    [Fact]
    public void Rules_of_ones_own_and_checkpoints_are_functions_like_others()
    {
        var round = CustomGradient(x => Floor(x + 0.5), (x, y, g) => g);
        Close(Tensor.Of(2.0, 4.0), Grad(x => Sum(round(x) * round(x)))(Tensor.Of(1.2, 1.9)), 0);

        var half = CustomGradient((a, b) => a * b, (a, b, y, g) => (0.5 * g * b, 0.5 * g * a));
        var (ga, gb) = Grad((a, b) => Sum(half(a, b)))(s_x, s_v);
        Close(0.5 * s_v, ga, 0);
        Close(0.5 * s_x, gb, 0);

        Close(Grad(Number)(s_x), Grad(Checkpoint(Number))(s_x), 1e-13);
        var both = Checkpoint((a, b) => Sum(Sin(a * b)));
        Close(Grad((a, b) => Sum(Sin(a * b)))(s_x, s_v).Item2, Grad(both)(s_x, s_v).Item2, 1e-13);
        Assert.Contains("customgradient", Explain(x => Sum(round(x))).ToString(), StringComparison.Ordinal);
    }
}
