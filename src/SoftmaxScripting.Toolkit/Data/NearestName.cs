namespace SoftmaxScripting.Toolkit;

/// <summary>Finds which known name a mistyped one was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>
    /// The known name with the smallest edit distance to <paramref name="wanted"/>, upper and lower case, spaces,
    /// hyphens and underscores apart; null when none is within a third of its length (and at least two edits).
    /// </summary>
    public static string? Of(string wanted, IEnumerable<string> known)
    {
        var plainWanted = Plain(wanted);
        if (plainWanted.Length == 0) return null;
        return known
            .Select(name => (Name: name, Plain: Plain(name)))
            .Select(candidate => (candidate.Name, Allowed: Math.Max(2, candidate.Plain.Length / 3),
                Distance: EditDistance(plainWanted, candidate.Plain)))
            .Where(candidate => candidate.Distance <= candidate.Allowed)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>The sentence " Did you mean `x`?" with a leading space, or nothing.</summary>
    public static string Question(string wanted, IEnumerable<string> known) =>
        Of(wanted, known) is { } name ? $" Did you mean `{name}`?" : "";

    private static string Plain(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));

    /// <summary>Levenshtein distance by the two-row recurrence.</summary>
    private static int EditDistance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(previous[j], current[j - 1]));
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
