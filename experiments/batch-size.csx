// Study: the batch size.
//
// Question  Many small steps or few exact ones: what do they cost in time, and where do they lead?
// Method    Softmax regression with batches of 16 to 4096 rows: once at the same learning rate for all, once at a
//           rate that grows with the batch as it is 0.1 at 256 (Goyal et al. 2017), so that an epoch moves about as
//           far.
// Expect    At the same rate large batches fall behind: fewer steps of the same size. With the rate in proportion
//           they agree until it grows too large. A small batch costs more time for an epoch.

#load "../scripts/image-models.csx"

var epochs = Option("epochs", 3, "passes over the training rows", min: 1);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

int[] sizes = [16, 64, 256, 1024, 4096];
History Trained(int size, double rate)
{
    Report.NameNext($"batches of {size}, rate {rate:0.###}");
    Seed((ulong)seed);
    return Train(SoftmaxRegression(data), data, (o, y) => Loss.CrossEntropy(o, y), Sgd(rate), epochs, size, (ulong)seed, quiet: true);
}

var results = sizes.Select(size => (Size: size, Same: Trained(size, 0.1), Scaled: Trained(size, 0.1 * size / 256))).ToList();
Table(results.Select(r => new
{
    batch = r.Size,
    steps = epochs * ((data.Train.Count + r.Size - 1) / r.Size),
    test_at_rate_01 = r.Same.Last.TestAccuracy,
    scaled_rate = $"{0.1 * r.Size / 256:0.####}",
    test_at_scaled_rate = r.Scaled.Last.TestAccuracy,
    seconds_per_epoch = r.Same.Last.Seconds,
}), $"After {epochs} epochs");

double[] places = [.. sizes.Select(s => (double)s)];
Plot(new Chart("Test accuracy by batch size",
    Series.Line("rate 0.1", places, [.. results.Select(r => r.Same.Last.TestAccuracy)]),
    Series.Line("rate in proportion", places, [.. results.Select(r => r.Scaled.Last.TestAccuracy)]))
{ X = Axis.Log("rows in a batch"), Y = Axis.Linear("test accuracy") });

// A batch's gradient is the mean of its rows' gradients: the smaller the batch, the noisier.
Property("the gradient of a batch is the mean of those of its halves", (Tensor o, Tensor y) =>
{
    Tensor Gradient(Range rows) => Grad(s => Loss.CrossEntropy(s, y[rows]))(o[rows]);
    return Near(2 * Grad(s => Loss.CrossEntropy(s, y))(o), Concat([Gradient(0..4), Gradient(4..8)]));
}, Any.Logits(rows: 8, classes: 3), Any.Labels(classes: 3, rows: 8));
