using System.Globalization;

namespace SoftmaxScripting.Kernels;

/// <summary>
/// A persistent team of background threads that shares out numbered pieces of work. Which thread runs a piece is left open,
/// so a piece must write only what is its own; then results do not depend on the number of threads.
/// </summary>
public static partial class ThreadTeam
{
    private static Worker[] s_workers = [];
    private static volatile Job? s_current;
    private static int s_busy;
    private static long s_jobs;
    private static int s_threads = DefaultThreads();

    [ThreadStatic]
    private static bool t_insidePiece;

    /// <summary>
    /// Number of threads that work, the caller's among them: SOFTMAX_THREADS where the environment sets it to a positive
    /// number, else the number of processors. More threads than processors are allowed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public static int Threads
    {
        get => Volatile.Read(ref s_threads);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref s_threads, value);
        }
    }

    /// <summary>
    /// Runs body(0) … body(pieces − 1), each exactly once, and returns when all are done. Runs them in order on the calling
    /// thread when there is one piece or one thread, inside another piece, or while another thread uses the team.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="pieces"/> is negative.</exception>
    /// <remarks>
    /// An exception in a piece does not stop the other pieces; the caller receives the one of the lowest piece, as itself.
    /// </remarks>
    public static void For(int pieces, Action<int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pieces);
        ArgumentNullException.ThrowIfNull(body);
        if (pieces == 1)
        {
            body(0);
            return;
        }

        int helpers = Math.Min(Threads, pieces) - 1;
        if (helpers < 1 || t_insidePiece || Interlocked.CompareExchange(ref s_busy, 1, 0) != 0)
        {
            new Job(body, pieces, 0).RunAlone();
            return;
        }

        var job = new Job(body, pieces, helpers);
        try
        {
            Worker[] workers = EnsureWorkers(helpers);
            s_current = job;
            for (int i = 0; i < helpers; i++) workers[i].Wake();
            job.TakePieces();
            job.WaitForEnd();
        }
        finally
        {
            s_current = null;
            Volatile.Write(ref s_busy, 0);
        }

        job.ThrowFirst();
    }

    private static int DefaultThreads()
    {
        string? setting = Environment.GetEnvironmentVariable("SOFTMAX_THREADS");
        return int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads >= 1
            ? threads
            : Environment.ProcessorCount;
    }

    // Called only by the one thread that holds the team.
    private static Worker[] EnsureWorkers(int count)
    {
        int have = s_workers.Length;
        if (have < count)
        {
            Array.Resize(ref s_workers, count);
            for (int i = have; i < count; i++) s_workers[i] = new Worker(i);
        }

        return s_workers;
    }
}
