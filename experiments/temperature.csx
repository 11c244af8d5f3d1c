// Study: the temperature of softmax.
//
// Question  softmax(o / T): what does T change, what does it leave, and which T makes a trained model's probabilities
//           honest?
// Method    First (2, 1, 0.1) at several temperatures. Then a softmax regression is trained once, and its scores
//           divided by T: temperature scaling (Guo et al. 2017), T chosen by the training rows and judged by the test
//           rows.
// Expect    T -> 0 gives the largest score everything, T -> infinity each class 1/K; at T = 1 the example is (0.659,
//           0.242, 0.099). Accuracy never changes, since the order of the scores does not. A model trained for a few
//           epochs is too unsure of itself: T below 1 lowers its calibration error and its log loss.

#load "../scripts/image-models.csx"

var epochs = Option("epochs", 3, "passes over the training rows", min: 1);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

var example = Tensor.Of(2, 1, 0.1);
Table(new[] { 0.01, 0.5, 1, 2, 10, 1000 }.Select(t => (T: t, P: Softmax(example, temperature: t).ToDoubles()))
    .Select(r => new { T = r.T, first = r.P[0], second = r.P[1], third = r.P[2] }), "Softmax of (2, 1, 0.1)");
Plot("Softmax of (2, 1, 0.1) by temperature",
    [.. Enumerable.Range(0, 3).Select(j => ($"score {example.ToDoubles()[j]}", (Func<Tensor, Tensor>)(t =>
        Softmax(example.Reshape(1, 3) / t.Reshape(-1, 1))[.., j])))],
    0.05, 50, x: "T", y: "probability", logX: true);

Seed((ulong)seed);
var model = SoftmaxRegression(data);
Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.1), epochs, seed: (ulong)seed, quiet: true);
var (seen, unseen) = (Predict(model, data.Train), Predict(model, data.Test));
var (labels, truth) = (data.Train.Targets, data.Test.Targets);
double[] temperatures = [0.25, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 4];
var chosen = temperatures.MinBy(t => Loss.CrossEntropy(seen / t, labels).Item());
var rows = temperatures.Select(t => (T: t, P: Softmax(unseen, temperature: t), Loss: Loss.CrossEntropy(unseen / t, truth).Item()))
    .Select(r => (r.T, r.Loss, Top: r.P.Max(1).Mean().Item(), Accuracy: Accuracy(r.P, truth), Error: Calibration.Of(r.P, truth).ExpectedError)).ToList();

Print();
Table(rows.Select(r => new
{
    T = r.T,
    test_accuracy = r.Accuracy,
    mean_confidence = r.Top,
    calibration_error = r.Error,
    log_loss = r.Loss,
}), "The trained model");
Print($"\nThe training rows choose T = {chosen}.");
Plot(new Chart("What the temperature does to a trained model",
    Series.Line("confidence", temperatures, [.. rows.Select(r => r.Top)]),
    Series.Line("accuracy", temperatures, [.. rows.Select(r => r.Accuracy)]),
    Series.Line("calibration error", temperatures, [.. rows.Select(r => r.Error)]))
{ X = Axis.Log("T"), Y = Axis.Linear("share of test rows") });

Property("a low temperature gives the largest score everything", (Tensor o) =>
    AtMost((Softmax(o, temperature: 1e-9) - OneHot(o.ArgMax(), 4)).Abs().Max(-1), Where(Equal(o, o.Max(-1, keepDims: true)).Sum(-1) > 1, 1, 1e-9)),
    Any.Moderate(3, 4));
Property("a high temperature gives each class the same", (Tensor o) => Near(Softmax(o, temperature: 1e15), 0.25), Any.Moderate(3, 4));
