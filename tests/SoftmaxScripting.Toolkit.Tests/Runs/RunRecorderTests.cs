using System.Text.Json.Nodes;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

[Collection(ChecksAlone.Name)]
public sealed class RunRecorderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Runs => folder.File("runs");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Run_leaves_what_it_was_and_what_it_came_to()
    {
        using var recorded = new RecordedRun(Runs);
        recorded.Run();
        Assert.Equal("", recorded.Warnings);
        var run = Assert.Single(new RunStore(Runs).List());
        Assert.Equal(recorded.Folder, run.Folder);
        Assert.EndsWith("-experiment", run.Name, StringComparison.Ordinal);
        Assert.Equal(("finished", "experiment.csx"), (run.Status, run.Script));
        Assert.Equal("// text", File.ReadAllText(Path.Combine(run.Folder, "script.csx")));
        Assert.Equal("// loaded", File.ReadAllText(Path.Combine(run.Folder, "loads", "1-common.csx")));
        Assert.Equal(RunRecord.Hash("// text"), (string?)run.Record["script"]!["sha256"]);
        Assert.Equal(3, run.Trainings.Count());
        Assert.All(run.Trainings, training => Assert.Equal("finished", (string?)training["outcome"]));
        Assert.Equal(42, run.Figures["answer"]);
        Assert.Equal(recorded.Histories[2].Last.TestLoss, run.Figures["test loss"]);
        Assert.True((double)run.Record["seconds"]! > 0);
        Assert.NotEqual("", run.Text("machine", "system"));
        var metrics = run.ReadMetrics();
        Assert.Equal(9, metrics.Count);
        Assert.Equal(
            recorded.Histories.SelectMany(history => history.Epochs).Select(epoch => epoch.Loss),
            metrics.Select(line => (double)line["loss"]!));
        Assert.All(File.ReadAllLines(Path.Combine(run.Folder, "metrics.jsonl")), line => Assert.IsType<JsonObject>(JsonNode.Parse(line)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Runs, ".*"));
    }

    [Fact]
    public void Runs_that_begin_together_have_names_of_their_own()
    {
        var settings = new RunSettings { Directory = Runs, Script = "dir/a b.csx" };
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var names = new string[20];
        Parallel.For(0, names.Length, i => names[i] = RunFolder.Create(
            settings, time, (path, name) => File.WriteAllText(Path.Combine(path, "run.json"), $"{{\"name\":\"{name}\"}}")).Name);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Contains("20260102-030405-a-b", names);
        Assert.Contains("20260102-030405-a-b-20", names);
        Assert.All(names, name => Assert.Equal(name, RunInfo.Read(Path.Combine(Runs, name))!.Text("name")));
    }

    [Fact]
    public void Folder_that_cannot_be_made_is_said_once_and_the_run_goes_on()
    {
        File.WriteAllText(Runs, "a file");
        using var recorded = new RecordedRun(Runs);
        var weights = recorded.Run();
        Assert.StartsWith("warning: the run is not recorded: ", recorded.Warnings, StringComparison.Ordinal);
        Assert.Single(recorded.Warnings.TrimEnd().Split('\n'));
        Assert.Null(recorded.Folder);
        using var other = new RecordedRun(folder.File("others"));
        Assert.Equal(other.Run(), weights);
    }

    [Theory]
    [InlineData(ScriptMode.Check)]
    [InlineData(ScriptMode.Explain)]
    public void Checks_and_explanations_leave_no_run(ScriptMode mode)
    {
        using var recorded = new RecordedRun(Runs) { Mode = mode };
        var console = Console.Out;
        Console.SetOut(TextWriter.Null);
        recorded.Run();
        Console.SetOut(console);
        Assert.False(Directory.Exists(Runs));
    }

    [Fact]
    public void Record_of_a_process_that_is_gone_says_killed()
    {
        using var recorded = new RecordedRun(Runs);
        recorded.Run();
        var file = Path.Combine(recorded.Folder!, "run.json");
        var record = JsonNode.Parse(File.ReadAllText(file))!;
        record["status"] = "running";
        File.WriteAllText(file, record.ToJsonString());
        Assert.Equal("running", RunInfo.Read(recorded.Folder!)!.Status);
        record["process"]!["started"] = "2001-01-01T00:00:00Z";
        File.WriteAllText(file, record.ToJsonString());
        Assert.Equal("killed", RunInfo.Read(recorded.Folder!)!.Status);
    }

    [Fact]
    public void Run_is_found_by_the_beginning_of_its_name()
    {
        foreach (var name in new[] { "20260101-000000-a", "20260101-000001-b", "20270101-000000-c" })
        {
            Directory.CreateDirectory(Path.Combine(Runs, name));
            File.WriteAllText(Path.Combine(Runs, name, "run.json"), "{}");
        }

        var store = new RunStore(Runs);
        Assert.Equal("20270101-000000-c", store.Find("2027").Name);
        Assert.Equal("20260101-000001-b", store.Find("b").Name);
        Assert.Equal("20260101-000000-a", store.Find(Path.Combine(Runs, "20260101-000000-a")).Name);
        Assert.Contains("begins the names of 2 runs", Assert.Throws<UsageException>(() => store.Find("2026")).Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 20270101-000000-c?", Assert.Throws<UsageException>(() => store.Find("20270101-00000-c")).Message, StringComparison.Ordinal);
        Assert.Contains("holds none", Assert.Throws<UsageException>(() => new RunStore(folder.File("x")).Find("2")).Message, StringComparison.Ordinal);
    }
}
