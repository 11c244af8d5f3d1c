using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>Every experiment runs, in a short form, on built-in data.</summary>
public sealed class ExperimentTests : IDisposable
{
    /// <summary>Options that make an experiment short, where one epoch does not.</summary>
    private static readonly Dictionary<string, string[]> s_short = new(StringComparer.Ordinal)
    {
        ["batch-size.csx"] = ["--epochs", "1"],
        ["class-count.csx"] = ["--epochs", "1", "--most", "1000"],
        ["early-stopping.csx"] = ["--epochs", "8", "--rows", "300", "--patience", "1"],
        ["identities.csx"] = ["--cases", "10"],
        ["learning-rate.csx"] = ["--epochs", "1", "--from", "0.1"],
        ["mlp.csx"] = ["--epochs", "1", "--hidden", "32"],
    };

    private readonly string before = Environment.CurrentDirectory;

    public ExperimentTests() => Environment.CurrentDirectory = Checkout.Root;

    public void Dispose() => Environment.CurrentDirectory = before;

    public static TheoryData<string> Experiments() =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Root, "experiments"), "*.csx").Select(file => Path.GetFileName(file)!).Order()];

    private static string[] Shortened(string file) =>
        s_short.TryGetValue(Path.GetFileName(file), out var words) ? words
        : File.ReadAllText(file).Contains("Option(\"epochs\"", StringComparison.Ordinal) ? ["--epochs", "1"]
        : [];

    [Theory]
    [MemberData(nameof(Experiments))]
    public void An_experiment_runs_to_its_end(string name)
    {
        var file = Path.Combine("experiments", name);

        var run = ScriptFolder.Host([file, .. Shortened(file)]);

        Assert.True(run.ExitCode == 0, $"{name} ended with {run.ExitCode}:\n{run.Error}");
        Assert.Equal("", run.Error);
        Assert.NotEqual("", run.Output);
        Assert.DoesNotContain("✗", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Experiments))]
    public void An_experiment_can_be_read_in_a_sitting(string name)
    {
        var lines = File.ReadAllLines(Path.Combine("experiments", name));

        Assert.InRange(lines.Length, 15, 110);
        Assert.All(lines, line => Assert.True(line.Length <= 160, line));
    }

    [Fact]
    public void Options_that_shorten_belong_to_experiments_that_are_there() =>
        Assert.All(s_short.Keys, name => Assert.True(File.Exists(Path.Combine("experiments", name)), name));

    [Fact]
    public void The_page_of_experiments_is_that_of_their_comments()
    {
        var page = Path.GetTempFileName();
        try
        {
            var run = ScriptFolder.Host("scripts/experiments-page.csx", "--page", page);

            Assert.True(run.ExitCode == 0, run.Error);
            Assert.True(
                File.ReadAllText(page) == File.ReadAllText("experiments/README.md").ReplaceLineEndings("\n"),
                "experiments/README.md is stale: run scripts/experiments-page.csx.");
        }
        finally
        {
            File.Delete(page);
        }
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
