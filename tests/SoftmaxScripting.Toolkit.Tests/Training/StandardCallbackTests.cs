using System.Text.Json.Nodes;
using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class StandardCallbackTests
{
    /// <summary>A weight and a bias that climb by ½ in each epoch, the prediction by 1; figures are functions of it, so that their course is known.</summary>
    private static (Layer Model, History History) Climb(
        int epochs, Func<double, double> figure, Callback[] callbacks, TrainingOptions? options = null, Optimizer? optimizer = null)
    {
        var model = Sequential(Linear(1, 1, Initializer.Zeros));
        var one = Tensor.Ones(1, 1);
        var data = Datasets.FromTensors(one, one, one, one);
        var history = Train(
            model, data, (p, _) => -p.Mean(), optimizer ?? Sgd(0.5), epochs, quiet: true, callbacks: callbacks,
            metrics: [("course", (_, _) => figure(Math.Round(model.Parameters[0].Value.Item() * 2)))], options: options);
        return (model, history);
    }

    private static double Weight(Layer model) => model.Parameters[0].Value.Item() * 2;

    [Fact]
    public void Early_stopping_waits_for_its_patience_and_restores_the_best()
    {
        double[] course = [0, 5, 3, 4, 2, 2.5, 2.2, 2.1, 9, 9, 9];
        var stopping = new EarlyStopping(patience: 3, figure: "course");
        var (model, history) = Climb(10, epoch => course[(int)epoch], [stopping]);
        Assert.Equal(7, history.Epochs.Count);
        Assert.Equal((2, 4), (stopping.Best, stopping.BestEpoch));
        Assert.Equal(4, Weight(model), 1e-5);

        var (last, _) = Climb(10, epoch => course[(int)epoch], [new EarlyStopping(3, "course", restoreBest: false)]);
        Assert.Equal(7, Weight(last), 1e-5);
    }

    [Fact]
    public void Early_stopping_knows_the_direction_the_least_change_and_the_baseline()
    {
        int Epochs(Func<double, double> course, EarlyStopping stopping) => Climb(20, course, [stopping]).History.Epochs.Count;

        Assert.Equal(20, Epochs(epoch => epoch, new(2, "course", better: BetterIs.Higher)));
        Assert.Equal(3, Epochs(epoch => epoch, new(2, "course", better: BetterIs.Lower)));
        Assert.Equal(20, Epochs(epoch => -epoch, new(2, "course", minDelta: 0.9)));
        Assert.Equal(3, Epochs(epoch => -epoch, new(2, "course", minDelta: 2)));
        Assert.Equal(5, Epochs(epoch => -epoch, new(5, "course", baseline: -10)));
        Assert.Equal(20, Epochs(epoch => -epoch, new(11, "course", baseline: -10)));
        Assert.Equal(4, Epochs(_ => double.NaN, new(4, "course")));
    }

    [Fact]
    public void A_figure_that_does_not_exist_is_named_with_those_that_do()
    {
        var error = Assert.Throws<SoftmaxException>(() => Climb(2, epoch => epoch, [new EarlyStopping(figure: "coarse")]));
        Assert.Contains("'coarse'", error.Message, StringComparison.Ordinal);
        Assert.Contains("course", error.Message.Replace("'coarse'", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_averaged_parameters_are_the_best_ones_where_averages_are_judged()
    {
        var stopping = new EarlyStopping(patience: 1, figure: "course");
        var (model, history) = Climb(
            9, epoch => Math.Abs(epoch - 2), [stopping], new() { Average = 0.5 });
        // The average of 0, 1, 2, … is behind by almost one: 0.5, 1.25, 2.125, 3.06.
        Assert.Equal(4, history.Epochs.Count);
        Assert.Equal(3, stopping.BestEpoch);
        Assert.Equal(2.125, Weight(model), 1e-5);
    }

    [Fact]
    public void The_learning_rate_is_reduced_on_a_plateau()
    {
        var sgd = Sgd(1);
        var rates = Climb(8, _ => 1, [new ReduceOnPlateau(0.5, patience: 2, figure: "course", cooldown: 1, lowest: 0.3)], optimizer: sgd)
            .History.Epochs.Select(epoch => epoch.LearningRate);
        // Best in epoch 1; 2 and 3 are no better; 4 cools down; 5 and 6 are no better, and 0.25 would be too low.
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.3, 0.3], rates);
        Assert.Throws<SoftmaxException>(() => new ReduceOnPlateau(1.5));
        Assert.Throws<SoftmaxException>(() => new EarlyStopping(0));
    }

    [Fact]
    public void Checkpoints_come_every_so_many_steps_or_with_the_best_figure()
    {
        List<string> Saved(int everySteps, int everyEpochs, string? best)
        {
            var saved = new List<string>();
            Climb(
                6, epoch => Math.Abs(epoch - 4),
                [new Checkpointing((state, run) => saved.Add($"{state.Progress["step"]}{(run.EpochIsOver ? "e" : "")}"), everySteps, everyEpochs, best)]);
            return saved;
        }

        Assert.Equal(["2", "4", "6"], Saved(2, 0, null));
        Assert.Equal(["3e", "6e"], Saved(0, 3, null));
        Assert.Equal(["1e", "2e", "3e", "4e"], Saved(0, 1, "course"));
        Assert.Throws<SoftmaxException>(() => Saved(0, 0, null));
    }

    [Fact]
    public void A_loss_that_is_not_a_number_ends_the_run_and_keeps_the_parameters_before_it()
    {
        var model = Sequential(Linear(1, 1, Initializer.Zeros));
        var one = Tensor.Ones(1, 1);
        // Weight and bias fall by 1 in each step, so that the third prediction is −4.
        var history = Train(
            model, Datasets.FromTensors(one, one), (p, _) => (p.Item() < -3 ? double.NaN * p : p).Mean(),
            Sgd(1), 10, quiet: true, callbacks: [new TerminateOnNaN(), new Stopped()]);
        Assert.Equal(-2, model.Parameters[0].Value.Item());
        Assert.Equal(3, history.Epochs.Count);
    }

    [Fact]
    public void Logs_hold_every_epoch_and_mend_a_line_that_was_cut_off()
    {
        using var folder = new TemporaryFolder();
        var (csv, json) = (Path.Combine(folder.Path, "a", "run.csv"), Path.Combine(folder.Path, "run.jsonl"));
        TrainingState? state = null;
        Callback[] Callbacks() => [new CsvLog(csv), new JsonLog(json), new Checkpointing((s, run) => state = run.Epoch == 2 ? s : state)];
        var (_, history) = Climb(3, epoch => epoch / 2, Callbacks());

        var rows = File.ReadAllLines(csv);
        Assert.Equal("epoch,loss,test loss,course,learning rate,seconds", rows[0]);
        Assert.StartsWith("2,-1,-2,1,0.5,", rows[2], StringComparison.Ordinal);
        Assert.Equal(4, rows.Length);
        var objects = File.ReadAllLines(json).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(history.Epochs.Select(epoch => epoch.Loss), objects.Select(line => line["loss"]!.GetValue<double>()));

        // A crash in the middle of a line; the run goes on from the end of epoch 2, before it.
        File.AppendAllText(csv, "4,-0.");
        File.AppendAllText(json, "{\"epoch\":");
        Climb(4, epoch => epoch / 2, Callbacks(), new() { From = state });
        Assert.Equal(["epoch", "1", "2", "3", "4"], File.ReadAllLines(csv).Select(line => line.Split(',')[0]));
        Assert.Equal([1, 2, 3, 4], File.ReadAllLines(json).Select(line => JsonNode.Parse(line)!["epoch"]!.GetValue<int>()));

        // Another run is appended; other columns are not.
        Climb(1, epoch => epoch / 2, [new CsvLog(csv)]);
        Assert.Equal(6, File.ReadAllLines(csv).Length);
        var one = Tensor.Ones(1, 1);
        Assert.Throws<SoftmaxException>(() => Train(
            Sequential(Linear(1, 1)), Datasets.FromTensors(one, one), (p, y) => Loss.Mse(p, y), Sgd(0.1), 1, quiet: true, callbacks: [new CsvLog(csv)]));
        var error = Assert.Throws<SoftmaxException>(() => Climb(1, epoch => epoch, [new CsvLog(folder.Path)]));
        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
    }

    private sealed class Stopped : Callback
    {
        public override void End(TrainingRun run)
        {
            Assert.Equal(TrainingOutcome.Stopped, run.Outcome);
            Assert.Contains("the loss is NaN in epoch", run.StopReason, StringComparison.Ordinal);
        }
    }
}
