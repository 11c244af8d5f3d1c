// Study: the number of classes.
//
// Question  What becomes harder when there are more classes to choose from: the start, the accuracy, the cost?
// Method    Softmax regression on the rows of the first 2, 3, 5 and all classes of the set. Beside it the
//           cross-entropy of scores of many classes, up to the option's number, timed.
// Expect    An untrained model's loss is log K, its accuracy 1/K: both are the line to judge by. Accuracy falls as
//           classes come in that look alike. The cost of cross-entropy grows in proportion to K.

#load "../scripts/image-models.csx"

var epochs = Option("epochs", 5, "passes over the training rows", min: 1);
var most = Option("most", 100_000, "the largest number of classes that is timed", min: 10);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var all = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(all);

Samples Below(Samples rows, int k) => rows.Select([.. rows.Targets.ToInts().Index().Where(row => row.Item < k).Select(row => row.Index)]);

var results = new List<(int K, double Before, Epoch Last)>();
foreach (var k in new[] { 2, 3, 5, all.Classes })
{
    var data = Datasets.FromSamples(Below(all.Train, k), Below(all.Test, k), [.. all.ClassNames.Take(k)], $"{k} classes");
    Report.NameNext($"{k} classes");
    Seed((ulong)seed);
    var model = SoftmaxRegression(data);
    var before = Loss.CrossEntropy(Predict(model, data.Test), data.Test.Targets).Item();
    results.Add((k, before, Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.1), epochs, seed: (ulong)seed, quiet: true).Last));
}

Table(results.Select(r => new
{
    classes = r.K,
    log_K = Math.Log(r.K),
    loss_before = r.Before,
    loss = r.Last.Loss,
    chance = 1.0 / r.K,
    test_accuracy = r.Last.TestAccuracy,
}), $"After {epochs} epochs");
double[] counts = [.. results.Select(r => (double)r.K)];
Plot(new Chart("Accuracy by number of classes",
    Series.Line("test", counts, [.. results.Select(r => r.Last.TestAccuracy)]),
    Series.Line("chance", counts, [.. counts.Select(k => 1 / k)]) with { IsGuide = true })
{ X = Axis.Linear("classes"), Y = Axis.Linear("accuracy") });

var times = new List<(int K, double Milliseconds)>();
for (var k = 10; k <= most; k *= 10)
{
    const int rows = 64;
    var scores = Tensor.Normal(rows, k);
    var labels = Tensor.Of([.. Enumerable.Range(0, rows).Select(i => i % k)]);
    var step = Grad(o => Loss.CrossEntropy(o, labels));
    step(scores);
    var clock = System.Diagnostics.Stopwatch.StartNew();
    for (var i = 0; i < 5; i++)
        step(scores).ToArray();
    times.Add((k, clock.Elapsed.TotalMilliseconds / 5));
}

Print();
Table(times.Select(t => new { classes = t.K, milliseconds = $"{t.Milliseconds:0.00}", nanoseconds_per_score = $"{1e6 * t.Milliseconds / (64.0 * t.K):0.0}" }),
    "Gradient of the cross-entropy of 64 rows");
Plot(new Chart("Time of a gradient", Series.Line("", [.. times.Select(t => (double)t.K)], [.. times.Select(t => t.Milliseconds)]))
{ X = Axis.Log("classes"), Y = Axis.Log("time", "ms") });

Property("equal scores have the cross-entropy log K",
    (Tensor o) => Near(Loss.CrossEntropy(0 * o, Tensor.Of([0, 1])), Math.Log(o.Shape[-1])), Any.Moderate(2, 7));
