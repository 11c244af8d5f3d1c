// Soft labels: what happens when the target of the true class is not 1?
//
// Question  A one-hot target cannot be reached by finite logits. Does a softer target - label smoothing (Szegedy et
//           al. 2016: (1 - e) * onehot + e / K), or 0.9 for the true class and 0.1 shared by the others - change
//           accuracy, and how sure the model is of itself?
// Method    The same softmax regression (W ~ N(0, 0.01^2), b = 0) four times: same seed, same batches, plain gradient
//           descent. Only the target differs.
// Expect    About the same accuracy from all four. The training losses cannot be compared (a softer target has a
//           higher floor: its own entropy). The softer the target, the less sure the model is of its best guess.

var epochs = Option("epochs", 10, "passes over the training rows", min: 1);
var learningRate = Option("lr", 0.1, "learning rate", min: 0.0);
var batch = Option("batch", 256, "rows per step", min: 1);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));

Print(data);

// The recipe with 0.9: the rest is shared by the other classes, so each row is still a distribution.
Tensor NineOne(Tensor labels)
{
    var hot = OneHot(labels, data.Classes);
    return 0.9 * hot + 0.1 / (data.Classes - 1) * (1 - hot);
}

var recipes = new (string Name, Func<Tensor, Tensor, Tensor> Loss)[]
{
    ("hard labels", (o, y) => Loss.CrossEntropy(o, y)),
    ("smoothing 0.1", (o, y) => Loss.CrossEntropy(o, y, labelSmoothing: 0.1)),
    ("smoothing 0.2", (o, y) => Loss.CrossEntropy(o, y, labelSmoothing: 0.2)),
    ("0.9 / 0.1", (o, y) => Loss.CrossEntropy(o, NineOne(y))),
};

var rows = new List<(string Name, Epoch Last, double Top, double Nll)>();
var seconds = 0.0;
foreach (var (name, loss) in recipes)
{
    Print($"\n{name}");
    Report.NameNext(name);
    Seed((ulong)seed);
    var model = Sequential(Flatten(), Linear(data.Features, data.Classes, Initializer.Normal(0.01)));
    var run = Train(model, data, loss, Sgd(learningRate), epochs, batch, (ulong)seed);
    var logits = Predict(model, data.Test);
    rows.Add((name, run.Last, Softmax(logits).Max(1).Mean().Item(), Loss.CrossEntropy(logits, data.Test.Targets).Item()));
    seconds += run.TrainingSeconds;
    Report.Model(model, data, loss, heading: name);
}

Print($"\n{"target",-15} {"train loss",10} {"train acc",10} {"test acc",10} {"top prob",10} {"test NLL",10}");
foreach (var r in rows)
    Print($"{r.Name,-15} {r.Last.Loss,10:0.0000} {r.Last.TrainAccuracy,10:0.0000} {r.Last.TestAccuracy,10:0.0000} {r.Top,10:0.0000} {r.Nll,10:0.0000}");

var (hard, soft) = (rows[0], rows[2]);
Print($"\nSmoothing 0.2 moved the mean top probability from {hard.Top:0.00} to {soft.Top:0.00} "
    + $"and the test accuracy by {100 * (soft.Last.TestAccuracy - hard.Last.TestAccuracy):+0.0;-0.0;0.0} points; "
    + $"{rows.MinBy(r => r.Nll).Name} gives the best negative log-likelihood on the test rows.");
Print($"{recipes.Length} runs of {epochs} epochs trained in {seconds:0.00} s on {data.Name}{(data.Synthetic ? " (synthetic)" : "")}.");
