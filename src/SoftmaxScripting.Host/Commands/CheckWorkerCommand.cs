using System.CommandLine;
using SoftmaxScripting.Host.Checking;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>
/// What <see cref="CheckCommand"/> starts for a script or a part of its checks: runs it and writes the results to a file.
/// </summary>
/// <param name="context">Where to read and write.</param>
internal sealed class CheckWorkerCommand(HostContext context)
    : HostCommand(CommandName, "FILE", "runs the checks of one script for the command check")
{
    /// <summary>What stands in the command line.</summary>
    public const string CommandName = "check-worker";

    /// <inheritdoc/>
    public override bool IsHidden => true;

    /// <inheritdoc/>
    public override Command Build()
    {
        var options = new CheckOptions();
        var file = new Argument<string>("FILE");
        var results = new Option<string>("--results") { Required = true };
        var part = new Option<int>("--part");
        var parts = new Option<int>("--parts") { DefaultValueFactory = _ => 1 };
        var command = new Command(Name, Summary) { file, results, part, parts };
        command.Hidden = true;
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var selection = options.Selection(parsed) with
            {
                Part = parsed.GetValue(part),
                Parts = parsed.GetValue(parts),
            };
            var exitCode = new ScriptPipeline(context).Run(
                parsed.GetValue(file)!, options.ScriptWords(parsed), ScriptMode.Check, selection);
            CheckRecord.Write(parsed.GetValue(results)!, [.. CheckSession.Results.Select(CheckRecord.Of)]);
            return exitCode;
        });
        return command;
    }
}
