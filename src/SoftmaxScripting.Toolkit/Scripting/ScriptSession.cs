using System.Collections.Concurrent;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// What surrounds the code that runs: its options, its cancellation, its threads. The host begins one session for each
/// script; an ordinary program finds a default one without options, and may begin its own.
/// </summary>
/// <example><code>using var session = ScriptSession.Begin(ScriptSession.FromArguments(args));</code></example>
public sealed class ScriptSession
{
    private readonly ConcurrentDictionary<string, object> values = new(StringComparer.Ordinal);
    private int? requestedExitCode;
    private int trainings;

    /// <summary>The session in force. One at a time for the whole process, whatever the thread.</summary>
    public static ScriptSession Current { get; private set; } = new();

    /// <summary>The names that mean the same in every script and that a script cannot declare for itself.</summary>
    public static IReadOnlyCollection<string> ReservedOptions { get; } =
    [
        "help", "data-dir", "threads", "strict", "runs-dir", "resume", "checkpoint-every", "dry-run", "overfit-one-batch", "limit-batches", "live",
    ];

    /// <summary>
    /// The script's file as a full path; null without a host, or when the script came from standard input.
    /// </summary>
    public string? ScriptPath { get; init; }

    /// <summary>The options and arguments given on the command line.</summary>
    public OptionArguments Given { get; init; } = OptionArguments.None;

    /// <summary>The options found in the script's text before it started; empty without a host.</summary>
    public IReadOnlyList<DeclaredOption> DeclaredOptions { get; init; } = [];

    /// <summary>Cancelled by the first Ctrl-C: finish up, keep what is done, and end.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>How many threads <c>--threads</c> allows; null when it was not given.</summary>
    public int? Threads { get; init; }

    /// <summary>The folder <c>--data-dir</c> names, as a full path; null when it was not given.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>What the script is run for.</summary>
    public ScriptMode Mode { get; init; }

    /// <summary>Takes the explanations that would be printed; null to print them.</summary>
    public Action<Explanation>? Explained { get; init; }

    /// <summary>Which of its checks are run.</summary>
    public CheckSelection Checks { get; init; } = CheckSelection.All;

    /// <summary>
    /// Whether the script begins in strict mode, which stops at the operation that makes NaN or an infinity out of
    /// finite numbers (<see cref="NumericalTrust.IsStrict"/>).
    /// </summary>
    public bool IsStrict { get; init; }

    /// <summary>How and where the session's run is recorded; null to record nothing.</summary>
    public RunSettings? Recording { get; init; }

    /// <summary>Told of every training run of the session, after the run's own callbacks.</summary>
    public IList<Callback> Observers { get; } = [];

    /// <summary>Whether every training takes one epoch of one batch only (<see cref="TrainingOptions.DryRun"/>).</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether every training takes its first batch again and again (<see cref="TrainingOptions.OverfitOneBatch"/>).</summary>
    public bool OverfitOneBatch { get; init; }

    /// <summary>At most so many batches of each epoch (<see cref="TrainingOptions.LimitBatches"/>); null for all.</summary>
    public int? LimitBatches { get; init; }

    /// <summary>The report of the session, while it is made.</summary>
    internal ReportDocument Report { get; } = new();

    /// <summary>The options asked for so far with the values they had, defaults included.</summary>
    public IReadOnlyDictionary<string, object> Values => values;

    /// <summary>The exit code <see cref="Prelude.Exit"/> was called with; null when it was not called.</summary>
    public int? RequestedExitCode => requestedExitCode;

    /// <summary>Whether a host runs this session, and so turns <see cref="Prelude.Exit"/> into the exit code.</summary>
    public bool IsHosted { get; init; }

    /// <summary>A session with the options of an ordinary program's command line.</summary>
    /// <param name="arguments">The arguments of <c>Main</c>.</param>
    /// <exception cref="UsageException">A word is neither an option nor the value of one.</exception>
    public static ScriptSession FromArguments(params string[] arguments) =>
        new() { Given = OptionArguments.Parse(arguments) };

    /// <summary>Makes a session the current one until the result is disposed.</summary>
    /// <param name="session">The session.</param>
    public static IDisposable Begin(ScriptSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var restoration = new Restoration(Current, NumericalTrust.IsStrict);
        Current = session;
        NumericalTrust.IsStrict = session.IsStrict;
        if (session.Recording is { } recording && session.Mode == ScriptMode.Run && session.Recorder is null)
        {
            session.Recorder = new RunRecorder(session, recording);
            session.Observers.Add(session.Recorder);
        }

        return restoration;
    }

    /// <summary>Writes the session's run down; null where runs are not recorded.</summary>
    internal RunRecorder? Recorder { get; private set; }

    internal void Record(string name, object value) => values[name] = value;

    /// <summary>The number of a training run that begins: 1 for the first.</summary>
    internal int NextTraining() => Interlocked.Increment(ref trainings);

    internal void RequestExit(int exitCode) => requestedExitCode = exitCode;

    private sealed class Restoration(ScriptSession previous, bool wasStrict) : IDisposable
    {
        public void Dispose()
        {
            if (Current != previous)
                Current.Recorder?.Finish(Current.RequestedExitCode ?? 0, null);
            Current = previous;
            NumericalTrust.IsStrict = wasStrict;
        }
    }
}
