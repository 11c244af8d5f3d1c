using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

[Collection(ChecksAlone.Name)]
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Runs => folder.File("runs");

    public void Dispose() => folder.Dispose();

    private uint[] Undisturbed(int epochs = 3)
    {
        using var run = new RecordedRun(folder.File("undisturbed"));
        return run.Run(epochs);
    }

    [Theory]
    [InlineData(1, "epoch 1, its first step")]
    [InlineData(14, "within epoch 2 of training 1")]
    [InlineData(20, "the end of an epoch")]
    [InlineData(30, "the end of training 1")]
    [InlineData(31, "the first step of training 2")]
    [InlineData(89, "the last step but one")]
    public void Cancelled_run_goes_on_to_the_same_bits(int steps, string where)
    {
        var expected = Undisturbed();
        using var first = new RecordedRun(Runs) { CancelAfter = steps };
        Assert.ThrowsAny<OperationCanceledException>(() => first.Run());
        Assert.Equal("cancelled", RunInfo.Read(first.Folder!)!.Status);
        using var second = new RecordedRun(Runs) { Resumed = RunInfo.Read(first.Folder!) };
        Assert.True(expected.SequenceEqual(second.Run()), where);
        Assert.Equal(first.Folder, second.Folder);

        // Nothing is told twice, nothing is missing.
        var run = RunInfo.Read(second.Folder!)!;
        Assert.Equal("finished", run.Status);
        Assert.Equal(
            Enumerable.Range(0, 9).Select(i => (i / 3 + 1, i % 3 + 1)),
            run.ReadMetrics().Select(line => ((int)line["training"]!, (int)line["epoch"]!)));
        Assert.Contains($"Resumed: training 1 ", second.Warnings, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", second.Warnings, StringComparison.Ordinal);
    }

    [Fact]
    public void Finished_run_goes_on_for_more_epochs()
    {
        using var first = new RecordedRun(Runs);
        first.Run(epochs: 2);
        using var second = new RecordedRun(Runs) { Resumed = RunInfo.Read(first.Folder!) };
        second.Run(epochs: 3);
        Assert.All(second.Histories, history => Assert.Equal([1, 2, 3], history.Epochs.Select(epoch => epoch.Number)));
    }

    [Fact]
    public void Damaged_checkpoint_is_passed_over_for_the_one_before_it()
    {
        var expected = Undisturbed();
        using var first = new RecordedRun(Runs) { CancelAfter = 28 };
        Assert.ThrowsAny<OperationCanceledException>(() => first.Run());
        var saved = new CheckpointFolder(Path.Combine(first.Folder!, "checkpoints", "training-1")).Latest();
        Assert.Equal(2, saved.Count);
        File.WriteAllBytes(saved[0], File.ReadAllBytes(saved[0])[..^10]);
        using var second = new RecordedRun(Runs) { Resumed = RunInfo.Read(first.Folder!) };
        Assert.Equal(expected, second.Run());
        Assert.Contains("(is it truncated?). The checkpoint before it is tried.", second.Warnings, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_settings_than_the_saved_ones_are_refused()
    {
        using var folderOfRun = new TemporaryFolder();
        var data = Datasets.FromTensors(Tensor.Normal(40, 3), Tensor.Normal(40, 2));
        void Go(int batchSize) => Train(
            Sequential(Linear(3, 2)), data, (o, y) => Loss.Mse(o, y), Sgd(0.1), 1, batchSize, quiet: true,
            callbacks: [new SaveCheckpoints(folder: folderOfRun.File("c"), resume: true)]);
        Go(10);
        var failure = Assert.ThrowsAny<SoftmaxException>(() => Go(20));
        Assert.Contains("batch size was 10 and is 20", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_that_cannot_be_written_are_said_once_and_training_goes_on()
    {
        var expected = Undisturbed();
        using var run = new RecordedRun(Runs)
        {
            OnBatch = training =>
            {
                // From the second training on a file stands where the folder of checkpoints should.
                var checkpoints = Path.Combine(RunFolder.Current!.FullPath, "checkpoints");
                if (training.Number == 1 && training.Step == 10)
                {
                    Directory.Delete(checkpoints, recursive: true);
                    File.WriteAllText(checkpoints, "full");
                }
                else if (training.Number == 1 && training.Step == 30)
                {
                    File.Delete(checkpoints);
                }
            },
        };
        Assert.Equal(expected, run.Run());
        Assert.Single(run.Warnings.TrimEnd().Split('\n'));
        Assert.StartsWith("warning: no checkpoint: ", run.Warnings, StringComparison.Ordinal);
    }

    [Fact]
    public void Latest_and_best_stay()
    {
        var checkpoints = new SaveCheckpoints(everySteps: 4, keep: 3, best: "loss");
        using var run = new RecordedRun(Runs) { Callbacks = [checkpoints] };
        run.Run();
        foreach (var (number, history) in run.Histories.Index())
        {
            var path = Path.Combine(run.Folder!, "checkpoints", $"training-{number + 1}");
            Assert.Equal(
                ["best.safetensors", "step-00000024.safetensors", "step-00000028.safetensors", "step-00000030.safetensors"],
                Directory.EnumerateFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            var best = CheckpointFile.Read(Path.Combine(path, "best.safetensors"));
            Assert.Equal(history.Epochs.MinBy(epoch => epoch.Loss)!.Number, (int)best.Progress["epoch"]!);
        }

        Assert.Throws<SoftmaxException>(() => new SaveCheckpoints(keep: 0));
    }

    [Fact]
    public void Weights_of_a_checkpoint_can_be_loaded_into_a_model()
    {
        using var run = new RecordedRun(Runs);
        var weights = run.Run();
        var models = Enumerable.Range(1, 3).Select(number =>
        {
            var model = Sequential(Linear(6, 8), Relu(), Dropout(0.2), Linear(8, 3));
            LoadWeights(model, new CheckpointFolder(Path.Combine(run.Folder!, "checkpoints", $"training-{number}")).Latest()[0]);
            return model;
        });
        Assert.Equal(weights, models.SelectMany(model => model.Parameters).SelectMany(p => p.Value.ToArray()).Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Best_is_not_forgotten_by_a_run_that_is_resumed()
    {
        using var first = new RecordedRun(Runs) { CancelAfter = 25, Callbacks = [new SaveCheckpoints(everySteps: 4, best: "loss")] };
        Assert.ThrowsAny<OperationCanceledException>(() => first.Run());
        var path = Path.Combine(first.Folder!, "checkpoints", "training-1", "best.safetensors");
        var state = CheckpointFile.Read(path);
        using var second = new RecordedRun(Runs) { Resumed = RunInfo.Read(first.Folder!), Callbacks = [new SaveCheckpoints(everySteps: 4, best: "loss")] };
        second.Run();
        var best = second.Histories[0].Epochs.MinBy(epoch => epoch.Loss)!.Number;
        Assert.Equal(best, (int)CheckpointFile.Read(path).Progress["epoch"]!);
        Assert.True(best >= (int)state.Progress["epoch"]!);
    }

    [Fact]
    public void Misspelt_figure_names_those_there_are()
    {
        using var run = new RecordedRun(Runs) { Callbacks = [new SaveCheckpoints(best: "tset loss")] };
        var failure = Assert.ThrowsAny<SoftmaxException>(() => run.Run());
        Assert.Contains("no figure 'tset loss' (did you mean test loss?)", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", 5, 0)]
    [InlineData("100steps", 0, 100)]
    [InlineData("100 STEPS", 0, 100)]
    [InlineData("0", 0, 0)]
    public void Intervals_are_read(string text, int epochs, int steps) =>
        Assert.Equal(new CheckpointInterval(epochs, steps, false), CheckpointInterval.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("often")]
    [InlineData("0steps")]
    public void Other_intervals_are_refused(string text) => Assert.Throws<UsageException>(() => CheckpointInterval.Parse(text));
}
