using System.Text;
using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

[Collection(ChecksAlone.Name)]
public sealed class CheckOutputTests
{
    [Fact]
    public void Success_is_one_line()
    {
        using var run = new CheckRun();
        Property("a number equals itself", x => Near(x, x), seed: 123);
        Property("squares are not negative", x => Everywhere(x * x >= 0), cases: 1);
        Check.Gradient(x => x.Floor().Sum() * 0, cases: 4, name: "nothing");
        Assert.Equal(
            """
            ✓ a number equals itself   100 cases   worst error 0   seed 123
            ✓ squares are not negative   1 case   seed 1
            ✓ gradient of nothing   4 cases   worst error 0   seed 1

            """,
            run.Printed);
    }

    [Fact]
    public void Kinks_are_told_in_the_same_line()
    {
        using var run = new CheckRun();
        Tensor Absolute(Tensor x) => x.Abs().Sum();
        Check.Gradient(Absolute, Tensor.Of(0.0, 2), cases: 1);
        Assert.StartsWith("✓ gradient of Absolute   1 case   worst error ", run.Printed, StringComparison.Ordinal);
        Assert.EndsWith(
            "   a kink at x[0] = 0 (slopes -1 and 1, gradient 0)   seed 1\n", run.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_property_shows_what_differed_and_the_counter_example()
    {
        using var run = new CheckRun();
        var result = Property("sums stay small", z => AtMost(z.Sum(), 50));
        Assert.Equal(
            $"""
            ✗ sums stay small   case {result.Cases} of 100   {result.Shrinks} shrinks   seed 1
                z.Sum() at most 50
                60 above 50   (error 0.17, allowed 1e-12)
                z = [[60]]  [1, 1] float64

            """,
            run.Printed);
    }

    [Fact]
    public void A_failed_gradient_shows_element_values_arguments_and_seed()
    {
        using var run = new CheckRun();
        Tensor Half(Tensor prediction, Tensor target) => prediction * prediction.StopGradient() - target;
        Check.Gradient(Half, Tensor.Of(3.0), Tensor.Of(1.0), seed: 9);
        var lines = run.Printed.Split('\n');
        Assert.Equal("✗ gradient of Half   case 1 of 16   seed 9", lines[0]);
        Assert.Matches(
            @"^    prediction\[0\]: analytic -?[\d.]+, numeric -?[\d.]+ ± \d(\.\d)?e-\d+   \(relative error 0\.5\)$",
            lines[1]);
        Assert.Equal("    the operation to blame: StopGradient: local derivative 0, differences give 1, at 3", lines[2]);
        Assert.Equal("    prediction = [3]  [1] float64", lines[3]);
        Assert.Equal("    target = [1]  [1] float64", lines[4]);
        Assert.Equal("", lines[5]);
        Assert.Equal(6, lines.Length);
    }

    [Fact]
    public void Wide_tensors_take_a_line_for_each_row()
    {
        using var run = new CheckRun();
        var x = Tensor.Of(new[,] { { 1 / 3.0, 2 / 3.0, 1 / 7.0 }, { 1 / 9.0, 1 / 11.0, double.NegativeInfinity } });
        Property("never", _ => false, FsCheck.Fluent.Arb.From(FsCheck.Fluent.Gen.Constant(x)), cases: 1);
        Assert.EndsWith(
            """
                _ = [[0.3333333333333333, 0.6666666666666666, 0.14285714285714285],
                     [0.1111111111111111, 0.09090909090909091, -∞]]  [2, 3] float64

            """,
            run.Printed,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Consoles_without_Unicode_get_ASCII()
    {
        using var run = new CheckRun(Encoding.ASCII);
        Property("yes", _ => true);
        Property("no", x => x.Max().Item() < 5, Any.Tensor(1));
        Property("infinite", x => Near(1 / x * 0 + 1 / Tensor.Of(0.0), 1), Any.Positive(1), cases: 1);
        Assert.StartsWith("ok yes   100 cases   seed 1\nFAILED no   case ", run.Printed, StringComparison.Ordinal);
        Assert.Contains("inf against 1", run.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain('?', run.Printed);
    }

    [Fact]
    public void Files_and_pipes_get_no_colours()
    {
        using var run = new CheckRun();
        Property("yes", _ => true);
        Property("no", _ => false);
        Assert.DoesNotContain('\e', run.Printed);
    }

    [Fact]
    public void Long_functions_are_named_in_short()
    {
        using var run = new CheckRun();
        var result = Check.Gradient(x =>
            (x.Exp() + x.Sin() + x.Cos() + x.Tanh() + x.Sigmoid() + x.Softplus()).Sum());
        Assert.Equal("gradient of x => (x.Exp() + x.Sin() + x.Cos() + x.Tanh() + x.Sigmoid()…", result.Name);
    }

    [Fact]
    public void Failures_count_at_the_end()
    {
        using var run = new CheckRun();
        CheckSession.ThrowIfFailed();
        Property("yes", _ => true);
        CheckSession.ThrowIfFailed();
        Property("no", _ => false);
        Property("yes again", _ => true);
        Check.Gradient(x => x * x.StopGradient(), name: "wrong");
        var failure = Assert.Throws<CheckFailedException>(CheckSession.ThrowIfFailed);
        Assert.Equal("2 of 4 checks failed: no; gradient of wrong", failure.Message);
        Assert.Equal([true, false, true, false], CheckSession.Results.Select(result => result.Passed));
        CheckSession.Clear();
        CheckSession.ThrowIfFailed();
    }

    [Fact]
    public void One_check_alone_is_one_check()
    {
        using var run = new CheckRun();
        Property("no", _ => false);
        var failure = Assert.Throws<CheckFailedException>(CheckSession.ThrowIfFailed);
        Assert.Equal("1 of 1 check failed: no", failure.Message);
    }

    [Fact]
    public void Checks_of_ones_own_join_in()
    {
        using var run = new CheckRun();
        var own = new CheckResult
        {
            Name = "own",
            Passed = false,
            Cases = 1,
            Seed = 0,
            Message = "no",
            Report = "plain",
        };
        Assert.Same(own, CheckSession.Record(own));
        Assert.Equal("plain\n", run.Printed);
        Assert.Throws<CheckFailedException>(CheckSession.ThrowIfFailed);
    }
}
