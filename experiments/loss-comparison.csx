// One model, many losses.
//
// Question  Softmax regression has its cross-entropy. What if the same linear model is trained by another loss?
// Method    The same start, the same batches of 256, 5 epochs, one-hot targets. Squared error, absolute error and
//           Huber pull the ten scores to 0 and 1; one-versus-rest is a yes or no for each class; hinge asks the true
//           score to lead by 1; focal is cross-entropy that counts sure rows less. Each loss is a sum over the
//           classes, averaged over the rows. Learning rates 0.01 for the first three and hinge, else 0.1.
// Expect    Fashion-MNIST: squared error loss 0.193, test accuracy 0.797; one-versus-rest loss 0.994, test 0.817. The
//           losses themselves cannot be compared; accuracies can. Absolute error does badly: it pulls by 1 however
//           near the score is, so that at a fixed rate it never settles.

#load "../scripts/image-models.csx"

var epochs = Option("epochs", 5, "passes over the training rows", min: 1);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

var k = data.Classes;

var losses = new (string Name, double Rate, Func<Tensor, Tensor, Tensor> Of)[]
{
    ("squared (L2)", 0.01, (o, y) => k * Loss.L2(o, y)),
    ("absolute (L1)", 0.01, (o, y) => k * Loss.L1(o, y)),
    ("Huber", 0.01, (o, y) => k * Loss.Huber(o, y)),
    ("cross-entropy", 0.1, (o, y) => Loss.CrossEntropy(o, y)),
    ("one versus rest (BCE)", 0.1, (o, y) => k * Loss.BceWithLogits(o, y)),
    ("hinge", 0.01, (o, y) => Loss.MultiClassMargin(o, y)),
    ("focal", 0.1, (o, y) => Loss.Focal(o, y)),
};

var results = new List<(string Name, double Rate, History Run)>();
foreach (var (name, rate, loss) in losses)
{
    Report.NameNext(name);
    Seed((ulong)seed);
    var model = SoftmaxRegression(data);
    results.Add((name, rate, Train(model, data, loss, Sgd(rate), epochs, seed: (ulong)seed, quiet: true)));
    Report.Add(loss);
}

Table(results.Select(r => new
{
    loss = r.Name,
    rate = r.Rate,
    train_loss = r.Run.Last.Loss,
    train_accuracy = r.Run.Last.TrainAccuracy,
    test_accuracy = r.Run.Last.TestAccuracy,
}), $"After {epochs} epochs");
Plot(new Chart("Test accuracy by loss", [.. results.Select(r => Series.Line(r.Name, [.. r.Run.Epochs.Select(e => e.TestAccuracy)]))])
{
    X = Axis.Integers("epoch"),
    Y = Axis.Linear("test accuracy"),
});

Property("Huber is at most the squared and the absolute error",
    (Tensor p, Tensor t) => AllOf(AtMost(Loss.Huber(p, t), Loss.L2(p, t)), AtMost(Loss.Huber(p, t), Loss.L1(p, t))));
Property("focal is at most the cross-entropy",
    (Tensor o, Tensor y) => AtMost(Loss.Focal(o, y), Loss.CrossEntropy(o, y)), Any.Logits(rows: 4, classes: 3), Any.Labels(classes: 3, rows: 4));
