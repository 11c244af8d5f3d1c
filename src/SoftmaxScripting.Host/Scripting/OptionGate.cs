using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>Compares the options given with those a script declares, before it runs and after.</summary>
internal static class OptionGate
{
    /// <summary>Refuses misspelt options and values that cannot be read, so that no run is spent on a slip.</summary>
    /// <param name="outline">The script.</param>
    /// <param name="given">The options given, without the common ones.</param>
    /// <exception cref="UsageException">An option is unknown or its value wrong.</exception>
    public static void Check(ScriptOutline outline, OptionArguments given)
    {
        foreach (var option in outline.Options)
            OptionReader.Find(option, given);
        foreach (var (name, _) in given.Options)
        {
            if (Matching(name, outline.Options) is not null)
                continue;
            if (Negated(name, outline.Options) is { } other)
                throw new UsageException($"--{name}: --{other.Name} is no switch, it takes {other.Takes}");
            if (!outline.HasComputedOptions)
                throw new UsageException(Unknown(name, outline));
        }
    }

    /// <summary>The options given that a script with computed option names never asked for.</summary>
    /// <param name="outline">The script.</param>
    /// <param name="session">Its session, after the run.</param>
    public static IEnumerable<string> Unused(ScriptOutline outline, ScriptSession session) => session.Given.Options
        .Select(option => option.Name)
        .Where(name => Matching(name, outline.Options) is null && !session.Values.ContainsKey(name)
            && !(name.StartsWith("no-", StringComparison.Ordinal) && session.Values.ContainsKey(name[3..])))
        .Distinct();

    private static DeclaredOption? Matching(string name, IReadOnlyList<DeclaredOption> options) =>
        options.FirstOrDefault(option => option.Name == name)
        ?? (Negated(name, options) is { Kind: OptionKind.Flag } flag ? flag : null);

    private static DeclaredOption? Negated(string name, IReadOnlyList<DeclaredOption> options) =>
        name.StartsWith("no-", StringComparison.Ordinal)
            ? options.FirstOrDefault(option => option.Name == name[3..])
            : null;

    private static string Unknown(string name, ScriptOutline outline)
    {
        var known = outline.Options.Select(option => option.Name).Concat(ScriptSession.ReservedOptions).ToArray();
        var script = outline.Source.GivenPath;
        return DidYouMean.Closest(name, known) is { } closest
            ? $"{script} has no option --{name} (did you mean --{closest}?)."
            : $"{script} has no option --{name}; it has {string.Join(", ", known.Select(other => "--" + other))}.";
    }
}
