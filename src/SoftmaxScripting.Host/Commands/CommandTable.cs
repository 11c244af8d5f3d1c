using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>The commands there are. A new one is its class and one line here.</summary>
internal static class CommandTable
{
    private static readonly (string Name, bool TakesScript, Func<HostContext, HostCommand> Create)[] Entries =
    [
        (RunCommand.CommandName, true, context => new RunCommand(context)),
        (CheckCommand.CommandName, false, context => new CheckCommand(context)),
        (ExplainCommand.CommandName, false, context => new ExplainCommand(context)),
        (ReplCommand.CommandName, false, context => new ReplCommand(context)),
        (WatchCommand.CommandName, true, context => new WatchCommand(context)),
        (RunsCommand.CommandName, false, context => new RunsCommand(context)),
        (SweepCommand.CommandName, false, context => new SweepCommand(context)),
        (NewCommand.CommandName, false, context => new NewCommand(context)),
        (InitCommand.CommandName, false, context => new InitCommand(context)),
        (DataCommand.CommandName, false, context => new DataCommand(context)),
        (CacheCommand.CommandName, false, context => new CacheCommand(context)),
        (DoctorCommand.CommandName, false, context => new DoctorCommand(context)),
        (AheadCommand.CommandName, false, context => new AheadCommand(context)),
        (CompletionCommand.CommandName, false, context => new CompletionCommand(context)),
        (SuggestCommand.CommandName, false, context => new SuggestCommand(context)),
        (CheckWorkerCommand.CommandName, false, context => new CheckWorkerCommand(context)),
    ];

    /// <summary>The names of all commands.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(entry => entry.Name)];

    /// <summary>All commands.</summary>
    /// <param name="context">What they work with.</param>
    public static IReadOnlyList<HostCommand> Create(HostContext context) =>
        [.. Entries.Select(entry => entry.Create(context))];

    /// <summary>Whether a command line begins with a script's file.</summary>
    /// <param name="arguments">The words as typed.</param>
    public static bool IsScript(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && !IsOption(arguments[0]) && !Names.Contains(arguments[0]);

    /// <summary>
    /// The command line in full: <c>FILE …</c> stands for <c>run FILE …</c>, and what follows a script's file belongs
    /// to the script, so a <c>--</c> keeps the host's parser away from it.
    /// </summary>
    /// <param name="arguments">The words as typed.</param>
    /// <exception cref="UsageException">An option stands where the file or the command should.</exception>
    public static IReadOnlyList<string> Complete(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
            return arguments;
        if (IsOption(arguments[0]) && !HostApplication.OptionNames.Contains(arguments[0]))
        {
            throw new UsageException($"{arguments[0]} is not an option of the host. "
                + $"Options of a script follow its file, as in {HostApplication.Invocation} FILE.csx {arguments[0]}.");
        }

        List<string> words = IsScript(arguments) ? [RunCommand.CommandName, .. arguments] : [.. arguments];
        if (words.Count < 2 || !Entries.Any(entry => entry.TakesScript && entry.Name == words[0]))
            return words;

        // Options of the command itself stand before the file.
        var file = words.FindIndex(1, word => !word.StartsWith('-') || word == ScriptLocator.StandardInput);
        if (file >= 0)
            words.Insert(file + 1, "--");
        return words;
    }

    private static bool IsOption(string word) => word.StartsWith('-') && word != ScriptLocator.StandardInput;
}
