using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Sweeps;

/// <summary>
/// Successive halving (Jamieson and Talwalkar 2016): all trials with a small budget, the best of them with a larger one.
/// </summary>
/// <param name="Option">The option that is the budget, such as epochs.</param>
/// <param name="Least">The budget of the first round.</param>
/// <param name="Most">The budget of the last round.</param>
/// <param name="Factor">By how much the budget grows and the number of trials shrinks.</param>
internal sealed record Halving(string Option, int Least, int Most, int Factor)
{
    /// <summary>The budgets of the rounds.</summary>
    public IReadOnlyList<int> Budgets
    {
        get
        {
            var budgets = new List<int>();
            for (long budget = Least; budget < Most; budget *= Factor)
                budgets.Add((int)budget);
            budgets.Add(Most);
            return budgets;
        }
    }
}

/// <summary>Everything that is settled before a sweep begins; it lies in the sweep's folder, so that it can be resumed.</summary>
internal sealed record SweepPlan
{
    /// <summary>The file in the sweep's folder.</summary>
    public const string File = "sweep.json";

    private static readonly JsonSerializerOptions s_format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>The script's full path.</summary>
    public required string Script { get; init; }

    /// <summary>The settings to be tried.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }

    /// <summary>The options whose magnitudes are drawn evenly, not their values.</summary>
    public IReadOnlyList<string> Logarithmic { get; init; } = [];

    /// <summary>Options that every trial has.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fixed { get; init; } = [];

    /// <summary>Successive halving; null for none.</summary>
    public Halving? Halving { get; init; }

    /// <summary>The figure to rank by; null for the first of the usual ones.</summary>
    public string? Metric { get; init; }

    /// <summary>Whether a higher figure is better; null to tell by its name.</summary>
    public bool? HigherIsBetter { get; init; }

    /// <summary>How long a trial may take, in seconds; null for no limit.</summary>
    public double? Timeout { get; init; }

    /// <summary>How many trials run at once.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The number of rounds.</summary>
    public int Rungs => Halving?.Budgets.Count ?? 1;

    /// <summary>Whether trials with more of a figure come first.</summary>
    /// <param name="metric">The figure; null for none.</param>
    public bool RanksHigherFirst(string? metric) => HigherIsBetter ?? (metric is not null && RunFigures.HigherIsBetter(metric));

    /// <summary>Writes the plan into a folder.</summary>
    /// <param name="folder">The folder.</param>
    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, File), JsonSerializer.Serialize(this, s_format) + "\n");

    /// <summary>Reads a plan.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <exception cref="UsageException">It holds none.</exception>
    public static SweepPlan Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<SweepPlan>(System.IO.File.ReadAllText(Path.Combine(folder, File)), s_format)!;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"{folder} holds no sweep that can be resumed: {exception.Message}");
        }
    }

    /// <summary>The options of a trial in a round.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="rung">The round.</param>
    public IReadOnlyList<string> Words(Trial trial, int rung)
    {
        IEnumerable<KeyValuePair<string, string>> all = [.. Fixed, .. trial.Options];
        if (Halving is { } halving)
            all = all.Append(KeyValuePair.Create(halving.Option, halving.Budgets[rung].ToString(CultureInfo.InvariantCulture)));
        return [.. all.Select(option => $"--{option.Key}={option.Value}")];
    }
}

/// <summary>
/// What has happened in a sweep, one line for each event: appended as it happens, so that a sweep which is killed knows what
/// is done.
/// </summary>
/// <param name="folder">The sweep's folder.</param>
internal sealed class SweepJournal(string folder)
{
    private const string File = "journal.jsonl";

    private readonly string path = Path.Combine(folder, File);
    private readonly Lock gate = new();

    /// <summary>An attempt has begun.</summary>
    public void Started(int trial, int rung, string handle) => Append(new JsonObject
    {
        ["trial"] = trial,
        ["rung"] = rung,
        ["state"] = nameof(TrialState.Started),
        ["handle"] = handle,
    });

    /// <summary>An attempt has ended.</summary>
    public void Ended(TrialResult result) => Append(new JsonObject
    {
        ["trial"] = result.Trial,
        ["rung"] = result.Rung,
        ["state"] = result.State.ToString(),
        ["seconds"] = Math.Round(result.Seconds, 3),
        ["message"] = result.Message,
        ["figures"] = new JsonObject(result.Figures.Select(figure => KeyValuePair.Create<string, JsonNode?>(figure.Key, RunRecord.Number(figure.Value)))),
    });

    /// <summary>The attempts that have ended, and what was begun without coming to its end.</summary>
    public (IReadOnlyList<TrialResult> Ended, IReadOnlyList<string> Leftovers) Read()
    {
        var ended = new Dictionary<(int, int), TrialResult>();
        var begun = new Dictionary<(int, int), string>();
        foreach (var line in System.IO.File.Exists(path) ? System.IO.File.ReadAllLines(path) : [])
        {
            if (Parse(line) is not { } entry)
                continue;
            var key = ((int)entry["trial"]!, (int)entry["rung"]!);
            if ((string?)entry["state"] == nameof(TrialState.Started))
            {
                begun[key] = (string?)entry["handle"] ?? "";
                continue;
            }

            begun.Remove(key);
            var figures = (entry["figures"] as JsonObject ?? []).Where(figure => figure.Value is not null)
                .ToDictionary(figure => figure.Key, figure => (double)figure.Value!, StringComparer.Ordinal);
            ended[key] = new TrialResult(
                key.Item1, key.Item2, Enum.Parse<TrialState>((string)entry["state"]!), figures, (double)entry["seconds"]!, (string?)entry["message"] ?? "");
        }

        return ([.. ended.Values], [.. begun.Values]);
    }

    // A sweep killed while it wrote leaves half a line, after which the next must not go on.
    private void Append(JsonObject entry)
    {
        entry["time"] = RunRecord.Time(DateTimeOffset.Now);
        lock (gate)
        {
            using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            var needsEnd = false;
            if (stream.Length > 0)
            {
                stream.Seek(-1, SeekOrigin.End);
                needsEnd = stream.ReadByte() != '\n';
            }

            stream.Write(System.Text.Encoding.UTF8.GetBytes((needsEnd ? "\n" : "") + RunRecord.Line(entry)));
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject entry && entry["trial"] is not null && entry["rung"] is not null ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
