// Logistic regression is softmax regression with two classes.
//
// Question  softmax(a, b) = (s(a - b), s(b - a)) with the logistic function s. Are the two then the same model,
//           trained the same way?
// Method    Two clouds of points. Softmax regression with two scores and a rate of 0.1; logistic regression with one
//           score, the difference, and a rate of 0.2: one step moves both scores, apart. Both start at 0 and see the
//           same batches. Compared: every probability after training.
// Expect    Equal probabilities, up to float32 rounding, whatever the number of epochs.

var epochs = Option("epochs", 20, "passes over the rows", min: 1);
var count = Option("rows", 500, "points", min: 20);
var apart = Option("apart", 2.0, "distance of the two clouds", min: 0.0);
var seed = Option("seed", 0, "seed of the points and of the batches", min: 0);

var random = new Random(seed);
double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 2)];
double[][] points = [.. labels.Select(k => new[] { Gauss() + (k - 0.5) * apart, Gauss() + (k - 0.5) * apart })];
var classes = Datasets.FromArrays(points, labels, ["left", "right"], "two clouds");
var numbers = Datasets.FromArrays(points, [.. labels.Select(k => (double)k)], "two clouds, 0 and 1");

var softmax = Sequential(Linear(2, 2, Initializer.Zeros));
var logistic = Sequential(Linear(2, 1, Initializer.Zeros));
Report.NameNext("softmax, two scores");
var a = Train(softmax, classes, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.1), epochs, 32, (ulong)seed, quiet: true);
Report.NameNext("logistic, one score");
var b = Train(logistic, numbers, (z, y) => Loss.BceWithLogits(z, y), Sgd(0.2), epochs, 32, (ulong)seed, quiet: true);

Tensor BySoftmax(Tensor x) => Softmax(softmax.Predict(x))[.., 1];
Tensor ByLogistic(Tensor x) => Sigmoid(logistic.Predict(x))[.., 0];

var x = classes.Train.Inputs;
var (p, q) = (BySoftmax(x), ByLogistic(x));
double Right(Tensor probability) => Accuracy(Stack([1 - probability, probability], 1), classes.Train.Targets);
Table(new[]
{
    new { model = "softmax, two scores", loss = a.Last.Loss, mean_probability = p.Mean().Item(), accuracy = Right(p) },
    new { model = "logistic, one score", loss = b.Last.Loss, mean_probability = q.Mean().Item(), accuracy = Right(q) },
}, $"After {epochs} epochs on {count} points");
Print($"\nThe probabilities of {count} points differ by at most {Abs(p - q).Max().Item():0.0e+0}.");

var (w, c) = (logistic.Parameters[0].Value.ToDoubles(), logistic.Parameters[1].Value.Item());
double Boundary(double at) => -(w[0] * at + c) / w[1];
Series Cloud(string name, int label)
{
    var own = points.Where((_, i) => labels[i] == label).ToList();
    return Series.Points(name, [.. own.Select(r => r[0])], [.. own.Select(r => r[1])]);
}

Plot(new Chart("Two clouds, and where both models say 1/2",
    Cloud("left", 0),
    Cloud("right", 1),
    Series.Line("boundary", [-2, 2], [Boundary(-2), Boundary(2)]))
{ X = Axis.Linear("first measure"), Y = Axis.Linear("second measure") });

Property("softmax of two scores is the logistic function of their difference",
    (Tensor o) => Near(Softmax(o)[.., 1], Sigmoid(o[.., 1] - o[.., 0])), Any.Logits(rows: 5, classes: 2));
Property("the two trained models agree on any point",
    (Tensor at) => Near(BySoftmax(at), ByLogistic(at), relative: 1e-4), Any.Moderate(5, 2));
