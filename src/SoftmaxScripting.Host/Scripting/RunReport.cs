using System.Runtime.CompilerServices;
using SoftmaxScripting.Core;
using SoftmaxScripting.Live;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>The report of a run: shown while it goes on where that is asked for, written when it ends.</summary>
internal sealed class RunReport : IDisposable
{
    private readonly HostConsole console;
    private readonly ScriptSession session;
    private readonly ScriptReport report;
    private LivePage? live;

    private RunReport(HostConsole console, ScriptSession session)
    {
        (this.console, this.session) = (console, session);
        report = new ScriptReport(session);
    }

    /// <summary>Begins to follow a run.</summary>
    /// <param name="console">Where to say where the report is.</param>
    /// <param name="session">The run's session.</param>
    /// <param name="introduction">What the script says about itself.</param>
    /// <param name="livePort">The port to show it on, 0 for any; null when it is not to be shown.</param>
    /// <exception cref="UsageException">The port cannot be used.</exception>
    public static RunReport Begin(HostConsole console, ScriptSession session, string introduction, int? livePort)
    {
        var result = new RunReport(console, session);
        session.Report.Introduction = introduction;
        if (livePort is { } port)
        {
            SharedFramework.MakeLoadable();
            result.Show(port);
        }

        result.report.Begin();
        return result;
    }

    /// <summary>Writes the report of a run that is over.</summary>
    /// <param name="exitCode">How it ended.</param>
    /// <param name="problem">Why it failed; empty where it did not.</param>
    public void End(int exitCode, string problem)
    {
        var state = exitCode switch
        {
            ExitCodes.Success => ReportState.Completed,
            ExitCodes.Cancelled => ReportState.Cancelled,
            _ => ReportState.Failed,
        };
        try
        {
            if (report.End(state, problem) is { } path)
                console.Output.WriteLine($"Report: {path}");
        }
        catch (FileException exception)
        {
            console.WriteWarning($"The report was not written. {exception.Message}");
        }
    }

    /// <summary>
    /// Gives those who look at the live page the last state; on a terminal the page stays until Ctrl-C, so that one may still
    /// come to it.
    /// </summary>
    public void Stay()
    {
        if (live is not null)
            Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (live is not null)
            Close();
    }

    // These apart, so that the web server is loaded only where it is asked for.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Show(int port)
    {
        live = LivePage.Start(session, port);
        console.Output.WriteLine($"Live: {live.Address}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Finish()
    {
        live!.Finish();
        if (!console.IsTerminal || session.Cancellation.IsCancellationRequested)
            return;
        console.Output.WriteLine($"The page stays at {live.Address} until Ctrl-C.");
        session.Cancellation.WaitHandle.WaitOne();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Close() => live!.Dispose();
}
