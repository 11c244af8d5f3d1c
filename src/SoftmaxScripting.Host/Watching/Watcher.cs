using System.Diagnostics;
using System.Globalization;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Watching;

/// <summary>
/// Runs a script in a process of its own, again and again. The process writes down which files it took part in, so that
/// they are watched too.
/// </summary>
/// <param name="console">Where to say what happens.</param>
/// <param name="file">The script as typed.</param>
/// <param name="words">Options of the script.</param>
internal sealed class Watcher(HostConsole console, string file, IReadOnlyList<string> words)
{
    /// <summary>How long a script that is asked to stop may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The exit code: cancelled, since there is no other end.</returns>
    public int Run(CancellationToken cancellation) => RunAsync(cancellation).GetAwaiter().GetResult();

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        var script = Path.GetFullPath(file);
        var list = Path.GetTempFileName();
        using var changes = new FileChanges();
        changes.Watch([script], since: DateTime.MaxValue);
        try
        {
            while (true)
            {
                // Before the start: a change while it compiles must not be missed.
                var changed = changes.Next(cancellation);
                var began = DateTime.UtcNow;
                using var process = Start(list);
                var clock = Stopwatch.StartNew();
                var ended = process.WaitForExitAsync(CancellationToken.None);
                await Task.WhenAny(ended, changed).ConfigureAwait(false);
                if (ended.IsCompleted && !cancellation.IsCancellationRequested)
                {
                    changes.Watch([script, .. Listed(list)], began);
                    Say($"{(process.ExitCode == 0 ? "done" : $"exit code {process.ExitCode}")} in "
                        + string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0.0} s; waiting for changes, Ctrl-C ends"));
                }

                // Whether a file changed or all is to end, the run does.
                await Task.WhenAny(changed).ConfigureAwait(false);
                await Stop(process, ended).ConfigureAwait(false);
                var which = await changed.ConfigureAwait(false);
                changes.Watch([script, .. Listed(list)], began);
                Say($"{Relative(which)} changed, running again");
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Cancelled;
        }
        finally
        {
            File.Delete(list);
        }
    }

    private Process Start(string list)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Watcher).Assembly.Location, "run", file, .. words]);
        start.Environment[WatchedFiles.Variable] = list;
        return Process.Start(start)!;
    }

    /// <summary>Asks a process to stop, as Ctrl-C would, and ends it where it does not.</summary>
    private static async Task Stop(Process process, Task ended)
    {
        if (process.HasExited)
            return;
        if (!OperatingSystem.IsWindows())
        {
            using var asked = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await asked.WaitForExitAsync().ConfigureAwait(false);
            await Task.WhenAny(ended, Task.Delay(Patience)).ConfigureAwait(false);
        }

        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await ended.ConfigureAwait(false);
    }

    private static string[] Listed(string list)
    {
        try
        {
            return [.. File.ReadAllLines(list).Where(line => line.Length > 0)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Relative(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private void Say(string text) => console.Error.WriteLine(console.Paint($"[watch] {text}", Ink.Faint));
}
