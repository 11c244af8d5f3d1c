namespace SoftmaxScripting.Toolkit;

/// <summary>What became of one check.</summary>
public sealed record CheckResult
{
    /// <summary>What was checked.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it held in every case.</summary>
    public required bool Passed { get; init; }

    /// <summary>How many cases were tried.</summary>
    public required int Cases { get; init; }

    /// <summary>The seed that gives the same cases again.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// The largest error met, relative to the size of the numbers compared or to 1 where they are smaller, or in the
    /// unit of the claim; null where nothing was measured.
    /// </summary>
    public double? WorstError { get; init; }

    /// <summary>What a property's inputs were like; null for other checks.</summary>
    public InputStatistics? Statistics { get; init; }

    /// <summary>How long the check took; zero where nobody measured.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>The kinks that a gradient check met: reported, not failed.</summary>
    public IReadOnlyList<Kink> Kinks { get; init; } = [];

    /// <summary>How many times the counter-example was made simpler.</summary>
    public int Shrinks { get; init; }

    /// <summary>The counter-example's arguments; empty when the check passed.</summary>
    public IReadOnlyList<Core.Tensor> CounterExample { get; init; } = [];

    /// <summary>What the counter-example's arguments are called.</summary>
    internal IReadOnlyList<string> ArgumentNames { get; init; } = [];

    /// <summary>In one line what went wrong, or how it went.</summary>
    public required string Message { get; init; }

    /// <summary>The text that was printed, without colours: one line, or for a failure a few.</summary>
    public required string Report { get; init; }
}
