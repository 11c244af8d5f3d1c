using System.Text.Json.Nodes;
using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class TrainingStateTests
{
    private const int Epochs = 3;

    private static readonly Dataset s_data = Rings();

    private static Dataset Rings()
    {
        Seed(11);
        var x = Tensor.Normal(50, 4);
        var labels = Tensor.Of([.. Enumerable.Range(0, 50).Select(i => i % 3)]);
        return Datasets.FromTensors(x, labels, x[..20], labels[..20], ["a", "b", "c"], "rings")
            .Augment(train => train.Noise(0.05));
    }

    /// <summary>A training with everything that has a state, from fresh objects.</summary>
    private static (Layer Model, History History) Run(
        Func<Optimizer> optimizer, TrainingState? from = null, Callback? watch = null, ulong seed = 4, int batchSize = 8)
    {
        // A run that continues makes its model with other random numbers: they must not count.
        Seed(from is null ? 4 : 99UL);
        var model = Sequential(new Noise(), Linear(4, 6), Relu(), Dropout(0.3), Linear(6, 3));
        var counter = new Counter();
        var history = Train(
            model, s_data, (o, y) => Loss.CrossEntropy(o, y), optimizer(), Epochs, batchSize, seed, quiet: true,
            callbacks: [counter, .. watch is null ? Array.Empty<Callback>() : [watch]],
            metrics: [("seen", (p, y) => counter.Seen), ("largest", (p, y) => p.Max())],
            schedule: Schedule.WarmUp(0.5).Then(Schedule.Cosine(0.1)),
            options: new() { Average = 0.9, Accumulate = 3, From = from, ClassWeights = [1, 2, 0.5] });
        return (model, history);
    }

    private static float[] Weights(Layer model) => [.. model.Parameters.SelectMany(p => p.Value.ToArray())];

    private static IEnumerable<double> Figures(History history) => history.Epochs
        .SelectMany(epoch => epoch.AllFigures.Select(figure => figure.Value).Append(epoch.Number));

    public static TheoryData<string> Optimizers => new("sgd", "adam", "nadam");

    private static Func<Optimizer> Made(string name) => name switch
    {
        "sgd" => () => Sgd(0.1, momentum: 0.9, weightDecay: 0.01),
        "adam" => () => AdamW(0.01).ClipNorm(1),
        _ => () => Nadam(0.01).For("*bias", learningRate: 0.1),
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_run_continued_from_any_batch_or_epoch_ends_in_the_same_bits(string name)
    {
        var states = new Recorder();
        var (undisturbed, history) = Run(Made(name), watch: states);
        // Seven batches and an epoch's end, three times, and the beginning.
        Assert.Equal(1 + (Epochs * 8), states.States.Count);
        foreach (var state in states.States)
        {
            var copy = new TrainingState(state.Tensors, JsonNode.Parse(state.Progress.ToJsonString())!.AsObject());
            var (model, continued) = Run(Made(name), copy);
            Assert.Equal(Weights(undisturbed), Weights(model));
            Assert.Equal(Figures(history), Figures(continued));
        }
    }

    [Fact]
    public void Taking_states_changes_nothing()
    {
        var (plain, first) = Run(Made("sgd"));
        var (recorded, second) = Run(Made("sgd"), watch: new Recorder());
        Assert.Equal(Weights(plain), Weights(recorded));
        Assert.Equal(Figures(first), Figures(second));
    }

    [Fact]
    public void The_threads_may_be_others_after_the_interruption()
    {
        var before = ThreadTeam.Threads;
        try
        {
            ThreadTeam.Threads = 1;
            var states = new Recorder();
            var (undisturbed, _) = Run(Made("adam"), watch: states);
            foreach (var threads in new[] { 2, 3, 8 })
            {
                ThreadTeam.Threads = threads;
                var (model, _) = Run(Made("adam"), states.States[11]);
                Assert.Equal(Weights(undisturbed), Weights(model));
            }
        }
        finally
        {
            ThreadTeam.Threads = before;
        }
    }

    [Fact]
    public void The_tensors_are_named_by_what_they_are()
    {
        var states = new Recorder();
        Run(Made("sgd"), watch: states);
        Assert.Equal(
            ["average.1.bias", "gathered.1.bias", "model.1.bias", "optimizer.1.bias.velocity"],
            states.States[5].Tensors.Keys.Where(name => name.Contains("1.bias", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(5, states.States[5].Progress["batch"]!.GetValue<int>());
    }

    [Fact]
    public void Restoring_in_Begin_does_the_same_as_the_option()
    {
        var states = new Recorder();
        var (undisturbed, _) = Run(Made("sgd"), watch: states);
        var (model, _) = Run(Made("sgd"), watch: new Restorer(states.States[10]));
        Assert.Equal(Weights(undisturbed), Weights(model));
    }

    [Fact]
    public void Other_settings_and_other_models_are_refused()
    {
        var states = new Recorder();
        Run(Made("sgd"), watch: states);
        var state = states.States[9];

        void Refused(string expected, Action run) =>
            Assert.Contains(expected, Assert.Throws<SoftmaxException>(run).Message, StringComparison.Ordinal);

        Refused("batch size was 8 and is 16", () => Run(Made("sgd"), state, batchSize: 16));
        Refused("seed was 4 and is 5", () => Run(Made("sgd"), state, seed: 5));
        Refused("optimizer was \"Sgd\" and is \"AdamW\"", () => Run(Made("adam"), state));
        Refused("no tensor optimizer.1.weight.velocity", () => Run(() => Sgd(0.1, momentum: 0.5), Without(state, "velocity")));
        Refused("only before its first step", () => Run(Made("sgd"), watch: new Restorer(state, late: true)));
    }

    private static TrainingState Without(TrainingState state, string part) => new(
        state.Tensors.Where(pair => !pair.Key.Contains(part, StringComparison.Ordinal)).ToDictionary(), state.Progress);

    /// <summary>A layer that draws other numbers in each step.</summary>
    private sealed class Noise : Layer
    {
        public override Tensor Forward(Tensor input, bool training) =>
            training ? input + 0.1 * Tensor.Normal(input.Shape.ToArray()) : input;

        public override string Describe() => "Noise";
    }

    /// <summary>A callback with a state of its own.</summary>
    private sealed class Counter : Callback
    {
        public int Seen { get; private set; }

        public override void BatchEnd(TrainingRun run) => Seen++;

        public override void SaveState(JsonObject values, IDictionary<string, Tensor> tensors)
        {
            values["half"] = Seen / 2;
            tensors["rest"] = Tensor.Of(Seen % 2);
        }

        public override void RestoreState(JsonObject values, IReadOnlyDictionary<string, Tensor> tensors) =>
            Seen = (values["half"]!.GetValue<int>() * 2) + tensors["rest"].ToInts()[0];
    }

    private sealed class Recorder : Callback
    {
        public List<TrainingState> States { get; } = [];

        public override bool ComesLast => true;

        public override void Begin(TrainingRun run) => States.Add(run.Capture());

        public override void BatchEnd(TrainingRun run) => States.Add(run.Capture());

        public override void EpochEnd(TrainingRun run, Epoch epoch) => States.Add(run.Capture());
    }

    private sealed class Restorer(TrainingState state, bool late = false) : Callback
    {
        public override void Begin(TrainingRun run)
        {
            if (!late)
                run.Restore(state);
        }

        public override void BatchEnd(TrainingRun run)
        {
            if (late)
                run.Restore(state);
        }
    }
}
