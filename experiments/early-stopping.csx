// Early stopping: when does learning turn into learning by heart?
//
// Question  A network with far more weights than rows learns its rows by heart, wrong labels among them. When should
//           one stop, and what is gained?
// Method    The first rows of the set, a share of their labels wrong; a network of one hidden layer, trained twice
//           from the same start: for all epochs, and with a fifth of the rows held back, stopping when their loss has
//           not become better for some epochs. The parameters of the best epoch are then put back.
// Expect    Train accuracy rises to 1, wrong labels and all; test accuracy rises, then falls. With early stopping the
//           run ends early and keeps an epoch before the fall: a higher test accuracy, though it saw a fifth fewer
//           rows.

var epochs = Option("epochs", 60, "passes over the rows at most", min: 1);
var rows = Option("rows", 1000, "rows to learn from", min: 50);
var noise = Option("noise", 0.2, "share of wrong labels", min: 0.0, max: 1.0);
var patience = Option("patience", 5, "epochs without a better loss", min: 1);
var seed = Option("seed", 0, "seed of the noise, the weights and the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist")).Take(rows, 2000).LabelNoise(noise, (ulong)seed);
Print(data);

(History Run, Evaluation Judged) Trained(string name, EarlyStopping? stopping)
{
    Report.NameNext(name);
    Seed((ulong)seed);
    var model = Sequential(Flatten(), Linear(data.Features, 256), Relu(), Linear(256, data.Classes));
    var run = Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Adam(0.001), epochs, 32, (ulong)seed, quiet: true,
        callbacks: stopping is null ? [] : [stopping],
        options: new() { Validation = stopping is null ? 0 : 0.2 });
    return (run, Evaluate(model, data));
}

var stopping = new EarlyStopping(patience);
var (all, byHeart) = Trained("all epochs", null);
var (some, stopped) = Trained("early stopping", stopping);
var best = all.Epochs.MaxBy(e => e.TestAccuracy)!;

Table(new[] { ("all epochs", all, all.Last.Number, byHeart), ("early stopping", some, stopping.BestEpoch, stopped) }.Select(r => new
{
    run = r.Item1,
    epochs = r.Item2.Last.Number,
    kept = r.Item3,
    train_accuracy = r.Item2.Last.TrainAccuracy,
    test_accuracy = r.Item4["accuracy"],
    log_loss = r.Item4["log loss"],
}), $"{data.Train.Count} rows, {noise:0%} of the labels wrong");
Print($"\nWithout stopping the best test accuracy was {best.TestAccuracy:0.0000} at epoch {best.Number}, the last {all.Last.TestAccuracy:0.0000}.");

Plot(new Chart("Learning by heart",
    Series.Line("train, all epochs", [.. all.Epochs.Select(e => e.TrainAccuracy)]),
    Series.Line("test, all epochs", [.. all.Epochs.Select(e => e.TestAccuracy)]),
    Series.Line("test, early stopping", [.. some.Epochs.Select(e => e.TestAccuracy)]))
{ X = Axis.Integers("epoch"), Y = Axis.Linear("accuracy") });
