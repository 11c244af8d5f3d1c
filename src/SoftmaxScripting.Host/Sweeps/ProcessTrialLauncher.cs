using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Sweeps;

/// <summary>Runs each trial in a process of its own on this machine.</summary>
internal sealed class ProcessTrialLauncher : ITrialLauncher
{
    /// <summary>What a trial may still write once it has ended, or needs to save itself after Ctrl-C.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<TrialEnd> Run(TrialStart start, Action<string> started, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = Command(start) };
        process.Start();
        process.StandardInput.Close();
        started(Handle(process));
        var failure = new Failure();
        using var log = new StreamWriter(start.LogFile, append: true, new UTF8Encoding(false)) { AutoFlush = true };
        var reading = Task.WhenAll(Copy(process.StandardOutput, log, null), Copy(process.StandardError, log, failure));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (start.Timeout is { } timeout)
            limit.CancelAfter(timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // After Ctrl-C the trial has been told as well, and saves itself.
            if (cancellation.IsCancellationRequested)
                process.WaitForExit(s_grace);
            Kill(process);
            cancellation.ThrowIfCancellationRequested();
            return new TrialEnd(null, TimedOut: true, "");
        }

        // A process that the trial has left behind may hold its streams for ever.
        await Task.WhenAny(reading, Task.Delay(s_grace, CancellationToken.None));
        return new TrialEnd(process.ExitCode, TimedOut: false, failure.Message);
    }

    /// <inheritdoc/>
    public void EndLeftover(string handle)
    {
        var parts = handle.Split('@');
        if (parts.Length != 2
            || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var ticks))
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(id);

            // Numbers of processes come again; the time tells them apart.
            if (Math.Abs(process.StartTime.ToUniversalTime().Ticks - ticks) < TimeSpan.TicksPerSecond)
                Kill(process);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }

    private static string Handle(Process process)
    {
        try
        {
            return string.Create(CultureInfo.InvariantCulture, $"{process.Id}@{process.StartTime.ToUniversalTime().Ticks}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
            return "";
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(s_grace);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }

    private static ProcessStartInfo Command(TrialStart start)
    {
        var info = new ProcessStartInfo(
            "dotnet", ["exec", typeof(ProcessTrialLauncher).Assembly.Location, start.Script, .. start.Words, $"--runs-dir={start.RunsDirectory}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        info.Environment[RunSettings.NameVariable] = start.RunName;
        return info;
    }

    private static async Task Copy(StreamReader from, StreamWriter log, Failure? failure)
    {
        try
        {
            while (await from.ReadLineAsync() is { } line)
            {
                if (failure is { Message.Length: 0 } && line.Trim() is { Length: > 0 } text
                    && !text.StartsWith("warning:", StringComparison.Ordinal) && !text.StartsWith("Resumed:", StringComparison.Ordinal))
                {
                    failure.Message = text;
                }

                lock (log)
                    log.WriteLine(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The streams went with the process.
        }
    }

    /// <summary>What a trial says of its failure: the first line, which is the message; places in the script follow.</summary>
    private sealed class Failure
    {
        public string Message { get; set; } = "";
    }
}
