using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

public static partial class Prelude
{
    private const int PlotPoints = 401;

    /// <summary>Adds a picture to the report.</summary>
    /// <param name="figure">A chart, a heat map or images.</param>
    /// <returns>The picture, for <see cref="Figure.ToSvg"/>.</returns>
    public static Figure Plot(Figure figure)
    {
        Report.Add(figure);
        return figure;
    }

    /// <summary>Adds the curve of a function to the report.</summary>
    /// <param name="f">A function that works on each element of a tensor by itself.</param>
    /// <param name="from">Where the curve begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="x">What is along the horizontal axis.</param>
    /// <param name="y">What is along the vertical axis.</param>
    /// <param name="logX">Whether the horizontal axis is logarithmic.</param>
    /// <param name="logY">Whether the vertical axis is logarithmic.</param>
    /// <exception cref="SoftmaxException">The function changes the number of elements, or the range is none.</exception>
    public static Chart Plot(
        Func<Tensor, Tensor> f, double from, double to, string title = "", string x = "x", string y = "", bool logX = false, bool logY = false) =>
        Plot(title, [("", f)], from, to, x, y, logX, logY);

    /// <summary>Adds the curves of functions to the report.</summary>
    /// <param name="title">What they show.</param>
    /// <param name="curves">Names and functions, which work on each element of a tensor by itself.</param>
    /// <param name="from">Where the curves begin.</param>
    /// <param name="to">Where they end.</param>
    /// <param name="x">What is along the horizontal axis.</param>
    /// <param name="y">What is along the vertical axis.</param>
    /// <param name="logX">Whether the horizontal axis is logarithmic.</param>
    /// <param name="logY">Whether the vertical axis is logarithmic.</param>
    /// <exception cref="SoftmaxException">A function changes the number of elements, or the range is none.</exception>
    public static Chart Plot(
        string title,
        IReadOnlyList<(string Name, Func<Tensor, Tensor> F)> curves,
        double from,
        double to,
        string x = "x",
        string y = "",
        bool logX = false,
        bool logY = false)
    {
        if (!(from < to) || (logX && !(from > 0)))
            throw new SoftmaxException($"Plot: from {from} to {to} is no range{(logX ? " of a logarithmic axis" : "")}; the first must be below the second{(logX ? " and above 0" : "")}.");
        double[] places = [.. Enumerable.Range(0, PlotPoints).Select(i => i / (PlotPoints - 1.0)).Select(t =>
            logX ? Math.Exp(Math.Log(from) + t * (Math.Log(to) - Math.Log(from))) : from + t * (to - from))];
        var tensor = Tensor.Of(places);
        var series = curves.Select(curve =>
        {
            var result = curve.F(tensor);
            if (result.Size != places.Length)
                throw new SoftmaxException($"Plot: the function {curve.Name} makes {result.Shape} of {tensor.Shape}; it must work on each element by itself.");
            return Series.Line(curve.Name, places, result.ToDoubles());
        });
        return Plotted(new Chart(title, [.. series]) { X = AxisOf(x, logX), Y = AxisOf(y, logY) });
    }

    /// <summary>Adds a line through points, or the points alone, to the report.</summary>
    /// <param name="x">Where the points stand.</param>
    /// <param name="y">How high they are, as many.</param>
    /// <param name="title">What they show.</param>
    /// <param name="xTitle">What is along the horizontal axis.</param>
    /// <param name="yTitle">What is along the vertical axis.</param>
    /// <param name="points">True for points without a line.</param>
    /// <param name="logX">Whether the horizontal axis is logarithmic.</param>
    /// <param name="logY">Whether the vertical axis is logarithmic.</param>
    /// <exception cref="SoftmaxException">The two differ in number.</exception>
    public static Chart Plot(
        Tensor x, Tensor y, string title = "", string xTitle = "x", string yTitle = "y", bool points = false, bool logX = false, bool logY = false)
    {
        var (a, b) = (x.ToDoubles(), y.ToDoubles());
        return Plotted(new Chart(title, points ? Series.Points("", a, b) : Series.Line("", a, b)) { X = AxisOf(xTitle, logX), Y = AxisOf(yTitle, logY) });
    }

    /// <summary>Adds points in space to the report.</summary>
    /// <param name="x">First coordinates.</param>
    /// <param name="y">Second coordinates, as many.</param>
    /// <param name="z">Third coordinates, as many, drawn upwards.</param>
    /// <param name="title">What they show.</param>
    /// <param name="xTitle">What the first axis is.</param>
    /// <param name="yTitle">What the second axis is.</param>
    /// <param name="zTitle">What the third axis is.</param>
    /// <exception cref="SoftmaxException">The three differ in number.</exception>
    public static Chart Plot(
        Tensor x, Tensor y, Tensor z, string title = "", string xTitle = "x", string yTitle = "y", string zTitle = "z") =>
        Plotted(new Chart(title, Series.Points("", x.ToDoubles(), y.ToDoubles(), z.ToDoubles()))
        {
            X = Axis.Linear(xTitle),
            Y = Axis.Linear(yTitle),
            Z = Axis.Linear(zTitle),
        });

    /// <summary>Adds a line through values at 1, 2, 3, … to the report.</summary>
    /// <param name="values">The values.</param>
    /// <param name="title">What they show.</param>
    /// <param name="x">What is counted.</param>
    /// <param name="y">What the values are.</param>
    /// <param name="logY">Whether the vertical axis is logarithmic.</param>
    public static Chart Plot(IReadOnlyList<double> values, string title = "", string x = "", string y = "", bool logY = false) =>
        Plotted(new Chart(title, Series.Line("", values)) { X = Axis.Integers(x), Y = AxisOf(y, logY) });

    /// <summary>Adds curves of loss and accuracy of a training run to the report.</summary>
    /// <param name="history">What Train returned.</param>
    /// <param name="title">Put before the titles of the curves.</param>
    public static void Plot(History history, string title = "")
    {
        foreach (var chart in TrainingCharts.Curves(history.Epochs))
            Plotted(chart with { Title = title.Length > 0 ? $"{title}: {chart.Title}" : chart.Title });
    }

    /// <summary>Adds curves of loss and accuracy of training runs side by side to the report.</summary>
    /// <param name="runs">Names, and what Train returned.</param>
    public static void Plot(params (string Name, History History)[] runs)
    {
        foreach (var chart in TrainingCharts.Of([.. runs.Select(run => (run.Name, run.History.Epochs))]))
            Plotted(chart);
    }

    /// <summary>Adds grey images to the report.</summary>
    /// <param name="images">[rows, height, width], or [rows, numbers] where they make a square.</param>
    /// <param name="captions">A caption for each; null for none.</param>
    /// <param name="title">What they show.</param>
    /// <param name="columns">How many stand side by side.</param>
    /// <exception cref="SoftmaxException">The shape is another, or images and captions differ in number.</exception>
    public static ImageGrid ShowImages(Tensor images, IReadOnlyList<string>? captions = null, string title = "Images", int columns = 5)
    {
        var pictures = ImageGrid.Of(images);
        if (captions is not null && captions.Count != pictures.Count)
            throw new SoftmaxException($"ShowImages: {pictures.Count} images and {captions.Count} captions; each image needs one.");
        return Plotted(new ImageGrid(title, [.. pictures.Select((picture, i) => picture with { Caption = captions?[i] ?? "" })]) { Columns = columns });
    }

    /// <summary>Adds images with what they were taken for to the report; mistakes are marked.</summary>
    /// <param name="images">[rows, height, width], or [rows, numbers] where they make a square.</param>
    /// <param name="truth">Labels [rows].</param>
    /// <param name="predicted">Labels [rows], or [rows, classes] of which the largest counts.</param>
    /// <param name="names">The name of each class.</param>
    /// <param name="title">What they show.</param>
    /// <param name="columns">How many stand side by side.</param>
    /// <exception cref="SoftmaxException">The numbers of images and labels differ.</exception>
    public static ImageGrid ShowImages(
        Tensor images, Tensor truth, Tensor predicted, IReadOnlyList<string> names, string title = "Predictions", int columns = 5)
    {
        var labels = predicted.Rank == 2 ? predicted.ArgMax() : predicted;
        return Plotted(ImageGrid.Predictions(title, images, truth.ToInts(), labels.ToInts(), names) with { Columns = columns });
    }

    /// <summary>
    /// Prints a table and adds it to the report: a column for each property of the rows, an underscore in its name shown as
    /// a space.
    /// </summary>
    /// <param name="rows">The rows, such as of an anonymous type.</param>
    /// <param name="title">What it shows.</param>
    /// <exception cref="SoftmaxException">The rows have no properties.</exception>
    /// <example><code>Table(runs.Select(r => new { target = r.Name, test_accuracy = r.History.Last.TestAccuracy }));</code></example>
    public static ReportTable Table<T>(IEnumerable<T> rows, string title = "") => Printed(ReportTable.Of(title, rows));

    /// <summary>Prints a table and adds it to the report.</summary>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="rows">One value for each column in each row.</param>
    /// <param name="title">What it shows.</param>
    /// <exception cref="SoftmaxException">A row has more or fewer values than there are columns.</exception>
    public static ReportTable Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows, string title = "") =>
        Printed(ReportTable.Of(title, columns, rows));

    private static Axis AxisOf(string title, bool isLog) => isLog ? Axis.Log(title) : Axis.Linear(title);

    private static T Plotted<T>(T figure)
        where T : Figure
    {
        Report.Add(figure);
        return figure;
    }

    private static ReportTable Printed(ReportTable table)
    {
        var isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        table.Write(Console.Out, isTerminal, isTerminal ? Math.Max(40, Console.WindowWidth) : int.MaxValue);
        Report.Add(table);
        return table;
    }
}
