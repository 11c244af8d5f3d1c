using System.CommandLine;
using System.CommandLine.Parsing;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>Says in one sentence what is wrong with a command line, and what was probably meant.</summary>
internal static class CommandLineErrors
{
    /// <summary>The first error, as a sentence; null where there is none.</summary>
    /// <param name="parsed">A command line.</param>
    public static string? Find(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = Path(parsed.CommandResult);
        var asksForHelp = parsed.Action is { ClearsParseErrors: true };
        if (!asksForHelp && MisspeltOption(parsed) is { } misspelt)
            return Unknown(misspelt, command, path);
        return parsed.Errors.Count == 0 ? null : Describe(parsed, command, path);
    }

    /// <summary>A word that looks like an option and was taken for an argument, where no <c>--</c> stands before it.</summary>
    private static string? MisspeltOption(ParseResult parsed)
    {
        var end = parsed.Tokens.Index().FirstOrDefault(token => token.Item.Type == TokenType.DoubleDash, (int.MaxValue, null!)).Index;
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).ToHashSet();
        return parsed.Tokens.Take(end)
            .FirstOrDefault(token => token.Value is ['-', _, ..] && arguments.Contains(token))?.Value;
    }

    private static string Describe(ParseResult parsed, Command command, string path)
    {
        if (parsed.UnmatchedTokens is [var unknown, ..])
            return Unknown(unknown, command, path);
        var error = parsed.Errors[0];
        if (error.SymbolResult is CommandResult && command.Subcommands.Count > 0)
            return $"{path} needs one of {Listed(command.Subcommands)}.";
        if (error.SymbolResult is ArgumentResult { Tokens.Count: 0 } missing && missing.Argument.Arity.MinimumNumberOfValues > 0)
            return $"{path} needs {missing.Argument.Name}. See {HostApplication.Invocation} {path} --help.";
        if (error.SymbolResult is OptionResult option)
            return OfOption(option.Option, option.Tokens, error.Message);
        return error.SymbolResult is ArgumentResult { Parent: OptionResult parent } argument
            ? OfOption(parent.Option, argument.Tokens, error.Message)
            : error.Message;
    }

    private static string Unknown(string word, Command command, string path)
    {
        if (word.StartsWith('-'))
        {
            var name = word.Split('=')[0];
            var options = command.Options.Where(option => !option.Hidden).Select(option => option.Name);
            return $"{path} has no option {name}{DidYouMean.Suffix(name, options)}. {SeeHelp(path)}";
        }

        return command.Subcommands.Count > 0
            ? $"{path} has no command '{word}'{DidYouMean.Suffix(word, command.Subcommands.Select(sub => sub.Name))}; "
              + $"it has {Listed(command.Subcommands)}."
            : $"'{word}' is one argument too many for {path}. {SeeHelp(path)}";
    }

    private static string OfOption(Option option, IReadOnlyList<Token> tokens, string message)
    {
        if (tokens.Count == 0)
            return $"{option.Name} needs a value: {option.HelpName ?? "VALUE"}.";
        if (tokens.Count > 1 && option.Arity.MaximumNumberOfValues == 1)
            return $"{option.Name} is given {tokens.Count} times; once is enough.";

        // What a validator of this project says begins with the option; the rest is the parser's own wording.
        if (message.StartsWith(option.Name, StringComparison.Ordinal))
            return message;
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type == typeof(int) || type == typeof(long) || type == typeof(ulong)
            ? $"{option.Name}: '{tokens[0].Value}' is not a whole number{(type == typeof(ulong) ? " of 0 or more" : "")}."
            : $"{option.Name}: {message}";
    }

    private static string Listed(IEnumerable<Command> commands) =>
        string.Join(", ", commands.Where(command => !command.Hidden).Select(command => command.Name));

    private static string SeeHelp(string path) => $"See {HostApplication.Invocation} {path} --help.";

    private static string Path(CommandResult result)
    {
        var names = new List<string>();
        for (SymbolResult? at = result; at is CommandResult command && command.Command is not RootCommand; at = at.Parent)
            names.Insert(0, command.Command.Name);
        return string.Join(' ', names);
    }
}
