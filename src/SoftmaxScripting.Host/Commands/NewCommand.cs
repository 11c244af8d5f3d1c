using System.CommandLine;
using System.CommandLine.Completions;
using SoftmaxScripting.Host.Templates;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>new NAME</c>: writes a commented experiment that runs as it stands.</summary>
/// <param name="context">Where to write.</param>
internal sealed class NewCommand(HostContext context)
    : HostCommand(CommandName, "NAME", "writes a commented experiment to begin with")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "new";

    private const string Extension = ".csx";

    /// <inheritdoc/>
    public override Command Build()
    {
        var name = new Argument<string>("NAME") { Description = "the script; .csx is added where it is missing" };
        var template = new Option<string>("--template", "-t")
        {
            Description = "what to begin with: " + string.Join("; ", ExperimentTemplate.All.Select(t => $"{t.Name}, {t.Summary}")),
            HelpName = string.Join('|', ExperimentTemplate.All.Select(t => t.Name)),
            DefaultValueFactory = _ => ExperimentTemplate.All[0].Name,
        };
        template.CompletionSources.Add(_ => ExperimentTemplate.All.Select(t => new CompletionItem(t.Name)));
        var force = new Option<bool>("--force") { Description = "overwrites the file if it is there" };
        var command = new Command(Name, "Writes a commented experiment that runs as it stands.") { name, template, force };
        command.SetAction(parsed => Run(parsed.GetValue(name)!, parsed.GetValue(template)!, parsed.GetValue(force)));
        return command;
    }

    private int Run(string name, string templateName, bool overwrite)
    {
        var template = ExperimentTemplate.Find(templateName);
        var file = name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name : name + Extension;
        var stem = Path.GetFileNameWithoutExtension(file);
        if (stem.Length == 0 || stem.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || Directory.Exists(file))
            throw new UsageException($"'{name}' is no name for a script; for instance: {HostApplication.Invocation} new my-loss.");
        if (File.Exists(file) && !overwrite)
            throw new UsageException($"{file} is there already; --force overwrites it.");
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            File.WriteAllText(file, template.Text(stem));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be written: {exception.Message}");
        }

        context.Console.Output.WriteLine($"Wrote {file} ({template.Name}: {template.Summary}).");
        context.Console.Output.WriteLine($"Run it:          {HostApplication.Invocation} {file}");
        context.Console.Output.WriteLine($"See its options: {HostApplication.Invocation} {file} --help");
        return ExitCodes.Success;
    }
}
