using System.Diagnostics;
using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A line per finished epoch, and below them the running epoch and the curves of loss and accuracy, which draw themselves.
/// The curves are overwritten in place, in one write, so that nothing flickers; what the script prints meanwhile stands
/// above them. The last state of the curves stays.
/// </summary>
internal sealed class CurveDisplay : Callback
{
    private const int Rows = 7, Gap = 2;

    /// <summary>More points than any terminal has columns; then every second one goes.</summary>
    private const int MostPoints = 4096;

    /// <summary>Often enough to look alive, seldom enough to cost nothing.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter output;
    private readonly Func<int> terminalWidth;
    private readonly bool colour;
    private readonly Stopwatch sinceDrawn = new();
    private readonly Stopwatch sinceBegin = new();
    private readonly List<CurvePoint> loss = [];
    private readonly List<CurvePoint> accuracy = [];
    private TextWriter? unguarded;
    private double lossSum;
    private int lossCount;
    private double correctBefore;
    private int rowsBefore;
    private int drawnLines;
    private bool isDrawn;

    public CurveDisplay(TextWriter output, Func<int> terminalWidth, bool colour) =>
        (this.output, this.terminalWidth, this.colour) = (output, terminalWidth, colour);

    /// <summary>Whether to make room for what others write to the console meanwhile.</summary>
    public bool GuardsConsole { get; init; }

    public override void Begin(TrainingRun run)
    {
        loss.Clear();
        accuracy.Clear();
        foreach (var epoch in run.History.Epochs)
            Add(epoch);
        (lossSum, lossCount, correctBefore, rowsBefore, drawnLines) = (0, 0, 0, 0, 0);
        sinceDrawn.Restart();
        sinceBegin.Restart();
        if (!GuardsConsole)
            return;
        unguarded = Console.Out;
        Console.SetOut(new GuardedWriter(unguarded, Erase));
    }

    public override void BatchEnd(TrainingRun run)
    {
        lossSum += run.BatchLoss;
        lossCount++;
        if (sinceDrawn.Elapsed < s_interval)
            return;
        sinceDrawn.Restart();
        var place = run.Epoch - 1 + (double)run.Rows / run.RowsPerEpoch;
        loss.Add(new(place, lossSum / lossCount, IsTest: false));
        if (run.Data.Classes > 0 && run.Rows > rowsBefore)
            accuracy.Add(new(place, (run.Correct - correctBefore) / (run.Rows - rowsBefore), IsTest: false));
        (lossSum, lossCount, correctBefore, rowsBefore) = (0, 0, run.Correct, run.Rows);
        Trim(loss);
        Trim(accuracy);
        Draw(run, TrainingLines.Running(run, sinceBegin.Elapsed));
    }

    public override void EpochEnd(TrainingRun run, Epoch epoch)
    {
        Add(epoch);
        (lossSum, lossCount, correctBefore, rowsBefore) = (0, 0, 0, 0);
        var line = TrainingLines.Finished(run, epoch);
        var text = Top().Append(Fitted(line)).Append("\e[K\n");
        drawnLines = 0;
        if (run.Epochs > 1)
            AppendCurves(text, run);
        Write(text.Append("\e[J"));
        sinceDrawn.Restart();
    }

    public override void End(TrainingRun run)
    {
        var text = Top().Append("\e[J");
        drawnLines = 0;

        // The curves of one epoch say no more than its line.
        if (run.History.Epochs.Count > 1)
            AppendCurves(text, run);
        if (TrainingLines.Stopped(run) is { } stopped)
            text.Append(Fitted(stopped)).Append('\n');
        Write(text);
        (drawnLines, isDrawn) = (0, false);
        if (unguarded is null)
            return;
        Console.SetOut(unguarded);
        unguarded = null;
    }

    private void Add(Epoch epoch)
    {
        // A fast epoch may have come and gone between two looks.
        if (loss.Count == 0 || loss.FindLastIndex(point => !point.IsTest) is var last && (last < 0 || loss[last].Place <= epoch.Number - 1))
        {
            loss.Add(new(epoch.Number - 0.5, epoch.Loss, IsTest: false));
            accuracy.Add(new(epoch.Number - 0.5, epoch.TrainAccuracy, IsTest: false));
        }

        loss.Add(new(epoch.Number, epoch.TestLoss, IsTest: true));
        accuracy.Add(new(epoch.Number, epoch.TestAccuracy, IsTest: true));
    }

    private static void Trim(List<CurvePoint> points)
    {
        if (points.Count <= MostPoints)
            return;
        var position = 0;
        points.RemoveAll(_ => position++ % 2 == 1);
    }

    private void Draw(TrainingRun run, string line)
    {
        var text = Top();
        drawnLines = 0;
        AppendCurves(text, run);
        text.Append(Fitted(line)).Append("\e[K");
        Write(text);
    }

    // The curves end with a line feed each; the running line, if any, follows them without one.
    private void AppendCurves(StringBuilder text, TrainingRun run)
    {
        var width = Math.Min(terminalWidth() - 1, 110);
        var hasAccuracy = accuracy.Any(point => double.IsFinite(point.Value));
        var each = hasAccuracy ? (width - Gap) / 2 : width;
        var left = TerminalCurve.Draw("loss", loss, run.Epochs, each, Rows, colour);
        var right = hasAccuracy ? TerminalCurve.Draw("accuracy", accuracy, run.Epochs, each, Rows, colour) : null;
        for (var i = 0; i < left.Count; i++)
        {
            text.Append(left[i]);
            if (right is not null)
                text.Append(' ', Gap).Append(right[i]);
            text.Append("\e[K\n");
        }

        drawnLines += left.Count;
        isDrawn = true;
    }

    private StringBuilder Top()
    {
        // Without the cursor, and as one picture where the terminal knows how.
        var text = new StringBuilder("\e[?2026h\e[?25l\r");
        if (drawnLines > 0)
            text.Append("\e[").Append(drawnLines).Append('A');
        return text;
    }

    private void Write(StringBuilder text)
    {
        output.Write(text.Append("\e[?25h\e[?2026l").ToString());
        output.Flush();
    }

    private void Erase()
    {
        if (!isDrawn)
            return;
        isDrawn = false;
        var text = Top().Append("\e[J");
        drawnLines = 0;
        Write(text);
    }

    private string Fitted(string line)
    {
        var width = terminalWidth() - 1;
        return line.Length <= width ? line : line[..Math.Max(0, width)];
    }
}

/// <summary>Passes on what is written after making room for it.</summary>
/// <param name="inner">Where to.</param>
/// <param name="makeRoom">Called before each write.</param>
internal sealed class GuardedWriter(TextWriter inner, Action makeRoom) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value)
    {
        makeRoom();
        inner.Write(value);
    }

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        makeRoom();
        inner.Write(value);
    }

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count)
    {
        makeRoom();
        inner.Write(buffer, index, count);
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value)
    {
        makeRoom();
        inner.WriteLine(value);
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
