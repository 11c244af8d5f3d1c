// Softmax regression from scratch, in the formulas of a textbook.
//
// Question  Can one write exp(X) / sum exp(X) and -log p[y] as they stand in the book, and train with them?
// Method    W ~ N(0, 0.01^2), b = 0; softmax, cross-entropy, the gradient step and the loop by hand. The formulas are
//           traced, and the rewrites turn them into their stable forms before they are differentiated.
// Expect    The same losses and accuracies as with Loss.CrossEntropy: on Fashion-MNIST about 0.78 after the first
//           epoch and 0.45 after the tenth. With logits of +-10,000 the naive formula is still finite, and so is its
//           gradient.

var epochs = Option("epochs", 10, "passes over the training rows", min: 1);
var learningRate = Option("lr", 0.1, "learning rate", min: 0.0);
var batch = Option("batch", 256, "rows per step", min: 1);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

// The book.
Tensor Softmax(Tensor X)
{
    var e = Exp(X);
    return e / e.Sum(1, keepDims: true);
}

Tensor CrossEntropy(Tensor p, Tensor y) => -Log(p.Pick(y)).Mean();

Tensor Net(Tensor X, Tensor W, Tensor b) => Softmax(X.Reshape(-1, data.Features).MatMul(W) + b);

// The parameters and the loop.
Seed(0);
var W = 0.01 * Tensor.Normal(data.Features, data.Classes);
var b = Tensor.Zeros(data.Classes);
for (var epoch = 1; epoch <= epochs; epoch++)
{
    double loss = 0, correct = 0;
    foreach (var (x, y) in data.Train.Batches(batch, pass: epoch))
    {
        var step = ValueAndGrad((W, b) => CrossEntropy(Net(x, W, b), y));
        var (value, (gW, gb)) = step(W, b);
        loss += value.Item() * y.Size;
        correct += Metrics.Correct(Net(x, W, b), y).Item();
        W -= learningRate * gW;
        b -= learningRate * gb;
    }

    var test = data.Test.Batches(2000, shuffle: false).Sum(rows => Metrics.Correct(Net(rows.Inputs, W, b), rows.Targets).Item());
    Print($"epoch {epoch,2}/{epochs}  loss {loss / data.Train.Count:0.0000}  train {correct / data.Train.Count:0.0000}  test {test / data.Test.Count:0.0000}");
}

// Logits that no float can exponentiate.
var extreme = Tensor.Of(new float[,] { { 1e4f, -1e4f, 0 }, { -1e4f, 1e4f, 1e4f } });
var labels = Tensor.Of(1, 2);
var (huge, gradient) = ValueAndGrad((Tensor o) => CrossEntropy(Softmax(o), labels))(extreme);
Print($"\nlogits ±10,000: loss {huge.Item()}, gradient\n{gradient}");
Print($"run at once, one operation after another, the same formula gives {CrossEntropy(Softmax(extreme), labels).Item()}\n");

Explain((Tensor o, Tensor y) => CrossEntropy(Softmax(o), y));
