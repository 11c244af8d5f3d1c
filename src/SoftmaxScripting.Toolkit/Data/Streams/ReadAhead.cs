using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Makes items on a thread of its own, a few ahead of whoever takes them. What goes wrong there is thrown where the item is
/// taken; disposal stops the thread and waits for it.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class ReadAhead<T> : IDisposable
{
    private const int Most = 3;

    private readonly BlockingCollection<T> ready = new(Most);
    private readonly CancellationTokenSource stop;
    private readonly CancellationToken cancellation;
    private readonly Thread thread;
    private ExceptionDispatchInfo? failure;

    public ReadAhead(Func<CancellationToken, IEnumerable<T>> make, CancellationToken cancellation)
    {
        this.cancellation = cancellation;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        thread = new Thread(() => Run(make)) { IsBackground = true, Name = "data read-ahead" };
        thread.Start();
    }

    /// <summary>The items in order; to be enumerated once.</summary>
    public IEnumerable<T> Items()
    {
        while (true)
        {
            // Cancellation of the run alone: the thread's own end is told by completion, with its failure.
            if (!ready.TryTake(out var item, Timeout.Infinite, cancellation))
                break;
            yield return item;
        }

        failure?.Throw();
    }

    public void Dispose()
    {
        stop.Cancel();
        thread.Join();
        stop.Dispose();
        ready.Dispose();
    }

    private void Run(Func<CancellationToken, IEnumerable<T>> make)
    {
        try
        {
            foreach (var item in make(stop.Token))
                ready.Add(item, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever it is belongs to the thread that takes the items, and is thrown there.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(error);
        }
        finally
        {
            ready.CompleteAdding();
        }
    }
}
