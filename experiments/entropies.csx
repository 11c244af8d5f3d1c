// Which entropy? Cross-entropy, both Kullback-Leibler divergences, and Jensen-Shannon as loss.
//
// Question  All four are least where the model's distribution is the target. Does it matter which one is trained
//           with?
// Method    Softmax regression with the targets smoothed by 0.1 (the reverse divergence is infinite at a target of
//           0); the same start and batches. Jensen-Shannon is about a quarter as steep near its minimum, so its rate
//           is larger.
// Expect    About the same accuracy from all four. KL and cross-entropy make the very same steps: they differ by the
//           entropy of the target, which is no function of the weights. The report shows the four as curves.

#load "../scripts/image-models.csx"

var epochs = Option("epochs", 10, "passes over the training rows", min: 1);
var epsilon = Option("smoothing", 0.1, "share of the target spread over all classes", min: 0.001, max: 0.999);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

Tensor Soft(Tensor y) => (1 - epsilon) * OneHot(y, data.Classes) + epsilon / data.Classes;

var losses = new (string Name, double Rate, Func<Tensor, Tensor, Tensor> Of)[]
{
    ("cross-entropy", 0.1, (o, y) => Loss.CrossEntropy(o, y)),
    ("KL(y‖p)", 0.1, (o, y) => Loss.Kl(o, y)),
    ("reverse KL(p‖y)", 0.1, (o, y) => Loss.ReverseKl(o, y)),
    ("Jensen–Shannon", 0.4, (o, y) => Loss.JensenShannon(o, y)),
};

var results = new List<(string Name, double Rate, Epoch Last, Evaluation Judged)>();
foreach (var (name, rate, loss) in losses)
{
    Report.NameNext(name);
    Seed((ulong)seed);
    var model = SoftmaxRegression(data);
    var run = Train(model, data, (o, y) => loss(o, Soft(y)), Sgd(rate), epochs, seed: (ulong)seed, quiet: true);
    results.Add((name, rate, run.Last, Evaluate(model, data)));
    Report.Add(loss, TargetKind.Distribution);
}

Table(results.Select(r => new
{
    loss = r.Name,
    rate = r.Rate,
    train_loss = r.Last.Loss,
    test_accuracy = r.Last.TestAccuracy,
    log_loss = r.Judged["log loss"],
}), $"After {epochs} epochs");
Print($"The entropy of a target is {-(Soft(Tensor.Of([0])) * Log(Soft(Tensor.Of([0])))).Sum().Item():0.0000}: the distance of the first two losses.");

// Two classes, the target 0.9 and 0.1, and a model that gives the first a lead of z.
Tensor Scores(Tensor z) => Stack([z, 0 * z], 1);
Tensor Target(Tensor z) => Stack([0 * z + 0.9, 0 * z + 0.1], 1);
Plot("Loss of a lead z where the target is (0.9, 0.1)",
[
    ("cross-entropy", z => Loss.CrossEntropy(Scores(z), Target(z), reduction: Reduction.None)),
    ("KL(y‖p)", z => Loss.Kl(Scores(z), Target(z), reduction: Reduction.None)),
    ("reverse KL(p‖y)", z => Loss.ReverseKl(Scores(z), Target(z), reduction: Reduction.None)),
    ("Jensen–Shannon", z => Loss.JensenShannon(Scores(z), Target(z), reduction: Reduction.None)),
], -4, 8, x: "z", y: "loss");

Property("cross-entropy = entropy + KL", (Tensor o, Tensor y) => Near(Loss.CrossEntropy(o, y), Loss.Kl(o, y) - (y * Log(y)).Sum(-1).Mean()),
    Any.Logits(rows: 4, classes: 3), Any.Probabilities(rows: 4, classes: 3));
Property("KL and reverse KL are at least 0", (Tensor o, Tensor y) => AllOf(AtMost(0, Loss.Kl(o, y)), AtMost(0, Loss.ReverseKl(o, y))),
    Any.Logits(rows: 4, classes: 3), Any.Probabilities(rows: 4, classes: 3));
Property("Jensen–Shannon is at most log 2", (Tensor o, Tensor y) => AtMost(Loss.JensenShannon(o, y), Math.Log(2)),
    Any.Logits(rows: 4, classes: 3), Any.Probabilities(rows: 4, classes: 3));
