using System.CommandLine;
using SoftmaxScripting.Host.Health;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>doctor</c>: looks at all that the toolkit leans on, and says how to mend what is missing.</summary>
/// <param name="context">Where to write.</param>
internal sealed class DoctorCommand(HostContext context)
    : HostCommand(CommandName, "", "looks at the SDK, the processor, the folders, and what is missing")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "doctor";

    private const int LineWidth = 80;

    private readonly HostConsole console = context.Console;

    /// <inheritdoc/>
    public override Command Build()
    {
        var command = new Command(Name, "Looks at the SDK, the processor, the folders and the data sets, and says how to "
            + "mend what is missing. Ends with 1 when something will not work, else with 0.");
        var folder = new Option<string?>("--data-dir")
        {
            Description = "the folder data sets are looked for and kept in",
            HelpName = "FOLDER",
        };
        command.Options.Add(folder);
        command.SetAction(parsed =>
        {
            DataFolder.Override = parsed.GetValue(folder);
            return Show([.. new Examination(Environment.GetEnvironmentVariable).All()]);
        });
        return command;
    }

    /// <summary>Writes findings.</summary>
    /// <param name="findings">The findings.</param>
    /// <returns>The exit code.</returns>
    internal int Show(IReadOnlyList<Finding> findings)
    {
        var width = findings.Max(finding => finding.Subject.Length);
        foreach (var finding in findings)
        {
            var (mark, ink) = finding.Verdict switch
            {
                Verdict.Good => ("ok  ", Ink.Faint),
                Verdict.Warning => ("note", Ink.Warning),
                _ => ("BAD ", Ink.Error),
            };
            var head = $"{console.Paint(mark, ink)}  {console.Paint(finding.Subject.PadRight(width), Ink.Strong)}  ";
            Write(head, finding.Text, width + 8);
            if (finding.Mend is { } mend)
                Write(new string(' ', width + 8), "-> " + mend, width + 11);
        }

        var bad = findings.Count(finding => finding.Verdict == Verdict.Bad);
        var notes = findings.Count(finding => finding.Verdict == Verdict.Warning);
        console.Output.WriteLine();
        console.Output.WriteLine(bad > 0
            ? $"{Sizes.Count(bad, "thing")} will not work; see the lines with ->."
            : notes > 0 ? $"All that scripts need is here; {Sizes.Count(notes, "note")}." : "All is well.");
        return bad > 0 ? ExitCodes.Failed : ExitCodes.Success;
    }

    private void Write(string head, string text, int indent)
    {
        var lines = CommandHelp.Wrapped(text, LineWidth - indent).ToArray();
        console.Output.WriteLine((head + lines.FirstOrDefault()).TrimEnd());
        foreach (var line in lines.Skip(1))
            console.Output.WriteLine(new string(' ', indent) + line);
    }
}
