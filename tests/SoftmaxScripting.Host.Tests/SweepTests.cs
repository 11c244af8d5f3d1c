using System.Text.Json.Nodes;
using SoftmaxScripting.Host.Sweeps;
using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class SweepTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sweep-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static SweepPlan Plan(int trials, Halving? halving = null) => new()
    {
        Script = "/x.csx",
        Trials = [.. Enumerable.Range(1, trials).Select(i => new Trial(i, [KeyValuePair.Create("a", $"{i}")]))],
        Halving = halving,
        Metric = "score",
        Workers = 3,
    };

    [Fact]
    public void Grid_has_every_combination_once()
    {
        var trials = SweepSpace.Grid([Axis.List("lr=0.1, 0.2"), Axis.List("--width=1,2,3")]);
        Assert.Equal(
            ["lr 0.1  width 1", "lr 0.1  width 2", "lr 0.1  width 3", "lr 0.2  width 1", "lr 0.2  width 2", "lr 0.2  width 3"],
            trials.Select(trial => trial.ToString()));
        Assert.Equal(["trial-001", "trial-006"], new[] { trials[0].RunName, trials[5].RunName });
    }

    [Fact]
    public void Draws_lie_in_their_ranges_and_follow_the_seed()
    {
        Axis[] axes = [Axis.Range("lr=0.001..1:log"), Axis.Range("hidden=16..256:int"), Axis.Range("big=8..4096:log:int"), Axis.List("loss=a,b")];
        var trials = SweepSpace.Random(axes, 400, seed: 5);
        Assert.Equal(400, trials.Select(trial => trial.ToString()).Distinct().Count());
        Assert.Equal(trials.Select(t => t.ToString()), SweepSpace.Random(axes, 400, seed: 5).Select(t => t.ToString()));
        Assert.NotEqual(trials.Select(t => t.ToString()), SweepSpace.Random(axes, 400, seed: 6).Select(t => t.ToString()));
        var rates = trials.Select(trial => double.Parse(trial.Options[0].Value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.All(rates, rate => Assert.InRange(rate, 0.001, 1));

        // Magnitudes are even: as many below the geometric mean as above it, give or take five standard deviations.
        Assert.InRange(rates.Count(rate => rate < Math.Sqrt(0.001)), 150, 250);
        Assert.All(trials, trial => Assert.InRange(int.Parse(trial.Options[1].Value, System.Globalization.CultureInfo.InvariantCulture), 16, 256));
        Assert.All(trials, trial => Assert.InRange(int.Parse(trial.Options[2].Value, System.Globalization.CultureInfo.InvariantCulture), 8, 4096));
        Assert.Equal(2, SweepSpace.Random([Axis.List("a=1,2")], 10, 0).Count);
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("=1")]
    [InlineData("lr=")]
    [InlineData("lr=1,,2")]
    [InlineData("lr=1,1")]
    public void Lists_that_cannot_be_read_are_refused(string text) => Assert.Throws<UsageException>(() => Axis.List(text));

    [Theory]
    [InlineData("lr=1")]
    [InlineData("lr=1..0")]
    [InlineData("lr=0..1:log")]
    [InlineData("lr=0..1:even")]
    [InlineData("lr=a..b")]
    [InlineData("lr=1..inf")]
    public void Ranges_that_cannot_be_read_are_refused(string text) => Assert.Throws<UsageException>(() => Axis.Range(text));

    [Fact]
    public async Task Halving_gives_the_best_more()
    {
        var plan = Plan(9, new Halving("epochs", 1, 9, 3));
        Assert.Equal([1, 3, 9], plan.Halving!.Budgets);
        var launcher = new FakeLauncher((trial, _) => trial * (trial % 2 == 0 ? 1 : -1));
        plan.Write(folder);
        var ranking = await new SweepRunner(SweepPlan.Read(folder), folder, launcher, TextWriter.Null).Run(default);
        Assert.Equal(
            Enumerable.Range(1, 9).Select(i => $"trial-{i:000} --epochs=1")
                .Concat(["trial-008 --epochs=3 --resume", "trial-006 --epochs=3 --resume", "trial-004 --epochs=3 --resume", "trial-008 --epochs=9 --resume"]).Order(),
            launcher.Started.Order());
        Assert.Equal([8, 6, 4], ranking.Ranked.Take(3).Select(entry => entry.Trial.Number));
        Assert.Equal(["1", "2", "3"], SweepRankingPlaces(ranking).Take(3));
    }

    private static IEnumerable<string> SweepRankingPlaces(SweepRanking ranking) =>
        ranking.ToJson()["trials"]!.AsArray().Select(entry => $"{entry!["rank"]}");

    [Fact]
    public async Task Sweep_goes_on_where_it_stopped_and_ends_what_was_left()
    {
        var plan = Plan(12);
        using var cancellation = new CancellationTokenSource();
        var first = new FakeLauncher((trial, started) =>
        {
            if (started == 6)
                cancellation.Cancel();
            return trial;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SweepRunner(plan, folder, first, TextWriter.Null).Run(cancellation.Token));

        // A sweep that is killed while it writes leaves half a line.
        File.AppendAllText(Path.Combine(folder, "journal.jsonl"), "{\"trial\":12,\"ru");
        var done = new SweepJournal(folder).Read().Ended.Select(result => result.Trial).ToArray();
        Assert.InRange(done.Length, 1, 11);
        var report = File.ReadAllText(SweepReport.Write(plan, folder));
        Assert.Contains($"interrupted after {done.Length} of 12 trials", report, StringComparison.Ordinal);
        Assert.Contains($"with score {done.Max()}.0000", report, StringComparison.Ordinal);
        var second = new FakeLauncher((trial, _) => trial);
        var ranking = await new SweepRunner(plan, folder, second, TextWriter.Null).Run(default);
        Assert.Equal(12, done.Length + second.Started.Count);
        Assert.Equal(Enumerable.Range(1, 12).Reverse(), ranking.Ranked.Select(entry => entry.Trial.Number));
        Assert.All(second.Leftovers, handle => Assert.StartsWith("trial-", handle, StringComparison.Ordinal));
        Assert.Equal(first.Started.Count - done.Length, second.Leftovers.Count);
        Assert.Equal(12, new SweepJournal(folder).Read().Ended.Count);
    }

    [Fact]
    public void Ranking_follows_the_figures_direction_and_puts_failures_last()
    {
        TrialResult Result(int trial, double? value, TrialState state = TrialState.Finished) => new(
            trial, 0, state, value is { } v ? new Dictionary<string, double> { ["test loss"] = v } : new Dictionary<string, double>(), 1, "");
        TrialResult[] results = [Result(1, 0.5), Result(2, null, TrialState.Failed), Result(3, 0.2), Result(4, null, TrialState.TimedOut)];
        var plan = Plan(5) with { Metric = null };
        var lower = SweepRanking.Of(plan, results);
        Assert.Equal("test loss", lower.Metric);
        Assert.Equal([3, 1, 2, 4, 5], lower.Ranked.Select(entry => entry.Trial.Number));
        var higher = SweepRanking.Of(plan with { HigherIsBetter = true }, results);
        Assert.Equal([1, 3, 2, 4, 5], higher.Ranked.Select(entry => entry.Trial.Number));
    }

    /// <summary>Leaves runs as trials would, with a figure of the test's.</summary>
    private sealed class FakeLauncher(Func<int, int, double> score) : ITrialLauncher
    {
        private int count;

        public System.Collections.Concurrent.ConcurrentBag<string> Started { get; } = [];

        public List<string> Leftovers { get; } = [];

        public async Task<TrialEnd> Run(TrialStart start, Action<string> started, CancellationToken cancellation)
        {
            started(start.RunName);
            Started.Add(string.Join(' ', start.Words.Where(word => word.StartsWith("--epochs", StringComparison.Ordinal) || word.StartsWith("--resume", StringComparison.Ordinal))
                .Select(word => word.StartsWith("--resume", StringComparison.Ordinal) ? "--resume" : word).Prepend(start.RunName)));
            var value = score(int.Parse(start.RunName[6..], System.Globalization.CultureInfo.InvariantCulture), Interlocked.Increment(ref count));
            await Task.Delay(5, cancellation);
            cancellation.ThrowIfCancellationRequested();
            var run = Path.Combine(start.RunsDirectory, start.RunName);
            Directory.CreateDirectory(run);
            await File.WriteAllTextAsync(
                Path.Combine(run, "run.json"), new JsonObject { ["figures"] = new JsonObject { ["score"] = value } }.ToJsonString(), cancellation);
            return new TrialEnd(0, false, "");
        }

        public void EndLeftover(string handle) => Leftovers.Add(handle);
    }
}
