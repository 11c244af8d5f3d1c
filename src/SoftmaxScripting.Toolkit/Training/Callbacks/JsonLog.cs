using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The epochs' figures as JSON Lines: one object for each epoch. What is not finite is null. A file that exists is continued.
/// </summary>
/// <param name="path">The file.</param>
/// <example><code>Train(model, data, loss, Adam(), callbacks: [new JsonLog("run.jsonl")]);</code></example>
public sealed class JsonLog(string path) : FileLog(path)
{
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected override IEnumerable<string> Lines(TrainingRun run, Epoch epoch, bool isFirst)
    {
        var line = new JsonObject { ["epoch"] = epoch.Number, ["step"] = run.Step };
        foreach (var (name, value) in epoch.AllFigures)
            line[name] = double.IsFinite(value) ? JsonValue.Create(value) : null;
        line["seconds"] = epoch.Seconds;
        yield return line.ToJsonString(s_readable);
    }
}
