using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class CallbackTests
{
    private static Dataset Line(int rows)
    {
        Seed(2);
        var x = Tensor.Normal(rows, 1);
        return Datasets.FromTensors(x, 2 * x, x, 2 * x);
    }

    private static readonly Func<Tensor, Tensor, Tensor> s_loss = (p, y) => Loss.Mse(p, y);

    [Fact]
    public void A_callback_sees_every_batch_and_epoch_with_the_figures_so_far()
    {
        var log = new Log("own");
        var observer = new Log("session");
        using var session = ScriptSession.Begin(new ScriptSession());
        ScriptSession.Current.Observers.Add(observer);
        Train(Sequential(Linear(1, 1)), Line(10), s_loss, Sgd(0.1), epochs: 2, batchSize: 4, quiet: true, callbacks: [log]);

        Assert.Equal(
            [
                "begin 0/2",
                "batch 1.1 step 1 rows 4/10", "batch 1.2 step 2 rows 8/10", "batch 1.3 step 3 rows 10/10", "epoch 1 of 1",
                "batch 2.1 step 4 rows 4/10", "batch 2.2 step 5 rows 8/10", "batch 2.3 step 6 rows 10/10", "epoch 2 of 2",
                "end Completed",
            ],
            log.Lines);
        Assert.Equal(log.Lines, observer.Lines);
    }

    [Fact]
    public void Callbacks_are_told_in_order_those_that_come_last_after_the_others()
    {
        var order = new List<string>();
        Train(
            Sequential(Linear(1, 1)), Line(4), s_loss, Sgd(0.1), epochs: 1, quiet: true,
            onEpoch: _ => order.Add("function"),
            callbacks: [new Named("last", order, true), new Named("a", order, false), new Named("b", order, false)]);

        Assert.Equal(["a", "b", "function", "last"], order);
    }

    [Fact]
    public void A_callback_may_stop_the_run_at_a_batch_or_an_epoch()
    {
        var log = new Log("x");
        var history = Train(
            Sequential(Linear(1, 1)), Line(10), s_loss, Sgd(0.1), epochs: 5, batchSize: 4, quiet: true,
            callbacks: [log, new StopAt(step: 5)]);
        Assert.Equal(2, history.Epochs.Count);
        Assert.Equal("end Stopped", log.Lines[^1]);
        Assert.Contains("batch 2.2 step 5 rows 8/10", log.Lines);
        Assert.DoesNotContain("batch 2.3 step 6 rows 10/10", log.Lines);
    }

    [Fact]
    public void The_end_is_told_also_when_the_run_breaks_off()
    {
        var log = new Log("x");
        Assert.Throws<TrainingException>(() => Train(
            Sequential(Linear(1, 1)), Line(10), (p, y) => Log(Loss.Mse(p, y) - 1e6), Sgd(0.1), quiet: true, callbacks: [log]));
        Assert.Equal("end Failed", log.Lines[^1]);
    }

    [Fact]
    public void Metrics_are_figures_of_all_test_rows_by_name()
    {
        var data = Line(5000);
        var model = Sequential(Linear(1, 1));
        var history = Train(
            model, data, s_loss, Sgd(0.05), epochs: 1, quiet: true,
            metrics: [("worst", (p, y) => Abs(p - y).Max()), ("rows", (p, y) => p.Shape[0])]);

        var off = Abs(model.Predict(data.Test.Inputs) - data.Test.Targets).Max().Item();
        Assert.Equal(["worst", "rows"], history.Last.Figures.Keys);
        Assert.Equal(off, history.Last.Figures["worst"], 1e-6);
        Assert.Equal(5000, history.Last.Figures["rows"]);
        Assert.Equal(["loss", "test loss", "worst", "rows", "learning rate"], history.Last.AllFigures.Select(figure => figure.Key));
    }

    private sealed class Log(string name) : Callback
    {
        public List<string> Lines { get; } = [];

        public override string ToString() => name;

        public override void Begin(TrainingRun run) => Lines.Add($"begin {run.Epoch}/{run.Epochs}");

        public override void BatchEnd(TrainingRun run)
        {
            Assert.True(double.IsFinite(run.Loss) && double.IsFinite(run.BatchLoss));
            Lines.Add($"batch {run.Epoch}.{run.Batch} step {run.Step} rows {run.Rows}/{run.RowsPerEpoch}");
        }

        public override void EpochEnd(TrainingRun run, Epoch epoch)
        {
            Assert.Same(epoch, run.History.Last);
            Lines.Add($"epoch {epoch.Number} of {run.History.Epochs.Count}");
        }

        public override void End(TrainingRun run) => Lines.Add($"end {run.Outcome}");
    }

    private sealed class Named(string name, List<string> order, bool last) : Callback
    {
        public override bool ComesLast => last;

        public override void EpochEnd(TrainingRun run, Epoch epoch) => order.Add(name);
    }

    private sealed class StopAt(long step) : Callback
    {
        public override void BatchEnd(TrainingRun run)
        {
            if (run.Step == step)
                run.Stop("enough");
        }
    }
}
