namespace SoftmaxScripting.Browser.Tests;

/// <summary>A script for each kind of report.</summary>
internal static class Scripts
{
    public static readonly Dictionary<string, string> ByName = new()
    {
        ["classifier"] =
            """
            // A classifier, with everything a report can say of one.
            //
            // Question  Does the report of a trained classifier read well?
            var data = Datasets.Load(Option("data", "garments")).Take(4000, 1000);
            var model = Sequential(Flatten(), Linear(data.Features, data.Classes, Initializer.Normal(0.01)));
            Tensor CrossEntropy(Tensor o, Tensor y) => -Log((Exp(o) / Exp(o).Sum(1, true)).Pick(y)).Mean();
            Train(model, data, CrossEntropy, Sgd(0.1), epochs: Option("epochs", 6), batchSize: 64, quiet: true);
            Report.Model(model, data, CrossEntropy);
            """,
        ["several-runs"] =
            """
            // Several runs side by side, in curves and in tables.
            var data = Datasets.Load("garments").Take(1500, 500);
            var runs = new List<(string, History)>();
            foreach (var rate in new[] { 0.01, 0.03, 0.1, 0.3 })
            {
                Seed(0);
                Report.NameNext($"learning rate {rate}");
                var model = Sequential(Flatten(), Linear(data.Features, data.Classes));
                runs.Add(($"{rate}", Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Sgd(rate), epochs: 8, quiet: true)));
            }
            Report.Section("Results");
            Table(runs.Select(r => new { learning_rate = r.Item1, loss = r.Item2.Last.Loss, test_accuracy = r.Item2.Last.TestAccuracy, seconds = r.Item2.TrainingSeconds }), "The last epoch of each run");
            """,
        ["charts"] =
            """
            // Charts of every kind.
            Plot("Shapes", [("sin", x => Sin(x)), ("tanh", x => Tanh(x)), ("1/x", x => 1 / x)], -4, 4, x: "x", y: "f(x)");
            Plot(x => Exp(x), 0.01, 100, "Both axes logarithmic", logX: true, logY: true, y: "exp(x) [a.u.]");
            var n = Enumerable.Range(0, 60).Select(i => i / 10.0).ToArray();
            Plot(new Chart("Mean and spread", Series.Band("± 1 σ", n, n.Select(x => x * x - 2 - x).ToArray(), n.Select(x => x * x + 2 + x).ToArray()) with { Colour = 0 }, Series.Line("mean", n, n.Select(x => x * x).ToArray()) with { Colour = 0 }) { X = Axis.Time("time"), Y = Axis.Linear("distance", "m") });
            Seed(1);
            Tensor a = Tensor.Normal(1500), b = Tensor.Normal(1500);
            Plot(new Chart("Three clouds", Series.Points("first", a.ToDoubles(), b.ToDoubles()), Series.Points("second", (a * 0.4 + 3).ToDoubles(), (b + 2).ToDoubles()), Series.Points("third", (b * 0.3 - 3).ToDoubles(), (a * 0.3 + 3).ToDoubles())));
            Plot(a, b, 2 * a - 3.4 * b + 4.2 + 0.3 * Tensor.Normal(1500), "Linear data in space", "x₁", "x₂", "y");
            Plot(Statistics.Histogram("Normal numbers", a.ToDoubles()));
            Plot(new Chart("Bars of two kinds", Series.Bars("train", [0, 1, 2], [0.91, 0.84, 0.88]), Series.Bars("test", [0, 1, 2], [0.83, 0.81, 0.84])) { X = Axis.Categories(["softmax regression", "perceptron with two hidden layers", "nearest neighbours"]), Y = Axis.Linear("accuracy") });
            Plot(new Chart("Gaps, infinities and a single point", Series.Line("a", [1, 2, double.NaN, 3, double.PositiveInfinity, 2, 1, double.NaN, 2.5])) { X = Axis.Integers("step") });
            Plot(new Chart("Nothing <to> show & say"));
            Plot(new Chart("Two dozen series", [.. Enumerable.Range(0, 24).Select(i => Series.Line($"series {i}", n, n.Select(x => Math.Sin(x + i / 4.0)).ToArray()))]));
            Plot(Enumerable.Range(0, 100_000).Select(i => Math.Sin(i / 3000.0) * Math.Sin(i * 1.7)).ToArray(), "A hundred thousand points", "step", "y");
            var grid = new double[12, 30];
            foreach (var (r, c) in from r in Enumerable.Range(0, 12) from c in Enumerable.Range(0, 30) select (r, c)) grid[r, c] = Math.Sin(r / 3.0) * Math.Cos(c / 5.0);
            Plot(new HeatMap("A heat map", grid) { RowTitle = "row", ColumnTitle = "column" });
            ShowImages(Tensor.Uniform(10, 12, 12), title: "Noise", captions: [.. Enumerable.Range(0, 10).Select(i => $"image {i}")]);
            Report.Section("A formula");
            Report.Add((o, y) => Loss.Huber(o, y), TargetKind.Values);
            """,
        ["failed"] =
            """
            var data = Datasets.Load("garments").Take(500, 100);
            Train(Sequential(Flatten(), Linear(data.Features, data.Classes)), data, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.1), epochs: 3, quiet: true);
            throw new InvalidOperationException("<it> broke & stopped");
            """,
    };
}
