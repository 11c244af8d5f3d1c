using SoftmaxScripting.Toolkit.Charts;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests.Charts;

public sealed class TicksTests
{
    [Fact]
    public void Steps_are_1_2_or_5_times_a_power_of_ten_and_cover_any_range()
    {
        const int seed = 7;
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var size = Math.Pow(10, random.Next(-290, 300));
            var (a, b) = ((random.NextDouble() - 0.5) * size, (random.NextDouble() - 0.5) * size);
            var (low, high) = (Math.Min(a, b), Math.Max(a, b));
            if (!(high - low > 1e-3 * size))
                continue;
            var most = random.Next(2, 12);

            var step = Ticks.Step(low, high, most);
            var ticks = Ticks.Linear(low, high, most);

            var mantissa = step / Math.Pow(10, NumberText.Exponent(step));
            Assert.True(new[] { 1.0, 2, 5, 10 }.Any(m => Math.Abs(m - mantissa) < 1e-6), $"seed {seed}: step {step}");
            Assert.InRange(ticks.Count, 2, Math.Max(most, 4) + 1);
            Assert.True(ticks[0].Value - low <= step && high - ticks[^1].Value <= step, $"seed {seed}: {low}..{high}");
            Assert.All(ticks, tick => Assert.InRange(tick.Value, low, high));
            Assert.Equal(ticks.Count, ticks.Select(tick => tick.Label).Distinct().Count());
        }
    }

    [Fact]
    public void The_whole_range_of_numbers_has_ticks()
    {
        var ticks = Ticks.Linear(-double.MaxValue, double.MaxValue, 6);
        Assert.InRange(ticks.Count, 3, 7);
        Assert.Contains(ticks, tick => tick.Label == "0");
        Assert.All(ticks, tick => Assert.True(double.IsFinite(tick.Value)));
    }

    [Theory]
    [InlineData(0, 1, 5, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-3, 3, 6, "−3 −2 −1 0 1 2 3")]
    [InlineData(0, 60_000, 6, "0 10000 20000 30000 40000 50000 60000")]
    [InlineData(0, 3e-6, 3, "0 1×10⁻⁶ 2×10⁻⁶ 3×10⁻⁶")]
    [InlineData(0, 2.5e300, 5, "0 5×10²⁹⁹ 1.0×10³⁰⁰ 1.5×10³⁰⁰ 2.0×10³⁰⁰ 2.5×10³⁰⁰")]
    public void Labels_have_the_digits_that_the_step_asks_for(double low, double high, int most, string expected) =>
        Assert.Equal(expected, string.Join(' ', Ticks.Linear(low, high, most).Select(tick => tick.Label)));

    [Fact]
    public void Whole_numbers_have_no_ticks_between_them()
    {
        var ticks = Ticks.Linear(1, 3, 10, whole: true);
        Assert.Equal([1, 2, 3], ticks.Select(tick => tick.Value));
    }

    [Theory]
    [InlineData(1e-300, 1e300)]
    [InlineData(1e-5, 1e4)]
    [InlineData(0.5, 20)]
    [InlineData(3.1, 3.3)]
    public void Logarithmic_ticks_cover_the_range(double low, double high)
    {
        var ticks = Ticks.Log(low, high, 8).Where(tick => tick.Label.Length > 0).ToArray();
        Assert.InRange(ticks.Length, 2, 12);
        Assert.All(ticks, tick => Assert.InRange(tick.Value, low * (1 - 1e-9), high * (1 + 1e-9)));
        var decades = Math.Log10(high) - Math.Log10(low);
        var covered = Math.Log10(ticks[^1].Value) - Math.Log10(ticks[0].Value);
        Assert.True(covered > 0.4 * decades, $"{covered} of {decades} decades");
    }

    [Fact]
    public void Powers_of_ten_are_the_marks_of_a_logarithmic_axis() => Assert.Equal(
        ["10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1", "10", "100"],
        Ticks.Log(1e-5, 100, 10).Where(tick => tick.Label.Length > 0).Select(tick => tick.Label));

    [Theory]
    [InlineData(10, 5, "0 s 2 s 4 s 6 s 8 s 10 s")]
    [InlineData(90, 4, "0 s 30 s 1:00 1:30")]
    [InlineData(600, 5, "0 min 2 min 4 min 6 min 8 min 10 min")]
    [InlineData(36000, 4, "0 h 3 h 6 h 9 h")]
    [InlineData(0.4, 4, "0 s 0.1 s 0.2 s 0.3 s 0.4 s")]
    public void Times_are_marked_at_the_steps_of_a_clock(double high, int most, string expected) =>
        Assert.Equal(expected, string.Join(' ', Ticks.Time(0, high, most).Select(tick => tick.Label)));
}
