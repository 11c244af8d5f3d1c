using System.CommandLine;
using SoftmaxScripting.Host.Completion;

namespace SoftmaxScripting.Host.Commands;

/// <summary>
/// <c>suggest -- WORD…</c>: what the last word may become, one candidate a line. Shells ask; see <see cref="CompletionCommand"/>.
/// </summary>
/// <param name="context">Where to write.</param>
internal sealed class SuggestCommand(HostContext context)
    : HostCommand(CommandName, "-- WORD...", "prints what a word of a command line may become")
{
    /// <summary>What stands in the command line.</summary>
    public const string CommandName = "suggest";

    /// <inheritdoc/>
    public override bool IsHidden => true;

    /// <inheritdoc/>
    public override Command Build()
    {
        var words = new Argument<string[]>("WORD") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(Name, Summary) { words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var candidate in Suggestions.For(parsed.GetValue(words) ?? [], CommandTable.Create(context)))
                context.Console.Output.WriteLine(candidate);
            return ExitCodes.Success;
        });
        return command;
    }
}
