using System.Globalization;

namespace SoftmaxScripting.Host.Sweeps;

/// <summary>One point of a sweep: an option setting to be tried.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Options">The options that are varied, by name, as they are typed.</param>
internal sealed record Trial(int Number, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <summary>The name of its run.</summary>
    public string RunName => string.Create(CultureInfo.InvariantCulture, $"trial-{Number:000}");

    /// <summary>The setting in one line.</summary>
    public override string ToString() => string.Join("  ", Options.Select(option => $"{option.Key} {option.Value}"));
}

/// <summary>How an attempt at a trial ended.</summary>
internal enum TrialState
{
    /// <summary>Begun; whether it is still going on the journal does not know.</summary>
    Started,

    /// <summary>It ended well.</summary>
    Finished,

    /// <summary>It ended with another exit code than 0.</summary>
    Failed,

    /// <summary>It was ended because it took too long.</summary>
    TimedOut,
}

/// <summary>One attempt of one trial with one budget.</summary>
/// <param name="Trial">The number of the trial.</param>
/// <param name="Rung">The round of halving, from 0.</param>
/// <param name="State">How it stands.</param>
/// <param name="Figures">What it came to.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Message">Why it failed; empty where it did not.</param>
internal sealed record TrialResult(
    int Trial, int Rung, TrialState State, IReadOnlyDictionary<string, double> Figures, double Seconds, string Message);
