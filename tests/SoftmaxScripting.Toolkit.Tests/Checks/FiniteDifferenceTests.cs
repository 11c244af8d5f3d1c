using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

[Collection(ChecksAlone.Name)]
public sealed class FiniteDifferenceTests : IDisposable
{
    private readonly CheckRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(0.0)]
    [InlineData(-3.7)]
    [InlineData(1e-9)]
    [InlineData(2.5)]
    [InlineData(300.25)]
    public void The_error_is_small_and_its_estimate_covers_it(double x)
    {
        AssertClose(Math.Cos(x), FiniteDifference.Derivative(Math.Sin, x), 1);
        AssertClose(3 * x * x - 2, FiniteDifference.Derivative(t => t * t * t - 2 * t + 1, x), x * x);
        AssertClose(Math.Exp(x / 100) / 100, FiniteDifference.Derivative(t => Math.Exp(t / 100), x), 1);

        static void AssertClose(double expected, Slope slope, double size)
        {
            var error = Math.Abs(slope.Value - expected);
            Assert.True(error <= 1e-9 * Math.Max(1, size), $"{slope.Value} against {expected}");
            var allowed = 10 * slope.Error + 1e-10 * Math.Max(1, size);
            Assert.True(error <= allowed, $"error {error}, estimate {slope.Error}");
            Assert.False(slope.IsKink);
        }
    }

    [Fact]
    public void The_estimated_error_is_large_where_the_function_is_rough()
    {
        var smooth = FiniteDifference.Derivative(Math.Sin, 1);
        var rough = FiniteDifference.Derivative(t => Math.Sin(1e5 * t), 1);
        Assert.True(rough.Error > 1000 * smooth.Error);
    }

    [Fact]
    public void Gradient_of_a_quadratic_form_is_its_symmetric_part_twice() => Passes(Property(
        "gradient of x·A·x",
        (a, x) => Near(
            FiniteDifference.Gradient(v => v.Dot(a.MatMul(v)), x), (a + a.T).MatMul(x), 1e-8, scale: 1e4),
        Any.Tensor(3, 3),
        Any.Tensor(3),
        cases: 30));

    [Fact]
    public void Jacobian_of_softmax_and_Hessian_of_logsumexp_are_diag_p_minus_p_pT() => Passes(Property(
        "softmax's Jacobian",
        z =>
        {
            var p = z.Softmax();
            var expected = Tensor.Eye(4).ToDouble() * p.Reshape(1, 4) - p.Outer(p);
            return AllOf(
                Near(FiniteDifference.Jacobian(v => v.Softmax(), z), expected, 1e-8),
                Near(FiniteDifference.Hessian(v => v.LogSumExp(), z), expected, 1e-5));
        },
        Any.Tensor(4).Moderate(),
        cases: 30));

    [Fact]
    public void Jacobian_has_the_outputs_axes_first()
    {
        var x = Tensor.Of(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        var jacobian = FiniteDifference.Jacobian(v => v.Sum(-1), x, out var error);
        Assert.Equal([2, 2, 3], jacobian.Shape.ToArray());
        Assert.Equal([2, 2, 3], error.Shape.ToArray());
        double[] expected = [1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1];
        Assert.All(jacobian.ToDoubles().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
    }

    [Fact]
    public void Hessian_is_symmetric_with_the_arguments_axes_twice()
    {
        var x = Tensor.Of(new[,] { { 0.5, -1.5 } });
        var hessian = FiniteDifference.Hessian(v => (v[0, 0] * v[0, 0] * v[0, 1]).Exp(), x, out var error);
        Assert.Equal([1, 2, 1, 2], hessian.Shape.ToArray());

        // f = exp(a²b): f_aa = (2b + 4a²b²) f, f_ab = (2a + 2a³b) f, f_bb = a⁴ f.
        var (a, b) = (0.5, -1.5);
        var f = Math.Exp(a * a * b);
        var mixed = (2 * a + 2 * a * a * a * b) * f;
        double[] expected = [(2 * b + 4 * a * a * b * b) * f, mixed, mixed, a * a * a * a * f];
        Assert.All(hessian.ToDoubles().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-7));
        Assert.All(error.ToDoubles(), e => Assert.InRange(e, 0, 1e-6));
    }

    [Fact]
    public void Sides_differ_at_a_kink_and_agree_elsewhere()
    {
        var (left, right) = FiniteDifference.OneSided(x => x.Abs().Sum(), Tensor.Of(0.0, 2.0, -2.0));
        Assert.All(left.ToDoubles().Zip([-1.0, 1, -1]), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
        Assert.All(right.ToDoubles().Zip([1.0, 1, -1]), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
        Assert.True(FiniteDifference.Derivative(Math.Abs, 0).IsKink);
        Assert.False(FiniteDifference.Derivative(Math.Abs, 0.1).IsKink);
        Assert.False(FiniteDifference.Derivative(x => x * Math.Abs(x), 0).IsKink);
    }

    [Fact]
    public void A_jump_has_an_infinite_slope_on_its_side()
    {
        var slope = FiniteDifference.Derivative(Math.Floor, 1);
        Assert.True(slope.IsKink);
        Assert.Equal(double.PositiveInfinity, slope.Left);
        Assert.Equal(0, slope.Right);
    }

    [Fact]
    public void Functions_that_do_not_fit_are_refused_with_what_to_do()
    {
        var x = Tensor.Of(1.0, 2.0);
        var many = Assert.Throws<ShapeException>(() => FiniteDifference.Gradient(v => v, x));
        Assert.Equal(
            "FiniteDifference.Gradient: the function returned shape [2], not one number; end with Mean() or Sum(), "
            + "or ask for the Jacobian",
            many.Message);
        Assert.Throws<ShapeException>(() => FiniteDifference.Hessian(v => v, x));
        Assert.Throws<SoftmaxException>(() => FiniteDifference.Gradient(_ => null!, x));
        Assert.Throws<ShapeException>(() => FiniteDifference.Jacobian(v => v[0].Item() > 1 ? v : v[0], x));
    }

    private static void Passes(CheckResult result) => Assert.True(result.Passed, result.Report);
}
