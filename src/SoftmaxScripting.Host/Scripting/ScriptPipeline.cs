using System.Runtime.CompilerServices;
using SoftmaxScripting.Core;
using SoftmaxScripting.Host.Commands;
using SoftmaxScripting.Host.Diagnostics;
using SoftmaxScripting.Kernels;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>From a command line to an exit code: read, compile, report or describe or check the options, run.</summary>
/// <param name="context">Where to read and write.</param>
internal sealed class ScriptPipeline(HostContext context)
{
    private readonly HostConsole console = context.Console;

    /// <summary>Runs a script.</summary>
    /// <param name="file">The file as typed.</param>
    /// <param name="words">What follows it on the command line.</param>
    /// <param name="mode">What the script is run for.</param>
    /// <param name="checks">Which of its checks are run; null for all.</param>
    /// <param name="explained">Takes the explanations where the script is run for its formulas.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The command line is wrong; nothing was run.</exception>
    public int Run(
        string file,
        IReadOnlyList<string> words,
        ScriptMode mode = ScriptMode.Run,
        CheckSelection? checks = null,
        Action<Explanation>? explained = null)
    {
        var source = ScriptLocator.Locate(file, console.Input);
        var given = OptionArguments.Parse(words);
        var common = CommonOptions.Read(given);
        var compiled = Compile(source);
        if (compiled is null)
            return ExitCodes.Cancelled;
        WatchedFiles.Add([.. compiled.Outline.Texts.Keys.Where(Path.IsPathRooted), .. compiled.Script?.References ?? []]);
        if (common.Help)
        {
            console.Output.WriteLine(ScriptHelp.Text(compiled.Outline));
            return ExitCodes.Success;
        }

        MessagePrinter.Print(console, compiled.Messages, compiled.Outline);
        if (compiled.Script is null)
            return ExitCodes.Failed;
        var own = given.Without(ScriptSession.ReservedOptions);
        var recording = mode == ScriptMode.Run ? RunStart.Settings(console, compiled.Outline, common) : null;
        if (recording?.Resumed is { } resumed)
            own = RunStart.WithEarlierOptions(console, own, resumed);
        OptionGate.Check(compiled.Outline, own);
        var session = new ScriptSession
        {
            ScriptPath = source.IsFile ? source.Path : null,
            Given = own,
            DeclaredOptions = compiled.Outline.Options,
            Cancellation = context.Cancellation,
            Threads = common.Threads,
            DataDirectory = common.DataDirectory,
            IsHosted = true,
            IsStrict = common.Strict,
            Recording = recording,
            DryRun = common.DryRun,
            OverfitOneBatch = common.OverfitOneBatch,
            LimitBatches = common.LimitBatches,
            Mode = mode,
            Explained = explained,
            Checks = checks ?? CheckSelection.All,
        };
        DataFolder.Override = session.DataDirectory;
        if (session.Threads is { } threads)
            ThreadTeam.Threads = threads;
        using var report = mode == ScriptMode.Run
            ? RunReport.Begin(console, session, compiled.Outline.Description, common.LivePort)
            : null;
        var exitCode = new ScriptRunner(console, compiled.Outline, report).Run(compiled.Script, session);
        if (exitCode == ExitCodes.Success)
            WarnOfUnused(compiled.Outline, session);
        return exitCode;
    }

    // A run cut short may not have come to the place that asks.
    private void WarnOfUnused(ScriptOutline outline, ScriptSession session)
    {
        foreach (var name in OptionGate.Unused(outline, session))
            console.WriteWarning($"--{name} was given, but {outline.Source.GivenPath} never asked for it.");
    }

    /// <summary>What compiling the script gives, from the cache where it is there; null where it was cancelled.</summary>
    /// <param name="source">The script.</param>
    public CompilationResult? Compile(ScriptSource source)
    {
        using var spell = TimeAccount.Enter(Phase.Lookup);
        var cache = ScriptCache.Open();
        return cache.Find(source) ?? CompileAnew(source, cache);
    }

    // On its own, so that a script found in the cache runs without loading the compiler.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private CompilationResult? CompileAnew(ScriptSource source, ScriptCache cache)
    {
        using var spell = TimeAccount.Enter(Phase.Compilation);
        try
        {
            var inputs = new ScriptInputs();
            var result = ScriptCompiler.Compile(source, inputs, context.Cancellation);
            if (cache.Keep(result, inputs) is { } problem)
                console.WriteWarning(problem);
            return result;
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
