using System.Runtime.ExceptionServices;

namespace SoftmaxScripting.Kernels;

/// <content>The job that is shared out and the threads that take its pieces.</content>
public static partial class ThreadTeam
{
    private const int Spins = 1000;
    private const int Yields = 20;

    /// <summary>
    /// Waits briefly without giving up the processor, then giving way to other threads. Spinning pays only while every
    /// thread of the team can have a processor of its own.
    /// </summary>
    private static bool SpinUntil<TState>(TState state, Func<TState, bool> condition)
    {
        if (Threads <= Environment.ProcessorCount)
        {
            for (int i = 0; i < Spins; i++)
            {
                if (condition(state)) return true;
                Thread.SpinWait(1);
            }
        }

        for (int i = 0; i < Yields; i++)
        {
            if (condition(state)) return true;
            Thread.Yield();
        }

        return condition(state);
    }

    private sealed class Job(Action<int> body, int pieces, int helpers)
    {
        private readonly int _pieces = pieces;
        private readonly ManualResetEventSlim? _ended = helpers > 0 ? new(false, 0) : null;
        private readonly Lock _failureLock = new();
        private int _next;
        private int _unfinished = pieces;
        private int _failedPiece = int.MaxValue;
        private Exception? _failure;

        /// <summary>Tells jobs apart; no job has number 0.</summary>
        public long Number { get; } = Interlocked.Increment(ref s_jobs);

        /// <summary>Workers with a lower number may take part.</summary>
        public int Helpers { get; } = helpers;

        public void TakePieces()
        {
            bool outer = t_insidePiece;
            t_insidePiece = true;
            while (true)
            {
                int piece = Interlocked.Increment(ref _next) - 1;
                if (piece >= _pieces) break;
                Run(piece);
                if (Interlocked.Decrement(ref _unfinished) == 0) _ended?.Set();
            }

            t_insidePiece = outer;
        }

        /// <summary>All pieces in order on this thread.</summary>
        public void RunAlone()
        {
            TakePieces();
            ThrowFirst();
        }

        public void WaitForEnd()
        {
            if (!SpinUntil(this, static job => Volatile.Read(ref job._unfinished) == 0)) _ended!.Wait();
        }

        public void ThrowFirst()
        {
            if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
        }

        private void Run(int piece)
        {
#pragma warning disable CA1031 // Every exception is handed on to the caller of For.
            try
            {
                body(piece);
            }
            catch (Exception failure)
            {
                lock (_failureLock)
                {
                    if (piece < _failedPiece) (_failedPiece, _failure) = (piece, failure);
                }
            }
#pragma warning restore CA1031
        }
    }

#pragma warning disable CA1001 // A worker, and with it its semaphore, lives as long as the process.
    private sealed class Worker
#pragma warning restore CA1001
    {
        private const int Awake = 0;
        private const int Parked = 1;
        private readonly int _number;
        private readonly SemaphoreSlim _gate = new(0);
        private int _state;
        private long _lastJob;

        public Worker(int number)
        {
            _number = number;
            new Thread(Work) { IsBackground = true, Name = $"Kernels {number + 1}" }.Start();
        }

        /// <summary>Called after a job was published: a parked worker is released, an awake one will see the job itself.</summary>
        public void Wake()
        {
            if (Interlocked.CompareExchange(ref _state, Awake, Parked) == Parked) _gate.Release();
        }

        private void Work()
        {
            while (true)
            {
                if (!SpinUntil(this, static worker => worker.HasWork())) Park();
                TakeJob();
            }
        }

        // Remembers the job by its number: a reference would keep what its body captured alive until the next job.
        private void TakeJob()
        {
            if (s_current is not { } job || !IsNew(job)) return;
            _lastJob = job.Number;
            job.TakePieces();
        }

        private bool HasWork() => s_current is { } job && IsNew(job);

        private bool IsNew(Job job) => job.Number != _lastJob && _number < job.Helpers;

        private void Park()
        {
            // The exchange is a full fence: either this thread sees a job published before, or its publisher sees Parked.
            Interlocked.Exchange(ref _state, Parked);
            if (HasWork() && Interlocked.CompareExchange(ref _state, Awake, Parked) == Parked) return;
            _gate.Wait();
        }
    }
}
