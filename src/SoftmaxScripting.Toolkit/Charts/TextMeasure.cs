using System.Globalization;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>How much room text takes, estimated: no font is at hand where a chart is made.</summary>
internal static class TextMeasure
{
    /// <summary>The width of a text in pixels.</summary>
    public static double Width(string text, double size = 12)
    {
        var width = 0.0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += rune.Value switch
            {
                'i' or 'l' or 'j' or '.' or ',' or ':' or ' ' or '\'' or '|' or 'I' or 'f' or 't' or 'r' or '(' or ')' => 0.36,
                'm' or 'w' or 'M' or 'W' => 0.9,
                >= 0x1100 => 1.0,
                >= 'A' and <= 'Z' => 0.68,
                _ => 0.59,
            };
        }

        return width * size;
    }

    /// <summary>The text, cut with an ellipsis where it does not fit.</summary>
    public static string Cut(string text, double width, double size = 12)
    {
        if (Width(text, size) <= width)
            return text;
        var elements = new StringInfo(text);
        for (var length = elements.LengthInTextElements - 1; length > 0; length--)
        {
            var shown = elements.SubstringByTextElements(0, length).TrimEnd() + "…";
            if (Width(shown, size) <= width)
                return shown;
        }

        return "…";
    }

    /// <summary>The text in lines, broken at spaces; what does not fit in the last is cut.</summary>
    public static IReadOnlyList<string> Wrap(string text, double width, double size, int most)
    {
        var lines = new List<string>();
        foreach (var word in text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && (Width($"{lines[^1]} {word}", size) <= width || lines.Count == most))
                lines[^1] += " " + word;
            else
                lines.Add(word);
        }

        return [.. lines.Select(line => Cut(line, width, size))];
    }
}
