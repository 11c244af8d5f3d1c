using System.Runtime.InteropServices;

namespace SoftmaxScripting.Host;

/// <summary>
/// Ctrl-C and a request to terminate. The first cancels the token and leaves the script time to finish up; the second
/// ends the process at once, whatever the script is doing.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly TextWriter error;
    private readonly PosixSignalRegistration[] registrations;
    private volatile Action? instead;
    private int count;

    private Interruption(TextWriter error)
    {
        this.error = error;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Takes over Ctrl-C until disposed.</summary>
    /// <param name="error">Where to say that the script is being stopped.</param>
    public static Interruption Listen(TextWriter error) => new(error);

    /// <summary>Sends every signal to an action, in place of what it does by itself; null ends that.</summary>
    /// <param name="action">Called for each signal, on a thread of its own.</param>
    public void Divert(Action? action) => instead = action;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (instead is { } action)
        {
            action();
            return;
        }

        if (Interlocked.Increment(ref count) > 1)
            Environment.Exit(ExitCodes.Cancelled);

        // The state changes here and now; callbacks run elsewhere, so that a slow one cannot hold up the second Ctrl-C.
        _ = source.CancelAsync();
        error.WriteLine("Stopping: the script finishes up. Ctrl-C again ends it at once.");
    }
}
