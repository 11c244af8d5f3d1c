using System.Text;

namespace SoftmaxScripting.Host.Commands;

/// <summary>The text of <c>--help</c> without a script.</summary>
internal static class RootHelp
{
    /// <summary>Writes the text.</summary>
    /// <param name="commands">The commands to list.</param>
    public static string Text(IReadOnlyList<HostCommand> commands)
    {
        var text = new StringBuilder();
        text.AppendLine("Runs machine-learning experiments written as C# scripts.");
        text.AppendLine();
        text.AppendLine($"Usage: {HostApplication.Invocation} FILE.csx [options of the script] [-- arguments]");
        text.AppendLine($"       {HostApplication.Invocation} FILE.csx --help  describes a script and its options");
        text.AppendLine($"       {HostApplication.Invocation} -                reads the script from standard input");
        text.AppendLine($"       {HostApplication.Invocation} COMMAND [options]");
        CommandHelp.Section(text, "Commands (COMMAND --help tells more):", commands.Where(command => !command.IsHidden)
            .Select(command => ($"{command.Name} {command.Usage}".TrimEnd(), command.Summary)));
        CommandHelp.Section(text, "Options:", [("--help", "this text"), ("--version", "the version"), (TimeTable.OptionName, "before a script: where its time went")]);
        text.AppendLine();
        text.AppendLine("Exit codes: 0 all went well, 1 the script does not compile or a check failed,");
        text.Append("2 wrong usage, 70 the script threw, 130 cancelled.");
        return text.ToString();
    }
}
