using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>The README's experiment runs, and prints what the README says it prints.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Block(string readme, string language)
    {
        var start = readme.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }

    [Fact]
    public void The_first_experiment_prints_what_stands_below_it()
    {
        var readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));

        var run = folder.Run(Block(readme, "csharp"));

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        var printed = run.Output.Split('\n');
        var shown = Block(readme, "text").TrimEnd().Split('\n');

        // A console without Unicode has words for the marks.
        Assert.Equal(shown, printed[..shown.Length].Select(line => line.Replace("ok gradient", "✓ gradient", StringComparison.Ordinal)));
        Assert.Equal(3, printed.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
    }
}
