using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SoftmaxScripting.Toolkit.Charts;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests.Charts;

/// <summary>A figure's SVG, read as XML.</summary>
internal sealed partial class Drawing
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public Drawing(Figure figure)
    {
        Text = figure.ToSvg();
        Root = XDocument.Parse(Text).Root!;
    }

    public string Text { get; }

    public XElement Root { get; }

    public XElement? Plot => Root.Descendants(s_svg + "svg").SingleOrDefault(e => Class(e) == "plot");

    public string Description => Root.Element(s_svg + "desc")!.Value;

    public IEnumerable<XElement> All(string name) => Root.Descendants(s_svg + name);

    public IEnumerable<XElement> OfClass(string name) => Root.Descendants().Where(e => Class(e).Split(' ').Contains(name));

    public IEnumerable<string> Texts => All("text").Select(e => e.Value);

    /// <summary>The plot's border: left, top, right, bottom.</summary>
    public (double Left, double Top, double Right, double Bottom) Border
    {
        get
        {
            var (x, y) = (Number(Plot!, "x"), Number(Plot!, "y"));
            return (x, y, x + Number(Plot!, "width"), y + Number(Plot!, "height"));
        }
    }

    /// <summary>The absolute points of the paths of a class: where the pen is put down and where lines go.</summary>
    public List<(char Command, double X, double Y)> Points(string cssClass) =>
    [
        .. Plot!.Descendants(s_svg + "path")
            .Where(e => Class(e).Split(' ').Contains(cssClass))
            .SelectMany(e => PathPoint().Matches(e.Attribute("d")!.Value))
            .Select(m => (m.Groups[1].Value[0], Parse(m.Groups[2].Value), Parse(m.Groups[3].Value))),
    ];

    public static string Class(XElement element) => element.Attribute("class")?.Value ?? "";

    public static double Number(XElement element, string attribute) => Parse(element.Attribute(attribute)!.Value);

    public void AssertWellFormed()
    {
        Assert.Equal("img", Root.Attribute("role")!.Value);
        Assert.NotEqual("", Root.Element(s_svg + "title")!.Value);
        Assert.NotEqual("", Description);
        foreach (var attribute in Root.Descendants().Attributes())
            Assert.DoesNotMatch("NaN|Infinity|∞|[0-9]E", attribute.Name == "class" ? "" : attribute.Value);
    }

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"([ML])(-?[\d.]+) (-?[\d.]+)")]
    private static partial Regex PathPoint();
}
