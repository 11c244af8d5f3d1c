using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The report of the running script: one HTML file, written when the script ends, also when it fails or is cancelled. A script
/// that trains gets one by itself, with its curves; these members add to it. Where a script is run for its checks or its
/// formulas nothing is written.
/// </summary>
/// <example><code>
/// Report.Model(model, data, loss);
/// Report.Section("What it cost");
/// Report.Add(Explain(loss));
/// </code></example>
public static class Report
{
    private static ReportDocument Document => ScriptSession.Current.Report;

    /// <summary>What the report is called; by default the script's name.</summary>
    /// <param name="title">The heading.</param>
    public static void Title(string title) => Document.Title = title;

    /// <summary>What the next training run is called in curves and tables; by default its number.</summary>
    /// <param name="name">The name.</param>
    public static void NameNext(string name) => Document.NameOfNext = name;

    /// <summary>Begins a section.</summary>
    /// <param name="heading">Its heading.</param>
    public static void Section(string heading) => Document.Add(new HeadingBlock(heading));

    /// <summary>Adds a paragraph.</summary>
    /// <param name="text">Plain text.</param>
    public static void Add(string text) => Document.Add(new TextBlock(text));

    /// <summary>Adds a picture.</summary>
    /// <param name="figure">A chart, a heat map or images.</param>
    public static void Add(Figure figure) => Document.Add(new FigureBlock(figure));

    /// <summary>Adds a table.</summary>
    /// <param name="table">The table.</param>
    public static void Add(ReportTable table) => Document.Add(new TableBlock(table));

    /// <summary>Adds a formula with its derivatives and the rewrites that fired.</summary>
    /// <param name="explanation">What Explain returns.</param>
    public static void Add(Explanation explanation) => Document.Add(new FormulaBlock(explanation));

    /// <summary>Adds the formula of a loss, with its derivatives and the rewrites that fired, without printing it.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="target">What the target holds; by default what the loss accepts.</param>
    public static void Add(Func<Tensor, Tensor, Tensor> loss, TargetKind target = TargetKind.Automatic) =>
        Add(Explanation.Of(loss, target: target));

    /// <summary>
    /// Adds a section on a trained model: its loss as a formula, and the usual pictures on the test rows. For classes these are
    /// confusion matrix, calibration curve, the first images with what they were taken for, and weights as images; for numbers
    /// predictions against targets.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The rows.</param>
    /// <param name="loss">Its loss; null leaves the formula out.</param>
    /// <param name="heading">The section's heading.</param>
    public static void Model(
        Layer model, Dataset data, Func<Tensor, Tensor, Tensor>? loss = null, string heading = "What was learnt")
    {
        if (ScriptSession.Current.Mode != ScriptMode.Run)
            return;
        Section(heading);
        if (loss is not null)
            Add(Prelude.ExplanationOf(model, data, loss));
        foreach (var figure in ModelPictures.Of(model, data))
            Add(figure);
    }

    /// <summary>The report as it is now, as the text of an HTML page.</summary>
    public static string ToHtml() => ReportPage.Whole(Document.Snapshot(ScriptSession.Current));

    /// <summary>Writes the report as it is now.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <exception cref="FileException">The file cannot be written.</exception>
    public static void Save(string path) => ReportFile.Write(path, ToHtml());
}
