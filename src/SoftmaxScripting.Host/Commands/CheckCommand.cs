using System.CommandLine;
using System.Diagnostics;
using SoftmaxScripting.Host.Checking;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>
/// <c>check FILE|FOLDER …</c>: runs the scripts for their checks alone, in parallel, and shows them in a table.
/// </summary>
/// <param name="context">Where to write.</param>
internal sealed class CheckCommand(HostContext context)
    : HostCommand(CommandName, "FILE|FOLDER...", "runs the checks of scripts, and shows them in a table")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "check";

    /// <inheritdoc/>
    public override Command Build()
    {
        var options = new CheckOptions();
        var paths = new Argument<string[]>("FILE|FOLDER")
        {
            Description = "scripts, or folders of scripts",
            Arity = ArgumentArity.OneOrMore,
        };
        var junit = new Option<string?>("--junit")
        {
            Description = "also writes the results to this file, as JUnit XML",
            HelpName = "FILE",
        };
        var jobs = new Option<int?>("--jobs")
        {
            Description = "how many processes run at once; one for each processor by default",
            HelpName = "N",
        };
        jobs.Validators.Add(CheckOptions.AtLeastOne);
        var command = new Command(Name, "Runs the checks of scripts.") { paths };
        options.AddTo(command);
        command.Options.Add(junit);
        command.Options.Add(jobs);
        command.SetAction(parsed =>
        {
            var processes = parsed.GetValue(jobs) ?? Environment.ProcessorCount;
            return Run(
                ScriptLocator.Expand(parsed.GetValue(paths)!),
                options.Selection(parsed),
                options.ScriptWords(parsed, Math.Max(1, Environment.ProcessorCount / processes)),
                processes,
                parsed.GetValue(junit));
        });
        return command;
    }

    private int Run(
        IReadOnlyList<string> scripts,
        CheckSelection selection,
        IReadOnlyList<string> words,
        int jobs,
        string? junit)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            var table = new CheckTable(context.Console);
            var done = new List<ScriptChecks>();
            using var gate = new SemaphoreSlim(jobs);
            var process = new CheckProcess(words, gate, context.Cancellation);

            // Few scripts leave processors idle; then the checks of one are dealt out.
            var parts = Math.Max(1, jobs / scripts.Count);
            foreach (var running in scripts.Select(script => process.Run(script, selection, parts)).ToArray())
            {
                done.Add(running.GetAwaiter().GetResult());
                table.Write(done[^1]);
            }

            table.WriteTotal(done, clock.Elapsed.TotalSeconds);
            if (junit is not null)
                JUnitReport.Write(junit, done);
            if (!done.All(script => script.Passed))
                return ExitCodes.Failed;

            // Nothing checked is no success where a name was asked for: it is misspelt.
            return selection.Filter.Length > 0 && done.All(script => script.Checks.Count == 0)
                ? throw new UsageException($"No check's name contains '{selection.Filter}'.")
                : ExitCodes.Success;
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            context.Console.Error.WriteLine("Cancelled.");
            return ExitCodes.Cancelled;
        }
    }
}
