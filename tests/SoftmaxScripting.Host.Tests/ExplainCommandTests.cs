using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>The command explain: the formulas of a script and nothing else of it.</summary>
public sealed class ExplainCommandTests : IDisposable
{
    private const string Script =
        """
        Print("what the script prints");
        var data = Datasets.FromTensors(Tensor.Normal(60, 2), Tensor.Normal(60, 1));
        Tensor Squared(Tensor prediction, Tensor target) => ((prediction - target) * (prediction - target)).Mean();
        Check.Gradient(Squared);
        Explain((Tensor x) => Exp(x) / Exp(x).Sum(-1, true));
        Explain(Squared, TargetKind.Values);
        Train(Sequential(Linear(2, 1)), data, Squared, Sgd(0.1), epochs: 100000);
        """;

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_shows_what_is_explained_and_trained_with_once_each()
    {
        folder.Write("x.csx", Script.Split('\n'));
        var run = ScriptFolder.Host("explain", "x.csx");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain("what the script prints", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch", run.Output, StringComparison.Ordinal);
        Assert.Contains("stable form: softmax(x)", run.Output, StringComparison.Ordinal);
        Assert.Single(run.Output.Split('\n'), line => line.StartsWith("Squared(prediction, target) = mean(", StringComparison.Ordinal));
        Assert.Contains("∂/∂prediction = ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Latex_is_written_on_request()
    {
        folder.Write("x.csx", Script.Split('\n'));
        var run = ScriptFolder.Host("explain", "x.csx", "--latex");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith(@"\begin{aligned}", run.Output, StringComparison.Ordinal);
        Assert.Contains(@"\frac{\partial}{\partial", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_without_formulas_is_told_so()
    {
        folder.Write("x.csx", "Print(1);");
        var run = ScriptFolder.Host("explain", "x.csx");
        Assert.Equal((0, "", "warning: x.csx passes no function to Explain or Train."), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Errors_of_the_script_are_shown()
    {
        folder.Write("x.csx", "throw new IOException(\"gone\");");
        var run = ScriptFolder.Host("explain", "x.csx");
        Assert.Equal(70, run.ExitCode);
        Assert.StartsWith("IOException: gone", run.Error, StringComparison.Ordinal);
    }
}
