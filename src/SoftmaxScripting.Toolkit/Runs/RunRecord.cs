using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;

namespace SoftmaxScripting.Toolkit;

/// <summary>What <c>run.json</c> says, piece by piece.</summary>
internal static class RunRecord
{
    public const string Running = "running";
    public const string Finished = "finished";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    private const int Format = 1;

    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions s_line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The version of the toolkit.</summary>
    public static string Version => typeof(RunRecord).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The record of a run that begins.</summary>
    public static JsonObject Begin(RunSettings settings, ScriptSession session, DateTimeOffset started)
    {
        var record = new JsonObject
        {
            ["format"] = Format,
            ["status"] = Running,
            ["started"] = Time(started),
            ["ended"] = null,
            ["seconds"] = null,
            ["exit"] = null,
            ["failure"] = null,
            ["script"] = new JsonObject
            {
                ["path"] = settings.Script,
                ["sha256"] = Hash(settings.ScriptText),
                ["loads"] = new JsonArray([.. settings.Loads.Select(load => new JsonObject
                {
                    ["path"] = load.Key,
                    ["sha256"] = Hash(load.Value),
                })]),
            },
            ["given"] = Given(session.Given),
            ["arguments"] = new JsonArray([.. session.Given.Rest.Select(word => JsonValue.Create(word))]),
            ["options"] = Options(session),
            ["toolkit"] = Version,
            ["machine"] = Machine(),
            ["process"] = Process(),
            ["trainings"] = new JsonArray(),
            ["figures"] = new JsonObject(),
        };
        return record;
    }

    public static JsonArray Given(OptionArguments given) => new([.. given.Options.Select(option => new JsonObject
    {
        ["name"] = option.Name,
        ["value"] = option.Value,
    })]);

    public static JsonObject Options(ScriptSession session)
    {
        var options = new JsonObject();
        foreach (var (name, value) in session.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            options[name] = value switch
            {
                bool flag => JsonValue.Create(flag),
                int whole => JsonValue.Create(whole),
                long whole => JsonValue.Create(whole),
                float number => Number(number),
                double number => Number(number),
                _ => JsonValue.Create(DeclaredOption.Text(value)),
            };
        }

        return options;
    }

    public static JsonObject Training(TrainingRun run) => new()
    {
        ["number"] = run.Number,
        ["model"] = run.Model.ToString(),
        ["data"] = run.Data.Name,
        ["training rows"] = run.Data.Train.Count,
        ["test rows"] = run.Data.Test.Count,
        ["optimizer"] = run.Optimizer.ToString(),
        ["learning rate"] = run.Optimizer.LearningRate,
        ["batch size"] = run.BatchSize,
        ["seed"] = run.Seed,
        ["random seed"] = RandomSource.Seed,
        ["epochs"] = run.Epochs,
        ["epochs done"] = run.History.Epochs.Count,
        ["outcome"] = OutcomeOf(run),
        ["stop reason"] = run.StopReason,
        ["figures"] = Figures(run.History.Epochs.Count == 0 ? [] : run.History.Last.AllFigures),
    };

    public static JsonObject Metrics(TrainingRun run, Epoch epoch)
    {
        var line = new JsonObject { ["training"] = run.Number, ["epoch"] = epoch.Number, ["step"] = run.Step };
        foreach (var (name, value) in epoch.AllFigures)
            line[name] = Number(value);
        line["learning rate"] = Number(run.LearningRate);
        line["seconds"] = Number(epoch.Seconds);
        line["rows per second"] = Number(epoch.RowsPerSecond);
        line["time"] = Time(DateTimeOffset.UtcNow);
        return line;
    }

    public static string Line(JsonObject value) => value.ToJsonString(s_line) + "\n";

    public static string Indented(JsonNode value) => value.ToJsonString(s_indented) + "\n";

    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffK", CultureInfo.InvariantCulture);

    /// <summary>JSON has no numbers for NaN and the infinities; they become null, which every tool reads.</summary>
    public static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static JsonObject Process()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new JsonObject
        {
            ["id"] = Environment.ProcessId,
            ["started"] = Time(process.StartTime.ToUniversalTime()),
            ["machine"] = Environment.MachineName,
        };
    }

    private static JsonObject Figures(IEnumerable<KeyValuePair<string, double>> figures)
    {
        var json = new JsonObject();
        foreach (var (name, value) in figures)
            json[name] = Number(value);
        return json;
    }

    private static string OutcomeOf(TrainingRun run) => run.Outcome switch
    {
        TrainingOutcome.Running => Running,
        TrainingOutcome.Completed => Finished,
        TrainingOutcome.Stopped => "stopped early",
        TrainingOutcome.Cancelled => Cancelled,
        _ => Failed,
    };

    private static JsonObject Machine() => new()
    {
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["processors"] = Environment.ProcessorCount,
        ["threads"] = ThreadTeam.Threads,
        ["vector bits"] = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        ["memory"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
    };
}
