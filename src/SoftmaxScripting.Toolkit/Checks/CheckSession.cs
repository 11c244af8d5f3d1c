using System.Diagnostics;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The checks of the script that runs. A check that fails prints its report and the script goes on; at the end
/// <see cref="ThrowIfFailed"/> makes the failures count.
/// </summary>
public static class CheckSession
{
    private static readonly Lock Gate = new();
    private static readonly List<CheckResult> Recorded = [];
    private static int met;

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

    /// <summary>
    /// Runs a check with the seed and the number of cases that the session asks for, if it is among those that the
    /// session selects, and records it. One that is left out counts as passed in no case, and is not recorded.
    /// </summary>
    /// <param name="name">What is checked.</param>
    /// <param name="cases">How many cases the script asks for.</param>
    /// <param name="seed">The seed that the script gives.</param>
    /// <param name="run">The check, of a number of cases and a seed.</param>
    internal static CheckResult Run(string name, int cases, ulong seed, Func<int, ulong, CheckResult> run)
    {
        var session = ScriptSession.Current;
        var selection = session.Checks;
        var isLeftOut = session.Mode == ScriptMode.Explain
            || !selection.Matches(name)
            || (Interlocked.Increment(ref met) - 1) % selection.Parts != selection.Part;
        if (isLeftOut)
            return LeftOut(name, selection.Seed ?? seed);
        var clock = Stopwatch.StartNew();
        var result = run(selection.Cases ?? cases, selection.Seed ?? seed);
        return Record(result with { Time = clock.Elapsed });
    }

    private static CheckResult LeftOut(string name, ulong seed) => new()
    {
        Name = name,
        Passed = true,
        Cases = 0,
        Seed = seed,
        Message = "left out",
        Report = $"- {name}   left out",
    };

    /// <summary>Forgets all results: a new script begins.</summary>
    public static void Clear()
    {
        lock (Gate)
        {
            Recorded.Clear();
            met = 0;
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
