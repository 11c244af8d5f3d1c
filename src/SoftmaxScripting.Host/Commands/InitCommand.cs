using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>init</c>: writes what an editor needs to understand scripts and to run them by F5.</summary>
/// <param name="context">Where to write.</param>
internal sealed class InitCommand(HostContext context)
    : HostCommand(CommandName, "", "writes what VS Code needs to understand and run scripts")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "init";

    private const string ResponseFile = "omnisharp.rsp";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <inheritdoc/>
    public override Command Build()
    {
        var force = new Option<bool>("--force") { Description = "overwrites files that are there" };
        var command = new Command(Name, "Writes what VS Code needs to understand scripts (names, types, errors) and to run the "
            + "script on the screen by F5, into this folder. What is there already is kept. The files name folders of this "
            + "machine: they are made anew on another.")
        {
            force,
        };
        command.SetAction(parsed => Run(parsed.GetValue(force)));
        return command;
    }

    private int Run(bool overwrite)
    {
        (string Path, string Text)[] files =
        [
            ("omnisharp.json", Json(OmniSharp())),
            (ResponseFile, References()),
            (Path.Combine(".vscode", "launch.json"), Json(Launch())),
        ];
        var kept = 0;
        foreach (var (path, text) in files)
        {
            if (File.Exists(path) && !overwrite)
            {
                kept++;
                var isSame = File.ReadAllText(path) == text;
                context.Console.Output.WriteLine($"kept   {path}{(isSame ? ", which is up to date" : "")}");
                continue;
            }

            try
            {
                if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
                    Directory.CreateDirectory(folder);
                File.WriteAllText(path, text);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"{path} cannot be written: {exception.Message}");
            }

            context.Console.Output.WriteLine($"wrote  {path}");
        }

        context.Console.Output.WriteLine(kept == files.Length
            ? "Nothing was written; --force overwrites what is there."
            : "Open this folder in VS Code with the C# extension (setting dotnet.server.useOmnisharp); F5 runs the script on the screen.");
        return ExitCodes.Success;
    }

    private static string Json(object value) => JsonSerializer.Serialize(value, Layout) + Environment.NewLine;

    private static object OmniSharp() => new
    {
        script = new
        {
            enabled = true,
            defaultTargetFramework = $"net{Environment.Version.Major}.0",
            enableScriptNuGetReferences = true,
            rspFilePath = ResponseFile,
        },
    };

    /// <summary>The assemblies and the namespaces of scripts, as options of the compiler.</summary>
    private static string References()
    {
        var assemblies = ScriptWorld.ReferenceFiles.TakeLast(ScriptWorld.ToolkitAssemblyCount).Select(file => $"/r:\"{file}\"");
        var imports = ScriptWorld.Imports.Select(name => $"/u:{name}");
        return string.Join(Environment.NewLine, assemblies.Concat(imports)) + Environment.NewLine;
    }

    private static object Launch() => new
    {
        version = "0.2.0",
        configurations = new[]
        {
            new
            {
                name = "Run this script",
                type = "coreclr",
                request = "launch",
                program = "dotnet",
                args = new[] { "exec", typeof(InitCommand).Assembly.Location, "${file}" },
                cwd = "${workspaceFolder}",
                console = "integratedTerminal",
                justMyCode = true,
            },
        },
    };
}
