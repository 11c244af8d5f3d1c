using SoftmaxScripting.Core;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>An experiment of three trainings in a session that is recorded, and what it wrote to standard error.</summary>
internal sealed class RecordedRun(string directory) : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    public CheckpointInterval Checkpoints { get; init; } = new(0, 7, false);

    public RunInfo? Resumed { get; init; }

    public ScriptMode Mode { get; init; }

    /// <summary>Cancels after so many steps of all trainings together.</summary>
    public int? CancelAfter { get; init; }

    /// <summary>Called after each batch.</summary>
    public Action<TrainingRun>? OnBatch { get; init; }

    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    public string Warnings { get; private set; } = "";

    public string? Folder { get; private set; }

    public List<History> Histories { get; } = [];

    public void Dispose() => cancellation.Dispose();

    /// <summary>Runs it; the weights of the trainings that came to their end, as bits.</summary>
    public uint[] Run(int epochs = 3)
    {
        var error = Console.Error;
        using var written = new StringWriter();
        Console.SetError(written);
        try
        {
            using var session = ScriptSession.Begin(new ScriptSession
            {
                Mode = Mode,
                Cancellation = cancellation.Token,
                Recording = new RunSettings
                {
                    Directory = directory,
                    Script = "experiment.csx",
                    ScriptText = "// text",
                    Loads = new Dictionary<string, string> { ["common.csx"] = "// loaded" },
                    Resumed = Resumed,
                    Checkpoints = Checkpoints,
                },
            });
            try
            {
                return [.. Trainings(epochs).SelectMany(model => model.Parameters).SelectMany(p => p.Value.ToArray()).Select(BitConverter.SingleToUInt32Bits)];
            }
            finally
            {
                Folder = Mode == ScriptMode.Run ? RunFolder.Current?.FullPath : null;
            }
        }
        finally
        {
            Console.SetError(error);
            Warnings = written.ToString();
        }
    }

    private List<Layer> Trainings(int epochs)
    {
        Seed(3);
        var inputs = Tensor.Normal(100, 6);
        var labels = Tensor.Of([.. Enumerable.Range(0, 100).Select(i => i % 3)]);
        var data = Datasets.FromTensors(inputs, labels, inputs[..20], labels[..20], ["a", "b", "c"], "noise");
        var models = new List<Layer>();
        var steps = 0;
        for (var k = 0; k < 3; k++)
        {
            var model = Sequential(Linear(6, 8), Relu(), Dropout(0.2), Linear(8, 3));
            var watcher = new Watcher(run =>
            {
                OnBatch?.Invoke(run);
                if (++steps == CancelAfter)
                    cancellation.Cancel();
            });
            Histories.Add(Train(
                model, data, (o, y) => Loss.CrossEntropy(o, y), Adam(0.01), epochs, 10, (ulong)k, quiet: true, callbacks: [watcher, .. Callbacks]));
            models.Add(model);
        }

        RecordFigure("answer", 42);
        return models;
    }

    private sealed class Watcher(Action<TrainingRun> onBatch) : Callback
    {
        public override void BatchEnd(TrainingRun run) => onBatch(run);
    }
}
