using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>The curves of training runs.</summary>
internal static class TrainingCharts
{
    /// <summary>So many runs are drawn as curves; all are in the table.</summary>
    public const int MostCurves = 12;

    /// <summary>Loss and accuracy of one run, in training and on the test rows.</summary>
    public static IEnumerable<Chart> Of(TrainingRecord record)
    {
        var curves = Curves(record.Done).ToList();
        if (record.Batches.Count > 1)
        {
            curves[0] = curves[0] with
            {
                Series = [Series.Line("batches", [.. record.Batches.Select(b => b.Epoch)], [.. record.Batches.Select(b => b.Loss)]) with { IsGuide = true, Style = 0 }, .. curves[0].Series],
            };
        }

        // While it runs, the axis shows how much is still to come.
        return record.Outcome == TrainingOutcome.Running
            ? curves.Select(chart => chart with { X = chart.X with { Minimum = 0, Maximum = record.Epochs } })
            : curves;
    }

    /// <summary>Loss, and accuracy where there is one, of the epochs of one run.</summary>
    public static IEnumerable<Chart> Curves(IReadOnlyList<Epoch> epochs)
    {
        yield return Chart("Loss", epochs, ("train", e => e.Loss), ("test", e => e.TestLoss));
        if (epochs.Any(e => !double.IsNaN(e.TrainAccuracy) || !double.IsNaN(e.TestAccuracy)))
            yield return Chart("Accuracy", epochs, ("train", e => e.TrainAccuracy), ("test", e => e.TestAccuracy));
    }

    /// <summary>Loss and accuracy of several runs side by side: on the test rows, dashed in training where both are few.</summary>
    public static IEnumerable<Chart> Of(IReadOnlyList<(string Name, IReadOnlyList<Epoch> Epochs)> runs)
    {
        yield return Compared("Loss in training", runs, e => e.Loss);
        if (runs.Any(run => run.Epochs.Any(e => !double.IsNaN(e.TestLoss))))
            yield return Compared("Loss on the test rows", runs, e => e.TestLoss);
        if (runs.Any(run => run.Epochs.Any(e => !double.IsNaN(e.TrainAccuracy))))
            yield return Compared("Accuracy in training", runs, e => e.TrainAccuracy);
        if (runs.Any(run => run.Epochs.Any(e => !double.IsNaN(e.TestAccuracy))))
            yield return Compared("Accuracy on the test rows", runs, e => e.TestAccuracy);
    }

    /// <summary>The last figures of each run.</summary>
    public static ReportTable Table(IReadOnlyList<TrainingRecord> records)
    {
        var further = records.SelectMany(r => r.Done.Count > 0 ? r.Done[^1].Figures.Keys : []).Distinct().ToArray();
        string[] columns = ["run", "epochs", "loss", "train accuracy", "test loss", "test accuracy", .. further, "seconds"];
        return ReportTable.Of("Runs", columns, records.Select(record =>
        {
            var last = record.Done.Count > 0 ? record.Done[^1] : null;
            object?[] cells =
            [
                record.Name,
                $"{record.Done.Count} of {record.Epochs}{(record.Outcome is TrainingOutcome.Failed or TrainingOutcome.Cancelled or TrainingOutcome.Stopped ? $" ({record.Outcome.ToString().ToLowerInvariant()})" : "")}",
                last?.Loss ?? double.NaN,
                last?.TrainAccuracy ?? double.NaN,
                last?.TestLoss ?? double.NaN,
                last?.TestAccuracy ?? double.NaN,
                .. further.Select(name => (object?)(last?.Figures.TryGetValue(name, out var value) == true ? value : double.NaN)),
                Math.Round((decimal)record.Done.Sum(e => e.Seconds), 2),
            ];
            return cells;
        }));
    }

    private static Chart Chart(string title, IReadOnlyList<Epoch> epochs, params (string Name, Func<Epoch, double> Of)[] curves) =>
        new(title, [.. curves.Select((curve, i) => Line(curve.Name, epochs, curve.Of) with { Colour = i })
            .Where(series => series.Y.Any(y => !double.IsNaN(y)))])
        {
            X = Axis.Integers("epoch"),
            Y = Axis.Linear(title == "Accuracy" ? "share right" : "mean loss"),
        };

    private static Chart Compared(string title, IReadOnlyList<(string Name, IReadOnlyList<Epoch> Epochs)> runs, Func<Epoch, double> of) =>
        new(title, [.. runs.Take(MostCurves).Select(run => Line(run.Name, run.Epochs, of))])
        {
            X = Axis.Integers("epoch"),
            Y = Axis.Linear(title.StartsWith("Accuracy", StringComparison.Ordinal) ? "share right" : "mean loss"),
        };

    private static Series Line(string name, IReadOnlyList<Epoch> epochs, Func<Epoch, double> of) =>
        Series.Line(name, [.. epochs.Select(e => (double)e.Number)], [.. epochs.Select(of)]);
}
