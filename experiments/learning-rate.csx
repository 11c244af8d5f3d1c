// Study: the learning rate.
//
// Question  How much does the size of the steps matter, and what does too small or too large look like?
// Method    Softmax regression, the same start and batches, rates from 0.001 to 10, each three times as large as the
//           one before.
// Expect    Too small: it still learns when the epochs are over. Too large: the loss jumps about, and the accuracy
//           with it. Between them lies a wide range that does not matter much.

#load "../scripts/image-models.csx"

var epochs = Option("epochs", 5, "passes over the training rows", min: 1);
var lowest = Option("from", 0.001, "the smallest rate", min: 1e-9);
var highest = Option("to", 10.0, "the largest rate", min: 1e-9);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

var results = new List<(double Rate, History Run)>();
for (var rate = lowest; rate <= highest * 1.001; rate *= Math.Sqrt(10))
{
    Report.NameNext($"rate {rate:0.###}");
    Seed((ulong)seed);
    results.Add((rate, Train(SoftmaxRegression(data), data, (o, y) => Loss.CrossEntropy(o, y), Sgd(rate), epochs, seed: (ulong)seed, quiet: true)));
}

Table(results.Select(r => new
{
    rate = $"{r.Rate:0.####}",
    loss_of_epoch_1 = r.Run.Epochs[0].Loss,
    loss = r.Run.Last.Loss,
    train_accuracy = r.Run.Last.TrainAccuracy,
    test_accuracy = r.Run.Last.TestAccuracy,
}), $"After {epochs} epochs");
var best = results.MaxBy(r => r.Run.Last.TestAccuracy);
Print($"\nThe rate {best.Rate:0.###} gives the best test accuracy, {best.Run.Last.TestAccuracy:0.0000}.");

double[] rates = [.. results.Select(r => r.Rate)];
Plot(new Chart("Loss by learning rate",
    Series.Line("train", rates, [.. results.Select(r => r.Run.Last.Loss)]),
    Series.Line("test", rates, [.. results.Select(r => r.Run.Last.TestLoss)]))
{ X = Axis.Log("learning rate"), Y = Axis.Log("loss") });
Plot(new Chart("Test accuracy by learning rate", Series.Line("", rates, [.. results.Select(r => r.Run.Last.TestAccuracy)]))
{ X = Axis.Log("learning rate"), Y = Axis.Linear("test accuracy") });
