namespace SoftmaxScripting.Host.Health;

/// <summary>How good or bad a finding is.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, but not at its best, or something optional is missing.</summary>
    Warning,

    /// <summary>Something will not work.</summary>
    Bad,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Verdict">How good it is.</param>
/// <param name="Subject">What was looked at, in a word or two.</param>
/// <param name="Text">What was found.</param>
/// <param name="Mend">What to do about it; null where there is nothing to do.</param>
internal sealed record Finding(Verdict Verdict, string Subject, string Text, string? Mend = null);
