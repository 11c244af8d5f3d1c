using System.Globalization;
using Microsoft.Playwright;
using Xunit;

namespace SoftmaxScripting.Browser.Tests;

/// <summary>A page in the browser, with what went wrong on it and what it asked for.</summary>
public sealed class WatchedPage
{
    private readonly List<string> problems = [];
    private readonly List<string> requests = [];

    public WatchedPage(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => problems.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                problems.Add(message.Text);
        };
        page.Request += (_, request) => requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>The main part, as the browser would write it.</summary>
    public Task<string> Main() => Page.EvaluateAsync<string>("document.querySelector('main').innerHTML");

    /// <summary>Takes a picture for people to look at, where a folder for them is named.</summary>
    public async Task Photograph(string name)
    {
        if (Environment.GetEnvironmentVariable("SOFTMAX_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    /// <summary>No error, nothing asked for elsewhere, every picture drawn, nothing wider than the page, text large enough to read.</summary>
    public async Task AssertSound(string origin)
    {
        Assert.Empty(problems);
        Assert.All(requests, url => Assert.True(
            url.StartsWith(origin, StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal), url));
        var faults = await Page.EvaluateAsync<string[]>(
            """
            async () => {
              const faults = [];
              for (const svg of document.querySelectorAll('svg.chart')) {
                const box = svg.getBoundingClientRect();
                const name = svg.querySelector('title').textContent;
                if (box.width < 200 || box.height < 80) faults.push(`${name} is ${box.width}×${box.height}`);
                if (svg.getAttribute('role') !== 'img' || !name || !svg.querySelector('desc').textContent) faults.push(`${name} has no words`);
                if (!svg.querySelector('path,rect,line,image,text.heading')) faults.push(`${name} is empty`);
                for (const text of svg.querySelectorAll('text')) {
                  const size = text.getBoundingClientRect();
                  if (text.textContent && (size.left < box.left - 2 || size.right > box.right + 2 || size.top < box.top - 2 || size.bottom > box.bottom + 2))
                    faults.push(`${name}: "${text.textContent}" leaves its picture`);
                }
              }
              for (const image of document.querySelectorAll('image')) {
                const probe = new Image();
                probe.src = image.getAttribute('href');
                try { await probe.decode(); } catch { faults.push('an image cannot be decoded'); }
                if (!(probe.naturalWidth > 0)) faults.push('an image is empty');
              }
              for (const math of document.querySelectorAll('math'))
                if (math.getBoundingClientRect().height < 10) faults.push('a formula is not drawn');
              if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
              return faults;
            }
            """);
        Assert.Empty(faults);
    }

    /// <summary>The lowest contrast of visible text against the colour behind it, by WCAG 2.</summary>
    public async Task AssertReadable()
    {
        var faults = await Page.EvaluateAsync<string[]>(
            """
            () => {
              const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
              const luminance = c => { const m = c.match(/[\d.]+/g).map(Number); return 0.2126 * channel(m[0]) + 0.7152 * channel(m[1]) + 0.0722 * channel(m[2]); };
              const paper = luminance(getComputedStyle(document.body).backgroundColor);
              const faults = new Set();
              const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const element = walker.currentNode.parentElement;
                if (!walker.currentNode.textContent.trim() || element.closest('title,desc') || /(^| )t\d/.test(element.getAttribute('class') ?? '')) continue;
                const style = getComputedStyle(element);
                const ink = luminance(element.closest('svg') ? style.fill : style.color);
                const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
                if (contrast < 4.5) faults.add(`${contrast.toFixed(2)}: ${walker.currentNode.textContent.trim().slice(0, 40)}`);
              }
              return [...faults];
            }
            """);
        Assert.Empty(faults);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{requests.Count} requests, {problems.Count} problems");
}
