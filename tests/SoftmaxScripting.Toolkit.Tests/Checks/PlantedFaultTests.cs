using System.Diagnostics;
using SoftmaxScripting.Core;
using Xunit;
using Xunit.Abstractions;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>
/// Mistakes that are made in practice are found, with a small counter-example. The time each takes is printed; it
/// decides nothing.
/// </summary>
[Collection(ChecksAlone.Name)]
public sealed class PlantedFaultTests(ITestOutputHelper output) : IDisposable
{
    private readonly CheckRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Softmax_shifted_by_the_whole_tensors_maximum()
    {
        var result = Found(() => Property("rows sum to 1", z => Near(Wrong(z).Sum(-1), 1), Any.Logits()));
        Assert.Equal([2, 1], result.CounterExample[0].Shape.ToArray());
        Assert.Contains(0.0, result.CounterExample[0].ToDoubles());

        static Tensor Wrong(Tensor z)
        {
            var e = Exp(z - Max(z));
            return e / e.Sum(-1, true);
        }
    }

    [Fact]
    public void Log_softmax_through_exp_and_log()
    {
        var result = Found(() => Property(
            "log softmax", z => Near(Log(Exp(z) / Exp(z).Sum(-1, true)), LogSoftmax(z)), Any.Logits()));
        Assert.True(result.CounterExample[0].Size <= 2, result.Report);
    }

    [Fact]
    public void Traced_log_softmax_through_exp_and_log_is_made_right()
    {
        var result = Property(
            "log softmax", z => Near(Traced(z => Log(Exp(z) / Exp(z).Sum(-1, true)))(z), LogSoftmax(z)), Any.Logits());
        Assert.True(result.Passed, result.Report);
    }

    [Fact]
    public void Huber_with_the_wrong_slope_beyond_delta()
    {
        var result = Found(() => Property("Huber ≤ δ|r|", r => AtMost(Wrong(r), 0.5 * Abs(r))));
        Assert.Equal(1, result.CounterExample[0].Size);
        Assert.InRange(Math.Abs(result.CounterExample[0].Item()), 0.5, 3);

        static Tensor Wrong(Tensor r) => Where(Abs(r) <= 0.5, 0.5 * r * r, Abs(r) - 0.375);
    }

    [Fact]
    public void A_gradient_off_by_a_factor_of_2_at_one_index_of_100()
    {
        var x = Tensor.Linspace(-2, 3, 100).ToDouble();
        var hot = Tensor.OneHot(Tensor.Of(new[] { 37 }), 100).ToDouble().Reshape(100);
        var result = Found(() => Check.Gradient(
            x => Sum(Exp(x) + hot * (Exp(x) - StopGradient(Exp(x)))), x, name: "sum of exp"));
        Assert.StartsWith("x[37]: analytic", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("x[36]", result.Report, StringComparison.Ordinal);
        Assert.Contains("to blame: StopGradient: local derivative 0, differences give 1", result.Report, StringComparison.Ordinal);
        Assert.Equal(0.5, result.WorstError!.Value, 0.01);
    }

    [Fact]
    public void A_custom_gradient_off_by_a_factor_of_2_at_one_index_of_100()
    {
        var x = Tensor.Linspace(-2, 3, 100).ToDouble();
        var twice = 1 + Tensor.OneHot(Tensor.Of(new[] { 37 }), 100).ToDouble().Reshape(100);
        var wrong = CustomGradient(x => Exp(x), (x, y, g) => g * y * twice);
        var result = Found(() => Check.Gradient(x => Sum(wrong(x) * Sin(x)), x, name: "exp sin"));
        Assert.StartsWith("x[37]: analytic", result.Message, StringComparison.Ordinal);
        Assert.Contains("to blame: CustomGradient: local derivative", result.Report, StringComparison.Ordinal);

        var right = CustomGradient(x => Exp(x), (x, y, g) => g * y);
        var point = new GradientPoint([x]);
        Assert.Null(LocalDerivatives.Blame(a => Sum(right(a[0]) * Sin(a[0])), point));
    }

    [Fact]
    public void Binary_cross_entropy_that_clips_probabilities()
    {
        var result = Found(() => Property(
            "gradient = σ(z) − y",
            (z, y) => Near(Grad((Tensor z) => Sum(Wrong(Sigmoid(z), y)))(z), Sigmoid(z) - y, 1e-6),
            Any.Logits(),
            Any.OneHot()));
        Assert.Equal(1, result.CounterExample[0].Size);
        Assert.True(Math.Abs(result.CounterExample[0].Item()) > 16, result.Report);

        static Tensor Wrong(Tensor p, Tensor y) => Loss.Bce(Clamp(p, 1e-7, 1 - 1e-7), y, Reduction.None);
    }

    [Fact]
    public void Label_smoothing_that_forgets_the_true_classs_share()
    {
        var result = Found(() => Property(
            "smoothing is the target (1 − ε)·y + ε/K",
            (z, y) => Near(Wrong(z, OneHot(y, z.Shape[1]).ToDouble()), Loss.CrossEntropy(z, y, 0.1)),
            Any.Logits(),
            Any.Labels()));
        Assert.Equal([1, 2], result.CounterExample[0].Shape.ToArray());
        Assert.Equal([0.0, 0], result.CounterExample[0].ToDoubles());

        static Tensor Wrong(Tensor z, Tensor y)
        {
            var target = 0.9 * y + 0.1 / z.Shape[1] * (1 - y);
            return Loss.CrossEntropy(z, target);
        }
    }

    [Fact]
    public void A_mean_that_divides_by_the_count_where_it_should_divide_by_the_sum_of_weights()
    {
        var result = Found(() => Property(
            "a weighted mean lies between the smallest and the largest",
            (losses, weights) => AllOf(
                AtMost(Min(losses), Wrong(losses, weights)), AtMost(Wrong(losses, weights), Max(losses))),
            Any.Positive(-1),
            Any.Positive(-1)));
        Assert.Equal(1, result.CounterExample[0].Size);
        Assert.NotEqual(1, result.CounterExample[1].Item());

        static Tensor Wrong(Tensor losses, Tensor weights) => Mean(weights * losses);
    }

    private CheckResult Found(Func<CheckResult> check)
    {
        var clock = Stopwatch.StartNew();
        var result = check();
        output.WriteLine($"{clock.Elapsed.TotalMilliseconds:0} ms\n{result.Report}");
        Assert.False(result.Passed);
        Assert.NotEmpty(result.CounterExample);
        return result;
    }
}
