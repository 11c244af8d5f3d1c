using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class TrainTests
{
    private static readonly Dataset s_blobs = Blobs(rows: 300);

    /// <summary>Three clouds of points in the plane.</summary>
    private static Dataset Blobs(int rows)
    {
        Seed(5);
        var labels = Tensor.Of([.. Enumerable.Range(0, rows).Select(i => i % 3)]);
        var centres = Tensor.Of(new float[,] { { 2, 0 }, { -1, 2 }, { -1, -2 } });
        var points = centres.Gather(labels) + 0.5 * Tensor.Normal(rows, 2);
        return Datasets.FromTensors(points, labels, points, labels, ["red", "green", "blue"], "blobs");
    }

    private static Sequential Model(ulong seed = 1)
    {
        Seed(seed);
        return Sequential(Linear(2, 3, Initializer.Normal(0.1)));
    }

    private static float[] Weights(Layer model) => [.. model.Parameters.SelectMany(p => p.Value.ToArray())];

    [Fact]
    public void Train_does_what_the_same_loop_by_hand_does()
    {
        var trained = Model();
        var history = Train(
            trained, s_blobs, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.5), epochs: 3, batchSize: 32, seed: 9, quiet: true);

        var byHand = Model();
        var losses = new List<double>();
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            double sum = 0;
            foreach (var (x, y) in s_blobs.Train.Batches(32, seed: 9, pass: epoch))
            {
                var (value, gradients) = ValueAndGrad(byHand, () => Loss.CrossEntropy(byHand.Forward(x, true), y));
                foreach (var (p, g) in byHand.Parameters.Zip(gradients))
                    p.Value -= 0.5 * g;
                sum += value.Item() * y.Size;
            }

            losses.Add(sum / s_blobs.Train.Count);
        }

        Assert.Equal(losses, history.Epochs.Select(epoch => epoch.Loss), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.All(Weights(trained).Zip(Weights(byHand)), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Assert.True(history.Last.TestAccuracy > 0.95, $"{history.Last}");
    }

    [Fact]
    public void The_weights_are_the_same_bits_for_any_number_of_threads()
    {
        float[] Run(int threads)
        {
            var before = ThreadTeam.Threads;
            ThreadTeam.Threads = threads;
            try
            {
                Seed(3);
                var data = Datasets.Of(Garments.Generate(train: 600, test: 10));
                var model = Sequential(Flatten(), Linear(784, 40), Relu(), Dropout(0.2), Linear(40, 10));
                Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.1, momentum: 0.9), 2, 128, quiet: true);
                return Weights(model);
            }
            finally
            {
                ThreadTeam.Threads = before;
            }
        }

        var one = Run(1);
        Assert.All([2, 3, 8], threads => Assert.Equal(one, Run(threads)));
    }

    [Fact]
    public void A_loss_that_calculates_with_its_target_gets_one_hot_rows()
    {
        var model = Model();
        Tensor? seen = null;
        Train(
            model,
            s_blobs,
            (p, y) =>
            {
                if (y.DType.IsFloat)
                    seen ??= y;
                return (p - y).Pow(2).Mean();
            },
            Sgd(0.1),
            epochs: 1,
            batchSize: 100,
            quiet: true);

        Assert.Equal(Shape.Of(100, 3), seen!.Shape);
        Assert.Equal(100, seen.Sum().Item());
    }

    [Fact]
    public void Captured_values_and_control_flow_count_in_every_step()
    {
        var model = Model();
        var scale = 0.0;
        var losses = new List<double>();
        Train(
            model,
            s_blobs,
            (o, y) =>
            {
                var loss = Loss.CrossEntropy(o, y);
                losses.Add(loss.Item());
                scale += 1;
                return loss.Item() > 1e9 ? loss : scale * loss;
            },
            Sgd(1e-9),
            epochs: 1,
            batchSize: 100,
            quiet: true,
            onEpoch: epoch => Assert.Equal(losses.Take(3).Select((loss, i) => (i + 1) * loss).Sum() / 3, epoch.Loss, 1e-4));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_with_the_reason()
    {
        var bad = new Dataset(
            "bad", "", new Samples(Tensor.Of(1f, 2f, float.NaN, 4f).Reshape(2, 2), Tensor.Of(0, 1)), s_blobs.Test.Take(0), ["a", "b"]);
        var inputs = Assert.Throws<TrainingException>(() =>
            Train(Model(), bad, (o, y) => Loss.CrossEntropy(o, Tensor.OneHot(y, 3)), Sgd(0.1), 1, 2, shuffle: false, quiet: true));
        Assert.Contains("epoch 1, batch 1", inputs.Message, StringComparison.Ordinal);
        Assert.Contains("row 1 of the batch, column 0", inputs.Message, StringComparison.Ordinal);

        var domain = Assert.Throws<TrainingException>(() =>
            Train(Model(), s_blobs, (o, y) => Log(Loss.CrossEntropy(o, y) - 100), Sgd(0.1), 1, quiet: true));
        Assert.Contains("Log gives NaN for −", domain.Message, StringComparison.Ordinal);
        Assert.EndsWith("TrainTests.cs", domain.Site.File, StringComparison.Ordinal);

        // The first loss is finite; the step that follows it is beyond float32.
        var step = Assert.Throws<TrainingException>(() =>
            Train(Model(), s_blobs, (o, y) => Loss.CrossEntropy(o, y), Sgd(1e39), 1, 10, quiet: true));
        Assert.Contains("batch 2", step.Message, StringComparison.Ordinal);
        Assert.Contains("The parameter ", step.Message, StringComparison.Ordinal);
        Assert.Contains("--strict", step.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Assert.Throws<SoftmaxException>(() => Sgd(-0.1));
        Assert.Throws<SoftmaxException>(() => Sgd(double.NaN));
        Assert.Throws<SoftmaxException>(() => Sgd(0.1, momentum: 1));
        Assert.Throws<SoftmaxException>(() => Sgd(0.1, nesterov: true));
        Assert.Throws<SoftmaxException>(() => Dropout(1));
        var loss = (Tensor o, Tensor y) => Loss.CrossEntropy(o, y);
        Assert.Throws<SoftmaxException>(() => Train(Model(), s_blobs, loss, Sgd(0.1), epochs: 0, quiet: true));
        Assert.Throws<SoftmaxException>(() => Train(Model(), s_blobs, loss, Sgd(0.1), batchSize: 0, quiet: true));
        Assert.Throws<SoftmaxException>(() => Train(Sequential(Flatten()), s_blobs, loss, Sgd(0.1), quiet: true));
        Assert.Throws<ShapeException>(() => Train(Sequential(Linear(3, 3)), s_blobs, loss, Sgd(0.1), quiet: true));
    }

    [Fact]
    public void Cancelling_stops_between_batches_and_keeps_the_parameters()
    {
        using var source = new CancellationTokenSource();
        using var session = ScriptSession.Begin(new ScriptSession { Cancellation = source.Token });
        var model = Model();
        var before = Weights(model);

        Assert.Throws<OperationCanceledException>(() => Train(
            model, s_blobs, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.5), epochs: 50, quiet: true, onEpoch: epoch =>
            {
                if (epoch.Number == 2)
                    source.Cancel();
            }));

        Assert.NotEqual(before, Weights(model));
        Assert.All(model.Parameters, p => Assert.False(p.Value.IsTraced));
    }

    [Fact]
    public void Predict_gives_every_row_in_order_whatever_the_batch_size()
    {
        var model = Model();
        var whole = model.Predict(s_blobs.Test.Inputs).ToArray();

        Assert.Equal(whole, Predict(model, s_blobs.Test, batchSize: 7).ToArray());
        Assert.Equal(whole, Predict(model, s_blobs.Test).ToArray());
    }
}
