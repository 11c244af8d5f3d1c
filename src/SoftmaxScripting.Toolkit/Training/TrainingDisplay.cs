using System.Diagnostics;
using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// One line per epoch; on a terminal the running epoch is a line that changes, with a bar, the figures so far and the
/// time left. Redirected output gets the finished lines alone.
/// </summary>
internal sealed class LineDisplay(TextWriter output, bool live, int width) : Callback
{
    private const int BarLength = 20;

    /// <summary>Often enough to look alive, seldom enough to cost nothing.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch sinceDrawn = new();
    private readonly Stopwatch sinceBegin = new();
    private int epochs;
    private int drawn;

    public static LineDisplay ForConsole()
    {
        var live = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new LineDisplay(Console.Out, live, live ? Math.Max(40, Console.WindowWidth) : int.MaxValue);
    }

    public override void Begin(TrainingRun run)
    {
        epochs = run.Epochs;
        sinceDrawn.Restart();
        sinceBegin.Restart();
    }

    public override void BatchEnd(TrainingRun run)
    {
        if (!live || sinceDrawn.Elapsed < s_interval)
            return;
        sinceDrawn.Restart();
        var share = (double)run.Rows / run.RowsPerEpoch;
        var filled = (int)(share * BarLength);
        var done = (run.Epoch - 1 + share) / epochs;
        var left = TimeSpan.FromSeconds(sinceBegin.Elapsed.TotalSeconds * (1 - done) / done);
        Draw(string.Create(
            CultureInfo.InvariantCulture,
            $"{Heading(run.Epoch)}  {new string('━', filled)}{new string('─', BarLength - filled)}  loss {run.Loss:0.0000}{Percentage("train", run.TrainAccuracy)}  {Left(left)} left"));
    }

    public override void EpochEnd(TrainingRun run, Epoch epoch)
    {
        Erase();
        var test = double.IsNaN(epoch.TestAccuracy) && !double.IsNaN(epoch.TestLoss)
            ? string.Create(CultureInfo.InvariantCulture, $"  test loss {epoch.TestLoss:0.0000}")
            : Percentage("test", epoch.TestAccuracy);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Heading(epoch.Number)}  loss {epoch.Loss:0.0000}{Percentage("train", epoch.TrainAccuracy)}{test}{FurtherFigures.Of(run, epoch)}  {epoch.Seconds:0.000} s  {Rate(epoch.RowsPerSecond)} rows/s"));
    }

    public override void End(TrainingRun run)
    {
        Erase();
        if (run.StopReason is { } reason)
            output.WriteLine($"stopped after epoch {run.Epoch}: {reason}");
        output.Flush();
    }

    private string Heading(int epoch) =>
        $"epoch {epoch.ToString(CultureInfo.InvariantCulture).PadLeft(epochs.ToString(CultureInfo.InvariantCulture).Length)}/{epochs}";

    private static string Percentage(string name, double share) =>
        double.IsNaN(share) ? "" : string.Create(CultureInfo.InvariantCulture, $"  {name} {share:0.0000}");

    private static string Rate(double rowsPerSecond) => rowsPerSecond switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond / 1e6:0.00} M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond / 1e3:0} k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond:0}"),
    };

    private static string Left(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s");

    private void Draw(string line)
    {
        var shown = line.Length < width ? line : line[..(width - 1)];
        output.Write('\r' + shown.PadRight(drawn));
        output.Flush();
        drawn = shown.Length;
    }

    private void Erase()
    {
        if (drawn == 0)
            return;
        output.Write('\r' + new string(' ', drawn) + '\r');
        drawn = 0;
    }
}
