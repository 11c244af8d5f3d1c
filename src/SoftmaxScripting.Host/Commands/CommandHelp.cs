using System.CommandLine;
using System.CommandLine.Help;
using System.Text;

namespace SoftmaxScripting.Host.Commands;

/// <summary>The text of <c>COMMAND --help</c>.</summary>
internal static class CommandHelp
{
    /// <summary>The widest a line gets: what a terminal shows by default.</summary>
    private const int LineWidth = 80;

    private const int WidestHead = 28;

    /// <summary>Describes a command by its arguments, commands and options.</summary>
    /// <param name="command">The command, complete but for its option for help.</param>
    /// <param name="path">The words that name it.</param>
    public static string Text(Command command, string path)
    {
        var text = new StringBuilder();
        foreach (var line in Wrapped(Sentence(command.Description ?? ""), LineWidth))
            text.AppendLine(line);
        text.AppendLine().AppendLine($"Usage: {HostApplication.Invocation} {path}{Usage(command)}");
        Section(text, "Arguments:", command.Arguments.Where(argument => !argument.Hidden)
            .Select(argument => (argument.Name, argument.Description ?? "")));
        Section(text, "Commands:", command.Subcommands.Where(subcommand => !subcommand.Hidden)
            .Select(subcommand => (subcommand.Name + Usage(subcommand, withOptions: false), subcommand.Description ?? "")));
        Section(text, "Options:", command.Options.Where(option => !option.Hidden && option is not HelpOption)
            .Select(option => (Head(option), option.Description ?? ""))
            .Append(("--help", "this text")));
        return text.ToString().TrimEnd();
    }

    /// <summary>A description from a list as a text of its own.</summary>
    private static string Sentence(string text) =>
        text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].TrimEnd('.') + ".";

    /// <summary>What follows a command's name: <c> FILE [--latex] …</c>.</summary>
    private static string Usage(Command command, bool withOptions = true)
    {
        var words = command.Arguments.Where(argument => !argument.Hidden).Select(Usage).ToList();
        if (command.Subcommands.Count > 0)
            words.Insert(0, "COMMAND");
        if (withOptions)
            words.Add("[options]");
        return string.Concat(words.Select(word => " " + word));
    }

    private static string Usage(Argument argument)
    {
        var name = argument.Arity.MaximumNumberOfValues > 1 ? argument.Name + "..." : argument.Name;
        return argument.Arity.MinimumNumberOfValues > 0 ? name : $"[{name}]";
    }

    private static string Head(Option option)
    {
        var takesValue = option.ValueType != typeof(bool);
        return takesValue ? $"{option.Name} {option.HelpName ?? "VALUE"}" : option.Name;
    }

    /// <summary>Writes a title and rows of two columns, the second wrapped.</summary>
    /// <param name="text">Where to write.</param>
    /// <param name="title">The title.</param>
    /// <param name="rows">The rows; nothing is written without any.</param>
    public static void Section(StringBuilder text, string title, IEnumerable<(string Head, string Help)> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0)
            return;
        text.AppendLine().AppendLine(title);
        var width = Math.Min(WidestHead, all.Max(row => row.Head.Length));
        foreach (var (head, help) in all)
        {
            var lines = Wrapped(help, LineWidth - width - 4).ToList();
            if (head.Length > width)
            {
                text.AppendLine($"  {head}");
                lines.Insert(0, "");
            }
            else
            {
                text.AppendLine($"  {head.PadRight(width)}  {lines.FirstOrDefault()}".TrimEnd());
            }

            foreach (var line in lines.Skip(1))
                text.AppendLine($"  {new string(' ', width)}  {line}");
        }
    }

    /// <summary>A text in lines of at most a width, broken at spaces.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The most letters of a line; a longer word stands alone.</param>
    public static IEnumerable<string> Wrapped(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }
}
