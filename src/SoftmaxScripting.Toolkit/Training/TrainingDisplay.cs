using System.Diagnostics;

namespace SoftmaxScripting.Toolkit;

/// <summary>Chooses how a training run is shown on the console.</summary>
internal static class TrainingDisplay
{
    /// <summary>Below this the curves would leave no room for the lines.</summary>
    private const int LeastWidth = 60, LeastHeight = 18;

    /// <summary>
    /// Curves and a table of epochs on a terminal, a single changing line in a small one, finished lines where output is
    /// redirected or the terminal cannot move its cursor.
    /// </summary>
    public static Callback ForConsole()
    {
        if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb")
            return new LineDisplay(Console.Out, live: false, int.MaxValue);
        var (width, height) = (Console.WindowWidth, Console.WindowHeight);
        var colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return width >= LeastWidth && height >= LeastHeight
            ? new CurveDisplay(Console.Out, () => Console.WindowWidth, colour) { GuardsConsole = true }
            : new LineDisplay(Console.Out, live: true, Math.Max(40, width));
    }
}

/// <summary>
/// One line per epoch; on a terminal the running epoch is a line that changes, with a bar, the figures so far and the
/// time left. Redirected output gets the finished lines alone.
/// </summary>
internal sealed class LineDisplay(TextWriter output, bool live, int width) : Callback
{
    /// <summary>Often enough to look alive, seldom enough to cost nothing.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch sinceDrawn = new();
    private readonly Stopwatch sinceBegin = new();
    private int drawn;

    public override void Begin(TrainingRun run)
    {
        sinceDrawn.Restart();
        sinceBegin.Restart();
    }

    public override void BatchEnd(TrainingRun run)
    {
        if (!live || sinceDrawn.Elapsed < s_interval)
            return;
        sinceDrawn.Restart();
        Draw(TrainingLines.Running(run, sinceBegin.Elapsed));
    }

    public override void EpochEnd(TrainingRun run, Epoch epoch)
    {
        Erase();
        output.WriteLine(TrainingLines.Finished(run, epoch));
    }

    public override void End(TrainingRun run)
    {
        Erase();
        if (TrainingLines.Stopped(run) is { } stopped)
            output.WriteLine(stopped);
        output.Flush();
    }

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
