using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>The command check: its table, its exit codes, what it passes on to the scripts, and its XML.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private const string TwoChecks =
        """
        Print("what the script prints");
        Property("sums are not negative", (Tensor x) => x.Sum().Item() >= 0);
        Property("tensors have sizes", (Tensor x) => x.Size > 0, cases: 7, seed: 9);
        """;

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    // One process for a script, unless a test asks for more: each compiles it anew.
    private Outcome Check(string script, params string[] words) => ScriptFolder.Host(
        ["check", folder.Write("x.csx", script.Split('\n')), .. words.Contains("--jobs") ? words : [.. words, "--jobs", "1"]]);

    /// <summary>The cells of a check's row: mark, name, cases, worst error where there is one, time with its unit, seed.</summary>
    private static string[] Row(Outcome run, string name) =>
        Regex.Split(run.Output.Split('\n').Single(line => line.Contains("  " + name + "  ", StringComparison.Ordinal)).Trim(), "  +");

    [Fact]
    public void A_failed_check_shows_its_counter_example_and_ends_with_1()
    {
        var run = Check(TwoChecks);
        Assert.Equal(1, run.ExitCode);
        var lines = run.Output.Split('\n');
        Assert.Equal("x.csx", lines[0]);
        Assert.Equal(["check", "cases", "worst error", "in ulps", "time", "seed"], Regex.Split(lines[1].Trim(), "  +"));
        Assert.Equal("✗", Row(run, "sums are not negative")[0]);
        Assert.Matches(@"✗ sums are not negative   case \d+ of 100 .*\n    the property is false\n    x = \[", run.Output);
        Assert.StartsWith("1 of 2 checks failed (1 script, ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_time_and_seed_stand_in_columns()
    {
        var run = Check(TwoChecks, "--filter", "SIZES");
        var row = Row(run, "tensors have sizes");
        Assert.Equal(("✓", "7", "9"), (row[0], row[2], row[^1]));
        Assert.Matches(@"^\d+(\.\d)? m?s$", row[^2]);

        // Nothing of the script's own output, nor of the other check.
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain("what the script prints", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sums", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 check passed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worst_error_is_shown_where_there_is_one()
    {
        var run = Check("""Property("doubling", (Tensor x) => Near(x + x, 2 * x + 1e-14));""");
        Assert.Equal(0, run.ExitCode);
        var error = double.Parse(Row(run, "doubling")[3], CultureInfo.InvariantCulture);
        Assert.InRange(error, 1e-15, 1e-14);
    }

    [Fact]
    public void Seed_and_cases_replace_those_of_the_script()
    {
        var run = Check(
            """
            Property("sizes", (Tensor x) => x.Size > 0, cases: 7, seed: 9);
            Check.Gradient((Tensor x) => Exp(x).Sum(), cases: 8, seed: 3, name: "exp");
            """,
            "--seed", "18446744073709551615", "--cases", "3");
        Assert.Equal(0, run.ExitCode);
        foreach (var name in new[] { "sizes", "gradient of exp" })
        {
            var row = Row(run, name);
            Assert.Equal(("3", "18446744073709551615"), (row[2], row[^1]));
        }
    }

    [Fact]
    public void Checks_dealt_out_to_processes_come_back_in_the_order_of_the_script()
    {
        var script = string.Join(
            '\n', Enumerable.Range(0, 7).Select(i => $"Property(\"check {i}\", (Tensor x) => true, cases: {i + 1});"));
        var run = Check(script, "--jobs", "3");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            Enumerable.Range(0, 7).Select(i => $"check {i}"),
            Regex.Matches(run.Output, @"check \d").Select(match => match.Value));
    }

    [Fact]
    public void Scripts_of_a_folder_are_all_run_even_when_one_fails()
    {
        folder.Write("some/a.csx", "Property(\"fine\", (Tensor x) => true);");
        folder.Write("some/b.csx", "Print(\"before\");\nthrow new IOException(\"gone\");");
        folder.Write("some/c.csx", "var n = ;");
        folder.Write("some/d.csx", "Exit(3);");
        folder.Write("some/e.csx", "Exit();");
        var run = ScriptFolder.Host("check", "some", "--junit", "out/report.xml");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("✗ the script threw\n    before\n    IOException: gone\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("(2): at top level", run.Output, StringComparison.Ordinal);
        Assert.Contains("error CS1525", run.Output, StringComparison.Ordinal);
        Assert.Contains("exit code 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 check passed, 3 scripts did not run to the end (5 scripts, ", run.Output, StringComparison.Ordinal);

        var suites = Suites("out/report.xml");
        Assert.Equal(5, suites.SelectNodes("testsuite")!.Count);
        Assert.Equal("3", suites.GetAttribute("errors"));
        Assert.Equal("4", suites.GetAttribute("tests"));
    }

    [Fact]
    public void XML_is_well_formed_whatever_a_name_holds()
    {
        var run = Check(
            """
            Property("a < b & \"c\" \u001b[1m \ud83d\ude00", (Tensor x) => true);
            Property("]]> fails", (Tensor x) => false);
            """,
            "--junit", "report.xml");
        Assert.Equal(1, run.ExitCode);
        var suite = (XmlElement)Suites("report.xml").SelectSingleNode("testsuite[@name='x.csx']")!;
        Assert.Equal(("2", "1", "0"), (suite.GetAttribute("tests"), suite.GetAttribute("failures"), suite.GetAttribute("errors")));
        var names = suite.SelectNodes("testcase/@name")!.Cast<XmlAttribute>().Select(name => name.Value);
        Assert.Equal(["a < b & \"c\" \ufffd[1m 😀", "]]> fails"], names);
        Assert.Contains("x = [", suite.SelectSingleNode("testcase/failure")!.InnerText, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_takes_a_single_batch()
    {
        var run = Check(
            """
            var data = Datasets.FromTensors(Tensor.Normal(50, 2), Tensor.Normal(50, 1));
            var steps = 0;
            Tensor Counted(Tensor p, Tensor y) { steps++; return Loss.Mse(p, y); }
            var run = Train(Sequential(Linear(2, 1)), data, Counted, Sgd(0.1), epochs: 1000, batchSize: 5);
            Property("one step", (Tensor x) => steps == 1 && run.Epochs.Count == 1 && double.IsFinite(run.Last.Loss));
            """);
        Assert.True(run.ExitCode == 0, run.Output);
    }

    [Theory]
    [InlineData("'nosuch' is neither a script nor a command", "check", "nosuch")]
    [InlineData("--cases is 0; it must be at least 1", "check", "x.csx", "--cases", "0")]
    [InlineData("--jobs is 0; it must be at least 1", "check", "x.csx", "--jobs", "0")]
    [InlineData("No check's name contains 'nosuch'", "check", "x.csx", "--filter", "nosuch")]
    [InlineData("empty holds no .csx file", "check", "empty")]
    [InlineData("check needs FILE|FOLDER", "check")]
    public void Wrong_usage_ends_with_2(string message, params string[] words)
    {
        Directory.CreateDirectory("empty");
        folder.Write("x.csx", "Property(\"fine\", (Tensor x) => true);");
        var run = ScriptFolder.Host(words);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_the_command_and_not_the_one_behind_it()
    {
        var help = ScriptFolder.Host("--help").Output;
        Assert.Contains("  check ", help, StringComparison.Ordinal);
        Assert.DoesNotContain("check-worker", help, StringComparison.Ordinal);
        Assert.Contains("--junit", ScriptFolder.Host("check", "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_experiments_pass()
    {
        var run = ScriptFolder.Host("check", Path.Combine(Checkout.Root, "experiments"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("entries are in [0, 1]", run.Output, StringComparison.Ordinal);
    }

    private static XmlElement Suites(string file)
    {
        var document = new XmlDocument();
        using var reader = XmlReader.Create(file);
        document.Load(reader);
        return document.DocumentElement!;
    }
}
