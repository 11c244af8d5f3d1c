using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

[Collection(ChecksAlone.Name)]
public sealed class LossCheckTests : IDisposable
{
    private const int Cases = 40;

    private readonly CheckRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Cross_entropy_is_found_to_be_what_it_is()
    {
        var report = Check.Loss((o, y) => Loss.CrossEntropy(o, y), cases: Cases, name: "CrossEntropy");
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(TargetKind.Distribution, report.Target);
        Holds(report, "minimum at the target", "non-negative", "shift-invariant in each row", "convex in the prediction");
        Holds(report, "each row of the gradient sums to 0", "equivariant under permuted classes");
        Holds(report, "the mean of the losses of its rows", "finite with its gradient", "float32 near float64");
        Assert.Null(report.Find("symmetric in prediction and target"));
        Assert.All(CheckSession.Results, result => Assert.StartsWith("loss CrossEntropy: ", result.Name, StringComparison.Ordinal));
        Assert.Equal(report.Items.Count(item => !item.IsFinding), CheckSession.Results.Count);
        Assert.Equal($"loss CrossEntropy   logits [n, k], target [n, k] distributions\n{report}\n", _run.Printed);
    }

    [Fact]
    public void A_textbook_formula_with_labels_passes_as_training_runs_it()
    {
        var report = Check.Loss((x, y) => -Log((Exp(x) / Exp(x).Sum(1, true)).Pick(y)).Mean(), cases: Cases);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(TargetKind.Labels, report.Target);
        Holds(report, "minimum at the target", "convex in the prediction", "shift-invariant in each row");
    }

    [Fact]
    public void Losses_of_values_probabilities_and_vectors_are_tried_as_such()
    {
        var huber = Check.Loss((p, t) => Loss.Huber(p, t), cases: Cases);
        Assert.True(huber.Passed, huber.ToString());
        Assert.Equal(TargetKind.Values, huber.Target);
        Holds(huber, "symmetric in prediction and target", "convex in the prediction", "minimum at the target");
        Assert.False(huber.Find("shift-invariant in each row")!.Holds);

        var bce = Check.Loss((p, t) => Loss.Bce(p, t, Reduction.Sum), cases: Cases);
        Assert.True(bce.Passed, bce.ToString());
        Assert.Equal(TargetKind.Distribution, bce.Target);
        Holds(bce, "minimum at the target", "the sum of the losses of its rows");

        var vector = Check.Loss((p, t) => p.Rank == 1 ? (p - t).Dot(p - t) : throw new SoftmaxException("vectors only"), cases: Cases);
        Assert.True(vector.Passed, vector.ToString());
        Holds(vector, "equivariant under permuted elements", "convex in the prediction");
    }

    [Fact]
    public void The_target_can_be_given()
    {
        var report = Check.Loss((z, y) => Loss.BceWithLogits(z, y), TargetKind.Distribution, cases: Cases);
        Assert.True(report.Passed, report.ToString());
        Holds(report, "minimum at the target", "non-negative", "convex in the prediction");
        Assert.False(report.Find("shift-invariant in each row")!.Holds);
        Assert.Null(report.Find("each row of the gradient sums to 0"));
    }

    [Fact]
    public void What_does_not_hold_is_found_with_a_small_counter_example_and_is_no_failure()
    {
        var cauchy = Check.Loss((p, t) => Log(1 + (p - t) * (p - t)).Mean(), cases: Cases);
        Assert.True(cauchy.Passed, cauchy.ToString());
        var convex = cauchy.Find("convex in the prediction")!;
        Assert.False(convex.Holds);
        Assert.All(convex.Result.CounterExample, tensor => Assert.Equal(1, tensor.Size));
        var values = convex.Result.CounterExample.Select(tensor => tensor.Item()).ToArray();
        var (a, b, t) = (values[0], values[1], values[2]);
        Assert.True(L((a + b) / 2 - t) > (L(a - t) + L(b - t)) / 2);
        Assert.Contains("• not convex in the prediction: ", _run.Printed, StringComparison.Ordinal);
        CheckSession.ThrowIfFailed();

        var entropy = Check.Loss((p, t) => (p - t).Sum(-1).Mean(), TargetKind.Values, cases: Cases);
        Assert.False(entropy.Find("minimum at the target")!.Holds);
        Assert.False(entropy.Find("non-negative")!.Holds);
        Assert.False(entropy.Find("symmetric in prediction and target")!.Holds);

        static double L(double r) => Math.Log(1 + r * r);
    }

    [Fact]
    public void Losses_that_mix_their_rows_are_neither_mean_nor_sum()
    {
        var report = Check.Loss((p, t) => Max(Abs(p - t)), cases: Cases);
        Assert.True(report.Passed, report.ToString());
        Assert.False(report.Find("the sum of the losses of its rows")!.Holds);
        Assert.Contains("• neither the mean nor the sum", _run.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_gradient_is_a_fault()
    {
        var report = Check.Loss((p, t) => Sum((p - t).StopGradient() * (p - t)), cases: Cases, name: "half");
        Assert.False(report.Passed);
        Assert.False(report.Find("gradient right")!.Holds);
        Assert.Contains("to blame: StopGradient", report.ToString(), StringComparison.Ordinal);
        var exception = Assert.Throws<CheckFailedException>(CheckSession.ThrowIfFailed);
        Assert.Contains("loss half: gradient right", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overflow_at_extreme_logits_is_a_fault()
    {
        // Without a logarithm there is no stable form.
        var report = Check.Loss((z, y) => Exp(-z.Pick(y)).Mean());
        var finite = report.Find("finite with its gradient")!;
        Assert.False(finite.Holds, report.ToString());
        Assert.Equal(1, finite.Result.CounterExample[0].Size);
    }

    [Fact]
    public void Digits_lost_in_float32_are_a_fault()
    {
        var report = Check.Loss((p, t) => ((p - t + 1e6) - 1e6).Abs().Mean() + 0.5 * ((p - t) * (p - t)).Mean(), cases: Cases);
        Assert.False(report.Find("float32 near float64")!.Holds, report.ToString());
    }

    [Fact]
    public void A_loss_that_depends_on_the_order_of_the_rows_is_a_fault()
    {
        var report = Check.Loss(
            (p, t) => (Tensor.Arange(0, p.Shape[0]).ToDouble().Reshape(-1, 1) * (p - t) * (p - t)).Sum(), cases: Cases);
        Assert.False(report.Find("equivariant under permuted rows")!.Holds, report.ToString());
        Assert.Equal([2, 1], report.Find("equivariant under permuted rows")!.Result.CounterExample[0].Shape.ToArray());
    }

    [Fact]
    public void A_stopped_gradient_breaks_the_zero_sum_of_a_shift_invariant_loss()
    {
        var report = Check.Loss((z, y) => (LogSumExp(z).StopGradient() - (z * y).Sum(-1)).Mean(), TargetKind.Distribution, cases: Cases);
        Assert.True(report.Find("shift-invariant in each row")!.Holds, report.ToString());
        Assert.False(report.Find("each row of the gradient sums to 0")!.Holds);
    }

    [Fact]
    public void A_function_that_takes_nothing_fails_with_the_reasons()
    {
        var report = Check.Loss((p, t) => throw new SoftmaxException("never"), name: "none");
        Assert.False(report.Passed);
        Assert.Contains("prediction [n, k], target [n, k]: never", _run.Printed, StringComparison.Ordinal);
        Assert.Throws<SoftmaxException>(() => Check.Loss((p, t) => p, cases: 0));
    }

    private static void Holds(LossReport report, params string[] items)
    {
        foreach (var item in items)
            Assert.True(report.Find(item)?.Holds, $"{item}\n{report}");
    }
}
