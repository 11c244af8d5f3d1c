namespace SoftmaxScripting.Host.Scripting;

/// <summary>Reads the comment at the head of a script, which describes it in <c>--help</c>.</summary>
internal static class LeadingComment
{
    /// <summary>
    /// The first block of comment lines before any code, without its slashes and stars; empty without one.
    /// </summary>
    /// <param name="text">The script.</param>
    public static string Read(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim())
            .SkipWhile(line => line.Length == 0 || line.StartsWith("#!", StringComparison.Ordinal))
            .ToArray();
        if (lines.Length == 0)
            return "";
        var comment = lines[0].StartsWith("/*", StringComparison.Ordinal)
            ? Block(lines)
            : lines.TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal))
                .Select(line => Unpadded(line.TrimStart('/')));
        return string.Join(Environment.NewLine, comment).Trim();
    }

    private static IEnumerable<string> Block(string[] lines)
    {
        foreach (var line in lines)
        {
            var end = line.IndexOf("*/", StringComparison.Ordinal);
            var content = end >= 0 ? line[..end] : line;
            content = content.StartsWith("/*", StringComparison.Ordinal) ? content[2..] : content;
            yield return Unpadded(content.TrimStart('*')).TrimEnd();
            if (end >= 0)
                yield break;
        }
    }

    // One space only: what is indented further, a formula or a list, stays so.
    private static string Unpadded(string line) => line.StartsWith(' ') ? line[1..] : line;
}
