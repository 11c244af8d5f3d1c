using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>When a report is written, and when not.</summary>
public sealed class ReportTests : IDisposable
{
    private const string Training =
        """
        var data = Datasets.FromTensors(Tensor.Of(new float[,] { { 1 }, { 2 } }), Tensor.Of(new float[,] { { 1 }, { 2 } }));
        Train(Linear(1, 1), data, (p, y) => ((p - y) * (p - y)).Mean(), Sgd(0.01), epochs: 2, quiet: true);
        """;

    private const string Setting = "SOFTMAX_RUNS";
    private readonly ScriptFolder folder = new();

    private readonly string? before = Environment.GetEnvironmentVariable(Setting);

    public ReportTests() => Environment.SetEnvironmentVariable(Setting, null);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Setting, before);
        folder.Dispose();
    }

    private string[] Written() => Directory.Exists(Path.Combine(folder.Path, "runs"))
        ? Directory.GetFiles(Path.Combine(folder.Path, "runs"), "report.html", SearchOption.AllDirectories)
        : [];

    [Fact]
    public void A_script_that_trains_gets_a_report_and_is_told_once_where()
    {
        var run = folder.Run(Training);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var file = Assert.Single(Written());
        Assert.Equal($"Report: {Path.GetRelativePath(folder.Path, file)}", run.Output);
        Assert.Contains(">completed<", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw new InvalidOperationException(\"broke\");", 70, ">failed: what was done until then<")]
    [InlineData("Exit(3);", 3, ">failed: what was done until then<")]
    [InlineData("Exit(0);", 0, ">completed<")]
    public void Also_one_that_does_not_come_to_its_end(string end, int exitCode, string state)
    {
        var run = folder.Run(Training + "\n" + end);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(state, File.ReadAllText(Assert.Single(Written())), StringComparison.Ordinal);
    }

    [Fact]
    public void Plots_and_tables_are_enough_for_a_report()
    {
        Assert.StartsWith("Report: ", folder.Run("Plot(x => x, 0, 1);").Output, StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(Assert.Single(Written())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("explain")]
    public void Nothing_is_written_where_a_script_is_run_for_its_checks_or_formulas(string command)
    {
        folder.Write("x.csx", Training, "Plot(x => x, 0, 1);", "Report.Model(Linear(1, 1), data);");
        var run = ScriptFolder.Host(command, "x.csx");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(Written());
    }

    [Fact]
    public void Nothing_is_written_for_a_script_that_has_nothing_to_report()
    {
        Assert.Equal("1", folder.Run("Print(1);").Output);
        Assert.Empty(Written());
    }

    [Fact]
    public void Reports_can_be_switched_off_and_moved()
    {
        Environment.SetEnvironmentVariable(Setting, "none");
        Assert.Equal("", folder.Run(Training).Output);
        Environment.SetEnvironmentVariable(Setting, "elsewhere");
        Assert.StartsWith($"Report: elsewhere{Path.DirectorySeparatorChar}", folder.Run(Training).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_a_warning()
    {
        File.WriteAllText("runs", "a file in the way");
        var run = folder.Run(Training);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("warning: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void A_picture_is_saved_with_its_folder_but_not_where_only_formulas_are_asked_for()
    {
        const string script = "Plot(Sigmoid, -6, 6, \"The logistic function\").Save(\"pictures/sigmoid.svg\");";
        folder.Write("x.csx", script);
        Assert.Equal(0, ScriptFolder.Host("explain", "x.csx").ExitCode);
        Assert.False(Directory.Exists("pictures"));

        Assert.Equal(0, ScriptFolder.Host("x.csx").ExitCode);
        var picture = System.Xml.Linq.XDocument.Load("pictures/sigmoid.svg").Root!;
        Assert.Equal("svg", picture.Name.LocalName);
        Assert.Contains("The logistic function", picture.Value, StringComparison.Ordinal);

        var refused = folder.Run("File.WriteAllText(\"file\", \"\"); Plot(Sigmoid, -6, 6).Save(\"file/sigmoid.svg\");");
        Assert.Equal(70, refused.ExitCode);
        Assert.Contains("file", refused.Error, StringComparison.Ordinal);
    }
}
