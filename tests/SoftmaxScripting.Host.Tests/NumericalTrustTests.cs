using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>Numbers that stop being finite: the operation, its numbers, the script's line, and what to write instead.</summary>
public sealed class NumericalTrustTests : IDisposable
{
    private const string LogOfZero =
        """
        Seed(1);
        var data = Datasets.FromTensors(Tensor.Normal(60, 2), Tensor.Of(Enumerable.Range(0, 60).Select(i => i % 3).ToArray()));

        Tensor Mine(Tensor p, Tensor y)
        {
            var q = Relu(p);
            var t = Log(q);
            return -t.Pick(y).Mean();
        }

        Train(Sequential(Linear(2, 3)), data, Mine, Sgd(0.1), quiet: true);
        """;

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Runs a script that stops; the report names the line and says all of these.</summary>
    private void Stops(string script, string[] words, int line, params string[] said)
    {
        var run = folder.Run(script, words);
        Assert.Equal(70, run.ExitCode);
        var place = Array.FindIndex(run.ErrorLines, text => text.StartsWith("  x.csx(", StringComparison.Ordinal));
        Assert.StartsWith($"  x.csx({line}): ", run.ErrorLines[place], StringComparison.Ordinal);
        Assert.Contains(script.Split('\n')[line - 1], run.ErrorLines[place + 1], StringComparison.Ordinal);
        var message = string.Join('\n', run.ErrorLines[..place]);
        foreach (var text in said)
            Assert.Contains(text, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_names_the_operation_its_numbers_and_the_line() => Stops(
        LogOfZero, [], 7, "The loss became infinite in epoch 1, batch 1.", "Log gives −∞ at [", " for 0, in log(max(", "LogSoftmax");

    [Fact]
    public void Strict_training_stops_there_too() =>
        Stops(LogOfZero, ["--strict"], 7, "Epoch 1, batch 1: Log gives −∞ at [");

    [Fact]
    public void Training_that_diverges_says_so() => Stops(
        """
        var data = Datasets.FromTensors(Tensor.Normal(60, 2), Tensor.Normal(60, 1));
        Tensor Squared(Tensor p, Tensor y) =>
            Sum((p - y) * (p - y));
        Train(Sequential(Linear(2, 1)), data, Squared, Sgd(1e15), batchSize: 10, quiet: true);
        """,
        [],
        3,
        "Multiplication gives ∞",
        "smaller learning rate");

    [Fact]
    public void Strict_mode_stops_at_an_operation_that_runs_at_once() => Stops(
        "var x = Tensor.Of(1f, 0f, 4f);\nvar y = 1 + x;\nPrint(\n    (x - 1) / x);",
        ["--strict"],
        3,
        "Division gives −∞ at [1]: −1 / 0",
        "divisor is 0");

    [Fact]
    public void Strict_mode_stops_at_the_line_whose_derivative_fails() => Stops(
        """
        Tensor Root(Tensor x)
        {
            var y = 2 * x;
            var z = Sqrt(y);
            return z.Sum();
        }

        Print(Grad((Tensor x) => Root(x))(Tensor.Of(1f, 0f)));
        """,
        ["--strict"],
        4,
        "In the derivative: Division gives ∞ at [1]",
        "sqrt(2·");

    [Theory]
    [InlineData("Log(-x)", "Log gives NaN for −100", "positive")]
    [InlineData("Exp(x)", "Exp gives ∞ for 100", "LogSumExp")]
    [InlineData("Exp(10 * x.ToDouble())", "Exp gives ∞ for 1000", "709.8")]
    [InlineData("Sqrt(-x)", "Sqrt gives NaN for −100", "square root")]
    [InlineData("1e30 * x * 1e30", "Multiplication gives ∞: 1e+30 · 1e+32", "beyond the largest number of float32")]
    [InlineData("(-x).Pow(1.3)", "Pow gives NaN: −100 to the power 1.3", "fractional")]
    [InlineData("0 * x / (x - x)", "Division gives NaN: 0 / 0", "Where before the division")]
    public void Each_operation_has_its_hint(string expression, string finding, string hint) =>
        Stops($"var x = Tensor.Of(100f)[0];\nPrint({expression});", ["--strict"], 2, finding, hint);

    [Fact]
    public void Strict_can_be_asked_for_in_the_script_and_ended_again() => Stops(
        "var x = Tensor.Of(0f);\nLog(x);\nStrict();\nStrict(false);\nLog(x);\nStrict();\nLog(x);",
        [],
        7,
        "Log gives −∞ for 0");

    [Fact]
    public void Strict_mode_ends_with_the_script()
    {
        folder.Run("Strict();", "--strict");
        Assert.False(NumericalTrust.IsStrict);
    }

    [Fact]
    public void Infinities_that_were_there_before_are_no_error()
    {
        var run = folder.Run(
            "var x = Tensor.Of(float.NegativeInfinity, 0f);\nPrint(2 * x);\nPrint(Softmax(x));\nPrint(Traced((Tensor x) => Exp(x) / Exp(x).Sum())(1000 * Tensor.Of(1f, 0f)));",
            "--strict");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Strict_mode_computes_the_same_numbers()
    {
        const string Script =
            "Seed(3);\nvar data = Datasets.FromTensors(Tensor.Normal(60, 2), Tensor.Normal(60, 1));\n"
            + "Print(Train(Sequential(Linear(2, 1)), data, (p, y) => Loss.Mse(p, y), Sgd(0.1), quiet: true).Last.Loss);";
        var (plain, strict) = (folder.Run(Script, "--runs-dir", "none"), folder.Run(Script, "--strict", "--runs-dir", "none"));
        Assert.Equal((0, plain.Output), (strict.ExitCode, strict.Output));
    }

    [Fact]
    public void Help_lists_it() =>
        Assert.Contains("--strict", folder.Run("Print(1);", "--help").Output, StringComparison.Ordinal);
}
