using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SoftmaxScripting.Toolkit;

/// <summary>A run as its folder tells of it.</summary>
public sealed class RunInfo
{
    private RunInfo(string folder, JsonObject record)
    {
        Folder = folder;
        Record = record;
    }

    /// <summary>The folder as a full path.</summary>
    public string Folder { get; }

    /// <summary>The name of the run.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>Everything <c>run.json</c> says.</summary>
    public JsonObject Record { get; }

    /// <summary>The script as it was typed.</summary>
    public string Script => Text("script", "path");

    /// <summary>
    /// running, finished, failed, cancelled; or killed, where it says running and its process is gone.
    /// </summary>
    public string Status => Text("status") is var status && status == RunRecord.Running && !IsAlive ? "killed" : status;

    /// <summary>When it began.</summary>
    public DateTimeOffset? Started =>
        DateTimeOffset.TryParse(Text("started"), CultureInfo.InvariantCulture, out var time) ? time : null;

    /// <summary>How long it took; null while it is not over.</summary>
    public double? Seconds => Record["seconds"] is JsonValue value && value.TryGetValue<double>(out var seconds) ? seconds : null;

    /// <summary>The options the script asked for, by name.</summary>
    public IEnumerable<KeyValuePair<string, string>> Options =>
        (Record["options"] as JsonObject ?? []).Select(pair => KeyValuePair.Create(pair.Key, TextOf(pair.Value)));

    /// <summary>The trainings of the script, in order.</summary>
    public IEnumerable<JsonObject> Trainings => (Record["trainings"] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>The figures it came to: those of the last training's last epoch, then those the script recorded.</summary>
    public IReadOnlyDictionary<string, double> Figures
    {
        get
        {
            var figures = new OrderedDictionary<string, double>(StringComparer.Ordinal);
            foreach (var part in new[] { Trainings.LastOrDefault()?["figures"], Record["figures"] })
            {
                foreach (var (name, value) in part as JsonObject ?? [])
                {
                    if (value is JsonValue number && number.TryGetValue<double>(out var figure))
                        figures[name] = figure;
                }
            }

            return figures;
        }
    }

    /// <summary>Whether the process that runs it is still there, as far as this machine can tell.</summary>
    public bool IsAlive
    {
        get
        {
            if (Text("process", "machine") != Environment.MachineName || Record["process"]?["id"] is not JsonValue id
                || !id.TryGetValue<int>(out var number))
            {
                return Text("process", "machine") is { Length: > 0 } machine && machine != Environment.MachineName;
            }

            try
            {
                using var process = Process.GetProcessById(number);

                // Numbers of processes come again; the time tells them apart.
                return !process.HasExited
                    && DateTimeOffset.TryParse(Text("process", "started"), CultureInfo.InvariantCulture, out var started)
                    && Math.Abs((process.StartTime.ToUniversalTime() - started.UtcDateTime).TotalSeconds) < 2;
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    /// <summary>Reads a folder; null where it holds no run that can be read.</summary>
    /// <param name="folder">The folder.</param>
    public static RunInfo? Read(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, RunFolder.RecordFile));
            return JsonNode.Parse(text) is JsonObject record
                ? new RunInfo(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), record)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The lines of <c>metrics.jsonl</c>; one that a killed process left unfinished is skipped.</summary>
    public IReadOnlyList<JsonObject> ReadMetrics()
    {
        var lines = new List<JsonObject>();
        var file = Path.Combine(Folder, RunFolder.MetricsFile);
        if (!File.Exists(file))
            return lines;
        foreach (var line in File.ReadLines(file))
        {
            try
            {
                if (JsonNode.Parse(line) is JsonObject metrics)
                    lines.Add(metrics);
            }
            catch (JsonException)
            {
            }
        }

        return lines;
    }

    /// <summary>A value of the record as text; empty where it is missing.</summary>
    internal string Text(params ReadOnlySpan<string> path)
    {
        JsonNode? node = Record;
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return TextOf(node);
    }

    internal static string TextOf(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(),
    };
}
