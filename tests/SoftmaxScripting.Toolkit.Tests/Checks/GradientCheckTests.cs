using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

[Collection(ChecksAlone.Name)]
public sealed class GradientCheckTests : IDisposable
{
    private readonly CheckRun _run = new();

    public static TheoryData<string, Func<Tensor, Tensor>> OneArgument => new()
    {
        { "exp", x => x.Exp() },
        { "log", x => x.Log() },
        { "sqrt", x => x.Sqrt() },
        { "tanh of a product", x => (x * x.Sigmoid()).Tanh().Mean() },
        { "softmax", x => x.Softmax() },
        { "log softmax by hand", x => x - x.Exp().Sum(-1, true).Log() },
        { "maximum", x => x.Max(-1) },
        { "square matrix", x => x.Trace() * x.Sum() },
        { "one number", x => x.Rank == 0 ? x.Sin() : throw new ArgumentException("a number is needed") },
    };

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> TwoArguments => new()
    {
        { "½ squared", (p, t) => Loss.L2(p, t) },
        { "absolute", (p, t) => Loss.L1(p, t) },
        { "Huber", (p, t) => Loss.Huber(p, t) },
        { "Huber 0.5 sum", (p, t) => Loss.Huber(p, t, 0.5, Reduction.Sum) },
        { "cross-entropy with labels", (p, t) => -p.LogSoftmax().Pick(t).Mean() },
        { "binary cross-entropy", (p, t) => Loss.Bce(p, t) },
        { "binary cross-entropy of logits", (p, t) => Loss.BceWithLogits(p, t, Reduction.None) },
        { "matrix product", (a, b) => a.MatMul(b) },
        { "power", (a, b) => a.Pow(b) },
    };

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(OneArgument))]
    public void Right_functions_pass(string name, Func<Tensor, Tensor> f)
    {
        foreach (var seed in new ulong[] { 1, 2, 3 })
            Passes(Check.Gradient(f, seed: seed, order: 2, name: name));
    }

    [Theory]
    [MemberData(nameof(TwoArguments))]
    public void Right_functions_of_two_arguments_pass(string name, Func<Tensor, Tensor, Tensor> f)
    {
        foreach (var seed in new ulong[] { 1, 2, 3 })
            Passes(Check.Gradient(f, seed: seed, order: 2, name: name));
    }

    [Fact]
    public void The_operation_to_blame_is_named_with_its_own_derivative()
    {
        var result = Check.Gradient(x => (x.Exp().StopGradient() * x.Sin()).Sum());
        Assert.Contains("the operation to blame: StopGradient: local derivative 0, differences give 1", result.Report, StringComparison.Ordinal);
        var exp = Check.Gradient(x => x.Exp().StopGradient().Sum() + x.Sum(), Tensor.Of(0.5));
        Assert.Contains("differences give 1, at 1.64872127", exp.Report, StringComparison.Ordinal);
    }

    [Fact]
    public void No_operation_is_blamed_when_each_is_right()
    {
        var point = new GradientPoint([Tensor.Of(0.5, 2, -1), Tensor.Of(1.5, 0.25, 1)]);
        Assert.Null(LocalDerivatives.Blame(a => (a[0].Exp() * a[1].Log()).Softmax(0).Pow(a[1]).Max(), point));
        Assert.Null(LocalDerivatives.Blame(a => (a[0].Reshape(3, 1).MatMul(a[1].Reshape(1, 3)).LogSumExp() + a[0]).Sum(), point));
    }

    [Fact]
    public void Right_functions_of_three_arguments_pass()
    {
        Passes(Check.Gradient((x, w, b) => (x.MatMul(w) + b).Tanh(), order: 2));
        Passes(Check.Gradient((p, t, weights) => (Loss.L2(p, t, Reduction.None) * weights).Sum()));
        Passes(Check.Gradient((p, labels, weights) => -(p.LogSoftmax().Pick(labels) * weights).Sum()));
    }

    [Fact]
    public void The_absolute_error_has_kinks_where_prediction_and_target_agree()
    {
        var result = Check.Gradient((prediction, target) => Loss.L1(prediction, target, Reduction.Sum));
        Passes(result);
        Assert.NotEmpty(result.Kinks);
        Assert.All(result.Kinks, kink =>
        {
            Assert.Equal(1, kink.Order);
            Assert.Contains(kink.Argument, new[] { "prediction", "target" });
            Assert.Equal(-1, kink.Left, 1e-6);
            Assert.Equal(1, kink.Right, 1e-6);
            Assert.Equal(0, kink.Gradient);
        });
    }

    [Fact]
    public void Relu_has_kinks_at_zero_alone()
    {
        var result = Check.Gradient(x => x.Relu().Sum());
        Passes(result);
        Assert.NotEmpty(result.Kinks);
        Assert.All(result.Kinks, kink => Assert.Equal((0.0, 0.0), (kink.At, Math.Round(kink.Left, 6))));
    }

    [Fact]
    public void Huber_is_smooth_once_and_its_gradient_has_kinks()
    {
        Assert.Empty(Check.Gradient((p, t) => Loss.Huber(p, t)).Kinks);
        var second = Check.Gradient((p, t) => Loss.Huber(p, t), order: 2);
        Passes(second);
        Assert.NotEmpty(second.Kinks);
        Assert.All(second.Kinks, kink => Assert.Equal(2, kink.Order));
    }

    [Fact]
    public void A_kink_close_by_is_no_failure()
    {
        foreach (var distance in new[] { 1e-3, 2e-4, 1e-4, 3e-5, 1e-5, 1e-6 })
            Passes(Check.Gradient(x => x.Abs().Sum(), Tensor.Of(distance, -distance, 1.0)));
    }

    [Fact]
    public void A_gradient_that_misses_a_factor_is_found()
    {
        var result = Check.Gradient(x => (x * x.StopGradient()).Sum());
        Assert.False(result.Passed);
        Assert.Equal(1, result.Cases);
        Assert.Contains("analytic", result.Message, StringComparison.Ordinal);
        Assert.Equal(0.5, result.WorstError!.Value, 1e-6);
        Assert.Single(result.CounterExample);
    }

    [Fact]
    public void The_one_element_with_a_wrong_gradient_is_named()
    {
        // The gradient of the last element of the second row is half of what it should be.
        var mask = Tensor.Of(new double[,] { { 0, 0, 0 }, { 0, 0, 1 } });
        var x = Tensor.Of(new[,] { { 0.5, -1, 2 }, { 3, 0.25, 4 } });
        var result = Check.Gradient(v => Tensor.Where(mask, v * v.StopGradient(), v * v).Sum(), x);
        Assert.False(result.Passed);
        Assert.StartsWith("v[1, 2]: analytic 4, numeric 8", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("v[0", result.Report, StringComparison.Ordinal);
        Assert.DoesNotContain("v[1, 1", result.Report, StringComparison.Ordinal);
    }

    [Fact]
    public void One_wrong_element_among_thousands_is_found()
    {
        var values = Enumerable.Range(0, 3000).Select(i => Math.Sin(i)).ToArray();
        var mask = new double[3000];
        mask[1234] = 1;
        var wrong = Tensor.Of(mask);
        var result = Check.Gradient(
            x => (x * x * (1 - wrong) + x * x.StopGradient() * wrong).Sum(), Tensor.Of(values), cases: 2);
        Assert.False(result.Passed);
        Assert.StartsWith("x[1234]: ", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_second_derivative_is_found_by_order_2_alone()
    {
        // 2x(x₀ fixed) + x₀²: the value is fixed to have the right slope and a wrong curvature.
        static Tensor Wrong(Tensor x)
        {
            var fixedX = x.StopGradient();
            return (x * x + (x - fixedX) * (x - fixedX)).Sum();
        }

        Passes(Check.Gradient(Wrong));
        var result = Check.Gradient(Wrong, order: 2);
        Assert.False(result.Passed);
        Assert.StartsWith("second order, x[", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_fails_even_at_a_kink()
    {
        var x = Tensor.Of(0.0);
        var result = Check.Gradient(v => v * v / Tensor.Where(v.EqualTo(0.0), 1.0, v) + (v / v).StopGradient() * 0, x);
        Assert.False(result.Passed);
        Passes(Check.Gradient(v => v.Abs().Sum(), x));
    }

    [Fact]
    public void Labels_are_tried_when_floating_targets_are_refused()
    {
        var seen = new HashSet<DType>();
        Passes(Check.Gradient((logits, labels) =>
        {
            if (labels.DType.IsFloat)
                throw new ArgumentException("labels, please");
            seen.Add(labels.DType);
            return Loss.CrossEntropy(logits, labels);
        }));
        Assert.Equal([DType.Int32], seen);
    }

    [Fact]
    public void Arguments_are_float64_and_floating_examples_become_so()
    {
        var types = new HashSet<DType>();
        Func<Tensor, Tensor> f = x =>
        {
            types.Add(x.DType);
            return (0.5 * x * x).Sum();
        };
        Passes(Check.Gradient(f));
        Passes(Check.Gradient(f, Tensor.Of(1f, 2f, 3f)));
        Assert.Equal([DType.Float64], types);
    }

    [Fact]
    public void A_function_without_accepted_arguments_says_why()
    {
        var result = Check.Gradient(x => throw new InvalidOperationException($"rank {x.Rank} is not 7"));
        Assert.False(result.Passed);
        Assert.Equal(
            "the function takes none of the random arguments tried; give example tensors", result.Message);
        Assert.Contains("x [n, k]; x [n, k], probabilities", result.Report, StringComparison.Ordinal);
        Assert.Contains(": rank 2 is not 7", result.Report, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.Contains("float32", Check.Gradient(x => x.ToFloat()).Message, StringComparison.Ordinal);
        Assert.Contains("int32", Check.Gradient(x => x.ArgMax()).Message, StringComparison.Ordinal);
        Assert.Contains("null", Check.Gradient(_ => null!).Message, StringComparison.Ordinal);
        var noise = Check.Gradient(x => x * Tensor.Uniform(x.Shape.ToArray()));
        Assert.Contains("two results for the same arguments", noise.Message, StringComparison.Ordinal);
        Assert.All(CheckSession.Results, result => Assert.False(result.Passed));
    }

    [Fact]
    public void An_exception_at_the_examples_is_reported()
    {
        var result = Check.Gradient((a, b) => a.MatMul(b), Tensor.Of(1.0, 2.0), Tensor.Of(1.0, 2.0, 3.0));
        Assert.False(result.Passed);
        Assert.StartsWith("ShapeException: MatMul: ", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Misuse_throws_at_once()
    {
        Assert.Throws<SoftmaxException>(() => Check.Gradient(x => x, order: 3));
        Assert.Throws<SoftmaxException>(() => Check.Gradient(x => x, cases: 0));
        Assert.Throws<SoftmaxException>(() => Check.Gradient(x => x, Tensor.Of(1, 2)));
        Assert.Throws<SoftmaxException>(() => Check.Gradient((x, y) => x * y, Tensor.Of(1.0)));
        Assert.Throws<ArgumentNullException>(() => Check.Gradient((Func<Tensor, Tensor>)null!));
        Assert.Empty(CheckSession.Results);
    }

    [Fact]
    public void The_end_of_the_script_passes_through() =>
        Assert.Throws<ScriptExitException>(() => Check.Gradient(_ => throw new ScriptExitException(3)));

    [Fact]
    public void The_same_seed_tells_the_same_story()
    {
        Func<Tensor, Tensor> wrong = x => (x * x.StopGradient()).Sum();
        var reports = new ulong[] { 5, 5, 6 }.Select(seed => Check.Gradient(wrong, seed: seed).Report).ToArray();
        Assert.Equal(reports[0], reports[1]);
        Assert.NotEqual(reports[0], reports[2]);
    }

    private static void Passes(CheckResult result) => Assert.True(result.Passed, result.Report);
}
