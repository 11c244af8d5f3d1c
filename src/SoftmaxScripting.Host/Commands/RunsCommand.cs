using System.CommandLine;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>runs list|show|compare|prune</c>: what earlier runs have left.</summary>
/// <param name="context">Where to write.</param>
internal sealed class RunsCommand(HostContext context)
    : HostCommand(CommandName, "list|show|compare|prune", "looks at earlier runs; runs --help lists its commands")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "runs";

    private const int MostCompared = 1000;

    /// <inheritdoc/>
    public override Command Build()
    {
        var directory = new Option<string?>("--runs-dir") { Description = "the folder of runs; runs by default", HelpName = "FOLDER", Recursive = true };
        var json = new Option<bool>("--json") { Description = "writes JSON in place of a table" };
        var command = new Command(Name, "Looks at earlier runs. A run is named by the beginning of its name, or by its folder.");
        command.Options.Add(directory);

        var last = new Option<int?>("--last") { Description = "so many of the latest; 20 by default", HelpName = "N" };
        last.Validators.Add(Checking.CheckOptions.AtLeastOne);
        var list = new Command("list", "Lists the runs, the latest last.") { last, json };
        list.SetAction(parsed => new RunsViews(context.Console, Store(parsed.GetValue(directory))).List(parsed.GetValue(last) ?? 20, parsed.GetValue(json)));

        var run = new Argument<string>("RUN") { Description = "the run" };
        var show = new Command("show", "Shows a run: its options, its machine, its figures epoch by epoch.") { run, json };
        show.SetAction(parsed => new RunsViews(context.Console, Store(parsed.GetValue(directory))).Show(parsed.GetValue(run)!, parsed.GetValue(json)));

        var several = new Argument<string[]>("RUN") { Description = "two runs or more", Arity = new ArgumentArity(1, MostCompared) };
        var report = new Option<string?>("--report")
        {
            Description = "where the report is written, or none; compare-A-B.html in the folder of runs by default",
            HelpName = "FILE",
        };
        var compare = new Command("compare", "Shows what runs differ in: options, scripts, machines, and their figures side by side; and writes a report with their curves.")
        {
            several, report, json,
        };
        compare.SetAction(parsed => new RunsComparison(context.Console, Store(parsed.GetValue(directory))).Run(
            parsed.GetValue(several)!, parsed.GetValue(report), parsed.GetValue(json)));

        var keep = new Option<int?>("--keep") { Description = "keeps so many of the latest", HelpName = "N" };
        var days = new Option<double?>("--older-than") { Description = "removes only runs older than so many days", HelpName = "DAYS" };
        var status = new Option<string?>("--status") { Description = "removes only runs that are so: finished, failed, cancelled or killed", HelpName = "STATUS" };
        status.AcceptOnlyFromAmong("finished", "failed", "cancelled", "killed");
        var yes = new Option<bool>("--yes") { Description = "removes them; without it they are only listed" };
        var prune = new Command("prune", "Removes runs: those named, or those that the options choose.");
        var names = new Argument<string[]>("RUN") { Description = "runs to remove", Arity = ArgumentArity.ZeroOrMore };
        prune.Arguments.Add(names);
        foreach (var option in new Option[] { keep, days, status, yes })
            prune.Options.Add(option);
        prune.SetAction(parsed => new RunsPruning(context.Console, Store(parsed.GetValue(directory))).Run(
            new PruneChoice(parsed.GetValue(names) ?? [], parsed.GetValue(keep), parsed.GetValue(days), parsed.GetValue(status)),
            parsed.GetValue(yes)));

        foreach (var each in new[] { list, show, compare, prune })
            command.Subcommands.Add(each);

        return command;
    }

    private static RunStore Store(string? given) => new(RunSettings.DirectoryOf(given)
        ?? throw new UsageException("Runs are not recorded (--runs-dir or SOFTMAX_RUNS says none), so there are none to look at."));
}
