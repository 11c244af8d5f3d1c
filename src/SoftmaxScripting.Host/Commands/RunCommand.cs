using System.CommandLine;
using SoftmaxScripting.Host.Scripting;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>run FILE …</c>, and <c>FILE …</c> for short: compiles a script and runs it.</summary>
/// <param name="context">Where to read and write.</param>
internal sealed class RunCommand(HostContext context)
    : HostCommand(CommandName, "FILE [options]", "runs a script; the word run may be left out")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "run";

    /// <inheritdoc/>
    public override Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "the script; - reads it from standard input" };
        var rest = new Argument<string[]>("options") { Hidden = true };
        var command = new Command(Name, "Compiles a script and runs it; the word run may be left out. What follows FILE are "
            + "options of the script: FILE --help lists them.")
        {
            file,
            rest,
        };
        command.SetAction(parsed =>
            new ScriptPipeline(context).Run(parsed.GetValue(file)!, parsed.GetValue(rest) ?? []));
        return command;
    }
}
