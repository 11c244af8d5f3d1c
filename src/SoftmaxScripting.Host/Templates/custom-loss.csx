// $name$: a loss of one's own.
//
// Question  Is the derivative right, what is it, and does the loss train?
// Method    The loss as a formula; its derivative against finite differences; the formulas shown; a short training.
// Expect    Check.Gradient passes, with the kinks at |r| = 1 reported; the test accuracy comes near that of
//           cross-entropy.

var epochs = Option("epochs", 3, "passes over the training rows", min: 1);
var delta = Option("delta", 1.0, "where the square turns into a line", min: 0.01);

// Huber's loss: a square near the target, a line far from it. Put your own formula here: operators, Exp, Log, Abs,
// Where, Max, Sum, Mean, MatMul, ... C# variables and branches work as usual.
Tensor MyLoss(Tensor prediction, Tensor target)
{
    var r = prediction - target;
    return Where(Abs(r) <= delta, 0.5 * r * r, delta * (Abs(r) - 0.5 * delta)).Mean();
}

// The derivative, compared with finite differences at random points.
Check.Gradient(MyLoss);

// The formula, its derivative, and the rewrites that made them stable.
Explain(MyLoss);

// Training: class labels become one-hot rows, since the loss calculates with its target.
var data = Datasets.Load("garments");
var model = Sequential(Flatten(), Linear(data.Features, data.Classes));
Train(model, data, MyLoss, Sgd(0.1), epochs);
