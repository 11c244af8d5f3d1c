using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>
/// The colours of charts, as CSS variables with a light and a dark set. The series' colours can be told apart with the
/// usual colour-vision deficiencies and have a contrast of at least 3 with the paper; dashes and markers tell the
/// series apart without colour.
/// </summary>
internal static class ChartTheme
{
    /// <summary>How many colours the palette has.</summary>
    public const int Colours = 8;

    /// <summary>How many dash patterns and markers there are.</summary>
    public const int Styles = 6;

    /// <summary>How many steps the colours of a heat map have.</summary>
    public const int HeatLevels = 12;

    private static readonly string[] s_light =
        ["#0072b2", "#c94f00", "#00845f", "#a2458a", "#8a6200", "#2b87bd", "#5b4fc4", "#5c6570"];

    private static readonly string[] s_dark =
        ["#56b4e9", "#ff8f45", "#2fc79c", "#e29cc8", "#e6b840", "#a9d6f5", "#a99ff5", "#b4bcc6"];

    /// <summary>The variables alone, for a page that has rules of its own.</summary>
    public static string Variables { get; } =
        $":root{{color-scheme:light dark;{Set(s_light, "#ffffff", "#1b1f24", "#59626d", "#dde2e8", (255, 255, 255), (8, 72, 130))}}}"
        + $"@media (prefers-color-scheme:dark){{:root{{{Set(s_dark, "#14171b", "#e8ebee", "#a3adb8", "#343b44", (24, 29, 36), (120, 200, 255))}}}}}";

    /// <summary>Everything a chart needs.</summary>
    public static string Css { get; } = Variables + Rules();

    private static string Rules()
    {
        var css = new StringBuilder(
            "svg.chart{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}"
            + "svg.chart text{fill:var(--ink)}svg.chart .title{font-size:14px;font-weight:600}"
            + "svg.chart .tick,svg.chart .note{fill:var(--faint)}svg.chart .note{font-size:11px}"
            + "svg.chart .heading{fill:var(--faint)}svg.chart .grid{stroke:var(--grid);stroke-width:1}"
            + "svg.chart .frame{stroke:var(--faint);stroke-width:1;fill:none}svg.chart .minor{stroke:var(--grid);stroke-width:.5}"
            + "svg.chart .line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round;stroke-linecap:butt}"
            + "svg.chart .mark{fill:var(--c);stroke:none}svg.chart .stroke{fill:none;stroke:var(--c);stroke-width:1.6}"
            + "svg.chart .bar{fill:var(--c);stroke:var(--paper);stroke-width:.5}"
            + "svg.chart .band{fill:var(--c);fill-opacity:.2;stroke:none}"
            + "svg.chart .guide{--c:var(--faint)}svg.chart .line.guide{stroke-width:1.2}svg.chart .many{opacity:.6}");
        for (var i = 0; i < Colours; i++)
            css.Append(CultureInfo.InvariantCulture, $"svg.chart .s{i}{{--c:var(--s{i})}}");
        string[] dashes = ["none", "7 3", "2 2.5", "9 3 2 3", "4 4", "12 3 2 3 2 3"];
        for (var i = 0; i < Styles; i++)
            css.Append(CultureInfo.InvariantCulture, $"svg.chart .d{i}{{stroke-dasharray:{dashes[i]}}}");
        for (var i = 0; i < HeatLevels; i++)
            css.Append(CultureInfo.InvariantCulture, $"svg.chart .h{i}{{fill:var(--h{i})}}svg.chart text.t{i}{{fill:var(--t{i})}}");
        return css.ToString();
    }

    private static string Set(
        string[] series, string paper, string ink, string faint, string grid, (int R, int G, int B) from, (int R, int G, int B) to)
    {
        var css = new StringBuilder($"--paper:{paper};--ink:{ink};--faint:{faint};--grid:{grid};");
        for (var i = 0; i < Colours; i++)
            css.Append(CultureInfo.InvariantCulture, $"--s{i}:{series[i]};");
        for (var i = 0; i < HeatLevels; i++)
        {
            var t = i / (HeatLevels - 1.0);
            int Mixed(int a, int b) => (int)Math.Round(a + t * (b - a));
            var (r, g, b) = (Mixed(from.R, to.R), Mixed(from.G, to.G), Mixed(from.B, to.B));
            var text = Luminance(r, g, b) > 0.179 ? "#000" : "#fff";
            css.Append(CultureInfo.InvariantCulture, $"--h{i}:#{r:x2}{g:x2}{b:x2};--t{i}:{text};");
        }

        return css.ToString();
    }

    /// <summary>Relative luminance (WCAG 2): black and white text have the same contrast of 4.6 at 0.179.</summary>
    private static double Luminance(int r, int g, int b)
    {
        static double Linear(int channel) =>
            channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        return 0.2126 * Linear(r) + 0.7152 * Linear(g) + 0.0722 * Linear(b);
    }
}
