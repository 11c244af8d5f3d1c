using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary>
/// <c>ahead</c>: compiles the host, the toolkit and the compiler ahead of time, once, so that an edited script starts in
/// half the time. The launcher finds the result by the mark left here; an installed tool was packed that way.
/// </summary>
/// <param name="context">Where to write.</param>
internal sealed class AheadCommand(HostContext context)
    : HostCommand(CommandName, "[--off]", "compiles the toolkit ahead of time, once, for a faster start")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "ahead";

    /// <summary>The folder of the result, beside that of an ordinary build.</summary>
    private const string OutputFolder = "ahead";

    private readonly HostConsole console = context.Console;

    /// <inheritdoc/>
    public override Command Build()
    {
        var off = new Option<bool>("--off") { Description = "goes back to what an ordinary build gives" };
        var command = new Command(Name, "Compiles the host, the toolkit and the C# compiler ahead of time, so that scripts "
            + "that were edited start in half the time. Takes about a minute, once, and needs a package that the SDK "
            + "fetches the first time.");
        command.Options.Add(off);
        command.SetAction(parsed => Run(Checkout.Find(AppContext.BaseDirectory), parsed.GetValue(off)));
        return command;
    }

    /// <summary>Does it, or undoes it.</summary>
    /// <param name="checkout">Where the host was built; null where it was installed.</param>
    /// <param name="off">Whether to undo it.</param>
    /// <returns>The exit code.</returns>
    internal int Run(Checkout? checkout, bool off)
    {
        if (checkout is null)
        {
            throw new UsageException(
                "ahead works in a checkout of the sources; an installed tool was compiled ahead of time when it was packed.");
        }

        var isOn = File.Exists(checkout.Mark);
        if (off)
        {
            File.Delete(checkout.Mark);
            console.Output.WriteLine(isOn
                ? "Switched off: the next run takes what an ordinary build gives."
                : "It was not switched on.");
            return ExitCodes.Success;
        }

        if (isOn)
        {
            console.Output.WriteLine($"Already switched on; {HostApplication.Invocation} {CommandName} --off goes back.");
            return ExitCodes.Success;
        }

        console.Output.WriteLine("Compiling the toolkit and the compiler ahead of time, once; this takes about a minute ...");
        var clock = Stopwatch.StartNew();
        var (exitCode, output) = Compile(checkout);
        if (context.Cancellation.IsCancellationRequested)
        {
            console.Error.WriteLine("Cancelled.");
            return ExitCodes.Cancelled;
        }

        if (exitCode != 0)
        {
            console.Error.WriteLine(output.Trim());
            console.WriteError(Reason(output));
            return ExitCodes.Failed;
        }

        File.WriteAllText(checkout.Mark, "");
        var seconds = clock.Elapsed.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        console.Output.WriteLine($"Done in {seconds} s, and in force from the next run on. After changes of the toolkit's own "
            + $"sources the part that changed is compiled anew. {HostApplication.Invocation} {CommandName} --off goes back.");
        return ExitCodes.Success;
    }

    /// <summary>What a failed compilation means to a person.</summary>
    /// <param name="output">What the SDK wrote.</param>
    internal static string Reason(string output)
    {
        // NU1100..NU1103: no such package or version; NU1301: the source does not answer.
        string[] codes = ["NU1100", "NU1101", "NU1102", "NU1103", "NU1301"];
        return codes.Any(code => output.Contains(code, StringComparison.Ordinal))
            ? "The package that compiles ahead of time (Microsoft.NETCore.App.Crossgen2 of the SDK's version) cannot be "
              + "had: it is fetched once, with a network, and serves offline from then on. Nothing was changed."
            : "Compiling ahead of time failed, as written above. Nothing was changed.";
    }

    private (int ExitCode, string Output) Compile(Checkout checkout)
    {
        string[] words =
        [
            "msbuild", checkout.Launcher, "-target:Build", "-property:CompileAhead=true",
            $"-property:Configuration={checkout.Configuration}", "-verbosity:quiet", "-nologo",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", words)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(checkout.Launcher)!,
        })!;
        using var cancelled = context.Cancellation.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <summary>A checkout of the sources, seen from the folder the host was built to.</summary>
    /// <param name="Launcher">The project at its root.</param>
    /// <param name="Configuration">The configuration the host was built in.</param>
    /// <param name="Mark">The file whose presence the launcher notices.</param>
    internal sealed record Checkout(string Launcher, string Configuration, string Mark)
    {
        /// <summary>Finds it; null where the host lies elsewhere.</summary>
        /// <param name="hostFolder">The folder of the host's assembly: <c>…/bin/Debug/net10.0</c> or <c>…/bin/Debug/ahead</c>.</param>
        public static Checkout? Find(string hostFolder)
        {
            var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(hostFolder));
            var project = output.Parent?.Parent?.Parent;
            if (project is null || output.Parent?.Parent?.Name != "bin")
                return null;
            var launcher = Path.Combine(project.FullName, "..", "..", "SoftmaxScripting.csproj");
            var isHost = File.Exists(Path.Combine(project.FullName, "SoftmaxScripting.Host.csproj")) && File.Exists(launcher);
            var isOutput = output.Name == OutputFolder || output.Name.StartsWith("net", StringComparison.Ordinal);
            return isHost && isOutput
                ? new Checkout(
                    Path.GetFullPath(launcher),
                    output.Parent.Name,
                    Path.Combine(project.FullName, "obj", $"ahead.{output.Parent.Name}"))
                : null;
        }
    }
}
