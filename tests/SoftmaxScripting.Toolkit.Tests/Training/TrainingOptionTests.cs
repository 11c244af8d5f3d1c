using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class TrainingOptionTests
{
    private static readonly Dataset s_clouds = Clouds(96);

    private static readonly Func<Tensor, Tensor, Tensor> s_loss = (o, y) => Loss.CrossEntropy(o, y);

    /// <summary>Three classes with shares ½, ⅓ and ⅙.</summary>
    private static Dataset Clouds(int rows)
    {
        Seed(5);
        int[] pattern = [0, 0, 0, 1, 1, 2];
        var labels = Tensor.Of([.. Enumerable.Range(0, rows).Select(i => pattern[i % 6])]);
        var centres = Tensor.Of(new float[,] { { 2, 0 }, { -1, 2 }, { -1, -2 } });
        var points = centres.Gather(labels) + 0.7 * Tensor.Normal(rows, 2);
        return Datasets.FromTensors(points, labels, points[..30], labels[..30], ["red", "green", "blue"], "clouds");
    }

    private static Sequential Model()
    {
        Seed(1);
        return Sequential(Linear(2, 3, Initializer.Normal(0.1)));
    }

    private static float[] Weights(Layer model) => [.. model.Parameters.SelectMany(p => p.Value.ToArray())];

    private static void Near(float[] expected, float[] actual, float tolerance = 1e-5f) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));

    private static (Layer Model, History History) Run(
        TrainingOptions options, int batchSize = 16, int epochs = 2, Func<Tensor, Tensor, Tensor>? loss = null, Callback[]? callbacks = null)
    {
        var model = Model();
        return (model, Train(
            model, s_clouds, loss ?? s_loss, Sgd(0.5, momentum: 0.5), epochs, batchSize, seed: 3, quiet: true, callbacks: callbacks, options: options));
    }

    [Fact]
    public void Accumulated_batches_are_one_large_batch()
    {
        var (whole, first) = Run(new(), batchSize: 48);
        var (parts, second) = Run(new() { Accumulate = 3 });
        Near(Weights(whole), Weights(parts));
        Assert.Equal(first.Last.Loss, second.Last.Loss, 1e-5);
        // 96 rows in batches of 20: the fifth has 16, and is an update of its own.
        var (uneven, _) = Run(new() { Accumulate = 4 }, batchSize: 20, epochs: 1);
        var byHand = Model();
        var step = new TrainingStep(byHand.Parameters, Sgd(0.5, momentum: 0.5));
        var batches = s_clouds.Train.Batches(80, seed: 3, pass: 1).ToList();
        foreach (var (x, y) in batches)
            step.Run(() => [s_loss(byHand.Forward(x, true), y)]);
        Near(Weights(byHand), Weights(uneven));
    }

    [Fact]
    public void The_average_is_judged_and_stays_in_the_model()
    {
        var judged = new List<float[]>();
        var (averaged, history) = Run(
            new() { Average = 0.9 }, callbacks: [new Watch((run, _) => judged.Add(Weights(run.Model)))]);
        var raw = Model();
        var expected = Weights(raw);
        var step = new TrainingStep(raw.Parameters, Sgd(0.5, momentum: 0.5));
        for (var epoch = 1; epoch <= 2; epoch++)
        {
            foreach (var (x, y) in s_clouds.Train.Batches(16, seed: 3, pass: epoch))
            {
                step.Run(() => [s_loss(raw.Forward(x, true), y)]);
                expected = [.. expected.Zip(Weights(raw), (a, p) => (0.9f * a) + (0.1f * p))];
            }

            Near(expected, judged[epoch - 1]);
        }

        Near(expected, Weights(averaged));
        Assert.Equal(s_loss(averaged.Predict(s_clouds.Test.Inputs), s_clouds.Test.Targets).Item(), history.Last.TestLoss, 1e-5);
    }

    [Fact]
    public void Sample_weights_make_rows_count_as_often()
    {
        // Weight 2 is the row twice, weight 0 no row at all, in a batch of all rows.
        int[] counts = [.. Enumerable.Range(0, 96).Select(i => i % 3)];
        var rows = Enumerable.Range(0, 96).SelectMany(i => Enumerable.Repeat(i, counts[i])).ToArray();
        var repeated = new Dataset("repeated", "", s_clouds.Train.Select(rows), s_clouds.Test, s_clouds.ClassNames);
        var weights = Tensor.Of([.. counts.Select(count => (float)count)]);

        var expected = Model();
        var history = Train(expected, repeated, s_loss, Sgd(0.5), 3, 96, shuffle: false, quiet: true);
        foreach (var loss in new Func<Tensor, Tensor, Tensor>[]
        {
            s_loss,
            (o, y) => Loss.CrossEntropy(o, y, reduction: Reduction.None),
            (o, y) => -Log((Exp(o) / Exp(o).Sum(1, true)).Pick(y)).Mean(),
        })
        {
            var model = Model();
            var weighted = Train(model, s_clouds, loss, Sgd(0.5), 3, 96, shuffle: false, quiet: true, options: new() { SampleWeights = weights });
            Near(Weights(expected), Weights(model));
            Assert.Equal(history.Last.Loss, weighted.Last.Loss, 1e-5);
        }

        var own = Model();
        Train(
            own, s_clouds, (o, y, w) => Loss.CrossEntropy(o, y, weight: w), Sgd(0.5), 3, 96, shuffle: false, quiet: true,
            options: new() { SampleWeights = weights });
        Near(Weights(expected), Weights(own));
    }

    [Fact]
    public void Class_weights_are_those_of_the_loss()
    {
        double[] classes = [1, 3, 0.5];
        var expected = Model();
        Train(
            expected, s_clouds, (o, y) => Loss.CrossEntropy(o, y, classWeight: Tensor.Of(1f, 3f, 0.5f)), Sgd(0.5), 3, 16, quiet: true);
        var model = Model();
        Train(model, s_clouds, s_loss, Sgd(0.5), 3, 16, quiet: true, options: new() { ClassWeights = classes });
        Near(Weights(expected), Weights(model));

        // A loss of numbers, on one-hot rows: each row's loss is the mean over its classes.
        var ofNumbers = Model();
        Train(ofNumbers, s_clouds, (p, y) => (p - y).Pow(2).Mean(), Sgd(0.5), 1, 96, quiet: true, shuffle: false, options: new() { ClassWeights = classes });
        var byHand = Model();
        var labels = s_clouds.Train.Targets;
        var w = Tensor.Of(1f, 3f, 0.5f).Gather(labels);
        new TrainingStep(byHand.Parameters, Sgd(0.5)).Run(() =>
            [(w * (byHand.Predict(s_clouds.Train.Inputs) - OneHot(labels, 3)).Pow(2).Mean(1)).Sum() / w.Sum()]);
        Near(Weights(byHand), Weights(ofNumbers));
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused()
    {
        void Refused(string expected, TrainingOptions options, Func<Tensor, Tensor, Tensor>? loss = null)
        {
            var error = Assert.ThrowsAny<SoftmaxException>(() => Run(options, loss: loss));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }

        Refused("there are 96 training rows", new() { SampleWeights = Tensor.Ones(5) });
        Refused("sample weight 0 is -1", new() { SampleWeights = -Tensor.Ones(96) });
        Refused("2 class weights for 3 classes", new() { ClassWeights = [1, 2] });
        Refused("have weight 0", new() { SampleWeights = Tensor.Zeros(96) });
        Refused("(prediction, target, weight)", new() { ClassWeights = [1, 2, 3] }, (o, y) =>
            o.Sum().Item() > 1e9 ? o.Mean() : Loss.CrossEntropy(o, y));
        Refused("validation rows is 1", new() { Validation = 1 });
        Refused("must be at least 1", new() { Accumulate = 0 });
        Refused("such as 0.99", new() { Average = 1 });
        Refused("at least 1 is needed", new() { LimitBatches = 0 });
    }

    [Fact]
    public void Validation_rows_are_held_out_by_class_and_judged()
    {
        var seen = new HashSet<int>();
        var stopping = new EarlyStopping(patience: 50);
        var (model, history) = Run(new() { Validation = 0.25, SampleWeights = Tensor.Ones(96) }, epochs: 3, callbacks: [stopping, new Watch((run, _) =>
        {
            Assert.Equal(72, run.RowsPerEpoch);
            Assert.Equal([36, 24, 12], run.Data.Train.Targets.ToInts().GroupBy(label => label).OrderBy(g => g.Key).Select(g => g.Count()));
        })]);
        Assert.Equal(["validation loss", "validation accuracy"], history.Last.Figures.Keys);
        Assert.Equal(history.Epochs.Min(epoch => epoch.Figures["validation loss"]), stopping.Best);
        Assert.True(history.Last.TestAccuracy > 0.5);
        Assert.Equal(
            history.Last.Figures["validation loss"], OfHeldRows(model), 1e-5);
        var (again, _) = Run(new() { Validation = 0.25 }, epochs: 3, callbacks: [new EarlyStopping(patience: 50)]);
        Near(Weights(model), Weights(again));
    }

    /// <summary>The loss of the rows that a seed of 3 holds out, without what is drawn anew in each pass.</summary>
    private static double OfHeldRows(Layer model)
    {
        var noisy = s_clouds.Augment(train => train.Noise(100));
        var figure = double.NaN;
        var copy = Model();
        foreach (var (own, trained) in copy.Parameters.Zip(model.Parameters))
            own.Value = trained.Value;
        Train(
            copy, noisy, s_loss, Sgd(1e-30), 1, 16, seed: 3, quiet: true, options: new() { Validation = 0.25 },
            callbacks: [new Watch((_, epoch) => figure = epoch.Figures["validation loss"])]);
        return figure;
    }

    [Fact]
    public void Quick_looks_take_few_batches()
    {
        int Steps(TrainingOptions options, out History history)
        {
            var steps = 0;
            history = Run(options, callbacks: [new Watch((run, _) => steps = (int)run.Step)]).History;
            return steps;
        }

        Assert.Equal(12, Steps(new(), out _));
        Assert.Equal(4, Steps(new() { LimitBatches = 2 }, out _));
        Assert.Equal(1, Steps(new() { DryRun = true }, out _));
        Assert.Equal(12, Steps(new() { OverfitOneBatch = true }, out var overfit));
        var (_, longer) = Run(new() { OverfitOneBatch = true }, epochs: 40);
        Assert.Equal(1, longer.Last.TrainAccuracy);
        Assert.True(longer.Last.Loss < 0.1 * overfit.Epochs[0].Loss);

        using var session = ScriptSession.Begin(new ScriptSession { LimitBatches = 3 });
        Assert.Equal(6, Steps(new(), out _));
    }

    [Fact]
    public void Everything_together_has_the_same_bits_for_any_number_of_threads()
    {
        float[] One(int threads)
        {
            var before = ThreadTeam.Threads;
            ThreadTeam.Threads = threads;
            try
            {
                Seed(2);
                var data = Datasets.Of(Garments.Generate(train: 400, test: 50));
                var model = Sequential(Flatten(), Linear(784, 30), Relu(), Dropout(0.2), Linear(30, 10));
                Train(
                    model, data, s_loss, AdamW(0.01).ClipNorm(1).KeepBiases(), 2, 64, quiet: true, schedule: Schedule.OneCycle(),
                    options: new() { Average = 0.9, Accumulate = 2, Validation = 0.1, ClassWeights = [.. Enumerable.Range(1, 10).Select(i => (double)i)] });
                return Weights(model);
            }
            finally
            {
                ThreadTeam.Threads = before;
            }
        }

        var one = One(1);
        Assert.All([2, 3, 8], threads => Assert.Equal(one, One(threads)));
    }

    private sealed class Watch(Action<TrainingRun, Epoch> seen) : Callback
    {
        public override void EpochEnd(TrainingRun run, Epoch epoch) => seen(run, epoch);
    }
}
