namespace SoftmaxScripting.Toolkit;

/// <summary>Which checks of a script are run, and with what in place of what the script says.</summary>
public sealed record CheckSelection
{
    /// <summary>Every check, as the script says.</summary>
    public static CheckSelection All { get; } = new();

    /// <summary>The seed of every check; null for the script's.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The number of cases of every check; null for the script's.</summary>
    public int? Cases { get; init; }

    /// <summary>Only checks whose name contains this text, in any letter case; empty for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>The checks are dealt out in turn to so many runs of the script.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Which of the parts this run is, from 0.</summary>
    public int Part { get; init; }

    /// <summary>Whether the filter lets a check pass.</summary>
    /// <param name="name">Its name.</param>
    internal bool Matches(string name) => name.Contains(Filter, StringComparison.OrdinalIgnoreCase);
}
