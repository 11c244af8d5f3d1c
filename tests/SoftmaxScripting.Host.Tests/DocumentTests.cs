using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>
/// What the documentation says happens. The blocks of a page run in order in one folder: csharp as scripts, under the name
/// that the fence gives; csv as files; sh as command lines of the host. A text block right after one of them is what it prints:
/// "…" stands for anything within a line, and alone for any lines. The fence says <c>exit=1</c> where a script ends so.
/// </summary>
public sealed partial class DocumentTests : IDisposable
{
    private const string Host = "dotnet run -- ";

    private readonly ScriptFolder folder = new();

    private readonly string? runsBefore = Environment.GetEnvironmentVariable(RunSettings.Variable);

    // Runs are recorded where the pages say: in the folder they run in.
    public DocumentTests() => Environment.SetEnvironmentVariable(RunSettings.Variable, null);

    public static TheoryData<string> Pages => [.. Paths];

    public static TheoryData<string> PagesThatRun => [.. Paths
        .Where(page => page.StartsWith("docs/", StringComparison.Ordinal) && Markdown.Read(page).Blocks.Any(Runs))];

    private static IEnumerable<string> Paths => Directory.EnumerateFiles(Checkout.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Checkout.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(RunSettings.Variable, runsBefore);
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(PagesThatRun))]
    public void Every_block_runs_and_prints_what_stands_below_it(string path)
    {
        var page = Markdown.Read(path);
        Outcome? last = null;
        foreach (var block in page.Blocks)
        {
            var place = $"{path}({block.Line})";
            switch (block.Language)
            {
                case "csv":
                    folder.Write(block.Words.Single(), block.Text.Split('\n'));
                    break;
                case "csharp":
                    var script = folder.Write(block.Words.FirstOrDefault(word => !word.Contains('=', StringComparison.Ordinal), "x.csx"), block.Text.Split('\n'));
                    last = ScriptFolder.Host(script);
                    var expected = block.Words.Contains("exit=1") ? 1 : 0;
                    Assert.True(last.ExitCode == expected, $"{place} ends with {last.ExitCode}:\n{last.Output}\n{last.Error}");
                    break;
                case "sh":
                    last = RunLines(place, block.Text);
                    break;
                case "text":
                    if (last is not null)
                        AssertShown(place, block.Text, last.Output);
                    last = null;
                    break;
                default:
                    last = null;
                    break;
            }
        }

        foreach (var picture in page.Pictures)
            AssertPicture(picture);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_leads_somewhere(string path)
    {
        var page = Markdown.Read(path);
        Assert.All(page.RelativeLinks, link =>
        {
            var parts = link.Split('#');
            var target = parts[0].Length == 0 ? page.Path : Path.Combine(Path.GetDirectoryName(page.Path)!, parts[0]);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{path}: there is no {link}");
            if (parts.Length > 1)
                Assert.Contains(parts[1], Markdown.Read(target).Anchors);
        });
    }

    [Fact]
    public void Every_page_of_the_documentation_is_found_from_its_first()
    {
        var linked = Markdown.Read("docs/README.md").RelativeLinks.ToHashSet();
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md").Select(Path.GetFileName).Where(name => name != "README.md"),
            name => Assert.Contains(name, linked!));
    }

    [Theory]
    [InlineData("a\n…\nd", "a\nb\nc\nd", true)]
    [InlineData("a\n…", "a", true)]
    [InlineData("took … s", "took 1.25 s", true)]
    [InlineData("state  time", "state     time", true)]
    [InlineData("a", "a\nb", false)]
    [InlineData("a\nc", "a\nb\nc", false)]
    [InlineData("loss 0.5", "loss 0.6", false)]
    public void What_is_shown_is_compared(string shown, string printed, bool isSame) => Assert.Equal(isSame, IsShown(shown, printed));

    private static bool Runs(MarkdownBlock block) =>
        block.Language is "csharp" || (block.Language == "sh" && block.Text.Contains(Host, StringComparison.Ordinal));

    private static Outcome? RunLines(string place, string text)
    {
        Outcome? last = null;
        foreach (var line in text.Split('\n').Select(line => line.Split(" #")[0].Trim()).Where(line => line.StartsWith(Host, StringComparison.Ordinal)))
        {
            last = ScriptFolder.Host(line[Host.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.True(last.ExitCode == 0, $"{place}: {line} ends with {last.ExitCode}:\n{last.Output}\n{last.Error}");
        }

        return last;
    }

    private static void AssertShown(string place, string shown, string printed) =>
        Assert.True(IsShown(shown, printed), $"{place} says\n{shown}\nbut this is printed:\n{printed}");

    // Both without the signs that a console without Unicode has other ones for, and with the gaps between columns as one
    // space: their widths depend on the times that stand in them.
    private static bool IsShown(string shown, string printed)
    {
        var pattern = string.Concat(Narrow(shown).TrimEnd().Split('\n').Select(line => line.Trim() == "…"
            ? "(?:[^\n]*\n)*?"
            : string.Join("[^\n]*?", line.TrimEnd().Split('…').Select(part => Regex.Escape(TensorText.Ascii(part)))) + "[ ]*\n"));
        return Regex.IsMatch(TensorText.Ascii(Narrow(printed).TrimEnd()) + "\n", $@"\A{pattern}\z", RegexOptions.NonBacktracking);
    }

    private static string Narrow(string text) => Regex.Replace(text, " {2,}", " ");

    /// <summary>A picture of a page is the one that its blocks made; UPDATE_DOCS=1 keeps that.</summary>
    private void AssertPicture(string picture)
    {
        var made = Path.Combine(folder.Path, picture);
        Assert.True(File.Exists(made), $"no block makes {picture}");
        var kept = Path.Combine(Checkout.Root, "docs", picture);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
            File.Copy(made, kept, overwrite: true);
        }

        Assert.True(File.Exists(kept), $"docs/{picture} is missing: run this test with UPDATE_DOCS=1");
        Assert.Equal(Unpacked(File.ReadAllText(made)), Unpacked(File.ReadAllText(kept).ReplaceLineEndings("\n")));
    }

    /// <summary>A picture whose images are their pixels: how well they are packed is the machine's business.</summary>
    private static string Unpacked(string svg) => PngPattern().Replace(svg, match =>
    {
        var bytes = Convert.FromBase64String(match.Groups[1].Value);
        using var packed = new MemoryStream();
        var pixels = new MemoryStream();
        const int signature = 8;
        for (var at = signature; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            var kind = Encoding.ASCII.GetString(bytes, at + 4, 4);
            if (kind == "IDAT")
                packed.Write(bytes, at + 8, length);
            else
                pixels.Write(bytes, at + 4, length + 4);
            at += length + 12;
        }

        packed.Position = 0;
        using var inflated = new ZLibStream(packed, CompressionMode.Decompress);
        inflated.CopyTo(pixels);
        return Convert.ToHexString(pixels.ToArray());
    });

    [GeneratedRegex("data:image/png;base64,([A-Za-z0-9+/=]+)")]
    private static partial Regex PngPattern();
}
