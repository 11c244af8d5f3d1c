using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class DisplayTests
{
    private static readonly Epoch s_epoch = new(2, 0.5, 0.75, 0.625, 0.8, 1.25, 48_000);

    private static readonly TrainingRun s_run = new(
        Prelude.Flatten(), Datasets.FromTensors(Tensor.Zeros(1, 1), Tensor.Of(0), classNames: ["a"]), new Sgd(0.1), 10, 256, 0)
    {
        RowsPerEpoch = 60_000,
        Epoch = 2,
        Rows = 30_000,
        LossSum = 18_000,
        WeightSum = 30_000,
        Correct = 21_000,
    };

    [Fact]
    public void Redirected_output_gets_one_line_per_epoch()
    {
        using var output = new StringWriter();
        var display = new LineDisplay(output, live: false, int.MaxValue);
        display.Begin(s_run);
        display.BatchEnd(s_run);
        display.EpochEnd(s_run, s_epoch with { Figures = new OrderedDictionary<string, double> { ["validation loss"] = 0.6, ["validation accuracy"] = 0.7, ["top-3"] = 0.9 } });
        display.EpochEnd(
            s_run, s_epoch with { Number = 10, TrainAccuracy = double.NaN, TestAccuracy = double.NaN, RowsPerSecond = 2.5e6 });
        display.End(s_run);

        Assert.Equal(
            [
                "epoch  2/10  loss 0.5000  train 0.7500  test 0.8000  validation 0.7000  top-3 0.9000  1.250 s  48 k rows/s",
                "epoch 10/10  loss 0.5000  test loss 0.6250  1.250 s  2.50 M rows/s",
            ],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_terminal_gets_a_line_that_changes_and_fits_its_width()
    {
        using var output = new StringWriter();
        var display = new LineDisplay(output, live: true, width: 60);
        display.Begin(s_run);
        Thread.Sleep(150);
        display.BatchEnd(s_run);
        display.EpochEnd(s_run, s_epoch);

        var written = output.ToString();
        var running = written.Split('\r', StringSplitOptions.RemoveEmptyEntries)[0];
        Assert.StartsWith("epoch  2/10  ━━━━━━━━━━──────────  loss 0.6000", running, StringComparison.Ordinal);
        Assert.True(running.Length < 60);
        Assert.EndsWith($"48 k rows/s{Environment.NewLine}", written, StringComparison.Ordinal);
    }
}
