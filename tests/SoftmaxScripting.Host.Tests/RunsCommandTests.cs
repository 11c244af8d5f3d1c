using System.Diagnostics;
using System.Text.Json.Nodes;
using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class RunsCommandTests : IDisposable
{
    private const string Script =
        """
        var lr = Option("lr", 0.1, "learning rate", min: 0.0);
        var epochs = Option("epochs", 2, "passes", min: 1);
        Seed(1);
        var x = Tensor.Normal(40, 3);
        var data = Datasets.FromTensors(x, x.Sum(1, keepDims: true), x[..10], x[..10].Sum(1, keepDims: true));
        Train(Sequential(Linear(3, 1)), data, (o, t) => Loss.Mse(o, t), Sgd(lr), epochs, 10, quiet: true);
        RecordFigure("answer", 42);
        """;

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string[] Names() => [.. new RunStore(Path.Combine(folder.Path, "runs")).List().Select(run => run.Name)];

    [Fact]
    public void Runs_are_listed_with_options_and_result()
    {
        Assert.Equal($"No runs in {Path.Combine(folder.Path, "runs")}.", ScriptFolder.Host("runs", "list").Output);
        folder.Run(Script);
        folder.Run(Script, "--lr", "0.2");
        var lines = ScriptFolder.Host("runs", "list").Output.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^\d{8}-\d{6}-x\S*  finished +\S+ m?s  test loss \d\.\d{4}  --lr 0\.2$", lines[2]);
        Assert.All(lines, line => Assert.True(line.Length <= 100, line));
        var json = JsonNode.Parse(ScriptFolder.Host("runs", "list", "--json", "--last", "1").Output)!.AsArray();
        Assert.Equal(0.2, (double)Assert.Single(json)!["options"]!["lr"]!);
        Assert.Equal(42, (double)json[0]!["figures"]!["answer"]!);
    }

    [Fact]
    public void Run_is_shown_by_the_beginning_of_its_name()
    {
        folder.Run(Script);
        var shown = ScriptFolder.Host("runs", "show", "2").Output;
        Assert.Contains("  status    finished (exit code 0)\n", shown, StringComparison.Ordinal);
        Assert.Contains("training 1: Linear(3, 1) on tensors, Sgd", shown, StringComparison.Ordinal);
        Assert.Contains("  answer    42", shown, StringComparison.Ordinal);
        var json = JsonNode.Parse(ScriptFolder.Host("runs", "show", "2", "--json").Output)!;
        Assert.Equal(2, json["metrics"]!.AsArray().Count);
        var missing = ScriptFolder.Host("runs", "show", "nope");
        Assert.Equal((2, ""), (missing.ExitCode, missing.Output));
        Assert.StartsWith("error: There is no run 'nope' in ", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_are_compared()
    {
        folder.Run(Script);
        folder.Run(Script, "--lr", "0.2", "--epochs", "3");
        var names = Names();
        var compared = ScriptFolder.Host("runs", "compare", names[0], names[1]).Output;
        Assert.Matches(@"(?m)^--lr +0\.1 +0\.2$", compared);
        Assert.Matches(@"(?m)^--epochs +2 +3$", compared);
        Assert.DoesNotContain("script", compared, StringComparison.Ordinal);
        var report = Path.Combine("runs", $"compare-{names[0]}-{names[1]}.html");
        Assert.EndsWith($"\nReport: {report}", compared, StringComparison.Ordinal);
        var html = File.ReadAllText(report);
        Assert.Contains("<th scope=\"row\">--epochs</th>", html, StringComparison.Ordinal);
        Assert.Contains("Loss in training", html, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^test loss +\d\.\d+ +\S+ +-?\S+$", compared);
        var json = JsonNode.Parse(ScriptFolder.Host("runs", "compare", names[0], names[1], "--json").Output)!;
        Assert.Equal(["0.1", "0.2"], json["differences"]!["--lr"]!.AsArray().Select(value => (string?)value));
        Assert.Equal(report, (string?)json["report"]);
    }

    [Fact]
    public void Several_runs_are_compared_in_a_report_of_any_name_or_none()
    {
        foreach (var rate in new[] { "0.05", "0.1", "0.2" })
            folder.Run(Script, "--lr", rate);
        var names = Names();
        var compared = ScriptFolder.Host(["runs", "compare", .. names, "--report", "new/all.html"]);
        Assert.Equal((0, ""), (compared.ExitCode, compared.Error));
        Assert.Contains($"C   {names[2]}\n", compared.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^--lr +0\.05 +0\.1 +0\.2$", compared.Output);
        Assert.Contains("Comparison of 3 runs", File.ReadAllText("new/all.html"), StringComparison.Ordinal);
        var without = ScriptFolder.Host(["runs", "compare", .. names, "--report", "none"]);
        Assert.DoesNotContain("Report", without.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles("runs"));
        Assert.Equal(2, ScriptFolder.Host("runs", "compare", names[0]).ExitCode);
        Assert.Contains("named twice", ScriptFolder.Host("runs", "compare", names[0], names[0]).Error, StringComparison.Ordinal);
        var unwritable = ScriptFolder.Host(["runs", "compare", .. names, "--report", "new/all.html/x.html"]);
        Assert.NotEqual(0, unwritable.ExitCode);
        Assert.Contains("x.html", unwritable.Error, StringComparison.Ordinal);
        Assert.InRange(Commands.RunsComparison.NameOf([.. Enumerable.Repeat(names[0], 40)]).Length, 20, 160);
    }

    [Fact]
    public void Runs_are_removed_only_when_that_is_confirmed()
    {
        folder.Run(Script);
        folder.Run(Script);
        folder.Run("throw new InvalidOperationException();\n", "--lr", "1");
        Assert.Equal(2, ScriptFolder.Host("runs", "prune").ExitCode);
        Assert.Contains("would remove", ScriptFolder.Host("runs", "prune", "--keep", "1").Output, StringComparison.Ordinal);
        Assert.Equal(2, Names().Length);
        var last = Names()[1];
        Assert.Equal(0, ScriptFolder.Host("runs", "prune", "--keep", "1", "--yes").ExitCode);
        Assert.Equal([last], Names());
        Assert.Contains("No run is to be removed", ScriptFolder.Host("runs", "prune", "--status", "failed", "--yes").Output, StringComparison.Ordinal);
        ScriptFolder.Host("runs", "prune", last, "--yes");
        Assert.Empty(Names());
    }

    [Fact]
    public void Failure_is_recorded()
    {
        folder.Run(Script + "\nthrow new InvalidOperationException(\"planted\");");
        var shown = ScriptFolder.Host("runs", "show", "2").Output;
        Assert.Contains("status    failed (exit code 70)", shown, StringComparison.Ordinal);
        Assert.Contains("failure   planted", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_can_be_moved_and_switched_off()
    {
        folder.Run(Script, "--runs-dir", "none");
        Assert.False(Directory.Exists("runs"));
        folder.Run(Script, "--runs-dir", "elsewhere");
        Assert.Single(Directory.EnumerateDirectories("elsewhere"));
        Assert.Contains("finished", ScriptFolder.Host("runs", "list", "--runs-dir", "elsewhere").Output, StringComparison.Ordinal);
        Assert.Equal(2, ScriptFolder.Host("runs", "list", "--runs-dir", "none").ExitCode);
        Assert.Equal(2, folder.Run(Script, "--resume", "--runs-dir", "none").ExitCode);
    }

    [Fact]
    public void Script_without_anything_to_keep_leaves_no_run_and_neither_do_checks_and_explanations()
    {
        folder.Run("Console.WriteLine(1);");
        folder.Write("x.csx", Script);
        Assert.Equal(0, ScriptFolder.Host("explain", "x.csx").ExitCode);
        Assert.Equal(0, ScriptFolder.Host("check", "x.csx").ExitCode);
        Assert.False(Directory.Exists("runs"));
    }

    [Fact]
    public void Resumed_run_takes_its_options_again_and_warns_of_what_has_changed()
    {
        folder.Run(Script, "--lr", "0.2");
        var same = ScriptFolder.Host("x.csx", "--resume");
        Assert.Equal((0, "Resumed: training 1 was over."), (same.ExitCode, same.Error));
        var more = ScriptFolder.Host("x.csx", "--resume", Names()[0], "--epochs", "4");
        Assert.Contains("warning: --epochs was 2 when ", more.Error, StringComparison.Ordinal);
        Assert.Contains("training 1 goes on after 2 of 4 epochs, step 8.", more.Error, StringComparison.Ordinal);
        var run = RunInfo.Read(Path.Combine("runs", Assert.Single(Names())))!;
        Assert.Equal(("0.2", 4), (run.Options.ToDictionary()["lr"], run.ReadMetrics().Count));
        folder.Write("x.csx", Script + "\n// changed");
        Assert.Contains("warning: x.csx has changed since ", ScriptFolder.Host("x.csx", "--resume").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_run_keeps_a_checkpoint_and_goes_on_from_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        folder.Write("x.csx", Script.Replace("quiet: true", "quiet: false", StringComparison.Ordinal));
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(HostApplication).Assembly.Location, "x.csx", "--epochs", "100000"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        using (var process = Process.Start(start)!)
        {
            Assert.StartsWith("epoch ", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
            using var kill = Process.Start("sh", ["-c", $"kill -INT {process.Id}"]);
            _ = process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(130, process.ExitCode);
        }

        var run = RunInfo.Read(Path.Combine("runs", Assert.Single(Names())))!;
        Assert.Equal("cancelled", run.Status);
        var epochs = run.ReadMetrics().Count;
        var resumed = ScriptFolder.Host("x.csx", "--resume", "--epochs", $"{epochs + 5}");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains($"training 1 goes on after {epochs} of {epochs + 5} epochs", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, epochs + 5), RunInfo.Read(run.Folder)!.ReadMetrics().Select(line => (int)line["epoch"]!));
    }

    [Fact]
    public void Run_that_cannot_be_resumed_is_refused_before_anything_runs()
    {
        folder.Write("y.csx", "Console.WriteLine(1);");
        var none = ScriptFolder.Host("y.csx", "--resume");
        Assert.Equal((2, ""), (none.ExitCode, none.Output));
        Assert.StartsWith("error: There is no run of y.csx in ", none.Error, StringComparison.Ordinal);
        folder.Run(Script);
        var other = ScriptFolder.Host("y.csx", "--resume", "2");
        Assert.Matches("^error: .*-x is a run of x.csx, not of y.csx.$", other.Error);
        var interval = folder.Run(Script, "--checkpoint-every", "often");
        Assert.StartsWith("error: --checkpoint-every: 'often' is neither", interval.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Unwritable_folder_of_runs_is_one_warning_and_no_failure()
    {
        File.WriteAllText("runs", "a file");
        var run = folder.Run(Script);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("warning: the run is not recorded: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }
}
