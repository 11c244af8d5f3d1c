using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>The options of every script that make its trainings short.</summary>
public sealed class TrainingSwitchTests : IDisposable
{
    private const string Script = """
        Seed(1);
        var x = Tensor.Normal(100, 2);
        var data = Datasets.FromTensors(x, x.Sum(1, true), x, x.Sum(1, true));
        var steps = 0L;
        var history = Train(
            Sequential(Linear(2, 1)), data, (p, y) => Loss.Mse(p, y), Sgd(0.1), epochs: 3, batchSize: 10, quiet: true,
            callbacks: [new Count(n => steps = n)], schedule: Schedule.Cosine());
        Print($"{history.Epochs.Count} epochs, {steps} steps");

        sealed class Count(Action<long> seen) : Callback
        {
            public override void End(TrainingRun run) => seen(run.Step);
        }
        """;

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "3 epochs, 30 steps")]
    [InlineData("--dry-run", "1 epochs, 1 steps")]
    [InlineData("--limit-batches 4", "3 epochs, 12 steps")]
    [InlineData("--overfit-one-batch", "3 epochs, 30 steps")]
    [InlineData("--overfit-one-batch --limit-batches 2", "3 epochs, 6 steps")]
    [InlineData("--dry-run --limit-batches 2 --strict --threads 2", "1 epochs, 1 steps")]
    public void Trainings_are_cut_short(string words, string expected)
    {
        var run = folder.Run(Script, ["--runs-dir", "none", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((0, expected), (run.ExitCode, run.Output.Trim()));
    }

    [Fact]
    public void A_limit_below_one_is_refused()
    {
        var run = folder.Run(Script, "--limit-batches", "0");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--limit-batches: 0 is out of range", run.Error, StringComparison.Ordinal);
    }
}
