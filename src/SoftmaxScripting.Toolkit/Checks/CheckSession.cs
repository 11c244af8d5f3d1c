namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The checks of the script that runs. A check that fails prints its report and the script goes on; at the end
/// <see cref="ThrowIfFailed"/> makes the failures count.
/// </summary>
public static class CheckSession
{
    private static readonly Lock Gate = new();
    private static readonly List<CheckResult> Recorded = [];

    /// <summary>The results so far, in order.</summary>
    public static IReadOnlyList<CheckResult> Results
    {
        get
        {
            lock (Gate)
            {
                return [.. Recorded];
            }
        }
    }

    /// <summary>
    /// Prints a result and remembers it. <see cref="Check"/> and <c>Property</c> do this by themselves; checks of one's
    /// own may join them.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <returns>The same result.</returns>
    public static CheckResult Record(CheckResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        lock (Gate)
        {
            Recorded.Add(result);
            CheckConsole.Write(result);
        }

        return result;
    }

    /// <summary>Forgets all results: a new script begins.</summary>
    public static void Clear()
    {
        lock (Gate)
        {
            Recorded.Clear();
        }
    }

    /// <summary>Does nothing when every check passed, or when there was none.</summary>
    /// <exception cref="CheckFailedException">
    /// A check failed: <c>2 of 14 checks failed: …</c> with their names.
    /// </exception>
    public static void ThrowIfFailed()
    {
        var results = Results;
        var failed = results.Where(result => !result.Passed).Select(result => result.Name).ToArray();
        if (failed.Length == 0)
            return;
        var noun = results.Count == 1 ? "check" : "checks";
        throw new CheckFailedException(
            $"{failed.Length} of {results.Count} {noun} failed: {string.Join("; ", failed)}");
    }
}
