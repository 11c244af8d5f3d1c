namespace SoftmaxScripting.Toolkit;

/// <summary>Finds the name a person probably meant, by the smallest number of typing slips.</summary>
public static class DidYouMean
{
    /// <summary>
    /// The candidate nearest to <paramref name="name"/>, or null where none is near: at most one slip for each three
    /// letters, where a slip is a letter too many, one missing, one wrong, or two neighbours swapped
    /// (the optimal string alignment distance). Letter case counts as nothing; a candidate that
    /// <paramref name="name"/> abbreviates is near too.
    /// </summary>
    /// <param name="name">What was typed.</param>
    /// <param name="candidates">The names there are.</param>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        var best = default(string);
        var bestDistance = Math.Max(1, (name.Length + 1) / 3) + 1;
        foreach (var candidate in candidates)
        {
            var abbreviated = name.Length >= 3 && candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase);
            var distance = abbreviated ? 1 : Distance(name, candidate, bestDistance);
            if (distance >= bestDistance || distance >= name.Length)
                continue;
            best = candidate;
            bestDistance = distance;
        }

        return best;
    }

    /// <summary>The closest candidate as an end of a sentence, <c> (did you mean X?)</c>, or nothing.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="candidates">The names there are.</param>
    /// <param name="prefix">What to write before the candidate, for instance <c>--</c>.</param>
    public static string Suffix(string name, IEnumerable<string> candidates, string prefix = "") =>
        Closest(name, candidates) is { } closest ? $" (did you mean {prefix}{closest}?)" : "";

    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) >= limit)
            return limit;
        var beforeLast = new int[right.Length + 1];
        var last = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
