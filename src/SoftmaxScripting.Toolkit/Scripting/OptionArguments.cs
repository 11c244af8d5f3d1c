namespace SoftmaxScripting.Toolkit;

/// <summary>One <c>--name value</c> of a command line.</summary>
/// <param name="Name">The name without its dashes.</param>
/// <param name="Value">The value as it was typed; null for a bare <c>--name</c>.</param>
public sealed record GivenOption(string Name, string? Value);

/// <summary>The options and arguments a script was started with, split but not yet read as numbers or names.</summary>
public sealed class OptionArguments
{
    private OptionArguments(IReadOnlyList<GivenOption> options, IReadOnlyList<string> rest)
    {
        Options = options;
        Rest = rest;
    }

    /// <summary>An empty command line.</summary>
    public static OptionArguments None { get; } = new([], []);

    /// <summary>The options in the order given. Of options given twice the last counts.</summary>
    public IReadOnlyList<GivenOption> Options { get; }

    /// <summary>What follows a lone <c>--</c>, untouched.</summary>
    public IReadOnlyList<string> Rest { get; }

    /// <summary>
    /// Splits <c>--name value</c>, <c>--name=value</c>, <c>--flag</c> and, after a lone <c>--</c>, plain arguments.
    /// A value that itself starts with two dashes needs the form with <c>=</c>; a negative number does not.
    /// </summary>
    /// <param name="tokens">The words of the command line after the script's file.</param>
    /// <exception cref="UsageException">A word is neither an option nor the value of one.</exception>
    public static OptionArguments Parse(IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var options = new List<GivenOption>();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token == "--")
                return new OptionArguments(options, [.. tokens.Skip(i + 1)]);
            if (token is "-h" or "-?")
                token = "--help";
            if (!token.StartsWith("--", StringComparison.Ordinal))
                throw Stray(token);
            var equals = token.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
                options.Add(new GivenOption(token[2..equals], token[(equals + 1)..]));
            else if (i + 1 < tokens.Count && !tokens[i + 1].StartsWith("--", StringComparison.Ordinal))
                options.Add(new GivenOption(token[2..], tokens[++i]));
            else
                options.Add(new GivenOption(token[2..], null));
        }

        return new OptionArguments(options, []);
    }

    /// <summary>These options without those of the given names.</summary>
    /// <param name="names">The names to leave out.</param>
    public OptionArguments Without(IReadOnlyCollection<string> names) =>
        new([.. Options.Where(option => !names.Contains(option.Name))], Rest);

    /// <summary>These options after earlier ones, so that of options given twice these count; plain arguments likewise.</summary>
    /// <param name="earlier">The earlier options.</param>
    /// <param name="rest">The earlier plain arguments.</param>
    internal OptionArguments After(IEnumerable<GivenOption> earlier, IReadOnlyList<string> rest) =>
        new([.. earlier, .. Options], Rest.Count > 0 ? Rest : rest);

    private static UsageException Stray(string token) => token.Length > 1 && token[0] == '-'
        ? new UsageException($"'{token}' is not an option: options start with two dashes, as in --{token[1..]}.")
        : new UsageException(
            $"'{token}' belongs to no option. Options are written --name value; plain arguments follow a lone '--'.");
}
