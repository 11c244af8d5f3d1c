using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Writes a session's run down while it goes on: an observer of every training. What cannot be written is said once, and
/// the run itself goes on.
/// </summary>
internal sealed class RunRecorder : Callback
{
    private readonly ScriptSession session;
    private readonly RunSettings settings;
    private readonly DateTimeOffset started = DateTimeOffset.Now;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private readonly Dictionary<int, JsonObject> trainings = [];
    private readonly Dictionary<TrainingRun, SaveCheckpoints?> checkpoints = [];
    private JsonObject? record;
    private RunFolder? folder;
    private bool isBroken;
    private bool isOver;
    private double secondsBefore;

    public RunRecorder(ScriptSession session, RunSettings settings)
    {
        this.session = session;
        this.settings = settings;
    }

    public override bool ComesLast => true;

    /// <summary>Whether the run goes on from an earlier one.</summary>
    public bool IsResumed => settings.Resumed is not null;

    /// <summary>The folder, made now where it is not there yet; null where it cannot be.</summary>
    public RunFolder? Folder
    {
        get
        {
            lock (gate)
                return Open();
        }
    }

    public override void Begin(TrainingRun run)
    {
        lock (gate)
        {
            if (Open() is null)
                return;
        }

        // A training that brings its own has been told of its beginning before.
        if (settings.Checkpoints.IsOn && !checkpoints.ContainsKey(run))
        {
            var automatic = new SaveCheckpoints(settings.Checkpoints);
            automatic.Begin(run);
            checkpoints[run] = automatic;
        }

        lock (gate)
        {
            TrimMetrics(run);
            trainings[run.Number] = RunRecord.Training(run);
            Save();
        }
    }

    public override void BatchEnd(TrainingRun run) => Automatic(run)?.BatchEnd(run);

    public override void EpochEnd(TrainingRun run, Epoch epoch)
    {
        lock (gate)
        {
            if (Open() is { } open)
                Try(() => File.AppendAllText(open.PathOf(RunFolder.MetricsFile), RunRecord.Line(RunRecord.Metrics(run, epoch))));
        }

        Automatic(run)?.EpochEnd(run, epoch);
    }

    public override void End(TrainingRun run)
    {
        Automatic(run)?.End(run);
        lock (gate)
        {
            checkpoints.Remove(run);
            if (folder is null || isOver)
                return;
            trainings[run.Number] = RunRecord.Training(run);
            Save();
        }
    }

    /// <summary>A training saves itself.</summary>
    public void HasOwnCheckpoints(TrainingRun run) => checkpoints[run] = null;

    /// <summary>Keeps a figure that the script has come to.</summary>
    public void Figure(string name, double value)
    {
        lock (gate)
        {
            if (Open() is null)
                return;
            record!["figures"]!.AsObject()[name] = RunRecord.Number(value);
            Save();
        }
    }

    /// <summary>The run is over.</summary>
    /// <param name="exitCode">The exit code.</param>
    /// <param name="failure">What broke it off; null for nothing.</param>
    public void Finish(int exitCode, Exception? failure)
    {
        lock (gate)
        {
            if (folder is null || isOver)
                return;
            isOver = true;
            var isCancelled = session.Cancellation.IsCancellationRequested;
            record!["status"] = isCancelled ? RunRecord.Cancelled
                : failure is null && exitCode == 0 ? RunRecord.Finished : RunRecord.Failed;
            record["ended"] = RunRecord.Time(DateTimeOffset.Now);
            record["seconds"] = Math.Round(secondsBefore + clock.Elapsed.TotalSeconds, 3);
            record["exit"] = exitCode;
            record["failure"] = isCancelled ? null : failure?.Message;
            Save();
        }
    }

    private SaveCheckpoints? Automatic(TrainingRun run) => checkpoints.GetValueOrDefault(run);

    private RunFolder? Open()
    {
        if (folder is not null || isBroken)
            return folder;
        Try(() => folder = settings.Resumed is { } resumed ? Continue(resumed) : Create());
        return folder;
    }

    private RunFolder Create()
    {
        record = RunRecord.Begin(settings, session, started);
        return RunFolder.Create(settings, started, (path, name) =>
        {
            record["name"] = name;
            AtomicFile.WriteText(Path.Combine(path, RunFolder.RecordFile), RunRecord.Indented(record));
            WriteScript(path);
        });
    }

    private RunFolder Continue(RunInfo resumed)
    {
        record = (JsonObject)resumed.Record.DeepClone();
        secondsBefore = resumed.Seconds ?? 0;
        foreach (var training in resumed.Trainings)
            trainings[(int)training["number"]!] = (JsonObject)training.DeepClone();
        record["status"] = RunRecord.Running;
        foreach (var name in new[] { "ended", "seconds", "exit", "failure" })
            record[name] = null;
        record["given"] = RunRecord.Given(session.Given);
        record["process"] = RunRecord.Process();
        record["figures"] ??= new JsonObject();
        var resumptions = record["resumed"] as JsonArray ?? [];
        if (resumptions.Parent is null)
            record["resumed"] = resumptions;
        resumptions.Add(RunRecord.Time(started));
        AtomicFile.RemoveLeftovers(resumed.Folder);
        return new RunFolder(resumed.Folder);
    }

    private void WriteScript(string path)
    {
        if (settings.ScriptText.Length == 0)
            return;
        AtomicFile.WriteText(Path.Combine(path, "script.csx"), settings.ScriptText);
        foreach (var (index, (file, text)) in settings.Loads.Index())
        {
            Directory.CreateDirectory(Path.Combine(path, "loads"));
            AtomicFile.WriteText(Path.Combine(path, "loads", $"{index + 1}-{Path.GetFileName(file)}"), text);
        }
    }

    /// <summary>Drops the lines of epochs that are trained again.</summary>
    private void TrimMetrics(TrainingRun run)
    {
        if (settings.Resumed is not { } resumed || !File.Exists(Path.Combine(resumed.Folder, RunFolder.MetricsFile)))
            return;
        Try(() =>
        {
            var kept = new StringBuilder();
            foreach (var line in resumed.ReadMetrics())
            {
                var (training, epoch) = ((int?)line["training"] ?? 0, (int?)line["epoch"] ?? 0);
                if (training != run.Number || epoch <= run.History.Epochs.Count)
                    kept.Append(RunRecord.Line(line));
            }

            AtomicFile.WriteText(Path.Combine(resumed.Folder, RunFolder.MetricsFile), kept.ToString());
        });
    }

    private void Save()
    {
        record!["options"] = RunRecord.Options(session);
        record["trainings"] = new JsonArray(
            [.. trainings.OrderBy(pair => pair.Key).Select(pair => pair.Value.DeepClone())]);
        Try(() => AtomicFile.WriteText(folder!.PathOf(RunFolder.RecordFile), RunRecord.Indented(record)));
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is FileException or IOException or UnauthorizedAccessException)
        {
            if (!isBroken)
                Console.Error.WriteLine($"warning: the run is not recorded: {exception.Message} The run itself goes on.");
            isBroken = true;
        }
    }
}
