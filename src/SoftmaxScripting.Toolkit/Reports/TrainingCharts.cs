using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>The curves of training runs.</summary>
internal static class TrainingCharts
{
    /// <summary>So many runs are drawn as curves; all are in the table.</summary>
    public const int MostCurves = 12;

    private const string LossAxis = "mean loss", AccuracyAxis = "share right";

    /// <summary>How many times the median the greatest value may be on an even axis.</summary>
    private const double MostSpread = 30;

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

    /// <summary>Loss and accuracy of several runs side by side, in training and on the test rows.</summary>
    /// <param name="runs">The runs with their names.</param>
    /// <param name="background">Runs that are drawn behind them, thin and without a name.</param>
    /// <param name="further">A further figure to be drawn; null for none.</param>
    public static IEnumerable<Chart> Of(
        IReadOnlyList<(string Name, IReadOnlyList<Epoch> Epochs)> runs,
        IReadOnlyList<IReadOnlyList<Epoch>>? background = null,
        string? further = null)
    {
        background ??= [];
        yield return Compared("Loss in training", LossAxis, runs, background, e => e.Loss);
        if (Any(e => e.TestLoss))
            yield return Compared("Loss on the test rows", LossAxis, runs, background, e => e.TestLoss);
        if (Any(e => e.TrainAccuracy))
            yield return Compared("Accuracy in training", AccuracyAxis, runs, background, e => e.TrainAccuracy);
        if (Any(e => e.TestAccuracy))
            yield return Compared("Accuracy on the test rows", AccuracyAxis, runs, background, e => e.TestAccuracy);
        if (further is not null && Any(Further))
            yield return Compared(further, "", runs, background, Further);

        double Further(Epoch epoch) => epoch.Figures.TryGetValue(further, out var value) ? value : double.NaN;

        bool Any(Func<Epoch, double> of) =>
            runs.Select(run => run.Epochs).Concat(background).Any(epochs => epochs.Any(e => !double.IsNaN(of(e))));
    }

    /// <summary>
    /// An axis for values of many runs: logarithmic where the greatest would press the others flat, as the loss of one that
    /// diverged does.
    /// </summary>
    /// <param name="title">What is measured.</param>
    /// <param name="values">The values.</param>
    public static Axis Spread(string title, IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite).Order()];
        return finite.Length > 1 && finite[0] > 0 && finite[^1] > MostSpread * finite[finite.Length / 2]
            ? Axis.Log(title)
            : Axis.Linear(title);
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
            Y = Axis.Linear(title == "Accuracy" ? AccuracyAxis : LossAxis),
        };

    private static Chart Compared(
        string title,
        string measure,
        IReadOnlyList<(string Name, IReadOnlyList<Epoch> Epochs)> runs,
        IReadOnlyList<IReadOnlyList<Epoch>> background,
        Func<Epoch, double> of)
    {
        var drawn = runs.Take(MostCurves).ToArray();
        return new(title,
        [
            .. background.Select(epochs => Line("", epochs, of) with { IsGuide = true, Style = 0 }),
            .. drawn.Select(run => Line(run.Name, run.Epochs, of)),
        ])
        {
            X = Axis.Integers("epoch"),
            Y = Spread(measure, drawn.Select(run => run.Epochs).Concat(background).SelectMany(epochs => epochs.Select(of))),
        };
    }

    private static Series Line(string name, IReadOnlyList<Epoch> epochs, Func<Epoch, double> of) =>
        Series.Line(name, [.. epochs.Select(e => (double)e.Number)], [.. epochs.Select(of)]);
}
