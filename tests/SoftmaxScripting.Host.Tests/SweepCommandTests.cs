using System.Diagnostics;
using System.Text.Json.Nodes;
using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class SweepCommandTests : IDisposable
{
    private const string Script =
        """
        var a = Option("a", 0, "", min: 0, max: 100);
        var b = Option("b", 0.0);
        if (a == 3 && b > 0.1)
            throw new InvalidOperationException($"planted at {b}");
        if (a == 0 && b == 0.1)
            Thread.Sleep(-1);
        RecordFigure("score", 10 * a - b);
        """;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>24 trials: three crash, one hangs, and the sweep itself is killed once and resumed.</summary>
    [Fact]
    public async Task Sweep_survives_crashes_a_hang_and_its_own_death()
    {
        folder.Write("x.csx", Script.Split('\n'));
        string[] words =
            ["sweep", "x.csx", "--grid", "a=0,1,2,3,4,5", "--grid", "b=0.1,0.2,0.3,0.4", "--metric", "score", "--workers", "3", "--timeout", "15"];
        using (var sweep = Start(words))
        {
            var journal = "";
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_patience; await Task.Delay(50))
            {
                journal = Directory.Exists("runs") ? Directory.EnumerateFiles("runs", "journal.jsonl", SearchOption.AllDirectories).FirstOrDefault("") : "";
                if (journal.Length > 0 && Lines(journal).Count(line => !line.Contains("Started", StringComparison.Ordinal)) >= 6)
                    break;
            }

            Assert.False(sweep.HasExited);

            // The sweep alone, as when memory runs out: its trials stay behind, one of them hanging.
            sweep.Kill(entireProcessTree: false);
            await sweep.WaitForExitAsync();
        }

        var sweepFolder = Assert.Single(Directory.EnumerateDirectories("runs"));
        var before = Ended(sweepFolder);
        Assert.InRange(before.Length, 6, 23);
        using var resumed = Start("sweep", "--resume", "--json");
        var output = resumed.StandardOutput.ReadToEndAsync();
        var error = resumed.StandardError.ReadToEndAsync();
        await ExitCode(resumed, expected: 0, error);

        var trials = JsonNode.Parse(await output)!["trials"]!.AsArray();
        var expected = (from a in Enumerable.Range(0, 6)
                        from b in new[] { 0.1, 0.2, 0.3, 0.4 }
                        where !(a == 3 && b > 0.1) && !(a == 0 && b == 0.1)
                        orderby 10 * a - b descending
                        select (a, b, Score: 10 * a - b)).ToArray();
        Assert.Equal(24, trials.Count);
        Assert.Equal(
            expected.Select((point, i) => $"{i + 1} {point.a} {point.b} {point.Score} finished"),
            trials.Take(20).Select(trial => $"{trial!["rank"]} {trial["options"]!["a"]} {trial["options"]!["b"]} {(double)trial["value"]!} {trial["state"]}"));
        Assert.Equal(["failed", "failed", "failed", "timed out"], trials.Skip(20).Select(trial => (string)trial!["state"]!).Order());
        Assert.All(
            trials.Where(trial => (string)trial!["state"]! == "failed"),
            trial => Assert.Equal($"InvalidOperationException: planted at {trial!["options"]!["b"]}", (string?)trial["message"]));

        var report = await File.ReadAllTextAsync(Path.Combine(sweepFolder, "report.html"));
        Assert.Contains("24 runs: 20 finished, ", report, StringComparison.Ordinal);
        Assert.Contains("<td>failed</td><td>InvalidOperationException: planted at 0.2</td>", report, StringComparison.Ordinal);
        Assert.Contains("<td>timed out</td><td>took longer than 15.0 s</td>", report, StringComparison.Ordinal);

        // Nothing was done twice, everything was done, and each trial that ended well is a run.
        var after = Ended(sweepFolder);
        Assert.Equal(Enumerable.Range(1, 24), after.Order());
        Assert.Equal(before, after[..before.Length]);
        Assert.Equal(20, new RunStore(sweepFolder).List().Count(run => run.Status == "finished"));

        // Of the first sweep's trials none is left.
        foreach (var line in Lines(Path.Combine(sweepFolder, "journal.jsonl")))
        {
            if ((string?)JsonNode.Parse(line)!["handle"] is { Length: > 0 } handle)
                Assert.False(IsRunning(handle), line);
        }
    }

    [Fact]
    public void Slips_are_refused_before_any_trial_runs()
    {
        folder.Write("x.csx", Script.Split('\n'));
        Refused("x.csx has no option --c", "x.csx", "--grid", "c=1,2");
        Refused("--a: 'x' is not a whole number", "x.csx", "--grid", "a=1,x");
        Refused("--a: 200 is out of range", "x.csx", "--grid", "a=1,200");
        Refused("what to try", "x.csx");
        Refused("say with --random N", "x.csx", "--range", "b=0..1");
        Refused("varied twice", "x.csx", "--grid", "a=1", "--grid", "a=2");
        Refused("exclude each other", "x.csx", "--grid", "a=1", "--minimize", "--maximize");
        Refused("is no time", "x.csx", "--grid", "a=1", "--timeout", "-1");
        Refused("--halving: 'epochs' cannot be read", "x.csx", "--grid", "a=1", "--halving", "epochs");
        Refused("There is no sweep in ", "--resume");
        Refused("there is no file y.csx", "y.csx", "--grid", "a=1");
        Assert.False(Directory.Exists("runs"));

        static void Refused(string message, params string[] words)
        {
            var run = ScriptFolder.Host(["sweep", .. words]);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ranked_table_ends_a_sweep_and_a_misspelt_figure_is_named()
    {
        folder.Write("x.csx", Script.Split('\n'));
        var run = ScriptFolder.Host("sweep", "x.csx", "--grid", "a=1,2", "--set", "b=0.5", "--metric", "score");
        Assert.Equal(0, run.ExitCode);
        var lines = run.Output.Split('\n');
        Assert.Matches(@"^   trial      a +score  state +time$", lines[^5]);
        Assert.Matches(@"^1  trial-002  2 +19\.5  finished +\d.*s$", lines[^4]);
        var report = Assert.Single(Directory.GetFiles("runs", "report.html", SearchOption.AllDirectories));
        Assert.Equal($"Report: {report}", lines[^1]);
        var html = File.ReadAllText(report);
        Assert.Contains("Best: trial-002, a 2, with score 19.5000 (higher is better). 2 runs: 2 finished.", html, StringComparison.Ordinal);
        Assert.Contains("score against a", html, StringComparison.Ordinal);
        var misspelt = ScriptFolder.Host("sweep", "x.csx", "--grid", "a=1", "--metric", "scoer");
        Assert.Equal(1, misspelt.ExitCode);
        Assert.Contains("No trial came to a figure 'scoer' (did you mean score?)", misspelt.Error, StringComparison.Ordinal);
    }

    private static string[] Lines(string journal)
    {
        using var stream = new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static int[] Ended(string sweep) =>
    [
        .. Lines(Path.Combine(sweep, "journal.jsonl")).Select(line => JsonNode.Parse(line)!)
            .Where(entry => (string)entry["state"]! != "Started").Select(entry => (int)entry["trial"]!),
    ];

    private static bool IsRunning(string handle)
    {
        try
        {
            using var process = Process.GetProcessById(int.Parse(handle.Split('@')[0], System.Globalization.CultureInfo.InvariantCulture));
            return !process.HasExited
                && Math.Abs(process.StartTime.ToUniversalTime().Ticks - long.Parse(handle.Split('@')[1], System.Globalization.CultureInfo.InvariantCulture)) < TimeSpan.TicksPerSecond;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private Process Start(params string[] words) => Process.Start(
        new ProcessStartInfo("dotnet", ["exec", typeof(HostApplication).Assembly.Location, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        })!;

    private static async Task ExitCode(Process process, int expected, Task<string> error)
    {
        using var timeout = new CancellationTokenSource(s_patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == expected, await error);
    }
}
