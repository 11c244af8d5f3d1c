using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>Every experiment runs, in a short form, on built-in data.</summary>
public sealed class ExperimentTests : IDisposable
{
    private readonly string before = Environment.CurrentDirectory;

    public ExperimentTests() => Environment.CurrentDirectory = Checkout.Root;

    public void Dispose() => Environment.CurrentDirectory = before;

    public static TheoryData<string> Experiments() =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Root, "experiments"), "*.csx").Select(file => Path.GetFileName(file)!).Order()];

    [Theory]
    [MemberData(nameof(Experiments))]
    public void An_experiment_runs_to_its_end(string name)
    {
        var file = Path.Combine("experiments", name);
        string[] shortened = File.ReadAllText(file).Contains("Option(\"epochs\"", StringComparison.Ordinal)
            ? ["--epochs", "1"]
            : [];

        var run = ScriptFolder.Host([file, .. shortened]);

        Assert.True(run.ExitCode == 0, $"{name} ended with {run.ExitCode}:\n{run.Error}");
        Assert.Equal("", run.Error);
        Assert.NotEqual("", run.Output);
    }

    [Fact]
    public void The_soft_label_experiment_ends_in_its_table()
    {
        var run = ScriptFolder.Host("experiments/softlabel.csx", "--epochs", "1");

        var rows = run.Output.Split('\n');
        Assert.Contains(rows, row => row.StartsWith("target ", StringComparison.Ordinal));
        foreach (var name in new[] { "hard labels", "smoothing 0.1", "smoothing 0.2", "0.9 / 0.1" })
            Assert.Single(rows, row => row.StartsWith(name + "  ", StringComparison.Ordinal));
        Assert.Contains("(synthetic)", run.Output, StringComparison.Ordinal);
    }
}
