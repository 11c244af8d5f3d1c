using System.CommandLine;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Host.Watching;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>watch FILE …</c>: runs a script, and again whenever it, what it loads or the data it reads is saved.</summary>
/// <param name="context">Where to write.</param>
internal sealed class WatchCommand(HostContext context)
    : HostCommand(CommandName, "FILE [options]", "runs a script again at each save of it, or of what it reads")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "watch";

    /// <inheritdoc/>
    public override Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "the script" };
        var rest = new Argument<string[]>("options") { Hidden = true };
        var command = new Command(Name, "Runs a script, and runs it again whenever the script, a file it loads or references, or a "
            + "data file it reads is saved. A run in progress is stopped first. What follows FILE are options of the script. "
            + "Ctrl-C ends it.")
        {
            file,
            rest,
        };
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(rest) ?? []));
        return command;
    }

    private int Run(string file, IReadOnlyList<string> words)
    {
        if (file == ScriptLocator.StandardInput)
            throw new UsageException("watch needs a file: what stands on standard input does not change.");
        _ = ScriptLocator.Locate(file, TextReader.Null);
        _ = OptionArguments.Parse(words);

        // The script has its own say when it is stopped.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        context.Interruption?.Divert(() => _ = end.CancelAsync());
        return new Watcher(context.Console, file, words).Run(end.Token);
    }
}
