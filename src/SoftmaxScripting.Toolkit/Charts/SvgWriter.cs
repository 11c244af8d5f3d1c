using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Writes SVG elements: escaped text, numbers in the invariant culture with at most two decimals.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder text = new();

    /// <summary>What was written.</summary>
    public override string ToString() => text.ToString();

    /// <summary>Begins an element.</summary>
    public SvgWriter Open(string name, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        Start(name, attributes);
        text.Append('>');
        return this;
    }

    /// <summary>Ends an element.</summary>
    public SvgWriter Close(string name)
    {
        text.Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>An element without content.</summary>
    public SvgWriter Empty(string name, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        Start(name, attributes);
        text.Append("/>");
        return this;
    }

    /// <summary>An element that holds text.</summary>
    public SvgWriter Leaf(string name, string content, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        Start(name, attributes);
        text.Append('>').Append(Escaped(content));
        return Close(name);
    }

    /// <summary>Text at a place.</summary>
    public SvgWriter Text(double x, double y, string content, string cssClass, string anchor = "start") =>
        Leaf("text", content, ("x", x), ("y", y), ("class", cssClass), ("text-anchor", anchor));

    /// <summary>A straight line.</summary>
    public SvgWriter Line(double x1, double y1, double x2, double y2, string cssClass) =>
        Empty("line", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("class", cssClass));

    /// <summary>Markup made elsewhere.</summary>
    public SvgWriter Raw(string markup)
    {
        text.Append(markup);
        return this;
    }

    /// <summary>A coordinate.</summary>
    public static string Number(double value) =>
        Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture) is var shown && shown == "-0" ? "0" : shown;

    /// <summary>Text that may stand in XML: markup escaped, characters XML does not allow replaced.</summary>
    public static string Escaped(string content)
    {
        var result = new StringBuilder(content.Length + 16);
        for (var i = 0; i < content.Length; i++)
        {
            var c = content[i];
            var isPair = char.IsHighSurrogate(c) && i + 1 < content.Length && char.IsLowSurrogate(content[i + 1]);
            _ = c switch
            {
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                '&' => result.Append("&amp;"),
                '"' => result.Append("&quot;"),
                '\t' or '\n' or '\r' => result.Append(' '),
                _ when isPair => result.Append(c).Append(content[++i]),
                _ when c < ' ' || char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' => result.Append('\uFFFD'),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }

    private void Start(string name, ReadOnlySpan<(string Name, object Value)> attributes)
    {
        text.Append('<').Append(name);
        foreach (var (key, value) in attributes)
        {
            var shown = value switch
            {
                double number => Number(number),
                int number => number.ToString(CultureInfo.InvariantCulture),
                _ => Escaped((string)value),
            };
            text.Append(' ').Append(key).Append("=\"").Append(shown).Append('"');
        }
    }
}
