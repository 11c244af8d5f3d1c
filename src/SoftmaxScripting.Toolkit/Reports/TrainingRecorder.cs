using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>Follows the training runs of a session for its report.</summary>
/// <param name="report">The report.</param>
internal sealed class TrainingRecorder(ReportDocument report) : Callback
{
    /// <summary>How many points of the curve of batches are kept; then each stands for twice as many batches.</summary>
    private const int MostPoints = 512;

    /// <summary>Milliseconds between two looks at the run: a training step may take microseconds.</summary>
    private const long Interval = 200;

    private readonly List<(double Epoch, double Loss)> batches = [];
    private TrainingRecord record = null!;
    private int index;
    private int stride;
    private int pending;
    private double sum;
    private long last;

    public override void Begin(TrainingRun run)
    {
        batches.Clear();
        (stride, pending, sum) = (1, 0, 0);
        var rate = run.Optimizer.LearningRate.ToString("0.######", CultureInfo.InvariantCulture);
        record = new TrainingRecord
        {
            Name = report.NameOfNext ?? $"run {run.Number}",
            Data = run.Data.ToString().Replace(" (synthetic)", "", StringComparison.Ordinal),
            Origin = run.Data.Origin,
            IsSynthetic = run.Data.Synthetic,
            Model = run.Model.Describe(),
            Optimizer = $"{run.Optimizer.Name}, learning rate {rate}",
            Epochs = run.Epochs,
            BatchSize = run.BatchSize,
            Seed = run.Seed,
        };
        report.NameOfNext = null;
        index = report.Begin(record);
        last = Environment.TickCount64;
    }

    public override void BatchEnd(TrainingRun run)
    {
        sum += run.BatchLoss;
        if (++pending >= stride)
        {
            batches.Add((Place(run), sum / pending));
            (sum, pending) = (0, 0);
            if (batches.Count >= MostPoints)
                Halve();
        }

        if (Environment.TickCount64 - last >= Interval)
            Publish(run);
    }

    public override void EpochEnd(TrainingRun run, Epoch epoch) => Publish(run);

    public override void End(TrainingRun run)
    {
        record = record with
        {
            Outcome = run.Outcome,
            Reason = run.Failure is { } failure and not OperationCanceledException ? failure.Message : run.StopReason ?? "",
        };
        Publish(run);
    }

    private static double Place(TrainingRun run) => run.EpochIsOver
        ? run.Epoch
        : run.Epoch - 1 + (double)run.Rows / Math.Max(1, run.RowsPerEpoch);

    private void Publish(TrainingRun run)
    {
        last = Environment.TickCount64;
        record = record with { Done = [.. run.History.Epochs], Batches = [.. batches], Progress = Place(run) };
        report.Update(index, record);
    }

    private void Halve()
    {
        for (var i = 0; i + 1 < batches.Count; i += 2)
            batches[i / 2] = (batches[i + 1].Epoch, (batches[i].Loss + batches[i + 1].Loss) / 2);
        batches.RemoveRange(batches.Count / 2, batches.Count - batches.Count / 2);
        stride *= 2;
    }
}
