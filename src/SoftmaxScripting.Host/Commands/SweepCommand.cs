using System.CommandLine;
using System.Globalization;
using SoftmaxScripting.Host.Diagnostics;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Host.Sweeps;
using SoftmaxScripting.Host.Tables;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>sweep FILE …</c>: runs a script with many settings of its options, and ranks them.</summary>
/// <param name="context">Where to write.</param>
internal sealed class SweepCommand(HostContext context)
    : HostCommand(CommandName, "FILE --grid NAME=A,B... [options]", "tries settings of a script's options; sweep --help tells how")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "sweep";

    private const string Infix = "sweep-";

    /// <inheritdoc/>
    public override Command Build()
    {
        var file = new Argument<string?>("FILE") { Description = "the script; not needed with --resume", Arity = ArgumentArity.ZeroOrOne };
        var grid = new Option<string[]>("--grid") { Description = "values of an option, as in lr=0.05,0.1,0.5; every combination is tried", HelpName = "NAME=A,B" };
        var range = new Option<string[]>("--range") { Description = "a range to draw from, as in lr=0.001..1:log or hidden=16..256:int", HelpName = "NAME=A..B" };
        var random = new Option<int?>("--random") { Description = "draws so many settings in place of every combination", HelpName = "N" };
        var seed = new Option<int>("--seed") { Description = "the seed of the draw; 0 by default", HelpName = "N" };
        var set = new Option<string[]>("--set") { Description = "an option that every trial has, as in epochs=5", HelpName = "NAME=VALUE" };
        var halving = new Option<string?>("--halving") { Description = "successive halving with an option as the budget, as in epochs=1..27", HelpName = "NAME=A..B" };
        var factor = new Option<int>("--factor") { Description = "by how much halving cuts; 3 by default", HelpName = "N", DefaultValueFactory = _ => 3 };
        var metric = new Option<string?>("--metric") { Description = "the figure to rank by; test accuracy, else test loss by default", HelpName = "NAME" };
        var minimize = new Option<bool>("--minimize") { Description = "a lower figure is better; by default told by its name" };
        var maximize = new Option<bool>("--maximize") { Description = "a higher figure is better" };
        var workers = new Option<int?>("--workers") { Description = "how many trials run at once; one for each processor by default", HelpName = "N" };
        var timeout = new Option<double?>("--timeout") { Description = "ends a trial that takes more seconds than this", HelpName = "SECONDS" };
        var directory = new Option<string?>("--runs-dir") { Description = "the folder of runs; runs by default", HelpName = "FOLDER" };
        var resume = new Option<string?>("--resume") { Description = "goes on with a sweep, the latest by default", HelpName = "SWEEP", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "writes the ranking as JSON in place of the table" };
        foreach (var count in new Option[] { random, workers })
            count.Validators.Add(Checking.CheckOptions.AtLeastOne);
        var command = new Command(Name, "Runs a script with many settings of its options, each in a process of its own, and ranks them.") { file };
        foreach (var option in new Option[] { grid, range, random, seed, set, halving, factor, metric, minimize, maximize, workers, timeout, directory, resume, json })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var runs = RunSettings.DirectoryOf(parsed.GetValue(directory))
                ?? throw new UsageException("A sweep is recorded in the folder of runs, but --runs-dir or SOFTMAX_RUNS says none.");
            var asJson = parsed.GetValue(json);
            if (parsed.GetResult(resume) is { Implicit: false })
                return Go(Find(runs, parsed.GetValue(resume)), asJson);
            if (parsed.GetValue(file) is not { } script)
                throw new UsageException("sweep needs a script, as in sweep FILE.csx --grid lr=0.1,0.2, or --resume.");
            if (parsed.GetValue(minimize) && parsed.GetValue(maximize))
                throw new UsageException("sweep: --minimize and --maximize exclude each other.");
            if (parsed.GetValue(timeout) is { } limit && !(limit > 0 && limit < TimeSpan.MaxValue.TotalSeconds / 2))
                throw new UsageException($"--timeout: {limit.ToString(CultureInfo.InvariantCulture)} is no time; it is a number of seconds above 0");
            var atOnce = parsed.GetValue(workers) ?? Environment.ProcessorCount;
            List<KeyValuePair<string, string>> fixedOptions = [.. (parsed.GetValue(set) ?? []).Select(Setting)];
            if (fixedOptions.TrueForAll(option => option.Key != "threads"))
                fixedOptions.Add(KeyValuePair.Create("threads", Math.Max(1, Environment.ProcessorCount / atOnce).ToString(CultureInfo.InvariantCulture)));
            Axis[] axes = [.. (parsed.GetValue(grid) ?? []).Select(Axis.List), .. (parsed.GetValue(range) ?? []).Select(Axis.Range)];
            var plan = new SweepPlan
            {
                Script = Path.GetFullPath(script),
                Trials = Trials(axes, parsed.GetValue(random), parsed.GetValue(seed)),
                Logarithmic = [.. axes.Where(axis => axis.IsLog).Select(axis => axis.Name)],
                Fixed = fixedOptions,
                Halving = parsed.GetValue(halving) is { } text ? HalvingOf(text, parsed.GetValue(factor)) : null,
                Metric = parsed.GetValue(metric),
                HigherIsBetter = parsed.GetValue(minimize) ? false : parsed.GetValue(maximize) ? true : null,
                Timeout = parsed.GetValue(timeout),
                Workers = atOnce,
            };
            return Check(plan, script) is { } failure ? failure : Go(Create(runs, plan), asJson);
        });
        return command;
    }

    private static KeyValuePair<string, string> Setting(string text)
    {
        var (name, value) = Axis.Split("--set", text, "epochs=5");
        return KeyValuePair.Create(name, value);
    }

    private static IReadOnlyList<Trial> Trials(Axis[] axes, int? random, int seed)
    {
        if (axes.Length == 0)
            throw new UsageException("sweep needs to know what to try: --grid lr=0.05,0.1, or --random N with --range lr=0.001..1:log.");
        if (axes.GroupBy(axis => axis.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"sweep: --{twice.Key} is varied twice; write its values in one --grid.");
        if (random is { } count)
            return SweepSpace.Random(axes, count, seed);
        return axes.All(axis => axis.Values.Count > 0)
            ? SweepSpace.Grid(axes)
            : throw new UsageException("sweep: a --range has no end of values; say with --random N how many are drawn.");
    }

    private static Halving HalvingOf(string text, int factor)
    {
        const string Example = "epochs=1..27";
        var (name, rest) = Axis.Split("--halving", text, Example);
        var ends = rest.Split("..");
        if (ends.Length != 2 || !int.TryParse(ends[0], CultureInfo.InvariantCulture, out var least)
            || !int.TryParse(ends[1], CultureInfo.InvariantCulture, out var most) || least < 1 || most <= least)
        {
            throw new UsageException($"--halving: '{text}' cannot be read; it is written like {Example}, from 1 or more to more");
        }

        return factor >= 2
            ? new Halving(name, least, most, factor)
            : throw new UsageException($"--factor: {factor} does not cut; it must be at least 2");
    }

    /// <summary>Refuses slips before any trial runs; an exit code where the script does not compile, else null.</summary>
    private int? Check(SweepPlan plan, string script)
    {
        var compiled = new ScriptPipeline(context).Compile(ScriptLocator.Locate(script, TextReader.Null));
        if (compiled is null)
            return ExitCodes.Cancelled;
        if (compiled.Script is null)
        {
            MessagePrinter.Print(context.Console, compiled.Messages, compiled.Outline);
            return ExitCodes.Failed;
        }

        foreach (var trial in plan.Trials)
        {
            var given = OptionArguments.Parse(plan.Words(trial, 0));
            CommonOptions.Read(given);
            OptionGate.Check(compiled.Outline, given.Without(ScriptSession.ReservedOptions));
        }

        return null;
    }

    private static string Create(string runs, SweepPlan plan) => RunFolder.Create(
        new RunSettings { Directory = runs, Name = RunFolder.NameOf(plan.Script, DateTimeOffset.Now, Infix) },
        DateTimeOffset.Now,
        (folder, _) => plan.Write(folder)).FullPath;

    private static string Find(string runs, string? given)
    {
        if (given is not null && Directory.Exists(given) && File.Exists(Path.Combine(given, SweepPlan.File)))
            return Path.GetFullPath(given);
        var sweeps = Directory.Exists(runs)
            ? Directory.EnumerateDirectories(runs).Where(folder => File.Exists(Path.Combine(folder, SweepPlan.File)))
                .Order(StringComparer.Ordinal).ToArray()
            : [];
        if (given is null)
            return sweeps.LastOrDefault() ?? throw new UsageException($"There is no sweep in {runs} to be resumed.");
        var names = sweeps.Select(folder => Path.GetFileName(folder)).ToArray();
        return names.Where(name => name.StartsWith(given, StringComparison.OrdinalIgnoreCase)).ToArray() switch
        {
            [var one] => Path.Combine(runs, one),
            [] => throw new UsageException($"There is no sweep '{given}' in {runs}{DidYouMean.Suffix(given, names)}."),
            var several => throw new UsageException($"'{given}' begins the names of {several.Length} sweeps: {string.Join(", ", several.Take(5))}. Write more of the name."),
        };
    }

    private int Go(string folder, bool asJson)
    {
        var console = context.Console;
        var plan = SweepPlan.Read(folder);
        using var alone = Alone(folder);
        var progress = asJson ? console.Error : console.Output;
        progress.WriteLine($"{plan.Trials.Count} trials, {plan.Workers} at once, in {folder}");
        try
        {
            var ranking = new SweepRunner(plan, folder, new ProcessTrialLauncher(), progress).Run(context.Cancellation).GetAwaiter().GetResult();
            AtomicFile.WriteText(Path.Combine(folder, "ranking.json"), RunRecord.Indented(ranking.ToJson()));
            if (asJson)
            {
                console.Output.Write(RunRecord.Indented(ranking.ToJson()));
            }
            else
            {
                console.Output.WriteLine();
                ranking.Write(console, plan);
                console.Output.WriteLine();
            }

            Report(plan, folder, progress);
            if (ranking.Ranked.Any(entry => entry.Value is not null))
                return ExitCodes.Success;
            console.WriteError(plan.Metric is { } metric
                ? $"No trial came to a figure '{metric}'{Known(ranking, metric)}."
                : "No trial came to a figure to rank by.");
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            Report(plan, folder, progress);
            console.Error.WriteLine($"Cancelled. sweep --resume {Path.GetFileName(folder)} goes on.");
            return ExitCodes.Cancelled;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            console.WriteError(
                $"The sweep cannot be written down: {exception.Message.TrimEnd('.')}. What its journal tells of is not lost: sweep --resume {Path.GetFileName(folder)} goes on.");
            return ExitCodes.Exception;
        }
    }

    /// <summary>Writes the report; that it cannot be written takes nothing away from what the trials came to.</summary>
    private void Report(SweepPlan plan, string folder, TextWriter output)
    {
        try
        {
            output.WriteLine($"Report: {Readable.Path(SweepReport.Write(plan, folder))}");
        }
        catch (FileException exception)
        {
            context.Console.WriteWarning($"The report was not written. {exception.Message}");
        }
    }

    /// <summary>Keeps others from going on with a sweep that is going on; the system lets go of it when the process ends.</summary>
    private static FileStream Alone(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{folder} is still going on in another process, or cannot be written to: {exception.Message}");
        }
    }

    private static string Known(SweepRanking ranking, string metric)
    {
        var known = ranking.Ranked.SelectMany(entry => entry.Result?.Figures.Keys ?? []).Distinct().ToArray();
        return DidYouMean.Suffix(metric, known) + (known.Length > 0 ? $"; there are {string.Join(", ", known)}" : "");
    }
}
