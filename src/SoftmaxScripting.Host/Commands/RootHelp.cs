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
        text.AppendLine();
        text.AppendLine("Commands:");
        var shown = commands.Where(command => !command.IsHidden).ToArray();
        var heads = shown.Select(command => $"{command.Name} {command.Usage}").ToArray();
        var width = heads.Max(head => head.Length);
        foreach (var (command, head) in shown.Zip(heads))
            text.AppendLine($"  {head.PadRight(width)}  {command.Summary}");
        text.AppendLine();
        text.AppendLine("Options:");
        text.AppendLine("  --help     this text");
        text.AppendLine("  --version  the version");
        text.AppendLine();
        text.Append("Exit codes: 0 all went well, 1 the script does not compile or a check failed, 2 wrong usage, "
            + "70 the script threw, 130 cancelled.");
        return text.ToString();
    }
}
