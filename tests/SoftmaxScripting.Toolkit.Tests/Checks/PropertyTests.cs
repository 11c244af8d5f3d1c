using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

[Collection(ChecksAlone.Name)]
public sealed class PropertyTests : IDisposable
{
    private readonly CheckRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Softmax_shifted_by_the_whole_tensors_maximum_is_caught_with_two_small_rows()
    {
        var result = Property("softmax sums to 1", z => Near(Wrong(z).Sum(-1), 1), Any.Logits());
        Assert.False(result.Passed);
        var z = Assert.Single(result.CounterExample);
        Assert.Equal([2, 1], z.Shape.ToArray());
        Assert.Contains(0.0, z.ToDoubles());
        Assert.True(result.Shrinks > 0);
        Assert.Contains("NaN against 1", result.Message, StringComparison.Ordinal);

        static Tensor Wrong(Tensor z)
        {
            var e = (z - z.Max()).Exp();
            return e / e.Sum(-1, true);
        }
    }

    [Fact]
    public void Huber_with_the_wrong_slope_is_caught_with_one_short_number()
    {
        var result = Property("Huber is at most |r|", r =>
        {
            var a = r.Abs();
            return AtMost(Tensor.Where(a <= 1, 0.5 * r * r, 2 * a - 0.5), a);
        });
        Assert.False(result.Passed);
        var r = Assert.Single(result.CounterExample);
        Assert.Equal(1, r.Size);
        Assert.Contains(r.Item(), new[] { 2.0, -2, 3, -3, 1.1, 1.2 });
    }

    [Fact]
    public void Smoothing_that_forgets_a_share_is_caught()
    {
        const double Smoothing = 0.1;
        var result = Property(
            "smoothing",
            (z, y) =>
            {
                var k = z.Shape[1];
                var target = (1 - Smoothing) * Tensor.OneHot(y, k) + Smoothing / (k + 1);
                var byHand = -(target * z.LogSoftmax()).Sum(-1).Mean();
                return Near(Loss.CrossEntropy(z, y, Smoothing), byHand, 1e-9);
            },
            Any.Logits(),
            Any.Labels());
        Assert.False(result.Passed);
        Assert.Equal([1, 2], result.CounterExample[0].Shape.ToArray());
        Assert.Equal([0], result.CounterExample[1].ToInts());
        Assert.Equal([0.0, 0], result.CounterExample[0].ToDoubles());
    }

    [Fact]
    public void Right_statements_hold()
    {
        Passes(Property("softmax sums to 1", z => Near(z.Softmax().Sum(-1), 1), Any.Logits(masked: true)));
        Passes(Property("log-sum-exp bounds", z => AllOf(
            AtMost(z.Max(-1), z.LogSumExp()), AtMost(z.LogSumExp(), z.Max(-1) + Math.Log(z.Shape[1])))));
        Passes(Property("Gibbs", (z, y) => AtMost(Entropy(y), Loss.CrossEntropy(z, y, reduction: Reduction.None)),
            Any.Logits(), Any.SoftTargets()));
        Passes(Property("labels are one-hot rows", (z, y) => Near(
            Loss.CrossEntropy(z, y), Loss.CrossEntropy(z, Tensor.OneHot(y, z.Shape[1]))), Any.Logits(), Any.Labels()));
        Passes(Property("distributive", (a, b, c) => Near(a * (b + c), a * b + a * c, scale: 1e9)));

        static Tensor Entropy(Tensor y) => -(y * Tensor.Where(y > 0, y.Log(), 0)).Sum(-1);
    }

    [Fact]
    public void The_same_seed_finds_the_same_counter_example()
    {
        var seeds = new ulong[] { 7, 7, 8, 9 };
        var reports = seeds.Select(seed => Property("sum", x => x.Sum().Item() < 50, seed: seed).Report).ToArray();
        Assert.Equal(reports[0], reports[1]);
        Assert.True(reports.Distinct().Count() > 1);
    }

    [Fact]
    public void All_cases_differ_and_every_size_is_met()
    {
        var (texts, shapes) = (new HashSet<string>(), new HashSet<string>());
        Passes(Property("look", x =>
        {
            texts.Add(string.Join(' ', x.ToDoubles()));
            shapes.Add(x.Shape.ToString());
            return true;
        }, cases: 500));
        Assert.True(texts.Count > 400, $"only {texts.Count} different cases");
        Assert.Equal(42, shapes.Count);
    }

    [Fact]
    public void An_exception_is_reported_with_its_message_and_shrunk_as_such()
    {
        var result = Property("throws", x =>
            x.Max().Item() < 3 ? true : throw new InvalidOperationException("three is too much"));
        Assert.False(result.Passed);
        Assert.Equal("the property threw InvalidOperationException: three is too much", result.Message);
        Assert.Equal([3.0], result.CounterExample[0].ToDoubles());
    }

    [Fact]
    public void A_simpler_input_that_fails_otherwise_does_not_count()
    {
        // Fewer columns would make the product throw; that is no counter-example to the claim.
        var weights = Tensor.Of(new double[,] { { 1 }, { 1 }, { 1 } });
        var result = Property(
            "small", x => AtMost(x.MatMul(weights), 1), Any.Tensor(-1, 3));
        Assert.Equal([1, 3], result.CounterExample[0].Shape.ToArray());
        Assert.Contains("above 1", result.Message, StringComparison.Ordinal);

        var mixed = Property("small", x => x.Shape[1] == 3
            ? AtMost(x.Sum(), 1)
            : throw new InvalidOperationException("three columns"), Any.Tensor(2, 3));
        Assert.Equal([2, 3], mixed.CounterExample[0].Shape.ToArray());
    }

    [Fact]
    public void Sizes_left_open_are_shared_and_stay_so_in_counter_examples()
    {
        var result = Property(
            "few rows",
            (z, p, labels) =>
            {
                Assert.Equal(z.Shape, p.Shape);
                Assert.Equal(z.Shape[0], labels.Size);
                Assert.All(labels.ToInts(), label => Assert.InRange(label, 0, z.Shape[1] - 1));
                return z.Shape[0] < 3 || z.Shape[1] < 2;
            },
            Any.Logits(),
            Any.Probabilities(),
            Any.Labels());
        Assert.Equal("the property is false", result.Message);
        Assert.Equal([3, 2], result.CounterExample[0].Shape.ToArray());
        Assert.Equal([3, 2], result.CounterExample[1].Shape.ToArray());
        Assert.Equal([3], result.CounterExample[2].Shape.ToArray());

        Passes(Property(
            "given by one", (z, y) => z.Shape[1] == 5 && y.Shape[1] == 5, Any.Logits(classes: 5), Any.OneHot()));
    }

    [Fact]
    public void Worst_errors_are_the_largest_met()
    {
        var largest = 0.0;
        var result = Property("rounded", x =>
        {
            var claim = Near(x.ToFloat(), x, 1e-6);
            largest = Math.Max(largest, claim.Error!.Value);
            return claim;
        });
        Passes(result);
        Assert.Equal(largest, result.WorstError);
        Assert.InRange(largest, 1e-9, 1e-6);
    }

    [Fact]
    public void Replay_tries_the_case_that_a_report_names_and_no_other()
    {
        var seen = new List<double[]>();
        var all = Property("sum", Sum, cases: 60, seed: 9);
        var (tried, failing) = (all.Cases, seen[all.Cases - 1]);
        Assert.False(all.Passed);
        seen.Clear();
        var again = Property("sum", Sum, cases: 60, seed: 9, replay: tried);
        Assert.Equal(failing, seen[0]);
        Assert.Equal(all.Report, again.Report);
        seen.Clear();
        Assert.Equal("case 1 of 60", Property("one", x => Sum(x) || true, cases: 60, seed: 9, replay: 1).Message);
        Assert.Single(seen);

        bool Sum(Tensor x)
        {
            seen.Add(x.ToDoubles());
            return x.Size < 10;
        }
    }

    [Fact]
    public void Size_bounds_the_shapes()
    {
        var small = Property("small", x => true, size: 1).Statistics!;
        var large = Property("large", x => true).Statistics!;
        Assert.True(small.MostElements <= 4, small.ToString());
        Assert.True(large.MostElements > 20, large.ToString());
    }

    [Fact]
    public void Statistics_count_what_was_tried()
    {
        var (ties, zeros, large, several) = (0, 0, 0, 0);
        var statistics = Property("any", x =>
        {
            var values = x.ToDoubles();
            ties += values.Distinct().Count() < values.Length ? 1 : 0;
            zeros += values.Contains(0) ? 1 : 0;
            large += values.Any(v => Math.Abs(v) >= 100) ? 1 : 0;
            several += x.Shape[0] > 1 ? 1 : 0;
            return Near(x, x).Classified(x.Shape[0] > 1, "with several rows");
        }).Statistics!;
        Assert.Equal(100, statistics.Inputs);
        Assert.Equal((ties, zeros, large), (statistics.WithTies, statistics.WithZeros, statistics.WithLargeNumbers));
        Assert.Equal(several, statistics.Classes["with several rows"]);
        Assert.Contains($"{several}% with several rows", statistics.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{ties}% with ties", statistics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_in_ulps_are_reported_so()
    {
        var result = Property("exp", x => NearUlps(x.Exp(), x.Exp()));
        Assert.EndsWith("worst error 0 ulp", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Misuse_throws_at_once()
    {
        Assert.Throws<SoftmaxException>(() => Property("none", x => true, size: 0));
        Assert.Throws<SoftmaxException>(() => Property("none", x => true, cases: 5, replay: 6));
        Assert.Throws<SoftmaxException>(() => Property("none", x => true, cases: 0));
        Assert.Throws<SoftmaxException>(() => AllOf());
        Assert.Throws<ScriptExitException>(() => Property("exit", (Tensor _) => Exits()));

        static bool Exits() => throw new ScriptExitException(0);
    }

    private static void Passes(CheckResult result) => Assert.True(result.Passed, result.Report);
}
