// A loss of one's own: checked, explained, trained with.
//
// Question  What does it take to invent a loss? Here: Huber's loss of the class scores, and a cross-entropy that
//           counts the surprise only where the model is not yet sure - both written as on paper.
// Method    Each is a function of (prediction, target). Check.Gradient compares its derivative with finite
//           differences on random arguments, Property states what should hold for every input, Explain prints the
//           formula, its derivative and the rewrites that fired. Then the same model trains with each.
// Expect    Both pass; Huber's kinks are reported, not failed. The derivative of the first is the clamped residual,
//           that of the second a scaled softmax(o) - onehot(y). Test accuracy about 0.75 and above on the drawn
//           garments.

var epochs = Option("epochs", 5, "passes over the training rows", min: 1);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));

// ½r² near the target, |r| − ½ far from it.
Tensor MyHuber(Tensor prediction, Tensor target)
{
    var r = prediction - target;
    return Where(Abs(r) <= 1, 0.5 * r * r, Abs(r) - 0.5).Mean();
}

// −(1 − p) log p of the true class: rows that are already right count less (the focal loss with γ = 1, Lin et al. 2017).
Tensor Focused(Tensor o, Tensor y)
{
    var e = Exp(o);
    var p = (e / e.Sum(1, keepDims: true)).Pick(y);
    return (-(1 - p) * Log(p)).Mean();
}

Print("--- checked");
Check.Gradient(MyHuber);
Check.Gradient(Focused);
Property("Huber is below the absolute error", (Tensor p, Tensor t) => AtMost(MyHuber(p, t), Loss.L1(p, t)));

// Called plainly, each operation runs at once and exp overflows at 800; traced, the formula is made stable first.
var focused = Traced(Focused);
Property("the focused loss is below the cross-entropy",
    (Tensor o, Tensor y) => AtMost(focused(o, y), Loss.CrossEntropy(o, y)),
    Any.Logits(rows: 4, classes: 3), Any.Labels(classes: 3, rows: 4));

Print("\n--- explained");
Explain(MyHuber);
Print();
Explain(Focused);

var losses = new (string Name, Func<Tensor, Tensor, Tensor> Loss, double Rate)[]
{
    ("MyHuber", MyHuber, 0.1),
    ("Focused", Focused, 0.1),
};
foreach (var (name, loss, rate) in losses)
{
    Print($"\n--- trained with {name}");
    Seed(0);
    var model = Sequential(Flatten(), Linear(data.Features, data.Classes, Initializer.Normal(0.01)));
    Train(model, data, loss, Sgd(rate), epochs);
}
