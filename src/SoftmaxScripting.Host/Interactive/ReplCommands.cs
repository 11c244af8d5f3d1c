namespace SoftmaxScripting.Host.Interactive;

/// <summary>The commands of an interactive session that are no C#.</summary>
internal static class ReplCommands
{
    /// <summary>Lists the commands.</summary>
    public const string Help = ":help";

    /// <summary>Leaves.</summary>
    public const string Quit = ":quit";

    /// <summary>Forgets every definition.</summary>
    public const string Reset = ":reset";

    /// <summary>Lists the variables.</summary>
    public const string Variables = ":vars";

    /// <summary>Explains a function.</summary>
    public const string Explain = ":explain";

    /// <summary>Measures the time.</summary>
    public const string Time = ":time";

    /// <summary>Runs a file.</summary>
    public const string Load = ":load";

    private static readonly (string Name, string Usage, string Help)[] All =
    [
        (Help, "", "this list"),
        (Explain, "FUNCTION", "formula, derivative and rewrites, as of x => Exp(x).Sum()"),
        (Time, "CODE", "runs it and says how long that took"),
        (Variables, "", "the variables and what they hold"),
        (Load, "FILE", "runs a script here; #load \"FILE\" does the same"),
        (Reset, "", "forgets every definition"),
        (Quit, "", "leaves, as Ctrl-D does"),
    ];

    private static readonly (string Name, string Help)[] Keys =
    [
        ("Tab", "completes names and members, or lists them"),
        ("Up, Down", "what was entered before; Ctrl-R finds what has the line in it"),
        ("Enter", "evaluates what is complete, else goes on in the next line"),
        ("Ctrl-C", "gives up the line, or stops what runs"),
    ];

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(command => command.Name)];

    /// <summary>The command a name means: its name, or a beginning that no other shares.</summary>
    /// <param name="typed">What was typed.</param>
    public static string? Find(string typed)
    {
        var meant = Names.Where(name => name.StartsWith(typed, StringComparison.Ordinal)).ToArray();
        return typed.Length > 1 && meant.Length == 1 ? meant[0] : typed == ":exit" ? Quit : null;
    }

    /// <summary>The text of <see cref="Help"/>.</summary>
    public static IEnumerable<string> Text() =>
    [
        .. TextColumns.Lines([.. All.Select(command => new[] { $"{command.Name} {command.Usage}", command.Help })]),
        "",
        .. TextColumns.Lines([.. Keys.Select(key => new[] { key.Name.PadRight(17), key.Help })]),
        "",
        "All else is C#: everything a script sees is here. An expression without a",
        "semicolon shows its value.",
    ];
}
