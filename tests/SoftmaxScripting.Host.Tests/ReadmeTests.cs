using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>The README's experiment runs, and prints what the README says it prints.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Readme { get; } = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));

    /// <summary>The blocks of a language, in order.</summary>
    private static string[] Blocks(string language) =>
        [.. Readme.Split($"```{language}\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];

    // A console without Unicode has words for the marks.
    private static string WithMarks(string line) => line
        .Replace("ok gradient", "✓ gradient", StringComparison.Ordinal)
        .Replace("FAILED rows", "✗ rows", StringComparison.Ordinal);

    [Fact]
    public void The_first_experiment_prints_what_stands_below_it()
    {
        var run = folder.Run(Blocks("csharp")[0]);

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        var printed = run.Output.Split('\n');
        var shown = Blocks("text")[0].TrimEnd().Split('\n');
        Assert.Equal(shown, printed[..shown.Length].Select(WithMarks));
        Assert.Equal(3, printed.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_is_learnt_from_and_the_weights_are_kept()
    {
        var run = folder.Run(Blocks("csharp")[1]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("ROC AUC", run.Output, StringComparison.Ordinal);
        Assert.Contains("report.html", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Path, "weights.safetensors")));
    }

    [Fact]
    public void The_failing_property_prints_its_counter_example_and_ends_with_1()
    {
        var run = folder.Run(Blocks("csharp")[2]);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(Blocks("text")[1].TrimEnd().Split('\n'), run.Output.Split('\n').Select(WithMarks));
    }
}
