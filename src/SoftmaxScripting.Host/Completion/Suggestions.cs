using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.RegularExpressions;
using SoftmaxScripting.Host.Commands;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Completion;

/// <summary>What the last word of an unfinished command line may become. Quick: scripts are searched, not compiled.</summary>
internal static partial class Suggestions
{
    private const string ScriptExtension = ".csx";

    /// <summary>The candidates, those of one kind in the order of their names.</summary>
    /// <param name="words">The words after the tool's name; the last is the unfinished one, and may be empty.</param>
    /// <param name="commands">The commands there are.</param>
    public static IReadOnlyList<string> For(IReadOnlyList<string> words, IReadOnlyList<HostCommand> commands)
    {
        var last = words.Count == 0 ? "" : words[^1];
        return [.. Candidates([.. words.SkipLast(1)], last, commands)
            .Where(candidate => candidate.StartsWith(last, StringComparison.Ordinal)).Distinct()];
    }

    private static IEnumerable<string> Candidates(string[] before, string last, IReadOnlyList<HostCommand> commands)
    {
        var shown = commands.Where(command => !command.IsHidden).ToArray();
        if (before.Length == 0)
            return [.. shown.Select(command => command.Name), "--help", "--version", TimeTable.OptionName, .. Scripts(last)];

        var command = shown.FirstOrDefault(known => known.Name == before[0]);
        var file = before.FirstOrDefault(word => word.EndsWith(ScriptExtension, StringComparison.OrdinalIgnoreCase));
        if (command is null)
            return file is null ? [] : ScriptOptions(file, before);
        if (command is RunCommand or WatchCommand && file is not null)
            return ScriptOptions(file, before);
        return OfCommand(command.Build(), before[1..], last);
    }

    private static IEnumerable<string> OfCommand(Command command, string[] before, string last)
    {
        // Down to the command within the command.
        foreach (var word in before)
            command = command.Subcommands.FirstOrDefault(sub => sub.Name == word) ?? command;
        if (before.Length > 0 && command.Options.FirstOrDefault(option => option.Name == before[^1]) is { } option
            && option.ValueType != typeof(bool))
        {
            return Labels(option.GetCompletions(CompletionContext.Empty));
        }

        var options = command.Options.Where(known => !known.Hidden).Select(known => known.Name).Append("--help");
        var arguments = command.Arguments.SelectMany(argument => Labels(argument.GetCompletions(CompletionContext.Empty)));
        var takesScript = command.Arguments.Any(argument =>
            argument.Name.Contains("FILE", StringComparison.Ordinal) || argument.Name.Contains("SCRIPT", StringComparison.Ordinal));
        return
        [
            .. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name),
            .. arguments,
            .. takesScript ? Scripts(last) : [],
            .. last.StartsWith('-') ? options : [],
        ];
    }

    private static IEnumerable<string> Labels(IEnumerable<CompletionItem> items) => items.Select(item => item.InsertText ?? item.Label);

    /// <summary>Scripts, and folders that may hold some, where a path has come so far.</summary>
    private static IEnumerable<string> Scripts(string last)
    {
        var slash = last.LastIndexOf('/');
        var shownFolder = last[..(slash + 1)];
        var folder = shownFolder.Length == 0 ? "." : shownFolder;
        if (!Directory.Exists(folder))
            return [];
        var folders = Directory.GetDirectories(folder).Select(path => Path.GetFileName(path))
            .Where(name => !name.StartsWith('.')).Select(name => shownFolder + name + "/");
        var scripts = Directory.GetFiles(folder, "*" + ScriptExtension).Select(path => shownFolder + Path.GetFileName(path));
        return scripts.Order(StringComparer.Ordinal).Concat(folders.Order(StringComparer.Ordinal));
    }

    /// <summary>The options a script declares by literal names, and those that every script has.</summary>
    private static IEnumerable<string> ScriptOptions(string file, string[] before)
    {
        if (!File.Exists(file))
            return [];
        var declared = OptionCall().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).ToArray();
        if (before[^1] == "--data" && declared.Contains("data"))
            return Datasets.Names;
        return declared.Select(name => "--" + name)
            .Concat(CommonOptions.Listing.Select(option => option.Usage.Split(' ')[0]))
            .Except(before);
    }

    [GeneratedRegex("""\bOption\s*(<\s*\w+\s*>)?\s*\(\s*"(?<name>[^"\\]+)"\s*,""")]
    private static partial Regex OptionCall();
}
