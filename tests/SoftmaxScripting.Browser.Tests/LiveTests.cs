using System.Net;
using System.Net.Sockets;
using Xunit;

namespace SoftmaxScripting.Browser.Tests;

/// <summary>The page that shows a run while it goes on.</summary>
public sealed class LiveTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Script =
        """
        var data = Datasets.Load("garments").Take(1000, 200);
        var model = Sequential(Flatten(), Linear(data.Features, data.Classes));
        Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.1), epochs: 5, batchSize: 100, quiet: true, onEpoch: _ => Thread.Sleep(900));
        Report.Model(model, data);
        """;

    [BrowserFact]
    public async Task The_page_follows_the_run_and_ends_as_the_report()
    {
        using var run = new ScriptRun("live", Script);
        run.Start("--live");
        var address = await run.LiveAddress();
        var desktop = await chromium.Open(1280, dark: false);
        var phone = await chromium.Open(390, dark: true);
        await desktop.Page.GotoAsync(address);
        await phone.Page.GotoAsync(address);
        await desktop.Page.WaitForSelectorAsync("html[data-live=running] .state.running");
        await desktop.Page.WaitForSelectorAsync("svg.chart path.line.s0");
        var early = await desktop.Main();
        await desktop.Photograph("live-running-1280-light");
        await phone.Photograph("live-running-390-dark");

        Assert.Equal(0, await run.End());
        await desktop.Page.WaitForSelectorAsync("html[data-live=ended]");
        await phone.Page.WaitForSelectorAsync("html[data-live=ended]");
        await desktop.Photograph("live-ended-1280-light");
        await phone.Photograph("live-ended-390-dark");
        await desktop.AssertSound(address);
        await phone.AssertSound(address);
        await desktop.AssertReadable();
        await phone.AssertReadable();

        var report = await chromium.Open(1280, dark: false);
        await report.Page.GotoAsync(new Uri(run.ReportFile).AbsoluteUri);
        var expected = await report.Main();
        Assert.NotEqual(early, expected);
        Assert.Equal(expected, await desktop.Main());
        Assert.Equal(expected, await phone.Main());
    }

    [Fact]
    public async Task Without_a_browser_the_run_ends_by_itself()
    {
        using var run = new ScriptRun("alone", "Plot(x => x * x, 0, 1);");
        run.Start("--live");
        Assert.Equal(0, await run.End());
        Assert.Contains("Report: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_before_anything_runs()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        using var run = new ScriptRun("taken", "Print(\"ran\");");
        run.Start("--live", $"{port}");
        Assert.Equal(2, await run.End());
        Assert.Contains($"--live: port {port} cannot be used: another program listens there.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ran", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("http")]
    public async Task What_is_no_port_is_refused(string port)
    {
        using var run = new ScriptRun("port", "Print(\"ran\");");
        run.Start("--live", port);
        Assert.Equal(2, await run.End());
        Assert.Contains($"--live: '{port}' is not a port", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_hosts_methods_and_paths_are_refused()
    {
        using var run = new ScriptRun("paths", "while (!File.Exists(\"go\")) Thread.Sleep(20);");
        run.Start("--live");
        var address = await run.LiveAddress();
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(address + "../etc/passwd")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.PostAsync(address, null)).StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, address);
        foreign.Headers.Host = "example.org";
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await client.SendAsync(foreign)).StatusCode);
        await File.WriteAllTextAsync("go", "");
        Assert.Equal(0, await run.End());
    }
}
