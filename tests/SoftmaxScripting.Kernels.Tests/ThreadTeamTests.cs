using Xunit;

namespace SoftmaxScripting.Kernels.Tests;

/// <summary>Tests that set the number of threads run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class ThreadCount
{
    public const string Name = "thread count";
}

[Collection(ThreadCount.Name)]
public sealed class ThreadTeamTests : IDisposable
{
    private readonly int _threads = ThreadTeam.Threads;

    public void Dispose() => ThreadTeam.Threads = _threads;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_piece_runs_exactly_once(int threads)
    {
        ThreadTeam.Threads = threads;
        for (int trial = 0; trial < 300; trial++)
        {
            int pieces = trial % 37;
            var runs = new int[pieces];
            ThreadTeam.For(pieces, piece => Interlocked.Increment(ref runs[piece]));
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Parked_workers_wake_again()
    {
        ThreadTeam.Threads = 4;
        for (int trial = 0; trial < 5; trial++)
        {
            int runs = 0;
            ThreadTeam.For(16, _ => Interlocked.Increment(ref runs));
            Assert.Equal(16, runs);
            Thread.Sleep(20);
        }
    }

    [Fact]
    public void Several_threads_work_at_the_same_time()
    {
        ThreadTeam.Threads = 3;
        using var together = new Barrier(3);

        // Returns only if three threads stand at the barrier at once.
        ThreadTeam.For(3, _ => Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30))));
    }

    [Fact]
    public void A_call_from_inside_a_piece_runs_in_place()
    {
        ThreadTeam.Threads = 3;
        int runs = 0;
        ThreadTeam.For(6, _ =>
        {
            int thread = Environment.CurrentManagedThreadId;
            ThreadTeam.For(5, _ =>
            {
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                Interlocked.Increment(ref runs);
            });
        });
        Assert.Equal(30, runs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_exception_of_the_lowest_piece_arrives_as_itself_and_the_team_lives_on(int threads)
    {
        ThreadTeam.Threads = threads;
        int runs = 0;
        var error = Assert.Throws<InvalidOperationException>(() => ThreadTeam.For(20, piece =>
        {
            Interlocked.Increment(ref runs);
            if (piece >= 4) throw new InvalidOperationException($"piece {piece}");
        }));
        Assert.Equal("piece 4", error.Message);
        Assert.Equal(20, runs);

        int after = 0;
        ThreadTeam.For(20, _ => Interlocked.Increment(ref after));
        Assert.Equal(20, after);
    }

    [Fact]
    public void Callers_on_several_threads_do_not_disturb_each_other()
    {
        ThreadTeam.Threads = 3;
        var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int trial = 0; trial < 200; trial++)
            {
                var runs = new int[11];
                ThreadTeam.For(11, piece => Interlocked.Increment(ref runs[piece]));
                if (runs.Any(count => count != 1)) throw new InvalidOperationException("A piece was lost or run twice.");
            }
        })).ToArray();
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) Assert.True(caller.Join(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Impossible_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ThreadTeam.Threads = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => ThreadTeam.For(-1, _ => { }));
        Assert.Throws<ArgumentNullException>(() => ThreadTeam.For(1, null!));
        ThreadTeam.For(0, _ => Assert.Fail("There is no piece to run."));
    }
}
