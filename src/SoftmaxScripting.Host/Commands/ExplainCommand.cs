using System.CommandLine;
using SoftmaxScripting.Core;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>
/// <c>explain FILE</c>: shows every function that a script explains or trains with, and nothing else the script writes.
/// </summary>
/// <param name="context">Where to read and write.</param>
internal sealed class ExplainCommand(HostContext context)
    : HostCommand(CommandName, "FILE", "shows the formulas, derivatives and rewrites of a script's losses")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "explain";

    /// <inheritdoc/>
    public override Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "the script; - reads it from standard input" };
        var latex = new Option<bool>("--latex") { Description = "writes the formulas as LaTeX" };
        var data = new Option<string?>("--data-dir")
        {
            Description = "the folder data sets are looked for and kept in",
            HelpName = "FOLDER",
        };
        var command = new Command(Name, "Shows the formulas, derivatives and rewrites of a script's losses.") { file, latex, data };
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!,
            parsed.GetValue(data) is { } folder ? [$"--data-dir={folder}"] : [],
            parsed.GetValue(latex)));
        return command;
    }

    private int Run(string file, IReadOnlyList<string> words, bool asLatex)
    {
        var texts = new List<string>();
        var output = Console.Out;
        int exitCode;
        try
        {
            Console.SetOut(TextWriter.Null);
            exitCode = new ScriptPipeline(context).Run(
                file, words, ScriptMode.Explain, explained: explanation =>
                    texts.Add(asLatex ? explanation.Latex : explanation.ToString()));
        }
        finally
        {
            Console.SetOut(output);
        }

        // A loss that is explained and then trained with is shown once.
        context.Console.Output.WriteLine(string.Join("\n\n", texts.Distinct()));
        if (exitCode == ExitCodes.Success && texts.Count == 0)
            context.Console.WriteWarning($"{file} passes no function to Explain or Train.");
        return exitCode;
    }
}
