using System.Text.Json.Nodes;

namespace SoftmaxScripting.Toolkit;

/// <summary>The epochs of a run, as <c>metrics.jsonl</c> tells of them.</summary>
internal static class RunCurves
{
    private static readonly string[] s_known =
        ["training", "epoch", "step", "loss", "train accuracy", "test loss", "test accuracy", "learning rate", "seconds", "rows per second", "time"];

    /// <summary>The epochs of each training of a run that has any.</summary>
    /// <param name="run">The run.</param>
    public static IReadOnlyList<(string Training, IReadOnlyList<Epoch> Epochs)> Of(RunInfo run) =>
    [
        .. run.ReadMetrics().GroupBy(line => RunInfo.TextOf(line["training"]))
            .Select(training => (training.Key, (IReadOnlyList<Epoch>)[.. training.Select(Epoch)])),
    ];

    private static Epoch Epoch(JsonObject line)
    {
        var further = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, _) in line)
        {
            if (!s_known.Contains(name))
                further[name] = Number(name);
        }

        return new Epoch(
            double.IsNaN(Number("epoch")) ? 0 : (int)Number("epoch"),
            Number("loss"),
            Number("train accuracy"),
            Number("test loss"),
            Number("test accuracy"),
            Number("seconds"),
            Number("rows per second"))
        {
            Figures = further,
            LearningRate = Number("learning rate"),
        };

        double Number(string name) => line[name] is JsonValue value && value.TryGetValue<double>(out var number) ? number : double.NaN;
    }
}
