using System.Runtime;

namespace SoftmaxScripting.Host.Interactive;

/// <summary>
/// Runs something that may be stopped: first it is asked to, through its token; what does not listen is stopped by force.
/// </summary>
#pragma warning disable CA1001 // A thread that does not stop may ask the tokens for ever; the collector takes them.
internal sealed class EvaluationThread
#pragma warning restore CA1001
{
    private const int StackBytes = 16 << 20;

    /// <summary>How long one who was asked may take to finish up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>How long force may take: code of the runtime itself cannot be stopped.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource asked = new();
    private readonly CancellationTokenSource forced = new();

    /// <summary>Cancelled when it is asked to stop.</summary>
    public CancellationToken Token => asked.Token;

    /// <summary>Asks it to stop. Returns at once.</summary>
    public void Stop() => _ = asked.CancelAsync();

    /// <summary>Runs to the end, or until it is stopped.</summary>
    /// <typeparam name="T">What is made.</typeparam>
    /// <param name="work">Makes it.</param>
    /// <param name="result">What was made; the default where it was stopped.</param>
    /// <returns>Whether it came to its end.</returns>
    public bool Run<T>(Func<CancellationToken, T> work, out T? result)
    {
        var made = default(T);
        Exception? failure = null;
        var isStopped = true;
        var thread = new Thread(() => Guarded(() =>
        {
            try
            {
                made = work(Token);
                isStopped = false;
            }
            catch (Exception exception) when (exception is not OperationCanceledException and not ThreadAbortException)
            {
                failure = exception;
            }
        }), StackBytes)
        { IsBackground = true, Name = "evaluation" };
        thread.Start();
        Wait(thread);
        result = made;
        return failure is null ? !isStopped : throw new InvalidOperationException(failure.Message, failure);
    }

    private void Guarded(Action work)
    {
        try
        {
#pragma warning disable SYSLIB0046 // Meant for this: a person who runs code of their own, and wants it to end.
            ControlledExecution.Run(work, forced.Token);
#pragma warning restore SYSLIB0046
        }
        catch (OperationCanceledException)
        {
            // Stopped, as was asked for.
        }
    }

    private void Wait(Thread thread)
    {
        while (!Token.IsCancellationRequested)
        {
            if (thread.Join(TimeSpan.FromMilliseconds(20)))
                return;
        }

        if (thread.Join(Grace))
            return;

        // Cancelling waits until the thread is gone, which may never be.
        _ = forced.CancelAsync();
        thread.Join(Patience);
    }
}
