// Linear regression, from scratch and concise.
//
// Question  Does gradient descent find the line that made the data?
// Method    1,000 rows y = X w + b + noise with w = (2, 3.4), b = 4.2, noise N(0, 0.01^2). From scratch: half squared
//           loss, batches of 10, learning rate 0.03, 5 epochs, every step by hand. Concise: a linear layer, mean
//           squared error, learning rate 0.01, 10 epochs, Train. The report shows the rows in space with the plane
//           found.
// Expect    w within 0.002 and b within 0.001 of the truth. The summed half squared loss over all rows comes to about
//           0.05, the noise itself: 1000 * 0.5 * 0.0001.

var seed = Option("seed", 0, "seed of the data and of the batches", min: 0);
Seed((ulong)seed);

var trueW = Tensor.Of(2f, 3.4f).Reshape(2, 1);
var trueB = 4.2;
var X = Tensor.Normal(1000, 2);
var Y = X.MatMul(trueW) + trueB + 0.01 * Tensor.Normal(1000, 1);
var data = Datasets.FromTensors(X, Y, name: "a noisy plane");

Tensor SquaredLoss(Tensor prediction, Tensor y) => 0.5 * (prediction - y).Pow(2);

List<Weights> found = [new("true", 2, 3.4, trueB)];
Print("from scratch");
var w = 0.01 * Tensor.Normal(2, 1);
var b = Tensor.Zeros(1);
for (var epoch = 1; epoch <= 5; epoch++)
{
    foreach (var (x, y) in data.Train.Batches(10, seed: (ulong)seed, pass: epoch))
    {
        var (_, (gw, gb)) = ValueAndGrad((w, b) => SquaredLoss(x.MatMul(w) + b, y).Mean())(w, b);
        w -= 0.03 * gw;
        b -= 0.03 * gb;
    }

    Print($"epoch {epoch}/5  summed loss {SquaredLoss(X.MatMul(w) + b, Y).Sum().Item():0.0000}");
}

Show("from scratch", w, b);

Print("\nconcise");
var model = Sequential(Linear(2, 1, Initializer.Normal(0.01)));
Train(model, data, (p, y) => Loss.Mse(p, y), Sgd(0.01), epochs: 10, batchSize: 10, seed: (ulong)seed);
Show("concise", model.Parameters[0].Value, model.Parameters[1].Value);

Print();
Table(found, "True and found");

// The plane found, at the crossings of a grid.
var ticks = Tensor.Linspace(-3, 3, 13).ToFloat();
var grid = Stack([ticks.Reshape(-1, 1).BroadcastTo(13, 13).Reshape(-1), ticks.BroadcastTo(13, 13).Reshape(-1)], 1);
var (first, second) = (X[.., 0].ToDoubles()[..300], X[.., 1].ToDoubles()[..300]);
Plot(new Chart("300 rows and the plane found",
    Series.Points("rows", first, second, Y.ToDoubles()[..300]),
    Series.Points("plane", grid[.., 0].ToDoubles(), grid[.., 1].ToDoubles(), model.Predict(grid).ToDoubles()))
{ X = Axis.Linear("x1"), Y = Axis.Linear("x2"), Z = Axis.Linear("y") });

void Show(string way, Tensor w, Tensor b)
{
    var estimate = w.ToArray();
    found.Add(new Weights(way, estimate[0], estimate[1], b.Item()));
    Print($"w = ({estimate[0]:0.0000}, {estimate[1]:0.0000}), off by ({estimate[0] - 2:+0.0000;-0.0000}, {estimate[1] - 3.4:+0.0000;-0.0000})");
    Print($"b = {b.Item():0.0000}, off by {b.Item() - trueB:+0.0000;-0.0000}");
}

sealed record Weights(string Way, double w1, double w2, double b);
