using System.Text;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>The look of a series: a colour, and a dash pattern or marker.</summary>
/// <param name="Colour">Its number in the palette.</param>
/// <param name="Style">Its number among dash patterns and markers.</param>
/// <param name="IsGuide">Thin and grey instead.</param>
internal readonly record struct SeriesInk(int Colour, int Style, bool IsGuide)
{
    /// <summary>Its classes in the style sheet.</summary>
    public string Classes => IsGuide ? "guide d1" : $"s{Colour} d{Style}";

    /// <summary>The looks of a chart's series: guides do not use up colours.</summary>
    public static IReadOnlyList<SeriesInk> Of(IReadOnlyList<Series> series)
    {
        var result = new List<SeriesInk>();
        var next = 0;
        foreach (var one in series)
        {
            var colour = one.Colour ?? (one.IsGuide ? 0 : next++);
            var style = one.Style ?? colour;
            result.Add(new SeriesInk(Modulo(colour, ChartTheme.Colours), Modulo(style, ChartTheme.Styles), one.IsGuide));
        }

        return result;
    }

    private static int Modulo(int a, int n) => (a % n + n) % n;
}

/// <summary>Draws the points of a series as one path.</summary>
internal static class Markers
{
    /// <summary>Draws a marker at each place; the shape goes with the style.</summary>
    public static void Draw(SvgWriter svg, IReadOnlyList<Place> places, SeriesInk ink, double radius)
    {
        if (places.Count == 0)
            return;
        var path = new StringBuilder();
        foreach (var place in places)
            Append(path, ink.Style, place.X, place.Y, radius);
        var isStroke = ink.Style is 4 or 5;
        var colour = ink.IsGuide ? "guide" : $"s{ink.Colour}";
        var many = places.Count > 400 ? " many" : "";
        svg.Empty("path", ("d", path.ToString()), ("class", $"{(isStroke ? "stroke" : "mark")} {colour}{many}"));
    }

    /// <summary>A triangle that points beyond the border, for values that are infinite.</summary>
    public static void DrawArrow(SvgWriter svg, Place place, bool up, SeriesInk ink)
    {
        var (tip, foot) = up ? (place.Y + 1, place.Y + 8) : (place.Y - 1, place.Y - 8);
        svg.Empty(
            "path",
            ("d", $"M{N(place.X)} {N(tip)}L{N(place.X + 4)} {N(foot)}L{N(place.X - 4)} {N(foot)}Z"),
            ("class", "mark infinite " + (ink.IsGuide ? "guide" : $"s{ink.Colour}")));
    }

    private static void Append(StringBuilder path, int style, double x, double y, double r)
    {
        var side = r * 0.9;
        _ = style switch
        {
            0 => path.Append($"M{N(x - r)} {N(y)}a{N(r)} {N(r)} 0 1 0 {N(2 * r)} 0a{N(r)} {N(r)} 0 1 0 {N(-2 * r)} 0z"),
            1 => path.Append($"M{N(x - side)} {N(y - side)}h{N(2 * side)}v{N(2 * side)}h{N(-2 * side)}z"),
            2 => path.Append($"M{N(x)} {N(y - 1.2 * r)}l{N(1.15 * r)} {N(2 * r)}h{N(-2.3 * r)}z"),
            3 => path.Append($"M{N(x)} {N(y - 1.3 * r)}l{N(1.3 * r)} {N(1.3 * r)}l{N(-1.3 * r)} {N(1.3 * r)}l{N(-1.3 * r)} {N(-1.3 * r)}z"),
            4 => path.Append($"M{N(x - 1.2 * r)} {N(y)}h{N(2.4 * r)}M{N(x)} {N(y - 1.2 * r)}v{N(2.4 * r)}"),
            _ => path.Append($"M{N(x - r)} {N(y - r)}l{N(2 * r)} {N(2 * r)}M{N(x + r)} {N(y - r)}l{N(-2 * r)} {N(2 * r)}"),
        };
    }

    private static string N(double value) => SvgWriter.Number(value);
}
