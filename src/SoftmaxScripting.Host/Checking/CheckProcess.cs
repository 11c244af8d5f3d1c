using System.Diagnostics;
using System.Globalization;
using System.Text;
using SoftmaxScripting.Host.Commands;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Checking;

/// <summary>
/// Runs a script's checks in processes of their own: there the script has the console, the session and the random
/// numbers to itself, and whatever it does to its process stays there.
/// </summary>
/// <param name="words">Options that every script has.</param>
/// <param name="gate">Admits as many processes at once as may run.</param>
/// <param name="cancellation">Ends the processes.</param>
internal sealed class CheckProcess(IReadOnlyList<string> words, SemaphoreSlim gate, CancellationToken cancellation)
{
    /// <summary>Runs one script, its checks dealt out to some processes.</summary>
    /// <param name="script">The script's file.</param>
    /// <param name="selection">Which checks.</param>
    /// <param name="parts">How many processes share the checks.</param>
    public async Task<ScriptChecks> Run(string script, CheckSelection selection, int parts)
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, parts)
            .Select(part => RunPart(script, selection with { Parts = parts, Part = part })));
        var failed = Array.Find(runs, run => run.Failure is not null);
        return new ScriptChecks(
            script,
            Interleaved([.. runs.Select(run => run.Checks)]),
            failed?.Failure,
            failed?.Output ?? "",
            runs.Max(run => run.Seconds));
    }

    // Part p has run the checks p, p + parts, p + 2·parts, ….
    private static List<CheckRecord> Interleaved(IReadOnlyList<CheckRecord>[] parts)
    {
        var all = new List<CheckRecord>();
        for (var i = 0; i < parts.Max(part => part.Count); i++)
            all.AddRange(parts.Where(part => i < part.Count).Select(part => part[i]));
        return all;
    }

    private async Task<Outcome> RunPart(string script, CheckSelection selection)
    {
        await gate.WaitAsync(cancellation);
        var results = Path.GetTempFileName();
        var clock = Stopwatch.StartNew();
        try
        {
            var (exitCode, output) = await Wait(Command(script, selection, results));
            var checks = CheckRecord.Read(results);
            return new Outcome(checks, Failure(exitCode, checks), output, clock.Elapsed.TotalSeconds);
        }
        finally
        {
            File.Delete(results);
            gate.Release();
        }
    }

    private ProcessStartInfo Command(string script, CheckSelection selection, string results) => new(
        "dotnet",
        [
            "exec",
            typeof(CheckProcess).Assembly.Location,
            CheckWorkerCommand.CommandName,
            script,
            $"--results={results}",
            string.Create(CultureInfo.InvariantCulture, $"--part={selection.Part}"),
            string.Create(CultureInfo.InvariantCulture, $"--parts={selection.Parts}"),
            .. CheckOptions.Words(selection),
            .. words,
        ])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardOutputEncoding = Encoding.UTF8,
        StandardErrorEncoding = Encoding.UTF8,
    };

    /// <summary>Both streams of a process, line by line as they come, and its exit code.</summary>
    private async Task<(int ExitCode, string Output)> Wait(ProcessStartInfo start)
    {
        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, output.ToString().TrimEnd());

        void Collect(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;
            lock (output)
                output.Append(line.Data).Append('\n');
        }
    }

    // Exit code 1 after a failed check says nothing more; without one the script does not compile, or asked for it.
    private static string? Failure(int exitCode, IReadOnlyList<CheckRecord> checks) => exitCode switch
    {
        ExitCodes.Success => null,
        ExitCodes.Failed when checks.Any(check => !check.Passed) => null,
        ExitCodes.Failed => "the script does not compile, or ended itself with exit code 1",
        ExitCodes.Usage => "the script cannot be run so",
        ExitCodes.Exception => "the script threw",
        _ => string.Create(CultureInfo.InvariantCulture, $"the script ended with exit code {exitCode}"),
    };

    private sealed record Outcome(IReadOnlyList<CheckRecord> Checks, string? Failure, string Output, double Seconds);
}
