using System.Globalization;
using System.Text.Json.Nodes;
using SoftmaxScripting.Toolkit.Charts;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class ComparisonReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("compared-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A run as its folder would tell of it: its accuracy is reached in three epochs.</summary>
    private RunInfo Run(string name, double accuracy, string lr = "0.1", string hash = "a", string status = "finished")
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var record = new JsonObject
        {
            ["status"] = status,
            ["failure"] = status == "failed" ? "<it> broke" : null,
            ["seconds"] = 1.5,
            ["script"] = new JsonObject { ["path"] = "x.csx", ["sha256"] = RunRecord.Hash(hash) },
            ["toolkit"] = "1.0",
            ["options"] = new JsonObject { ["lr"] = lr, ["epochs"] = 3 },
            ["trainings"] = new JsonArray(new JsonObject
            {
                ["number"] = 1,
                ["figures"] = status == "failed" ? new JsonObject() : new JsonObject { ["loss"] = 1 - accuracy, ["test accuracy"] = accuracy },
            }),
        };
        File.WriteAllText(Path.Combine(path, RunFolder.RecordFile), record.ToJsonString());
        File.WriteAllLines(Path.Combine(path, RunFolder.MetricsFile), Enumerable.Range(1, 3).Select(epoch => new JsonObject
        {
            ["training"] = 1,
            ["epoch"] = epoch,
            ["loss"] = 1 - accuracy * epoch / 3,
            ["test accuracy"] = accuracy * epoch / 3,
            ["own figure"] = accuracy,
        }.ToJsonString()));
        return RunInfo.Read(path)!;
    }

    private static T[] Blocks<T>(RunComparison comparison)
        where T : ReportBlock => [.. ComparisonReport.Content(comparison).Blocks.OfType<T>()];

    [Fact]
    public void Runs_are_ranked_and_what_differs_is_told()
    {
        var comparison = RunComparison.Of([Run("a", 0.5, lr: "0.1"), Run("b", 0.9, lr: "0.3", hash: "b")]);
        Assert.Equal(("test accuracy", true), (comparison.Metric, comparison.HigherIsBetter));
        var tables = Blocks<TableBlock>(comparison).Select(block => block.Table).ToArray();
        Assert.Equal(["1 b", "2 a"], tables[0].Rows.Select(row => $"{row[0]} {row[1]}"));
        Assert.Equal("test accuracy", tables[0].Columns[2]);
        Assert.Equal(["", "b", "a"], tables[1].Columns);
        Assert.Equal(
            [["script's hash", RunRecord.Hash("b")[..12], RunRecord.Hash("a")[..12]], ["--lr", "0.3", "0.1"]], tables[1].Rows);
        var content = ComparisonReport.Content(comparison);
        Assert.Contains(KeyValuePair.Create("--epochs", "3"), content.Options);
        Assert.DoesNotContain(content.Options, option => option.Key == "--lr");
    }

    [Fact]
    public void Curves_of_all_runs_share_one_figure_of_which_the_best_ten_are_named()
    {
        RunInfo[] runs = [.. Enumerable.Range(1, 14).Select(i => Run($"run{i:00}", i / 20.0))];
        var charts = Blocks<FigureBlock>(RunComparison.Of(runs)).Select(block => (Chart)block.Figure).ToArray();
        Assert.Equal(["Loss in training", "Accuracy on the test rows"], charts.Select(chart => chart.Title));
        foreach (var chart in charts)
        {
            Assert.Equal(4, chart.Series.Count(series => series is { IsGuide: true, Name: "" }));
            Assert.Equal(
                Enumerable.Range(5, 10).Reverse().Select(i => $"run{i:00}"),
                chart.Series.Where(series => !series.IsGuide).Select(series => series.Name));
        }

        Assert.Equal([14 / 20.0 / 3, 14 / 20.0 * 2 / 3, 14 / 20.0], charts[1].Series[4].Y, (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Contains(
            Blocks<TextBlock>(RunComparison.Of(runs)), block => block.Text.StartsWith("The best 10 of 14 are named, the others", StringComparison.Ordinal));
    }

    [Fact]
    public void Figure_stands_over_each_option_on_the_axis_that_suits_its_values()
    {
        string[] rates = ["0.001", "0.01", "0.5"], widths = ["8", "16", "24"], losses = ["hinge", "focal", "hinge"];
        var comparison = RunComparison.Of([Run("a", 0.5)]) with
        {
            Runs = [.. Enumerable.Range(0, 3).Select(i => new ComparedRun($"trial-{i}", null)
            {
                State = "finished",
                Value = 0.9 - 0.1 * i,
                Settings = new Dictionary<string, string>
                {
                    ["lr"] = rates[i], ["width"] = widths[i], ["loss"] = losses[i], ["same"] = "1", ["drawn"] = (i + 1).ToString(CultureInfo.InvariantCulture),
                },
            })],
            Varied = [new("lr", false), new("width", false), new("loss", false), new("same", false), new("drawn", true)],
        };
        var charts = ComparisonCharts.AgainstOptions(comparison).ToArray();
        Assert.Equal(
            [("lr", AxisKind.Log), ("width", AxisKind.Integers), ("loss", AxisKind.Categories), ("drawn", AxisKind.Log)],
            charts.Select(chart => (chart.X.Title, chart.X.Kind)));
        Assert.All(charts, chart => Assert.Equal([0.9, 0.8, 0.7], chart.Series[0].Y.Select(y => Math.Round(y, 9))));
        Assert.Equal([0.001, 0.01, 0.5], charts[0].Series[0].X);
        Assert.Equal([0, 1, 0], charts[2].Series[0].X);
        Assert.Equal(("the best", 0.001), (charts[0].Series[1].Name, Assert.Single(charts[0].Series[1].X)));
    }

    [Fact]
    public void What_came_to_nothing_is_listed_with_its_reason()
    {
        var comparison = RunComparison.Of([Run("a", 0.1, status: "failed"), Run("b", 0.2)]);
        var html = ComparisonReport.ToHtml(comparison);
        Assert.Contains("2 runs: 1 finished, 1 failed.", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">a</th><td>failed</td><td>&lt;it&gt; broke</td>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Runs_without_anything_to_show_still_make_a_page()
    {
        var nothing = RunComparison.Of([]) with
        {
            Runs = [.. Enumerable.Range(1, 2).Select(i => new ComparedRun($"trial-{i}", null) { State = RunComparison.NotRun })],
            State = ReportState.Cancelled,
        };
        Assert.Empty(Blocks<TableBlock>(nothing));
        Assert.Empty(Blocks<FigureBlock>(nothing));
        Assert.Contains("2 runs: 2 not run.", ComparisonReport.ToHtml(nothing), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new double[] { 0.1, 0.2, 0.3 }, AxisKind.Linear)]
    [InlineData(new double[] { 0.1, 0.2, 1e9 }, AxisKind.Log)]
    [InlineData(new double[] { -0.1, 0.2, 1e9 }, AxisKind.Linear)]
    [InlineData(new double[] { 0.1, double.NaN, double.PositiveInfinity, 0.2 }, AxisKind.Linear)]
    [InlineData(new double[0], AxisKind.Linear)]
    public void One_diverged_run_does_not_press_the_others_flat(double[] values, AxisKind expected) =>
        Assert.Equal(expected, TrainingCharts.Spread("loss", values).Kind);
}
