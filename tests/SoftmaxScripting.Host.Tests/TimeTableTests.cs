using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class TimeTableTests : IDisposable
{
    private const string Script =
        """
        var x = Tensor.Normal(64, 4);
        var data = Datasets.FromTensors(x, x.Sum(1, true), x, x.Sum(1, true));
        Train(Sequential(Linear(4, 1)), data, (p, y) => ((p - y) * (p - y)).Mean(), Sgd(0.1), epochs: 2, quiet: true);
        Print("done");
        Exit(4);
        """;

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Parts_add_up_and_the_script_runs_as_ever()
    {
        folder.Write("x.csx", Script.Split('\n'));
        var run = ScriptFolder.Host("--time", "x.csx", "--threads", "1", "--runs-dir", "none");
        Assert.Equal((4, "done"), (run.ExitCode, run.Output));
        var rows = run.ErrorLines.Select(line => Regex.Match(line, @"^(.+?) +(\d+\.\d+) +\d+ %$"))
            .Where(match => match.Success)
            .ToDictionary(match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        string[] expected =
        [
            "starting the process", "finding the script", "compiling the script", "deriving, rewriting and planning",
            "training steps", "judging test rows", "the rest of the script", "total",
        ];
        Assert.Equal(expected, rows.Keys);
        Assert.All(rows.Values, seconds => Assert.True(seconds >= 0));
        Assert.InRange(rows["total"] - rows.Where(row => row.Key != "total").Sum(row => row.Value), -0.01, 0.01);
        Assert.All(run.ErrorLines, line => Assert.InRange(line.Length, 0, 80));

        // Found in the cache, nothing is compiled.
        Assert.DoesNotContain("compiling", ScriptFolder.Host("--time", "x.csx").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_keep_their_exit_codes()
    {
        Assert.Equal(2, ScriptFolder.Host("--time", "nowhere.csx").ExitCode);
        Assert.Equal(2, ScriptFolder.Host("--time").ExitCode);
        Assert.Equal(70, ScriptFolder.Host("--time", folder.Write("y.csx", "throw null;")).ExitCode);
    }
}
