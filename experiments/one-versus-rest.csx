// One versus rest: ten yes-or-no questions are no distribution.
//
// Question  Ten logistic regressions, one for each class, also choose a class. Are their answers probabilities of it?
// Method    The same linear model twice, same start, same batches: once with one softmax over the ten scores, once
//           with one logistic function for each. The second's ten probabilities are added up for every test row.
// Expect    Softmax's sum is 1 always. One-versus-rest's is not: near 0 where no classifier wants the row, near 2
//           where two want it. Its accuracy is about that of softmax (Fashion-MNIST, 5 epochs: 0.817), and divided by
//           its sum it orders the classes as before.

#load "../scripts/image-models.csx"

var epochs = Option("epochs", 5, "passes over the training rows", min: 1);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

Tensor Trained(string name, Func<Tensor, Tensor, Tensor> loss)
{
    Report.NameNext(name);
    Seed((ulong)seed);
    var model = SoftmaxRegression(data);
    Train(model, data, loss, Sgd(0.1), epochs, seed: (ulong)seed, quiet: true);
    return Predict(model, data.Test);
}

var together = Softmax(Trained("softmax", (o, y) => Loss.CrossEntropy(o, y)));
var alone = Sigmoid(Trained("one versus rest", (o, y) => data.Classes * Loss.BceWithLogits(o, OneHot(y, data.Classes))));

var labels = data.Test.Targets;
Print();
Table(new[] { ("softmax", together), ("one versus rest", alone), ("one versus rest, divided by its sum", alone / alone.Sum(1, keepDims: true)) }
    .Select(r => (Name: r.Item1, P: r.Item2, Sums: r.Item2.Sum(1).ToDoubles()))
    .Select(r => new
    {
        probabilities = r.Name,
        accuracy = Accuracy(r.P, labels),
        sum_from = r.Sums.Min(),
        sum_mean = r.Sums.Average(),
        sum_to = r.Sums.Max(),
        off_by_a_tenth = r.Sums.Count(s => Math.Abs(s - 1) > 0.1) / (double)r.Sums.Length,
    }), "Sums of the ten probabilities");

double[] sums = [.. alone.Sum(1).ToDoubles()];
const int bins = 30;
var width = Math.Max(sums.Max(), 0.1) / bins;
Plot(new Chart("One versus rest: what the ten probabilities add up to",
    Series.Bars("test rows", [.. Enumerable.Range(0, bins).Select(i => (i + 0.5) * width)],
        [.. Enumerable.Range(0, bins).Select(i => (double)sums.Count(s => Math.Min((int)(s / width), bins - 1) == i))]))
{ X = Axis.Linear("sum"), Y = Axis.Linear("test rows") });
var strange = sums.Index().OrderBy(s => s.Item).Take(10).Select(s => s.Index).ToArray();
var images = data.Test.Select(strange).Batches(10, shuffle: false).First().Inputs;
ShowImages(images, [.. strange.Select(i => $"{data.ClassNames[labels.ToInts()[i]]}, sum {sums[i]:0.00}")], "Rows that no classifier wants");

Property("softmax sums to 1", (Tensor o) => Near(Softmax(o).Sum(-1), 1), Any.Logits());
