using System.Reflection;
using SoftmaxScripting.Host.Diagnostics;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>Runs a compiled script to its end and turns the way it ended into an exit code.</summary>
/// <param name="console">Where to report an exception.</param>
/// <param name="outline">The script.</param>
/// <param name="report">The report of the run; null for none.</param>
internal sealed class ScriptRunner(HostConsole console, ScriptOutline outline, RunReport? report = null)
{
    private const string ScriptClass = "Submission#0";
    private const string EntryPoint = "<Factory>";

    private readonly ExceptionPrinter printer = new(console, outline);
    private string problem = "";

    /// <summary>Runs the script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="session">What it sees of its command line.</param>
    /// <returns>The exit code.</returns>
    public int Run(CompiledScript script, ScriptSession session)
    {
        var exitCode = RunToEnd(script, session);
        report?.Stay();
        return exitCode;
    }

    private int RunToEnd(CompiledScript script, ScriptSession session)
    {
        using var current = ScriptSession.Begin(session);
        AppDomain.CurrentDomain.UnhandledException += OnUnhandledException;
        try
        {
            var entry = FindEntryPoint(new ScriptLoadContext(script.References).Load(script));

            // The two submissions a script knows of: the globals, of which there are none, and itself.
            CheckSession.Clear();
            entry(new object[2]).GetAwaiter().GetResult();
            CheckSession.ThrowIfFailed();
            return Over(session.RequestedExitCode
                ?? (session.Cancellation.IsCancellationRequested ? Cancelled() : ExitCodes.Success));
        }
        catch (Exception exception)
        {
            return session.RequestedExitCode is { } requested ? Over(requested) : Over(Report(exception, session), ExceptionPrinter.Unwrap(exception));
        }
        finally
        {
            AppDomain.CurrentDomain.UnhandledException -= OnUnhandledException;
        }

        int Over(int exitCode, Exception? failure = null)
        {
            // The report first: it may make the folder of the run, which then says how it ended.
            report?.End(exitCode, problem);
            session.Recorder?.Finish(exitCode, failure);
            return exitCode;
        }
    }

    private static Func<object[], Task<object>> FindEntryPoint(Assembly assembly) =>
        assembly.GetType(ScriptClass, throwOnError: true)!
            .GetMethod(EntryPoint, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object[], Task<object>>>();

    private int Report(Exception exception, ScriptSession session)
    {
        var cause = ExceptionPrinter.Unwrap(exception);
        if (cause is OperationCanceledException && session.Cancellation.IsCancellationRequested)
            return Cancelled();
        printer.Print(cause);
        problem = cause.Message;
        return ExitCodeOf(cause);
    }

    private int Cancelled()
    {
        console.Error.WriteLine("Cancelled.");
        return ExitCodes.Cancelled;
    }

    /// <summary>The exit code of a script that ended by an exception.</summary>
    /// <param name="cause">The exception, unwrapped.</param>
    public static int ExitCodeOf(Exception cause) => cause switch
    {
        CheckFailedException => ExitCodes.Failed,
        UsageException => ExitCodes.Usage,
        _ => ExitCodes.Exception,
    };

    // An exception on a thread the script started itself: the runtime would end the process with a raw trace.
    private void OnUnhandledException(object sender, UnhandledExceptionEventArgs arguments)
    {
        if (arguments.ExceptionObject is not Exception exception)
            return;
        if (ScriptSession.Current.RequestedExitCode is { } requested)
        {
            report?.End(requested, "");
            ScriptSession.Current.Recorder?.Finish(requested, null);
            Environment.Exit(requested);
        }

        var cause = ExceptionPrinter.Unwrap(exception);
        printer.Print(cause);
        report?.End(ExitCodeOf(cause), cause.Message);
        ScriptSession.Current.Recorder?.Finish(ExitCodeOf(cause), cause);
        Environment.Exit(ExitCodeOf(cause));
    }
}
