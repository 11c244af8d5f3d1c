using System.Text.RegularExpressions;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>A fenced block of a page: <c>```csharp huber.csx</c> has the language csharp and the words huber.csx.</summary>
/// <param name="Line">The line of the fence, from 1.</param>
/// <param name="Language">What it is written in.</param>
/// <param name="Words">What else the fence says.</param>
/// <param name="Text">What stands between the fences.</param>
internal sealed record MarkdownBlock(int Line, string Language, string[] Words, string Text);

/// <summary>A page of documentation, as far as tests look at it.</summary>
internal sealed partial class Markdown
{
    private Markdown(string path)
    {
        Path = path;
        var lines = File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n');
        var blocks = new List<MarkdownBlock>();
        var prose = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                prose.Add(lines[i]);
                continue;
            }

            var end = Array.IndexOf(lines, "```", i + 1);
            Assert.True(end > 0, $"{path}({i + 1}): the block has no end");
            var words = lines[i][3..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            blocks.Add(new MarkdownBlock(i + 1, words.FirstOrDefault(""), [.. words.Skip(1)], string.Join('\n', lines[(i + 1)..end])));
            i = end;
        }

        Blocks = blocks;
        Prose = string.Join('\n', prose);
    }

    public string Path { get; }

    /// <summary>Its fenced blocks in order.</summary>
    public IReadOnlyList<MarkdownBlock> Blocks { get; }

    /// <summary>The rest.</summary>
    public string Prose { get; }

    /// <summary>Where its links and pictures lead, without those to other places of the net.</summary>
    public IEnumerable<string> RelativeLinks => LinkPattern().Matches(Prose).Select(match => match.Groups[1].Value)
        .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal));

    /// <summary>The files of its pictures.</summary>
    public IEnumerable<string> Pictures => PicturePattern().Matches(Prose).Select(match => match.Groups[1].Value);

    /// <summary>Its headings as the targets of links.</summary>
    public IEnumerable<string> Anchors => Prose.Split('\n').Where(line => line.StartsWith('#'))
        .Select(line => NoAnchorPattern().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>A page of the checkout.</summary>
    public static Markdown Read(string path) => new(System.IO.Path.Combine(Checkout.Root, path));

    [GeneratedRegex(@"\]\(([^()\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"!\[[^\]]*\]\(([^()\s]+)\)")]
    private static partial Regex PicturePattern();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchorPattern();
}
