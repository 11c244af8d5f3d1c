using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class CurveDisplayTests
{
    private static TrainingRun Run(int epochs, bool classifies = true) => new(
        Prelude.Flatten(),
        Datasets.FromTensors(Tensor.Zeros(1, 1), Tensor.Of(0), classNames: classifies ? ["a"] : null),
        new Sgd(0.1),
        epochs,
        256,
        0)
    {
        RowsPerEpoch = 1000,
    };

    private static Screen Show(int epochs, int width = 80, bool colour = false, bool classifies = true, Action<int>? between = null)
    {
        using var output = new StringWriter();
        var screen = new Screen();
        var run = Run(epochs, classifies);
        var display = new CurveDisplay(output, () => width, colour);
        void Pass()
        {
            screen.Write(output.ToString());
            output.GetStringBuilder().Clear();
        }

        display.Begin(run);
        for (var number = 1; number <= epochs; number++)
        {
            run.BeginEpoch();
            run.Count(new BatchFigures(500, 500, 1.0 / number, 300), 0.1);
            Thread.Sleep(number == 1 ? 120 : 0);
            display.BatchEnd(run);
            Pass();
            between?.Invoke(number);
            var epoch = new Epoch(number, 1.0 / number, classifies ? 0.9 : double.NaN, 1.1 / number, classifies ? 0.8 : double.NaN, 0.5, 2000);
            run.History.Add(epoch);
            run.EpochIsOver = true;
            display.EpochEnd(run, epoch);
            Pass();
        }

        display.End(run);
        Pass();
        return screen;
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(200)]
    public void Every_epoch_keeps_its_line_and_the_last_curves_stay(int width)
    {
        var screen = Show(12, width);
        var lines = screen.Lines;
        for (var number = 1; number <= 12; number++)
            Assert.StartsWith($"epoch {number,2}/12  loss", lines[number - 1], StringComparison.Ordinal);
        Assert.Contains(width == 60 ? "loss ⠒train ○test" : "loss  ⠒ train  ○ test", lines[12], StringComparison.Ordinal);
        Assert.Contains("accuracy", lines[12], StringComparison.Ordinal);
        Assert.EndsWith("12", lines[20], StringComparison.Ordinal);
        Assert.Equal("", string.Concat(lines.Skip(21)));
        Assert.True(screen.Widest < width, $"{screen.Widest} of {width} columns");
    }

    [Fact]
    public void Curves_fall_from_the_highest_to_the_lowest_value()
    {
        var lines = Show(10, classifies: false).Lines.Skip(10).ToArray();
        Assert.DoesNotContain("accuracy", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("    1.10│", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("    0.10│", lines[7], StringComparison.Ordinal);
        var rings = lines[1..8].SelectMany((line, row) => line.Select((c, column) => (c, row, column))).Where(p => p.c == '○').OrderBy(p => p.column).ToArray();
        Assert.Equal(10, rings.Length);
        Assert.Equal(rings.OrderBy(p => p.row).Select(p => p.row), rings.Select(p => p.row));
    }

    [Fact]
    public void Without_colour_no_colour_is_written_and_nothing_is_lost()
    {
        Assert.Equal(0, Show(3).Colours);
        var coloured = Show(3, colour: true);
        Assert.True(coloured.Colours > 0);
        Assert.Equal(Show(3).Lines.Skip(3), coloured.Lines.Skip(3));
    }

    [Fact]
    public void A_single_epoch_leaves_its_line_alone() =>
        Assert.Equal("epoch 1/1  loss 1.0000  train 0.9000  test 0.8000  0.500 s  2 k rows/s", string.Join('\n', Show(1).Lines).Trim());

    [Fact]
    public void What_the_script_prints_meanwhile_stands_above_the_curves()
    {
        using var output = new StringWriter();
        var before = Console.Out;
        try
        {
            Console.SetOut(output);
            var run = Run(2);
            var display = new CurveDisplay(output, () => 80, colour: false) { GuardsConsole = true };
            display.Begin(run);
            run.BeginEpoch();
            run.Count(new BatchFigures(500, 500, 1, 300), 0.1);
            Thread.Sleep(120);
            display.BatchEnd(run);
            Console.WriteLine("said by the script");
            Thread.Sleep(120);
            display.BatchEnd(run);
            display.End(run);
            Console.WriteLine("after");
            Assert.Contains("after", output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Console.SetOut(before);
        }

        var screen = new Screen();
        screen.Write(output.ToString().Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(["said by the script", "after"], screen.Lines.Where(line => line.Length > 0));
    }

    [Fact]
    public void Figures_that_are_not_finite_are_left_out()
    {
        CurvePoint[] points = [new(0.5, double.NaN, false), new(1, double.PositiveInfinity, true), new(1.5, 2, false)];
        var lines = TerminalCurve.Draw("loss", points, 3, 40, 5, colour: false);
        Assert.All(lines, line => Assert.Equal(40, line.Length));
        Assert.Single(lines.SelectMany(line => line), c => c is >= '⠁' and <= '⣿' && c != '⠒');
        Assert.All(TerminalCurve.Draw("loss", [], 3, 40, 5, colour: false), line => Assert.Equal(40, line.Length));
    }
}
