using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>The figures of a training run in lines of text.</summary>
internal static class TrainingLines
{
    private const int BarLength = 20;

    /// <summary>The epoch that runs: a bar, the figures so far and the time left.</summary>
    /// <param name="run">The run.</param>
    /// <param name="elapsed">The time since its beginning.</param>
    public static string Running(TrainingRun run, TimeSpan elapsed)
    {
        var share = (double)run.Rows / run.RowsPerEpoch;
        var filled = (int)(share * BarLength);
        var done = (run.Epoch - 1 + share) / run.Epochs;
        var left = TimeSpan.FromSeconds(elapsed.TotalSeconds * (1 - done) / done);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Heading(run, run.Epoch)}  {new string('━', filled)}{new string('─', BarLength - filled)}  loss {run.Loss:0.0000}{Figure("train", run.TrainAccuracy)}  {Left(left)} left");
    }

    /// <summary>An epoch that is done.</summary>
    /// <param name="run">The run.</param>
    /// <param name="epoch">Its figures.</param>
    public static string Finished(TrainingRun run, Epoch epoch)
    {
        var test = double.IsNaN(epoch.TestAccuracy) && !double.IsNaN(epoch.TestLoss)
            ? string.Create(CultureInfo.InvariantCulture, $"  test loss {epoch.TestLoss:0.0000}")
            : Figure("test", epoch.TestAccuracy);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Heading(run, epoch.Number)}  loss {epoch.Loss:0.0000}{Figure("train", epoch.TrainAccuracy)}{test}{FurtherFigures.Of(run, epoch)}  {epoch.Seconds:0.000} s  {Rate(epoch.RowsPerSecond)} rows/s");
    }

    /// <summary>Why a run ended early; null where it did not.</summary>
    /// <param name="run">The run.</param>
    public static string? Stopped(TrainingRun run) =>
        run.StopReason is { } reason ? $"stopped after epoch {run.Epoch}: {reason}" : null;

    private static string Heading(TrainingRun run, int epoch) =>
        $"epoch {epoch.ToString(CultureInfo.InvariantCulture).PadLeft(run.Epochs.ToString(CultureInfo.InvariantCulture).Length)}/{run.Epochs}";

    private static string Figure(string name, double value) =>
        double.IsNaN(value) ? "" : string.Create(CultureInfo.InvariantCulture, $"  {name} {value:0.0000}");

    private static string Rate(double rowsPerSecond) => rowsPerSecond switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond / 1e6:0.00} M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond / 1e3:0} k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond:0}"),
    };

    private static string Left(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s");
}
