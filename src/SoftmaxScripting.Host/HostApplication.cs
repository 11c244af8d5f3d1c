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
    /// <summary>The name of the installed tool.</summary>
    public const string ToolName = "softmax";

    /// <summary>
    /// The words that start the host, for usage lines: the tool's name, or those of the repository's root. A tool lies
    /// beside the settings that it was installed with; its process need not bear its name.
    /// </summary>
    public static string Invocation { get; } =
        File.Exists(Path.Combine(AppContext.BaseDirectory, "DotnetToolSettings.xml")) ? ToolName : "dotnet run --";

    /// <summary>The options that stand without a script or a command.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = ["--help", "-h", "-?", "--version", TimeTable.OptionName];

    /// <summary>Runs one command line to its end.</summary>
    /// <param name="arguments">The words of the command line.</param>
    /// <param name="console">Where to read and write; the script's own <see cref="Console"/> goes there too.</param>
    /// <param name="interruption">Ctrl-C, for commands that outlive it; null where it is left alone.</param>
    /// <param name="cancellation">Asks the script to finish up.</param>
    /// <returns>One of <see cref="ExitCodes"/>, or what the script passed to <see cref="Prelude.Exit"/>.</returns>
    public static int Run(
        IReadOnlyList<string> arguments,
        HostConsole console,
        Interruption? interruption = null,
        CancellationToken cancellation = default)
    {
        using var redirection = ConsoleRedirection.To(console);
        if (arguments is not [TimeTable.OptionName, ..])
            return RunOne(arguments, console, interruption, cancellation);
        var times = new TimeTable();
        var exitCode = RunOne([.. arguments.Skip(1)], console, interruption, cancellation);
        times.Write(console);
        return exitCode;
    }

    private static int RunOne(
        IReadOnlyList<string> arguments, HostConsole console, Interruption? interruption, CancellationToken cancellation)
    {
        try
        {
            var context = new HostContext(console, cancellation, interruption);

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

        // Only the one that is named: making the others would cost every run of a script its milliseconds.
        if (commands.FirstOrDefault(command => arguments.Count > 0 && command.Name == arguments[0]) is { } named)
        {
            var command = named.Build();
            AddHelp(command, named.Name, console);
            root.Subcommands.Add(command);
        }

        if (arguments.Count == 0)
        {
            console.Output.WriteLine(RootHelp.Text(commands));
            return ExitCodes.Usage;
        }

        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (CommandLineErrors.Find(parsed) is { } error)
            throw new UsageException(error);
        return parsed.Invoke(new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static void AddHelp(Command command, string path, HostConsole console)
    {
        foreach (var subcommand in command.Subcommands)
            AddHelp(subcommand, $"{path} {subcommand.Name}", console);
        command.Options.Add(new HelpOption
        {
            Description = "this text",
            Action = new Reply(console, CommandHelp.Text(command, path)),
        });
    }

    /// <summary>The version of the toolkit, as <c>--version</c> shows it.</summary>
    public static string Version =>
        typeof(HostApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    private sealed class Reply(HostConsole console, string text) : SynchronousCommandLineAction
    {
        // Who asks for help need not have the rest right.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            console.Output.WriteLine(text);
            return ExitCodes.Success;
        }
    }
}
