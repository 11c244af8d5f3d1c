// $name$: a line through noisy points.
//
// Question  Does gradient descent find the line that made the data?
// Method    y = 2 x - 1 + noise; a linear layer, mean squared error, Sgd.
// Expect    The slope near 2 and the offset near -1: write here how near, before you look.

var epochs = Option("epochs", 8, "passes over the training rows", min: 1);
var noise = Option("noise", 0.1, "standard deviation of the noise", min: 0.0);

// The rows: 400 to learn from, 100 to judge by.
Seed(1);
var x = Tensor.Normal(500, 1);
var y = 2 * x - 1 + noise * Tensor.Normal(500, 1);
var data = Datasets.FromTensors(x[..400], y[..400], x[400..], y[400..], name: "a noisy line");

var model = Sequential(Linear(1, 1));

// Any function of (prediction, target) that gives one number is a loss.
Tensor SquaredError(Tensor prediction, Tensor target) => (prediction - target).Pow(2).Mean();

Train(model, data, SquaredError, Sgd(0.05), epochs, batchSize: 20);

var slope = model.Parameters[0].Value.Item();
var offset = model.Parameters[1].Value.Item();
Print($"\ny = {slope:0.000} x {(offset < 0 ? "-" : "+")} {Math.Abs(offset):0.000}");
