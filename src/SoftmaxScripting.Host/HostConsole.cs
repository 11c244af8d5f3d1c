namespace SoftmaxScripting.Host;

/// <summary>What a piece of text is, for terminals that show colour.</summary>
internal enum Ink
{
    /// <summary>What failed.</summary>
    Error,

    /// <summary>What may be wrong.</summary>
    Warning,

    /// <summary>What the eye may skip: line numbers, hints, places.</summary>
    Faint,

    /// <summary>A heading or a name.</summary>
    Strong,
}

/// <summary>The three streams of a run and whether its messages are coloured.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error: all messages of the host about a script.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Colour">Whether messages on <paramref name="Error"/> are coloured.</param>
internal sealed record HostConsole(TextWriter Output, TextWriter Error, TextReader Input, bool Colour)
{
    /// <summary>Whether <see cref="Output"/> is a terminal, where tables have lines and colours.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether <see cref="Input"/> is the keyboard of the terminal that <see cref="Output"/> is.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The process's own streams; coloured only where standard error is a terminal that wants it.</summary>
    public static HostConsole ForTerminal()
    {
        var isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new(Console.Out, Console.Error, Console.In, WantsColour())
        {
            IsTerminal = isTerminal,
            IsInteractive = isTerminal && !Console.IsInputRedirected,
        };
    }

    /// <summary>Text in its colour, or unchanged where there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ink">What the text is.</param>
    public string Paint(string text, Ink ink)
    {
        if (!Colour || text.Length == 0)
            return text;
        var code = ink switch
        {
            Ink.Error => "1;31",
            Ink.Warning => "33",
            Ink.Faint => "2",
            _ => "1",
        };
        return $"\e[{code}m{text}\e[0m";
    }

    /// <summary>Writes one message of the host's own: <c>error: …</c>.</summary>
    /// <param name="message">A full sentence.</param>
    public void WriteError(string message) => Error.WriteLine(Paint("error:", Ink.Error) + " " + message);

    /// <summary>Writes one warning of the host's own: <c>warning: …</c>.</summary>
    /// <param name="message">A full sentence.</param>
    public void WriteWarning(string message) => Error.WriteLine(Paint("warning:", Ink.Warning) + " " + message);

    // NO_COLOR, https://no-color.org: any value but the empty one switches colour off.
    private static bool WantsColour() =>
        !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";
}
