using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class ClaimTests
{
    [Theory]
    [InlineData(1.0, 1.0 + 1e-13, true)]
    [InlineData(1.0, 1.0 + 1e-11, false)]
    [InlineData(1e6, 1e6 + 1e-7, true)]
    [InlineData(1e6, 1e6 + 1e-5, false)]
    [InlineData(0.0, 1e-13, true)]
    [InlineData(0.0, -0.0, true)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, true)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, false)]
    [InlineData(double.PositiveInfinity, 1.0, false)]
    [InlineData(double.NaN, double.NaN, false)]
    [InlineData(double.NaN, 1.0, false)]
    public void Near_is_relative_above_the_scale_and_absolute_below(double a, double b, bool expected)
    {
        Assert.Equal(expected, Near(a, b).Holds);
        Assert.Equal(expected, Near(b, a).Holds);
        Assert.Equal(expected, Near(Tensor.Of(0.0, a), Tensor.Of(0.0, b)).Holds);
    }

    [Fact]
    public void Without_a_scale_small_numbers_are_told_apart()
    {
        Assert.True(Near(1e-20, 2e-20).Holds);
        Assert.False(Near(1e-20, 2e-20, scale: 0).Holds);
        Assert.True(Near(0.0, 0.0, scale: 0).Holds);
    }

    [Fact]
    public void Claims_are_labelled_by_their_text_and_show_the_worst_element()
    {
        var x = Tensor.Of(new double[,] { { 1, 2 }, { 3, 4 } });
        var claim = Near(x + x, x, 1e-3);
        Assert.Equal("x + x near x", claim.Label);
        Assert.Equal("at [0, 0]: 2 against 1   (error 0.5, allowed 1e-3)", claim.Detail);
        Assert.Equal("doubled", claim.Named("doubled").Label);
        Assert.Equal(0.5, claim.Error);
    }

    [Fact]
    public void Shapes_must_fit()
    {
        var claim = Near(Tensor.Of(1.0, 2), Tensor.Of(1.0, 2, 3));
        Assert.False(claim.Holds);
        Assert.Equal("shapes [2] and [3] differ", claim.Detail);
        Assert.True(Near(Tensor.Of(2.0, 2), 2).Holds);
        Assert.True(Near(Tensor.Zeros(0), Tensor.Zeros(0)).Holds);
    }

    [Fact]
    public void Order_conditions_and_zero()
    {
        Assert.True(AtMost(Tensor.Of(1.0, 2), 2).Holds);
        Assert.Equal("at [1]: 3 above 2   (error 0.33, allowed 1e-12)", AtMost(Tensor.Of(1.0, 3), 2).Detail);
        Assert.False(AtMost(double.NaN, 2).Holds);
        Assert.True(AtMost(double.NegativeInfinity, double.NegativeInfinity).Holds);
        var x = Tensor.Of(1.0, 3);
        Assert.True(Everywhere(x > 0).Holds);
        var everywhere = Everywhere(x > 2);
        Assert.Equal("x > 2 everywhere: at [0]: does not hold", $"{everywhere.Label}: {everywhere.Detail}");
        Assert.True(NearZero(Tensor.Of(1e-13, -1e-13)).Holds);
        Assert.False(NearZero(Tensor.Of(0, 1e-11)).Holds);
        Assert.False(NearZero(double.NaN).Holds);
    }

    [Fact]
    public void All_of_reports_the_first_that_fails_and_else_the_largest_error()
    {
        Assert.Equal("2.0 near 3", AllOf(Near(1.0, 1), Near(2.0, 3), Near(2.0, 4)).Label);
        var all = AllOf(Near(1.0, 1), Near(1.0, 1.25, 1), Everywhere(1.0));
        Assert.True(all.Holds);
        Assert.Equal(0.2, all.Error);
    }

    [Fact]
    public void A_literal_counts_in_full()
    {
        Assert.True(Near(Tensor.Of(1 / 3.0), 1 / 3.0).Holds);
        Assert.Equal(0, NearUlps(Tensor.Of(0.1), 0.1).Error);
    }

    [Theory]
    [InlineData(1.0, 0)]
    [InlineData(1.0, 3)]
    [InlineData(-1.0, 4)]
    [InlineData(1e-310, 2)]
    [InlineData(1e300, 1)]
    [InlineData(0.0, 3)]
    public void Ulps_count_the_steps_between_neighbours(double a, int steps)
    {
        var b = a;
        var single = (float)a;
        for (var i = 0; i < steps; i++)
            (b, single) = (Math.BitIncrement(b), MathF.BitIncrement(single));
        foreach (var (x, y) in new[] { (Tensor.Of(a), Tensor.Of(b)), (Tensor.Of((float)a), Tensor.Of(single)) })
        {
            if (double.IsInfinity(x.Item()))
                continue;
            Assert.Equal(steps, NearUlps(x, y).Error);
            Assert.Equal(steps, NearUlps(y, x).Error);
            Assert.True(NearUlps(x, y, steps).Holds);
            Assert.False(steps > 0 && NearUlps(x, y, steps - 0.5).Holds);
        }
    }

    [Fact]
    public void Ulps_pass_through_zero_and_know_nan_and_infinity()
    {
        Assert.Equal(2, NearUlps(Tensor.Of(double.Epsilon), Tensor.Of(-double.Epsilon)).Error);
        Assert.Equal(0, NearUlps(Tensor.Of(0.0), Tensor.Of(-0.0)).Error);
        Assert.False(NearUlps(Tensor.Of(double.NaN), Tensor.Of(double.NaN), 1e300).Holds);
        Assert.True(NearUlps(Tensor.Of(double.PositiveInfinity), Tensor.Of(double.PositiveInfinity)).Holds);
        Assert.False(NearUlps(Tensor.Of(double.PositiveInfinity), Tensor.Of(double.NegativeInfinity)).Holds);
        var mixed = NearUlps(Tensor.Of(1.0f), Tensor.Of(1 + 1e-8));
        Assert.Equal(0, mixed.Error);
        Assert.Equal("ulp", mixed.Unit);
    }
}
