using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>Each figure against its definition in plain code, on random rows with ties.</summary>
public sealed class MetricTests
{
    private const int Seed = 31;

    private static Tensor Matrix(double[][] rows) => Tensor.Of([.. rows.SelectMany(row => row)]).Reshape(rows.Length, rows[0].Length);

    /// <summary>Random probabilities in few steps, so that ties come.</summary>
    private static (double[][] P, int[] Y) Rows(Random random, int n, int k)
    {
        var p = Enumerable.Range(0, n).Select(_ =>
        {
            double[] w = [.. Enumerable.Range(0, k).Select(_ => (double)random.Next(1, 5))];
            return w.Select(x => x / w.Sum()).ToArray();
        }).ToArray();
        int[] y = [.. Enumerable.Range(0, n).Select(i => i < k ? i : random.Next(k))];
        return (p, y);
    }

    private static void Every(Action<double[][], int[], int, string> check)
    {
        var random = new Random(Seed);
        for (var round = 0; round < 40; round++)
        {
            var k = random.Next(2, 6);
            var (p, y) = Rows(random, random.Next(k + 1, 60), k);
            check(p, y, k, $"seed {Seed}, round {round}");
        }
    }

    private static void Near(double expected, double found, string where) =>
        Assert.True(Math.Abs(expected - found) <= 1e-12 * Math.Max(1, Math.Abs(expected)), $"{where}: {expected} expected, {found} found");

    private static int Best(double[] row) => Array.IndexOf(row, row.Max());

    [Fact]
    public void Accuracy_and_top_k_count_rows() => Every((p, y, k, where) =>
    {
        Near(y.Select((label, i) => Best(p[i]) == label ? 1.0 : 0).Average(), Metric.Accuracy.Of(Matrix(p), Tensor.Of(y)), where);
        for (var top = 2; top <= k; top++)
        {
            var expected = y.Select((label, i) => p[i].Where((x, j) => j != label && x >= p[i][label]).Count() < top ? 1.0 : 0).Average();
            Near(expected, Metric.TopK(top).Of(Matrix(p), Tensor.Of(y)), where);
        }

        Assert.Equal(1, Metric.TopK(k).Of(Matrix(p), Tensor.Of(y)));
        Assert.Equal(Prelude.Accuracy(Matrix(p), Tensor.Of(y)), Metric.Accuracy.Of(Matrix(p), Tensor.Of(y)), 1e-6);
    });

    [Fact]
    public void Log_loss_Brier_and_calibration_are_their_sums() => Every((p, y, k, where) =>
    {
        Near(y.Select((label, i) => -Math.Log(p[i][label])).Average(), Metric.LogLoss.Of(Matrix(p), Tensor.Of(y)), where);
        Near(
            y.Select((label, i) => Enumerable.Range(0, k).Sum(j => Math.Pow(p[i][j] - (j == label ? 1 : 0), 2))).Average(),
            Metric.Brier.Of(Matrix(p), Tensor.Of(y)), where);
        const int bins = 10;
        double error = 0;
        for (var b = 0; b < bins; b++)
        {
            var members = Enumerable.Range(0, y.Length).Where(i => p[i].Max() > b / (double)bins && p[i].Max() <= (b + 1) / (double)bins).ToList();
            if (members.Count > 0)
                error += members.Count / (double)y.Length * Math.Abs(members.Average(i => p[i].Max()) - members.Average(i => Best(p[i]) == y[i] ? 1.0 : 0));
        }

        var found = Calibration.Of(Matrix(p), Tensor.Of(y), bins);
        Near(found.ExpectedError, Metric.CalibrationError(bins).Of(Matrix(p), Tensor.Of(y)), where);
        Assert.True(Math.Abs(error - found.ExpectedError) < 1e-9, where);
        Assert.Equal(y.Length, found.Bins.Sum(bin => bin.Count));
    });

    [Fact]
    public void Roc_auc_is_the_chance_of_the_right_order() => Every((p, y, k, where) =>
    {
        double Pairs(int label)
        {
            double wins = 0, pairs = 0;
            for (var i = 0; i < y.Length; i++)
            {
                for (var j = 0; j < y.Length; j++)
                {
                    if (y[i] != label || y[j] == label)
                        continue;
                    pairs++;
                    wins += p[i][label] > p[j][label] ? 1 : p[i][label] == p[j][label] ? 0.5 : 0;
                }
            }

            return wins / pairs;
        }

        var expected = k == 2 ? Pairs(1) : Enumerable.Range(0, k).Average(Pairs);
        Near(expected, Metric.RocAuc.Of(Matrix(p), Tensor.Of(y)), where);
        for (var label = 0; label < k; label++)
            Near(Pairs(label), RocCurve.Of(Matrix(p), Tensor.Of(y), label).Area, where);
    });

    [Fact]
    public void Confusion_and_report_count_rows() => Every((p, y, k, where) =>
    {
        var matrix = ConfusionMatrix.Of(Matrix(p), Tensor.Of(y));
        var report = matrix.Report();
        int[] guess = [.. p.Select(Best)];
        for (var a = 0; a < k; a++)
        {
            for (var b = 0; b < k; b++)
                Assert.Equal(Enumerable.Range(0, y.Length).Count(i => y[i] == a && guess[i] == b), matrix[a, b]);
            double hit = Enumerable.Range(0, y.Length).Count(i => y[i] == a && guess[i] == a);
            var (said, there) = (guess.Count(g => g == a), y.Count(label => label == a));
            Near(said == 0 ? 0 : hit / said, report.Classes[a].Precision, where);
            Near(hit / there, report.Classes[a].Recall, where);
            Near(2 * hit / (said + there), report.Classes[a].F1, where);
        }

        Near(report.Classes.Average(c => c.F1), Metric.F1.Of(Matrix(p), Tensor.Of(y)), where);
        Near(report.Classes.Sum(c => c.Recall * c.Support) / y.Length, report.Accuracy, where);
        Near(report.Weighted.Recall, report.Accuracy, where);
        Near(report.Classes.Average(c => c.Precision), report.Macro.Precision, where);
    });

    [Fact]
    public void One_probability_per_row_says_what_two_do()
    {
        var random = new Random(Seed);
        var (p, y) = Rows(random, 50, 2);
        var (two, one) = (Matrix(p), Tensor.Of([.. p.Select(row => row[1])]));
        var asNumbers = Tensor.Of([.. y.Select(label => (float)label)]).Reshape(50, 1);
        foreach (var metric in new[] { Metric.LogLoss, Metric.RocAuc, Metric.CalibrationError(), Metric.F1, Metric.Accuracy })
        {
            var expected = metric.Of(two, Tensor.Of(y));
            Near(expected, metric.Of(one, Tensor.Of(y)), metric.Name);
            Near(expected, metric.Of(one.Reshape(50, 1), asNumbers), metric.Name);
        }

        Near(Metric.Brier.Of(two, Tensor.Of(y)) / 2, Metric.Brier.Of(one, Tensor.Of(y)), "Brier counts both classes or one");
    }

    [Fact]
    public void Numbers_are_compared_as_defined()
    {
        var random = new Random(Seed);
        double[] y = [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble())], p = [.. y.Select(v => v + random.NextDouble() - 0.4)];
        var (prediction, target) = (Tensor.Of(p).Reshape(40, 1), Tensor.Of(y));
        Near(p.Zip(y).Average(z => Math.Abs(z.First - z.Second)), Metric.Mae.Of(prediction, target), "MAE");
        Near(Math.Sqrt(p.Zip(y).Average(z => Math.Pow(z.First - z.Second, 2))), Metric.Rmse.Of(prediction, target), "RMSE");
        Near(1 - p.Zip(y).Sum(z => Math.Pow(z.First - z.Second, 2)) / y.Sum(v => Math.Pow(v - y.Average(), 2)), Metric.R2.Of(prediction, target), "R²");
        Assert.Equal(1, Metric.R2.Of(target, target));
        Assert.Equal(0, Metric.R2.Of(Tensor.Of([.. y.Select(_ => y.Average())]), target), 1e-12);
    }

    [Fact]
    public void A_sure_mistake_costs_much_but_not_everything()
    {
        var loss = Metric.LogLoss.Of(Matrix([[1, 0], [0.5, 0.5]]), Tensor.Of(1, 0));
        Near((-Math.Log(1e-15) + Math.Log(2)) / 2, loss, "log loss");
    }

    [Fact]
    public void What_is_not_defined_is_refused_by_name()
    {
        var good = Matrix([[0.5, 0.5], [0.2, 0.8]]);
        var cases = new (Func<object> Use, string Part)[]
        {
            (() => Metric.RocAuc.Of(good, Tensor.Of(1, 1)), "ROC AUC: every row is of class 1"),
            (() => Metric.RocAuc.Of(good, Tensor.Of(0, 0)), "ROC AUC: no row is of class 1"),
            (() => Metric.LogLoss.Of(Matrix([[2, -1], [0, 1]]), Tensor.Of(0, 1)), "row 0 predicts 2 for class 0, which is no probability; take log loss of Softmax"),
            (() => Metric.Brier.Of(Matrix([[0.5, 0.4], [0, 1]]), Tensor.Of(0, 1)), "row 0 sum to 0.9"),
            (() => Metric.Accuracy.Of(good, Tensor.Of(0, 2)), "target of row 1 is 2, no label of 0..1"),
            (() => Metric.Accuracy.Of(good, Tensor.Of(0)), "[2, 2] and targets [1] do not fit"),
            (() => Metric.Accuracy.Of(Matrix([[0.5, double.NaN]]), Tensor.Of(0)), "row 0 is NaN"),
            (() => Metric.TopK(3).Of(good, Tensor.Of(0, 1)), "k is 3"),
            (() => Metric.CalibrationError(0).Of(good, Tensor.Of(0, 1)), "at least 1"),
            (() => Metric.R2.Of(Tensor.Of(1.0, 2), Tensor.Of(3.0, 3)), "every target is 3"),
            (() => Metric.Mae.Of(Tensor.Zeros(3, 2), Tensor.Zeros(3)), "[3, 2] and targets [3] do not fit"),
            (() => Metric.Accuracy.Of(Tensor.Zeros(0, 2), Tensor.Of(Array.Empty<int>())), "at least one row"),
        };
        foreach (var (use, part) in cases)
            Assert.Contains(part, Assert.Throws<MetricException>(use).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_are_text_of_80_columns()
    {
        string[] few = ["cat", "dog"];
        var two = ConfusionMatrix.Of(Matrix([[1, 0], [0, 1], [1, 0]]), Tensor.Of(0, 1, 1), few);
        Assert.Equal("true \\ predicted\n     cat  dog\ncat    1    0\ndog    1    1", two.ToString());
        var lines = two.Report().ToString().Split('\n');
        Assert.Equal(["cat", "0.5000", "1.0000", "0.6667", "1"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["accuracy", "0.6667", "3"], lines[4].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(lines[1].Length, lines[4].Length);

        string[] many = [.. Enumerable.Range(0, 10).Select(i => $"a class of number {i}")];
        var random = new Random(Seed);
        var (p, y) = Rows(random, 200, 10);
        var wide = ConfusionMatrix.Of(Matrix(p), Tensor.Of(y), many).ToString().Split('\n');
        Assert.Equal(11, wide.Length);
        Assert.All(wide, line => Assert.InRange(line.Length, 40, 80));
        Assert.Single(wide.Select(line => line.Length).Distinct());
    }

    [Fact]
    public void A_model_is_evaluated_in_batches_with_the_figures_asked_for()
    {
        Prelude.Seed(2);
        var data = Datasets.FromTensors(Tensor.Normal(90, 3), Tensor.Of([.. Enumerable.Range(0, 90).Select(i => i % 3)]), classNames: ["a", "b", "c"]).Split(0.5);
        var model = Prelude.Sequential(Prelude.Linear(3, 3));

        var usual = Prelude.Evaluate(model, data);
        var asked = Prelude.Evaluate(model, data.Test, [Metric.RocAuc, Metric.Accuracy, new Metric("rows", (p, _) => p.Shape[0])], batchSize: 7);

        Assert.Equal(["accuracy", "log loss", "Brier", "calibration error"], usual.Figures.Keys);
        Assert.Equal(["ROC AUC", "accuracy", "rows"], asked.Figures.Keys);
        Assert.Equal(usual["accuracy"], asked[Metric.Accuracy]);
        Assert.Equal(45, asked["rows"]);
        Assert.Equal(45, usual.Confusion!.Count);
        var logits = Prelude.Predict(model, data.Test);
        Assert.Equal(Loss.CrossEntropy(logits, data.Test.Targets).Item(), usual["log loss"], 1e-5);
        Assert.Contains("did you mean accuracy?", Assert.Throws<MetricException>(() => usual["acuracy"]).Message, StringComparison.Ordinal);
        Assert.Contains("accuracy", usual.ToString(), StringComparison.Ordinal);
        Assert.Contains("no row to judge by", Assert.Throws<MetricException>(() => Prelude.Evaluate(model, data.Test.Take(0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_takes_metrics()
    {
        Prelude.Seed(2);
        var data = Datasets.FromTensors(Tensor.Normal(60, 3), Tensor.Of([.. Enumerable.Range(0, 60).Select(i => i % 3)]), classNames: ["a", "b", "c"]).Split(0.5);
        var model = Prelude.Sequential(Prelude.Linear(3, 3));

        var run = Prelude.Train(
            model, data, (o, y) => Loss.CrossEntropy(o, y), Prelude.Sgd(0.1), epochs: 2, quiet: true,
            metrics: [Metric.RocAuc.OfLogits(), Metric.Brier.OfLogits(), Metric.TopK(2)]);

        var after = Prelude.Evaluate(model, data.Test, [Metric.RocAuc, Metric.Brier, Metric.TopK(2)]);
        Assert.Equal(after.Figures.Keys, run.Last.Figures.Keys);
        foreach (var (name, value) in after.Figures)
            Assert.Equal(value, run.Last.Figures[name], 1e-6);
    }

    [Fact]
    public void Numbers_and_single_probabilities_are_evaluated_too()
    {
        Prelude.Seed(3);
        var binary = Datasets.FromArrays(new float[,] { { 1 }, { -1 }, { 2 }, { -2 } }, [1f, 0, 1, 0]);
        var model = Prelude.Sequential(Prelude.Linear(1, 1), Prelude.Sigmoid());
        Assert.Equal(["R²", "MAE", "RMSE"], Prelude.Evaluate(model, binary.Train).Figures.Keys);
        var classes = Prelude.Evaluate(model, binary.Train, probabilities: true);
        Assert.Equal("accuracy", classes.Figures.Keys.First());
        Assert.Equal(4, classes.Confusion!.Count);
        Assert.Equal(
            Prelude.Evaluate(model, binary.Train, [Metric.LogLoss], probabilities: true)["log loss"],
            Prelude.Evaluate(Prelude.Sequential(model.Layers[0]), binary.Train, [Metric.LogLoss])["log loss"], 1e-6);
    }
}
