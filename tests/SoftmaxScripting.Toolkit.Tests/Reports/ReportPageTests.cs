using System.Xml.Linq;
using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class ReportPageTests : IDisposable
{
    private readonly ScriptSession session = new() { ScriptPath = "/somewhere/an experiment.csx" };
    private readonly IDisposable current;

    public ReportPageTests() => current = ScriptSession.Begin(session);

    public void Dispose() => current.Dispose();

    /// <summary>The main part as XML: the pages close every element, so they can be read so.</summary>
    private static XElement MainPart()
    {
        var html = Report.ToHtml();
        var start = html.IndexOf("<main>", StringComparison.Ordinal);
        var end = html.IndexOf("</main>", StringComparison.Ordinal) + "</main>".Length;
        return XElement.Parse(html[start..end].Replace("<br>", "<br/>", StringComparison.Ordinal).Replace("<details open>", "<details>", StringComparison.Ordinal));
    }

    private static History TrainSmall(int epochs = 3, string? name = null)
    {
        if (name is not null)
            Report.NameNext(name);
        var data = Datasets.Load("garments").Take(200, 50);
        return Prelude.Train(
            Prelude.Sequential(Prelude.Flatten(), Prelude.Linear(data.Features, data.Classes)),
            data, (o, y) => Loss.CrossEntropy(o, y), new Sgd(0.1), epochs, batchSize: 20, quiet: true);
    }

    [Fact]
    public void A_run_gets_its_curves_and_its_table_without_a_word_in_the_script()
    {
        new ScriptReport(session).Begin();
        var history = TrainSmall();
        var main = MainPart();
        Assert.Equal("an experiment", main.Element("header")!.Element("h1")!.Value);
        Assert.Equal(["Loss", "Accuracy"], main.Descendants().Where(e => e.Name.LocalName == "svg" && (string?)e.Attribute("class") == "chart")
            .Select(svg => svg.Elements().First().Value));
        Assert.Contains("synthetic data", main.Value, StringComparison.Ordinal);
        Assert.Contains(history.Last.TestAccuracy.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture), main.Value, StringComparison.Ordinal);
        Assert.Contains("3 of 3", main.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_runs_share_their_charts_under_their_names()
    {
        new ScriptReport(session).Begin();
        TrainSmall(2, "hard <labels>");
        TrainSmall(2);
        var texts = MainPart().Descendants().Where(e => (string?)e.Attribute("class") == "name").Select(e => e.Value).ToArray();
        Assert.Equal(4, texts.Count(text => text == "hard <labels>"));
        Assert.Equal(4, texts.Count(text => text == "run 2"));
    }

    [Fact]
    public void The_curve_of_batches_is_bounded_and_keeps_its_mean()
    {
        var report = new ReportDocument();
        var recorder = new TrainingRecorder(report);
        var run = new TrainingRun(Prelude.Flatten(), Datasets.FromTensors(Tensor.Zeros(1, 1), Tensor.Zeros(1, 1)), new Sgd(0.1), 1, 1, 0) { RowsPerEpoch = 4096 };
        recorder.Begin(run);
        run.BeginEpoch();
        for (var i = 0; i < 4096; i++)
        {
            run.Count(new BatchFigures(1, 1, i % 2, 0), 0.1);
            recorder.BatchEnd(run);
        }

        recorder.End(run);
        var batches = report.Snapshot(session).Trainings.Single().Batches;
        Assert.InRange(batches.Count, 256, 512);
        Assert.Equal(0.5, batches.Average(batch => batch.Loss), 1e-9);
        Assert.Equal(1, batches[^1].Epoch, 1e-9);
    }

    [Fact]
    public void Everything_a_script_adds_stands_in_its_order_and_is_escaped()
    {
        Report.Title("A <title>");
        Report.Section("First & foremost");
        Report.Add("plain <text>");
        Prelude.Plot(x => x * x, 0, 1, "square");
        Report.Add(ReportTable.Of("T", ["a", "b"], [[1, "<x>"], [2.5, null]]));
        Report.Add((o, y) => Loss.CrossEntropy(o, y));
        Report.Add(HeatMap.Confusion([0, 1], [0, 0], ["a", "b"]));
        Prelude.ShowImages(Tensor.Zeros(2, 3, 3), ["one", "two"]);
        var main = MainPart();
        Assert.Equal(
            ["header", "h2", "p", "div", "div", "section", "div"],
            main.Elements().Select(e => e.Name.LocalName));
        Assert.Equal("A <title>", main.Descendants("h1").Single().Value);
        Assert.Equal(["1", "<x>", "2.5000", ""], main.Descendants("tbody").Single().Descendants().Where(e => e.Name.LocalName is "td" || e.Attribute("scope") is not null).Select(e => e.Value));
        Assert.Contains("softmax", main.Elements("section").Single().Value, StringComparison.Ordinal);
        Assert.Equal(2, main.Elements("div").Last().Elements("figure").Count());
    }

    [Fact]
    public void A_model_gets_its_usual_pictures()
    {
        var data = Datasets.Load("garments").Take(100, 60);
        var model = Prelude.Sequential(Prelude.Flatten(), Prelude.Linear(data.Features, data.Classes));
        Report.Model(model, data, (o, y) => Loss.CrossEntropy(o, y));
        var titles = MainPart().Descendants().Where(e => e.Name.LocalName == "svg" && (string?)e.Attribute("class") == "chart").Select(svg => svg.Elements().First().Value).ToArray();
        Assert.Equal(4, titles.Length);
        Assert.Equal("Confusion matrix of 60 test rows", titles[0]);
        Assert.StartsWith("Calibration", titles[1], StringComparison.Ordinal);
        Assert.StartsWith("The first 20 test rows", titles[2], StringComparison.Ordinal);
        Assert.Equal("Weights of each class", titles[3]);
    }

    [Fact]
    public void A_regression_gets_predictions_against_targets()
    {
        var data = Datasets.FromTensors(Tensor.Normal(40, 2), Tensor.Normal(40, 1));
        Report.Model(Prelude.Linear(2, 1), data);
        Assert.Contains("Predictions against targets, training rows", MainPart().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        Assert.Contains("row 1 has 1 values", Assert.Throws<SoftmaxException>(() => ReportTable.Of("", ["a", "b"], [[1, 2], [1]])).Message, StringComparison.Ordinal);
        Assert.Contains("[3]", Assert.Throws<SoftmaxException>(() => Prelude.ShowImages(Tensor.Zeros(3))).Message, StringComparison.Ordinal);
        Assert.Contains("2 images and 1 captions", Assert.Throws<SoftmaxException>(() => Prelude.ShowImages(Tensor.Zeros(2, 3, 3), ["one"])).Message, StringComparison.Ordinal);
        Assert.Contains("from 2 to 1", Assert.Throws<SoftmaxException>(() => Prelude.Plot(x => x, 2, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("above 0", Assert.Throws<SoftmaxException>(() => Prelude.Plot(x => x, 0, 1, logX: true)).Message, StringComparison.Ordinal);
        Assert.Contains("each element", Assert.Throws<SoftmaxException>(() => Prelude.Plot(x => x.Sum(), 0, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_is_printed_in_columns()
    {
        using var output = new StringWriter();
        ReportTable.Of("Results", new[] { new { name = "a [b]", test_loss = 0.25, rows = 12 }, new { name = "longer", test_loss = 1e-9, rows = 3 } })
            .Write(output, isTerminal: false, 80);
        var lines = output.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).ToArray();
        Assert.Equal("Results", lines[0]);
        Assert.Equal(["name", "test loss", "rows"], lines[1].Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim()));
        Assert.Equal(["a [b]", "0.2500", "12"], lines[2].Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim()));
        Assert.Contains("1×10⁻⁹", lines[3], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output.ToString());
    }

    [Fact]
    public void A_report_is_saved_whole_into_a_new_folder()
    {
        using var folder = new TemporaryFolder();
        Report.Add("text");
        var path = Path.Combine(folder.Path, "a", "b", "report.html");
        Report.Save(path);
        Assert.Equal(Report.ToHtml(), File.ReadAllText(path));
        File.WriteAllText(Path.Combine(folder.Path, "file"), "");
        Assert.Throws<FileException>(() => Report.Save(Path.Combine(folder.Path, "file", "report.html")));
    }
}
