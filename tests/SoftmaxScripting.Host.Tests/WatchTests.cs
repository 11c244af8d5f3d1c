using System.Collections.Concurrent;
using System.Diagnostics;
using SoftmaxScripting.Host.Watching;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class WatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string FullPath(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public async Task Saves_of_every_kind_are_seen_and_nothing_else()
    {
        folder.Write("a.txt", "1");
        folder.Write("b.txt", "1");
        using var changes = new FileChanges();
        changes.Watch([FullPath("a.txt"), FullPath("later.txt")], since: default);
        using var timeout = new CancellationTokenSource(Patience);

        // In place.
        var next = changes.Next(timeout.Token);
        folder.Write("b.txt", "not watched");
        folder.Write("a.txt", "2");
        Assert.Equal(FullPath("a.txt"), await next);

        // By renaming another over it, as many editors do.
        next = changes.Next(timeout.Token);
        folder.Write("a.txt.new", "3");
        File.Move("a.txt.new", "a.txt", overwrite: true);
        Assert.Equal(FullPath("a.txt"), await next);

        // A file that comes to be.
        next = changes.Next(timeout.Token);
        folder.Write("later.txt", "1");
        Assert.Equal(FullPath("later.txt"), await next);

        // A deleted file is waited for; the same content saved again is no change.
        next = changes.Next(timeout.Token);
        File.Delete("a.txt");
        folder.Write("later.txt", "1");
        await Task.Delay(600);
        Assert.False(next.IsCompleted);
        folder.Write("a.txt", "4");
        Assert.Equal(FullPath("a.txt"), await next);
    }

    [Fact]
    public async Task Script_runs_again_at_each_save_and_a_run_in_progress_is_stopped()
    {
        if (OperatingSystem.IsWindows())
            return;
        folder.Write("lib.csx", "string Name() => \"one\";");
        folder.Write("x.csx", "#load \"lib.csx\"", "Print($\"first {Name()} {Option(\"n\", 1)}\");");
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(HostApplication).Assembly.Location, "watch", "x.csx", "--n", "5"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        using var process = Process.Start(start)!;
        try
        {
            var lines = Lines(process);
            Assert.Equal("first one 5", Next(lines));
            Assert.StartsWith("[watch] done in ", Next(lines), StringComparison.Ordinal);

            folder.Write("lib.csx", "string Name() => \"two\";");
            Assert.Equal("[watch] lib.csx changed, running again", Next(lines));
            Assert.Equal("first two 5", Next(lines));
            Assert.StartsWith("[watch] done in ", Next(lines), StringComparison.Ordinal);

            // An error is shown, and the next save mends it.
            folder.Write("x.csx", "Gone();");
            Assert.Equal("[watch] x.csx changed, running again", Next(lines));
            Assert.StartsWith("x.csx(1,1): error CS0103", Next(lines), StringComparison.Ordinal);
            while (!Next(lines).StartsWith("[watch] exit code", StringComparison.Ordinal))
            {
                // Options the script does not know of any more, and the excerpt.
            }

            folder.Write("x.csx", "Option(\"n\", 1); Print(\"endless\"); while (!Cancellation.IsCancellationRequested) Thread.Sleep(20); Print(\"stopped\");");
            Assert.Equal("[watch] x.csx changed, running again", Next(lines));
            Assert.Equal("endless", Next(lines));
            folder.Write("x.csx", "Option(\"n\", 1); Print(\"last\");");
            var rest = new List<string>();
            while (rest.LastOrDefault()?.StartsWith("[watch] done", StringComparison.Ordinal) != true)
                rest.Add(Next(lines));
            Assert.Contains("stopped", rest);
            Assert.Contains("[watch] x.csx changed, running again", rest);
            Assert.Equal("last", rest[^2]);

            using var interrupt = Process.Start("kill", ["-INT", $"{process.Id}"]);
            using var timeout = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(timeout.Token);
            Assert.Equal(130, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("watch|-", "error: watch needs a file: what stands on standard input does not change.")]
    [InlineData("watch|gone.csx", "error: there is no file gone.csx.")]
    [InlineData("watch", "error: watch needs FILE. See dotnet run -- watch --help.")]
    public void Wrong_usage_is_said_at_once(string words, string expected)
    {
        var run = ScriptFolder.Host(words.Split('|'));
        Assert.Equal((2, expected), (run.ExitCode, run.Error));
    }

    private static BlockingCollection<string> Lines(Process process)
    {
        var lines = new BlockingCollection<string>();
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return lines;

        void Add(string? line)
        {
            if (line is not null)
                lines.Add(line);
        }
    }

    private static string Next(BlockingCollection<string> lines) =>
        lines.TryTake(out var line, Patience) ? line : throw new TimeoutException("No further line came.");
}
