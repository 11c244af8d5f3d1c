using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>The experiments reach the figures to be expected: on the real files, and where no file is needed.</summary>
public sealed class ExperimentFigureTests : IDisposable
{
    private const string LinearRegression = "linear-regression";
    private const string Softmax = "softmax-regression --data fashion-mnist";
    private const string FromScratch = "softmax-from-scratch --data fashion-mnist";
    private const string SoftLabels = "softlabel --data fashion-mnist";
    private const string Losses = "loss-comparison --data fashion-mnist";
    private const string Hidden = "mlp --data fashion-mnist";
    private const string Entropies = "entropies --data fashion-mnist";
    private const string Stopping = "early-stopping --data fashion-mnist";
    private const string Deep = "deep-mlp --data mnist --epochs 10";

    /// <summary>
    /// What is run; how the line begins, the last of those that begin so; which of its numbers of four decimals, from 0; and
    /// where it must lie.
    /// </summary>
    private static readonly (string Run, string Line, int Number, double From, double To)[] s_bounds =
    [
        (LinearRegression, "from scratch ", 0, 1.998, 2.002),
        (LinearRegression, "from scratch ", 1, 3.398, 3.402),
        (LinearRegression, "from scratch ", 2, 4.199, 4.201),
        (LinearRegression, "concise ", 0, 1.998, 2.002),
        (LinearRegression, "concise ", 1, 3.398, 3.402),
        (LinearRegression, "concise ", 2, 4.199, 4.201),
        (LinearRegression, "epoch 5/5", 0, 0.04, 0.06),

        // Loss, train accuracy, test accuracy.
        (Softmax, "epoch  1/10", 0, 0.77, 0.80),
        (Softmax, "epoch  1/10", 1, 0.74, 0.76),
        (Softmax, "epoch  1/10", 2, 0.76, 0.81),
        (Softmax, "epoch 10/10", 0, 0.444, 0.450),
        (Softmax, "epoch 10/10", 1, 0.845, 0.851),
        (Softmax, "epoch 10/10", 2, 0.82, 0.84),
        (FromScratch, "epoch  1/10", 0, 0.77, 0.80),
        (FromScratch, "epoch 10/10", 0, 0.444, 0.450),
        (FromScratch, "epoch 10/10", 1, 0.845, 0.851),
        (FromScratch, "epoch 10/10", 2, 0.82, 0.84),
        (SoftLabels, "smoothing 0.1", 0, 0.903, 0.909),
        (SoftLabels, "smoothing 0.1", 1, 0.841, 0.847),
        (SoftLabels, "smoothing 0.1", 2, 0.81, 0.84),
        (SoftLabels, "smoothing 0.2", 0, 1.213, 1.219),
        (SoftLabels, "smoothing 0.2", 1, 0.837, 0.843),
        (SoftLabels, "smoothing 0.2", 2, 0.81, 0.84),

        // Rate, loss, train accuracy, test accuracy.
        (Losses, "squared", 1, 0.191, 0.195),
        (Losses, "squared", 3, 0.785, 0.805),
        (Losses, "one versus rest", 1, 0.990, 0.998),
        (Losses, "one versus rest", 3, 0.807, 0.827),
        (Hidden, "relu ", 0, 0.355, 0.38),
        (Hidden, "relu ", 1, 0.855, 0.875),
        (Hidden, "relu ", 2, 0.82, 0.86),
        (Entropies, "cross-entropy ", 2, 0.82, 0.845),
        (Entropies, "KL", 2, 0.82, 0.845),
        (Entropies, "reverse KL", 2, 0.82, 0.845),
        (Entropies, "Jensen", 2, 0.82, 0.845),

        // The best test accuracy on the way, and the last.
        (Stopping, "Without stopping", 0, 0.75, 0.82),
        (Stopping, "Without stopping", 1, 0.65, 0.74),
        (Deep, "softmax regression ", 0, 0.262, 0.270),
        (Deep, "softmax regression ", 2, 0.915, 0.927),
        (Deep, "epoch  3/10", 0, 0.15, 0.19),
        (Deep, "epoch  3/10", 2, 0.94, 0.965),
        (Deep, "deep network ", 2, 0.965, 0.985),
    ];

    private readonly string before = Environment.CurrentDirectory;

    public ExperimentFigureTests() => Environment.CurrentDirectory = Checkout.Root;

    public void Dispose() => Environment.CurrentDirectory = before;

    [Fact]
    public void Without_files() => Reaches(LinearRegression);

    [RealDataTheory("fashion-mnist/train-images-idx3-ubyte.gz")]
    [InlineData(Softmax)]
    [InlineData(FromScratch)]
    [InlineData(SoftLabels)]
    [InlineData(Losses)]
    [InlineData(Hidden)]
    [InlineData(Entropies)]
    [InlineData(Stopping)]
    public void On_Fashion_Mnist(string run) => Reaches(run);

    [RealDataTheory("mnist/train-images-idx3-ubyte.gz")]
    [InlineData(Deep)]
    public void On_Mnist(string run) => Reaches(run);

    private static void Reaches(string run)
    {
        var words = run.Split(' ');
        var outcome = ScriptFolder.Host([$"experiments/{words[0]}.csx", .. words[1..]]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        var lines = outcome.Output.Split('\n');
        var bounds = s_bounds.Where(bound => bound.Run == run).ToList();
        Assert.NotEmpty(bounds);
        Assert.All(bounds, bound =>
        {
            var line = lines.Last(line => line.StartsWith(bound.Line, StringComparison.Ordinal));
            Assert.True(
                Numbers(line) is var numbers && numbers.Length > bound.Number && numbers[bound.Number] >= bound.From && numbers[bound.Number] <= bound.To,
                $"number {bound.Number} must lie in {bound.From} .. {bound.To}: {line}");
        });
    }

    private static double[] Numbers(string line) =>
        [.. Regex.Matches(line, @"(?<![\w.])\d+\.\d{4}\b").Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
}

/// <summary>Tests of real data, left out with a word where <c>SOFTMAX_DATA</c> does not hold the file.</summary>
internal sealed class RealDataTheoryAttribute : TheoryAttribute
{
    public RealDataTheoryAttribute(string file)
    {
        if (Environment.GetEnvironmentVariable("SOFTMAX_DATA") is not { } folder || !File.Exists(Path.Combine(folder, file)))
            Skip = $"{file} is not in the data folder (SOFTMAX_DATA)";
    }
}
