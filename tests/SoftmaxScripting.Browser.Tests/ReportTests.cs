using Xunit;

namespace SoftmaxScripting.Browser.Tests;

/// <summary>Every kind of report, opened as a file.</summary>
public sealed class ReportTests(Chromium chromium) : IClassFixture<Chromium>
{
    public static TheoryData<string> Kinds() => [.. Scripts.ByName.Keys];

    [BrowserTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_report_reads_well_at_any_width_in_light_and_dark(string kind)
    {
        using var run = new ScriptRun(kind, Scripts.ByName[kind]);
        run.Start();
        var exitCode = await run.End();
        Assert.True(exitCode == (kind == "failed" ? 70 : 0), run.Error);
        var address = new Uri(run.ReportFile).AbsoluteUri;
        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false), (390, true) })
        {
            var page = await chromium.Open(width, dark);
            await page.Page.GotoAsync(address);
            await page.Photograph($"{kind}-{width}-{(dark ? "dark" : "light")}");
            await page.AssertSound("file://");
            await page.AssertReadable();
            await page.Page.CloseAsync();
        }

        var html = await File.ReadAllTextAsync(run.ReportFile);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        if (kind is not ("charts"))
            Assert.Contains("synthetic data", html, StringComparison.Ordinal);
        if (kind == "failed")
            Assert.Contains("&lt;it&gt; broke &amp; stopped", html, StringComparison.Ordinal);
    }
}
