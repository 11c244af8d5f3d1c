using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>How the script of a report stands.</summary>
internal enum ReportState
{
    Running,
    Completed,
    Cancelled,
    Failed,
}

/// <summary>What a report holds at one moment.</summary>
internal sealed record ReportContent(
    string Title,
    string Introduction,
    DateTimeOffset Began,
    ReportState State,
    string Problem,
    IReadOnlyList<KeyValuePair<string, string>> Options,
    IReadOnlyList<TrainingRecord> Trainings,
    IReadOnlyList<ReportBlock> Blocks)
{
    /// <summary>What is said beside the time; null to say how the script stands.</summary>
    public string? Label { get; init; }
}

/// <summary>The report of a session while it is made; safe to be read while the script adds to it.</summary>
internal sealed class ReportDocument
{
    private readonly Lock gate = new();
    private readonly List<TrainingRecord> trainings = [];
    private readonly List<ReportBlock> blocks = [];
    private readonly DateTimeOffset began = DateTimeOffset.Now;
    private ReportState state;
    private string problem = "";
    private int version;

    /// <summary>What the report is called; the script's name where it is null.</summary>
    public string? Title { get; set; }

    /// <summary>What the script says about itself.</summary>
    public string Introduction { get; set; } = "";

    /// <summary>What the next training run is called; null for its number.</summary>
    public string? NameOfNext { get; set; }

    /// <summary>Grows with each change.</summary>
    public int Version => Volatile.Read(ref version);

    /// <summary>Whether there is anything worth writing.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return trainings.Count == 0 && blocks.Count == 0;
        }
    }

    /// <summary>Adds a part.</summary>
    public void Add(ReportBlock block)
    {
        lock (gate)
            blocks.Add(block);
        Interlocked.Increment(ref version);
    }

    /// <summary>A training run begins.</summary>
    /// <returns>Its place among the runs.</returns>
    public int Begin(TrainingRecord record)
    {
        Interlocked.Increment(ref version);
        lock (gate)
        {
            trainings.Add(record);
            return trainings.Count - 1;
        }
    }

    /// <summary>A training run has come further.</summary>
    public void Update(int index, TrainingRecord record)
    {
        lock (gate)
            trainings[index] = record;
        Interlocked.Increment(ref version);
    }

    /// <summary>The script is over.</summary>
    public void Finish(ReportState end, string reason)
    {
        lock (gate)
            (state, problem) = (end, reason);
        Interlocked.Increment(ref version);
    }

    /// <summary>What it holds now.</summary>
    /// <param name="session">The session, for the script's name and options.</param>
    public ReportContent Snapshot(ScriptSession session)
    {
        var options = session.Values
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, DeclaredOption.Text(pair.Value)))
            .ToArray();
        var name = Title ?? Path.GetFileNameWithoutExtension(session.ScriptPath) ?? "Report";
        lock (gate)
            return new ReportContent(name, Introduction, began, state, problem, options, [.. trainings], [.. blocks]);
    }
}
