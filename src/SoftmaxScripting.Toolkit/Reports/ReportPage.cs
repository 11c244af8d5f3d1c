using System.Globalization;
using System.Text;
using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Writes a report as one HTML page that needs nothing beside itself: no script, no other file, no network, which its own
/// security policy states.
/// </summary>
internal static class ReportPage
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>The whole page.</summary>
    public static string Whole(ReportContent content) => Page(content, Policy, string.Concat(Parts(content)), "");

    /// <summary>A page around a main part.</summary>
    /// <param name="content">For the title.</param>
    /// <param name="policy">What the page may load.</param>
    /// <param name="main">The main part.</param>
    /// <param name="after">What follows the main part.</param>
    public static string Page(ReportContent content, string policy, string main, string after) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="{policy}">
        <link rel="icon" href="data:,">
        <title>{E(content.Title)}</title>
        <style>{ChartTheme.Css}{ReportStyle.Css}</style>
        </head>
        <body>
        <main>{main}</main>
        {after}</body>
        </html>

        """;

    /// <summary>The parts of the main part, each one element; what has not changed is the same text again.</summary>
    public static IReadOnlyList<string> Parts(ReportContent content)
    {
        var parts = new List<string> { Header(content) };
        if (content.Trainings.Count > 0)
            parts.AddRange(Trainings(content.Trainings));
        var figures = new List<Figure>();
        void Flush()
        {
            if (figures.Count > 0)
                parts.Add(Figures(figures));
            figures.Clear();
        }

        foreach (var block in content.Blocks)
        {
            if (block is FigureBlock figure)
            {
                figures.Add(figure.Figure);
                continue;
            }

            Flush();
            parts.Add(block switch
            {
                HeadingBlock heading => $"<h2>{E(heading.Text)}</h2>",
                TextBlock text => $"<p>{E(text.Text)}</p>",
                TableBlock table => Table(table.Table),
                FormulaBlock formula => Formula(formula.Explanation),
                _ => throw new InvalidOperationException(),
            });
        }

        Flush();
        return parts;
    }

    private static string Header(ReportContent content)
    {
        var (state, label) = content.State switch
        {
            ReportState.Running => ("running", Running(content)),
            ReportState.Completed => ("completed", "completed"),
            ReportState.Cancelled => ("broken", "cancelled: what was done until then"),
            _ => ("broken", "failed: what was done until then"),
        };
        var html = new StringBuilder("<header>");
        html.Append($"<h1>{E(content.Title)}</h1>");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"when\"><time datetime=\"{content.Began:yyyy-MM-ddTHH:mm:sszzz}\">{content.Began:yyyy-MM-dd HH:mm:ss}</time> <span class=\"state {state}\">{E(content.Label ?? label)}</span></p>");
        if (content.Problem.Length > 0)
            html.Append($"<pre class=\"problem\">{E(content.Problem)}</pre>");
        foreach (var data in content.Trainings.Select(t => (t.Data, t.Origin, t.IsSynthetic)).Distinct())
        {
            var badge = data.IsSynthetic ? " <strong class=\"synthetic\">synthetic data</strong>" : "";
            html.Append($"<p class=\"data\">{E(data.Data)}{badge}<br><span class=\"faint\">{E(data.Origin)}</span></p>");
        }

        if (content.Introduction.Length > 0)
            html.Append($"<details open><summary>About</summary><pre>{E(content.Introduction)}</pre></details>");
        if (content.Options.Count > 0)
        {
            html.Append("<dl class=\"options\">");
            foreach (var (name, value) in content.Options)
                html.Append($"<div><dt>{E(name)}</dt><dd>{E(value)}</dd></div>");
            html.Append("</dl>");
        }

        return html.Append("</header>").ToString();
    }

    private static string Running(ReportContent content)
    {
        if (content.Trainings.Count == 0 || content.Trainings[^1] is not { Outcome: TrainingOutcome.Running } last)
            return "running";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"running: {last.Name}, epoch {Math.Min(last.Epochs, (int)last.Progress + 1)} of {last.Epochs}, {100 * last.Progress / last.Epochs:0} %");
    }

    private static IEnumerable<string> Trainings(IReadOnlyList<TrainingRecord> trainings)
    {
        yield return "<h2>Training</h2>";
        yield return trainings.Count == 1
            ? Figures(TrainingCharts.Of(trainings[0]))
            : Figures(TrainingCharts.Of([.. trainings.Select(t => (t.Name, t.Done))]));
        if (trainings.Count > TrainingCharts.MostCurves)
            yield return string.Create(CultureInfo.InvariantCulture, $"<p class=\"faint\">The first {TrainingCharts.MostCurves} of {trainings.Count} runs are drawn.</p>");
        yield return Table(TrainingCharts.Table(trainings));
        yield return Settings(trainings);
        if (trainings.Count == 1 && trainings[0].Done.Count > 1)
            yield return "<details><summary>Every epoch</summary>" + Table(Epochs(trainings[0].Done)) + "</details>";
        foreach (var stopped in trainings.Where(t => t.Reason.Length > 0 && t.Outcome != TrainingOutcome.Failed))
            yield return $"<p>{E(stopped.Name)} stopped: {E(stopped.Reason)}</p>";
    }

    private static ReportTable Epochs(IReadOnlyList<Epoch> epochs)
    {
        var names = epochs[^1].AllFigures.Select(figure => figure.Key).ToArray();
        return ReportTable.Of("Epochs", ["epoch", .. names, "seconds"], epochs.Select(epoch =>
        {
            var figures = epoch.AllFigures.ToDictionary();
            object?[] row = [epoch.Number, .. names.Select(name => (object?)figures.GetValueOrDefault(name, double.NaN)), epoch.Seconds];
            return row;
        }));
    }

    private static string Settings(IReadOnlyList<TrainingRecord> trainings)
    {
        var html = new StringBuilder("<dl class=\"options\">");
        void Add(string name, Func<TrainingRecord, string> of)
        {
            var values = trainings.Select(of).Distinct().ToArray();
            html.Append($"<div><dt>{name}</dt><dd>{E(string.Join("; ", values.Take(6)) + (values.Length > 6 ? "; …" : ""))}</dd></div>");
        }

        Add("model", t => t.Model);
        Add("optimiser", t => t.Optimizer);
        Add("rows per step", t => t.BatchSize.ToString(CultureInfo.InvariantCulture));
        Add("seed of the order", t => t.Seed.ToString(CultureInfo.InvariantCulture));
        return html.Append("</dl>").ToString();
    }

    private static string Figures(IEnumerable<Figure> figures)
    {
        var elements = figures.Select(figure => $"<figure>{figure.ToElement()}</figure>").ToArray();

        // Two and four look best in pairs.
        var isPaired = elements.Length is 2 or 4;
        return $"<div class=\"figures{(isPaired ? " pairs" : "")}\">{string.Concat(elements)}</div>";
    }

    private static string Table(ReportTable table)
    {
        var html = new StringBuilder($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{E(table.Title.Length > 0 ? table.Title : "Table")}\"><table>");
        if (table.Title.Length > 0)
            html.Append($"<caption>{E(table.Title)}</caption>");
        html.Append("<thead><tr>");
        for (var c = 0; c < table.Columns.Count; c++)
            html.Append($"<th scope=\"col\"{Class(c)}>{E(table.Columns[c])}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var c = 0; c < row.Count; c++)
                html.Append(c == 0 ? $"<th scope=\"row\"{Class(c)}>{E(row[c])}</th>" : $"<td{Class(c)}>{E(row[c])}</td>");
            html.Append("</tr>");
        }

        return html.Append("</tbody></table></div>").ToString();

        string Class(int column) => table.IsNumeric(column) ? " class=\"number\"" : "";
    }

    private static string Formula(Explanation explanation)
    {
        var html = new StringBuilder($"<section class=\"formula\"><h3>{E(explanation.Title)}</h3>");
        html.Append($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Formula of {E(explanation.Title)}\">{explanation.MathML}</div>");
        foreach (var note in explanation.Notes)
            html.Append($"<p class=\"faint\">{E(note)}</p>");
        if (explanation.Rewrites.Count > 0)
        {
            html.Append("<details open><summary>Rewrites that fired</summary><ul>");
            foreach (var fired in explanation.Rewrites.Where(fired => fired.Rank != RewriteRank.Shortening))
            {
                html.Append($"<li><strong>{E(fired.Name)}</strong>{Times(fired)}: {E(fired.Why)}");
                html.Append(fired.Where.Length > 0 ? $"<br><code>{E(fired.Where)}</code></li>" : "</li>");
            }

            var shortening = explanation.Rewrites.Where(fired => fired.Rank == RewriteRank.Shortening).ToArray();
            if (shortening.Length > 0)
                html.Append($"<li class=\"faint\">Shortened by: {string.Join("; ", shortening.Select(fired => E(fired.Name) + Times(fired)))}</li>");
            html.Append("</ul></details>");
        }

        return html.Append("</section>").ToString();
    }

    private static string Times(FiredRewrite fired) =>
        fired.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({fired.Count} times)");

    private static string E(string text) => SvgWriter.Escaped(text.ReplaceLineEndings("\u2028")).Replace('\u2028', '\n');
}
