using System.CommandLine;
using System.CommandLine.Completions;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>completion bash|zsh|fish|pwsh</c>: prints what teaches a shell to complete the tool's command lines.</summary>
/// <param name="context">Where to write.</param>
internal sealed class CompletionCommand(HostContext context)
    : HostCommand(CommandName, "SHELL", "prints completion for bash, zsh, fish or pwsh")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "completion";

    /// <summary>The shells there are scripts for, each with what it takes to use them.</summary>
    private static readonly (string Name, string Use)[] Shells =
    [
        ("bash", $"eval \"$({HostApplication.ToolName} {CommandName} bash)\" in ~/.bashrc"),
        ("zsh", $"eval \"$({HostApplication.ToolName} {CommandName} zsh)\" in ~/.zshrc, after compinit"),
        ("fish", $"{HostApplication.ToolName} {CommandName} fish | source in ~/.config/fish/config.fish"),
        ("pwsh", $"{HostApplication.ToolName} {CommandName} pwsh | Out-String | Invoke-Expression in $PROFILE"),
    ];

    /// <inheritdoc/>
    public override Command Build()
    {
        var shell = new Argument<string>("SHELL")
        {
            Description = string.Join("; ", Shells.Select(known => $"{known.Name}: {known.Use}")),
        };
        shell.CompletionSources.Add(_ => Shells.Select(known => new CompletionItem(known.Name)));
        var command = new Command(Name,
            $"Prints a script that teaches a shell to complete the command lines of the installed tool {HostApplication.ToolName}: "
            + "commands, their options, scripts and the options that scripts declare.")
        {
            shell,
        };
        command.SetAction(parsed => Run(parsed.GetValue(shell)!));
        return command;
    }

    private int Run(string shell)
    {
        var names = Shells.Select(known => known.Name).ToArray();
        if (!names.Contains(shell))
            throw new UsageException($"There is no completion for '{shell}'{DidYouMean.Suffix(shell, names)}; there is for {string.Join(", ", names)}.");
        context.Console.Output.Write(EmbeddedText.Read($"Completion/softmax.{shell}"));
        return ExitCodes.Success;
    }
}
