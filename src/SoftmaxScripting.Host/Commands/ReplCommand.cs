using System.CommandLine;
using SoftmaxScripting.Host.Interactive;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Kernels;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>repl</c>: C# a line at a time, in the world of scripts.</summary>
/// <param name="context">Where to read and write.</param>
internal sealed class ReplCommand(HostContext context)
    : HostCommand(CommandName, "[FILE]", "evaluates C# a line at a time")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "repl";

    /// <inheritdoc/>
    public override Command Build()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "a script to run first; its definitions stay",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var data = new Option<string?>("--data-dir")
        {
            Description = "the folder data sets are looked for and kept in",
            HelpName = "FOLDER",
        };
        var threads = new Option<int?>("--threads") { Description = "how many threads compute", HelpName = "N" };
        threads.Validators.Add(Checking.CheckOptions.AtLeastOne);
        var strict = new Option<bool>("--strict")
        {
            Description = "stops at the operation that makes NaN or an infinity of finite numbers",
        };
        var command = new Command(Name, "Evaluates C# a line at a time, in the world that scripts see. Where standard input is "
            + "no keyboard, it is read and evaluated, and results alone are written.")
        {
            file, data, threads, strict,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(file),
            CommonOptions.Read(OptionArguments.None) with
            {
                DataDirectory = parsed.GetValue(data),
                Threads = parsed.GetValue(threads),
                Strict = parsed.GetValue(strict),
            }));
        return command;
    }

    private int Run(string? file, CommonOptions common)
    {
        if (file is not null)
            _ = ScriptLocator.Locate(file, TextReader.Null);
        DataFolder.Override = common.DataDirectory;
        if (common.Threads is { } threads)
            ThreadTeam.Threads = threads;
        var isInteractive = context.Console.IsInteractive;
        using var loop = new ReplLoop(context, common, new LineHistory(isInteractive ? LineHistory.FileFromSettings() : null));
        if (file is not null)
            loop.Enter($"{ReplCommands.Load} {file}");
        return isInteractive ? loop.RunInteractively(() => new TerminalKeys()) : loop.RunPlainly();
    }
}
