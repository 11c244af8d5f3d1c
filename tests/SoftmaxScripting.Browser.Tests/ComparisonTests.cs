using SoftmaxScripting.Host;
using Xunit;

namespace SoftmaxScripting.Browser.Tests;

/// <summary>The report that a sweep ends in, opened as a file.</summary>
public sealed class ComparisonTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Script =
        """
        var lr = Option("lr", 0.1, "learning rate", min: 0.0);
        var kind = Option("kind", "plain");
        Seed(1);
        if (lr > 5)
            throw new InvalidOperationException("<it> broke & stopped");
        var x = Tensor.Normal(300, 4);
        var data = Datasets.FromTensors(x, x.ArgMax(), x[..60], x[..60].ArgMax(), ["a", "b", "c", "d"], "noise");
        Train(Sequential(Linear(4, 4)), data, (o, t) => Loss.CrossEntropy(kind == "tempered" ? o * 0.5 : o, t), Sgd(lr), epochs: 5, batchSize: 20, quiet: true);
        """;

    [BrowserFact]
    public async Task A_sweep_reads_well_at_any_width_in_light_and_dark()
    {
        var folder = Directory.CreateTempSubdirectory("sweeps-").FullName;
        try
        {
            var script = Path.Combine(folder, "study.csx");
            await File.WriteAllTextAsync(script, Script);
            using var output = new StringWriter();
            using var error = new StringWriter();
            var exitCode = await Task.Run(() => HostApplication.Run(
                ["sweep", script, "--grid", "lr=0.001,0.1,10", "--grid", "kind=plain,tempered", "--runs-dir", Path.Combine(folder, "runs")],
                new HostConsole(output, error, TextReader.Null, Colour: false)));
            Assert.True(exitCode == 0, output.ToString() + error);
            var report = Assert.Single(Directory.GetFiles(Path.Combine(folder, "runs"), "report.html", SearchOption.AllDirectories), file =>
                output.ToString().Contains($"Report: {file}", StringComparison.Ordinal));
            foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false), (390, true) })
            {
                var page = await chromium.Open(width, dark);
                await page.Page.GotoAsync(new Uri(report).AbsoluteUri);
                await page.Photograph($"sweep-{width}-{(dark ? "dark" : "light")}");
                await page.AssertSound("file://");
                await page.AssertReadable();
                var text = await page.Page.InnerTextAsync("main");
                Assert.Contains("6 runs: 4 finished, 2 failed.", text, StringComparison.Ordinal);
                Assert.Contains("<it> broke & stopped", text, StringComparison.Ordinal);
                Assert.Equal(6, await page.Page.Locator("svg.chart").CountAsync());
                await page.Page.CloseAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
