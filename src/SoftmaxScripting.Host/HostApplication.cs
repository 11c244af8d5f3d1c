using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using SoftmaxScripting.Core;
using SoftmaxScripting.Host.Commands;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host;

/// <summary>The command line as a function: arguments and streams in, exit code out.</summary>
internal static class HostApplication
{
    /// <summary>The words that start the host in the repository's root, for usage lines.</summary>
    public const string Invocation = "dotnet run --";

    /// <summary>The options that stand without a script or a command.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = ["--help", "-h", "-?", "--version"];

    /// <summary>Runs one command line to its end.</summary>
    /// <param name="arguments">The words of the command line.</param>
    /// <param name="console">Where to read and write; the script's own <see cref="Console"/> goes there too.</param>
    /// <param name="cancellation">Asks the script to finish up.</param>
    /// <returns>One of <see cref="ExitCodes"/>, or what the script passed to <see cref="Prelude.Exit"/>.</returns>
    public static int Run(
        IReadOnlyList<string> arguments, HostConsole console, CancellationToken cancellation = default)
    {
        using var redirection = ConsoleRedirection.To(console);
        try
        {
            var context = new HostContext(console, cancellation);

            // A script is what is run most, and needs none of the parser that commands need.
            if (CommandTable.IsScript(arguments))
                return new ScriptPipeline(context).Run(arguments[0], [.. arguments.Skip(1)]);
            return Invoke(CommandTable.Create(context), CommandTable.Complete(arguments), console);
        }
        catch (SoftmaxException exception)
        {
            console.WriteError(exception.Message);
            return ExitCodes.Usage;
        }
    }

    private static int Invoke(IReadOnlyList<HostCommand> commands, IReadOnlyList<string> arguments, HostConsole console)
    {
        var root = new RootCommand("Runs machine-learning experiments written as C# scripts.");
        root.Options.Clear();
        root.Options.Add(new HelpOption { Action = new Reply(console, RootHelp.Text(commands)) });
        root.Options.Add(new Option<bool>("--version")
        {
            Description = "Show the version",
            Action = new Reply(console, Version),
        });
        foreach (var command in commands)
            root.Subcommands.Add(command.Build());
        if (arguments.Count == 0)
        {
            console.Output.WriteLine(RootHelp.Text(commands));
            return ExitCodes.Usage;
        }

        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            throw new UsageException(parsed.Errors[0].Message + $" See {Invocation} --help.");
        return parsed.Invoke(new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static string Version =>
        typeof(HostApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    private sealed class Reply(HostConsole console, string text) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            console.Output.WriteLine(text);
            return ExitCodes.Success;
        }
    }
}
