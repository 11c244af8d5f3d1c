using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class LbfgsTests
{
    private const int Rows = 5000;
    private const int Features = 4;

    /// <summary>Labels drawn by chance from a known logistic model, so that no line divides them and the optimum is finite.</summary>
    private static Dataset Generated()
    {
        Seed(21);
        var x = Tensor.Normal(Rows, Features).ToDouble();
        var truth = Tensor.Of(1.5, -2, 0.5, 0).Reshape(Features, 1);
        var y = (x.MatMul(truth) + 0.3).Sigmoid();
        var chance = Tensor.Uniform(Rows, 1).ToDouble();
        return Datasets.FromTensors(x, (chance < y).ToDouble());
    }

    private static Sequential Model()
    {
        var model = Sequential(Linear(Features, 1, Initializer.Zeros));
        foreach (var parameter in model.Parameters)
            parameter.Value = parameter.Value.ToDouble();
        return model;
    }

    private static readonly Func<Tensor, Tensor, Tensor> s_loss = (z, y) => Loss.BceWithLogits(z, y);

    /// <summary>The gradient of the mean loss, (σ(z) − y)x, in plain numbers.</summary>
    private static double[] Gradient(Dataset data, double[] w)
    {
        var (x, y) = (data.Train.Stored.ToDoubles(), data.Train.Targets.ToDoubles());
        var gradient = new double[Features + 1];
        for (var row = 0; row < Rows; row++)
        {
            var z = w[Features];
            for (var j = 0; j < Features; j++)
                z += w[j] * x[(row * Features) + j];
            var slope = ((1 / (1 + Math.Exp(-z))) - y[row]) / Rows;
            for (var j = 0; j < Features; j++)
                gradient[j] += slope * x[(row * Features) + j];
            gradient[Features] += slope;
        }

        return gradient;
    }

    private static double[] Weights(Layer model) => [.. model.Parameters.SelectMany(p => p.Value.ToDoubles())];

    [Fact]
    public void Logistic_regression_reaches_a_gradient_norm_of_1e_minus_8()
    {
        var data = Generated();
        var model = Model();
        var history = Train(model, data, s_loss, Lbfgs(tolerance: 1e-8), epochs: 10, quiet: true);
        var norm = Math.Sqrt(Gradient(data, Weights(model)).Sum(g => g * g));
        Assert.True(norm <= 1.01e-8, $"{norm:e2} after {history.Epochs.Count} epochs");
        Assert.True(history.Epochs.Count < 3, $"{history.Epochs.Count} epochs of 20 iterations");
    }

    [Fact]
    public void Several_epochs_do_what_one_with_all_iterations_does()
    {
        var data = Generated();
        var (whole, parts) = (Model(), Model());
        Train(whole, data, s_loss, Lbfgs(iterations: 6), epochs: 1, quiet: true);
        Train(parts, data, s_loss, Lbfgs(iterations: 2), epochs: 3, quiet: true);
        Assert.Equal(Weights(whole), Weights(parts));
    }

    [Fact]
    public void The_bits_are_the_same_for_any_number_of_threads_and_after_a_resume()
    {
        var data = Generated();
        double[] Run(int threads, TrainingState? from, Callback[] callbacks)
        {
            var before = ThreadTeam.Threads;
            ThreadTeam.Threads = threads;
            try
            {
                var model = Model();
                Train(model, data, s_loss, Lbfgs(iterations: 3), 4, quiet: true, callbacks: callbacks, options: new() { From = from });
                return Weights(model);
            }
            finally
            {
                ThreadTeam.Threads = before;
            }
        }

        var states = new List<TrainingState>();
        var one = Run(1, null, [new Checkpointing((state, _) => states.Add(state), everySteps: 1)]);
        Assert.All([2, 3, 8], threads => Assert.Equal(one, Run(threads, null, [])));
        Assert.Equal(8, states.Count);
        Assert.All(states, state => Assert.Equal(one, Run(2, state, [])));
    }

    [Fact]
    public void A_curved_valley_is_followed_to_its_end()
    {
        // Rosenbrock's function (1 − a)² + 100(b − a²)² of the two weights, from (−1.2, 1).
        var model = Sequential(Linear(1, 2, Initializer.Zeros, Initializer.Zeros));
        model.Parameters[0].Value = Tensor.Of(-1.2, 1).Reshape(1, 2);
        model.Parameters[1].Value = Tensor.Of(0.0, 0).ToDouble();
        var one = Tensor.Ones(1, 1).ToDouble();
        var loss = (Tensor p, Tensor _) =>
        {
            var (a, b) = (model.Parameters[0].Value[0, 0], model.Parameters[0].Value[0, 1]);
            return (1 - a).Pow(2) + 100 * (b - a * a).Pow(2) + 0 * p.Sum();
        };
        var history = Train(model, Datasets.FromTensors(one, one), loss, Lbfgs(tolerance: 1e-10), 20, quiet: true);
        Assert.Equal(1, model.Parameters[0].Value.ToDoubles()[0], 1e-9);
        Assert.Equal(1, model.Parameters[0].Value.ToDoubles()[1], 1e-9);
        Assert.True(history.Epochs.Count <= 3, $"{history.Epochs.Count} epochs");
    }

    [Fact]
    public void It_works_in_single_precision_and_with_classes_and_dropout()
    {
        Seed(1);
        var x = Tensor.Normal(300, 2);
        var labels = Tensor.Of([.. x.ToArray().Chunk(2).Select(p => p[0] + p[1] > 0 ? 1 : 0)]);
        var data = Datasets.FromTensors(x, labels, x, labels, ["below", "above"]);
        var model = Sequential(Linear(2, 8), Tanh(), Dropout(0.1), Linear(8, 2));
        var history = Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Lbfgs(), 5, quiet: true);
        Assert.True(history.Last.TestAccuracy > 0.95, $"{history.Last}");
        Assert.All(model.Parameters, p => Assert.Equal(DType.Float32, p.Value.DType));
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Assert.Throws<SoftmaxException>(() => Lbfgs(memory: 0));
        Assert.Throws<SoftmaxException>(() => Lbfgs(tolerance: -1));
        Assert.Throws<SoftmaxException>(() => Train(Model(), Generated(), s_loss, Lbfgs(), quiet: true, options: new() { Average = 0.9 }));
        Assert.Throws<TrainingException>(() => Train(Model(), Generated(), (z, y) => Log(Loss.Mse(z, y) - 1e6), Lbfgs(), quiet: true));
    }
}
