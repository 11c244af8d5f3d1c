// Diabetes: a network that does not learn, and why.
//
// Question  A textbook network 8-6-4-1 of sigmoids, trained by plain gradient descent on the Pima diabetes data, ends
//           at an accuracy of 0.65. Has it learned anything?
// Method    The recipe as it is usually given (binary cross-entropy, learning rate 0.1, all rows at once, 100
//           epochs), and in batches of 32 at rate 0.01. Beside it the share of the larger class: what a model gets
//           that looks at nothing. Then logistic regression, and the same network with tanh, momentum and a larger
//           rate.
// Expect    The recipe: loss 0.646 and accuracy 0.653, the larger class exactly; three sigmoids one after another let
//           hardly any gradient through. The other settings reach 0.77 or more. Some rows stay near 0.5: left out as
//           uncertain, the rest is right more often. Without the file a made-up table stands in.

var epochs = Option("epochs", 100, "passes over the rows in each setting", min: 1);
var band = Option("band", 0.1, "probabilities so near 0.5 count as uncertain", min: 0.0, max: 0.5);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);

var table = DataFrame.Load("diabetes");
var data = table.PredictNumber("label").AllOthers().All();
var rows = data.Train.Count;
Print(data);
var majority = Math.Max(data.Train.Targets.Mean().Item(), 1 - data.Train.Targets.Mean().Item());
Print($"the larger class alone: accuracy {majority:0.0000}\n");

Sequential Textbook() => Sequential(Linear(8, 6), Sigmoid(), Linear(6, 4), Sigmoid(), Linear(4, 1));
Sequential Tanhs() => Sequential(Linear(8, 6), Tanh(), Linear(6, 4), Tanh(), Linear(4, 1));
Sequential Logistic() => Sequential(Linear(8, 1));

var settings = new (string Name, Func<Sequential> Model, Optimizer Optimizer, int Batch)[]
{
    ("8-6-4-1 sigmoid, all rows, 0.1", Textbook, Sgd(0.1), rows),
    ("8-6-4-1 sigmoid, by 32, 0.01", Textbook, Sgd(0.01), 32),
    ("logistic regression, by 32, 0.1", Logistic, Sgd(0.1), 32),
    ("8-6-4-1 tanh, by 32, 0.1, 0.9", Tanhs, Sgd(0.1, momentum: 0.9), 32),
};

var results = new List<(string Name, Sequential Model, Evaluation Judged)>();
foreach (var (name, make, optimizer, batch) in settings)
{
    Report.NameNext(name);
    Seed((ulong)seed);
    var model = make();
    Train(model, data, (z, y) => Loss.BceWithLogits(z, y), optimizer, epochs, batch, (ulong)seed, quiet: true);
    results.Add((name, model, Evaluate(model, data.Train, [Metric.LogLoss, Metric.Accuracy, Metric.RocAuc])));
}

Table(results.Select(r => new { setting = r.Name, loss = r.Judged["log loss"], accuracy = r.Judged["accuracy"], ROC_AUC = r.Judged["ROC AUC"] }));

var truth = data.Train.Targets.ToDoubles();
var series = new List<Series>();
Print();
Table(results.Select(r =>
{
    double[] p = [.. Sigmoid(Predict(r.Model, data.Train)).ToDoubles()];
    int[] sure = [.. p.Index().Where(v => Math.Abs(v.Item - 0.5) >= band).Select(v => v.Index)];
    series.Add(Series.Line(r.Name, [.. p.Order()]));
    return new
    {
        setting = r.Name,
        uncertain = rows - sure.Length,
        accuracy_of_the_others = sure.Length == 0 ? double.NaN : sure.Count(i => p[i] > 0.5 == truth[i] > 0.5) / (double)sure.Length,
    };
}), $"Rows whose probability lies within {band} of 0.5");
Plot(new Chart("Predicted probabilities, in order", [.. series]) { X = Axis.Linear("rows"), Y = Axis.Linear("probability") });

Print("\nThese are figures of the rows learned from. Held back in turn:");
CrossValidate(data.Folds(5, (ulong)seed), fold =>
{
    Seed((ulong)seed);
    var model = Logistic();
    Train(model, fold, (z, y) => Loss.BceWithLogits(z, y), Sgd(0.1), epochs, 32, (ulong)seed, quiet: true);
    return Evaluate(model, fold, [Metric.Accuracy])["accuracy"];
});
Print(table.Synthetic ? "\nThe rows are made up (synthetic)." : "\nThe rows are the real ones.");
