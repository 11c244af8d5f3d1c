using System.CommandLine;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>data list|fetch|verify|where</c>: the data sets that can be had by name, and their files.</summary>
/// <param name="context">Where to write.</param>
internal sealed class DataCommand(HostContext context)
    : HostCommand(CommandName, "list|fetch|verify|where", "shows, fetches and verifies data sets")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "data";

    private const int LineWidth = 80;

    private readonly HostConsole console = context.Console;

    private readonly Option<string?> folderOption = new("--data-dir")
    {
        Description = "the folder data sets are looked for and kept in",
        HelpName = "FOLDER",
    };

    /// <inheritdoc/>
    public override Command Build()
    {
        var command = new Command(Name, "Shows, fetches and verifies the data sets that scripts load by name.");
        command.Add(Subcommand("list", "lists the data sets, and which of them are here", Names(atLeast: 0), List));
        command.Add(Subcommand("fetch", "fetches the files that are missing", Names(atLeast: 1), Fetch));
        command.Add(Subcommand("verify", "compares the files here with their publishers' md5", Names(atLeast: 0), Verify));
        command.Add(Subcommand("where", "prints the data folder, or that of a set", Names(atLeast: 0), Where));
        return command;
    }

    private static Argument<string[]> Names(int atLeast)
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = "a data set; all of them where none is named",
            Arity = atLeast > 0 ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
        };
        if (atLeast > 0)
            names.Description = "a data set";
        names.CompletionSources.Add(_ => Datasets.Names.Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        return names;
    }

    private Command Subcommand(
        string name, string summary, Argument<string[]> names, Func<IReadOnlyList<ImageCatalogueEntry>, int> run)
    {
        var command = new Command(name, summary) { names };
        command.Options.Add(folderOption);
        command.SetAction(parsed =>
        {
            DataFolder.Override = parsed.GetValue(folderOption);
            return run(Entries(parsed.GetValue(names) ?? []));
        });
        return command;
    }

    private IReadOnlyList<ImageCatalogueEntry> Entries(string[] names)
    {
        if (names.Length == 0)
            return ImageCatalogue.Entries;
        var entries = new List<ImageCatalogueEntry>();
        foreach (var name in names)
        {
            if (!Datasets.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new UsageException($"No data set is called '{name}'{DidYouMean.Suffix(name, Datasets.Names)}. "
                    + $"Known are {string.Join(", ", Datasets.Names)}.");
            }

            if (ImageCatalogue.Entries.Any(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase)))
                entries.Add(ImageCatalogue.Find(name));
            else if (TableCatalogue.Find(name) is { } table)
                console.Output.WriteLine(table.FileIn(DataFolder.Current.Path) is { } file
                    ? $"{table.Name}: {file}"
                    : $"{table.Name}: made up by the program, as long as there is no {Path.Combine(DataFolder.Current.Path, table.Files[0])}");
            else
                console.Output.WriteLine($"{name}: drawn by the program, it has no files");
        }

        return entries;
    }

    private int List(IReadOnlyList<ImageCatalogueEntry> entries)
    {
        var rows = new List<(string Name, string State, string Title)>
        {
            (Garments.Name, "built in", "drawn by the program: ten garments (synthetic)"),
        };
        rows.AddRange(entries.Select(entry => (entry.Name, State(entry), entry.Title)));
        if (entries.Count == ImageCatalogue.Entries.Count)
            rows.AddRange(TableCatalogue.Entries.Select(
                table => (table.Name, table.FileIn(DataFolder.Current.Path) is null ? "made up" : "here", table.Title)));
        var names = rows.Max(row => row.Name.Length) + 2;
        var indent = names + rows.Max(row => row.State.Length) + 2;
        foreach (var (name, state, title) in rows)
        {
            var head = (name.PadRight(names) + state).PadRight(indent);
            foreach (var line in CommandHelp.Wrapped(title, LineWidth - indent))
            {
                console.Output.WriteLine(head + line);
                head = new string(' ', indent);
            }
        }

        console.Output.WriteLine($"\nData folder: {DataFolder.Current}");
        return ExitCodes.Success;
    }

    /// <summary>How much of a set is here: <c>here</c>, <c>missing</c>, or <c>3 of 4 files</c>.</summary>
    /// <param name="entry">The set.</param>
    public static string State(ImageCatalogueEntry entry)
    {
        var files = CatalogueFiles.Of(entry);
        var found = files.Count(file => CatalogueFiles.Find(file, DataFolder.For(entry.Name)) is not null);
        return found == files.Count ? "here" : found == 0 ? "missing" : $"{found} of {files.Count} files";
    }

    private int Fetch(IReadOnlyList<ImageCatalogueEntry> entries)
    {
        foreach (var entry in entries)
        {
            var folder = DataFolder.For(entry.Name);
            try
            {
                using var display = new DownloadDisplay(console.Error);
                var fetched = CatalogueFiles.Fetch(entry, folder, display.Show, context.Cancellation);
                console.Output.WriteLine(fetched.Count == 0
                    ? $"{entry.Name}: all files are in {folder}"
                    : $"{entry.Name}: fetched {Sizes.Count(fetched.Count, "file")} into {folder}");
            }
            catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
            {
                console.Error.WriteLine("Cancelled; what has come is kept, the next fetch goes on from there.");
                return ExitCodes.Cancelled;
            }
            catch (DataException exception)
            {
                console.WriteError(exception.Message);
                return ExitCodes.Failed;
            }
        }

        return ExitCodes.Success;
    }

    private int Verify(IReadOnlyList<ImageCatalogueEntry> entries)
    {
        var isWell = true;
        foreach (var entry in entries)
        {
            var folder = DataFolder.For(entry.Name);
            foreach (var file in CatalogueFiles.Of(entry))
            {
                var path = CatalogueFiles.Find(file, folder);
                var problem = path is null ? null : CatalogueFiles.Problem(file, path);
                isWell &= path is not null && problem is null;
                console.Output.WriteLine($"{Path.Combine(folder, Path.GetFileName(path) ?? file.Name)}: {(path, problem) switch
                {
                    (null, _) => console.Paint("missing", Ink.Warning) + $"; {HostApplication.Invocation} data fetch {entry.Name}",
                    (_, { } text) => console.Paint("damaged", Ink.Error) + $": {text}; delete it, and fetch it again",
                    _ => "whole",
                }}");
            }
        }

        return isWell ? ExitCodes.Success : ExitCodes.Failed;
    }

    private int Where(IReadOnlyList<ImageCatalogueEntry> entries)
    {
        // The path alone, for the use of other programs; where it comes from is said beside it.
        var isAll = entries.Count == ImageCatalogue.Entries.Count;
        foreach (var folder in isAll ? [DataFolder.Current.Path] : entries.Select(entry => DataFolder.For(entry.Name)))
            console.Output.WriteLine(folder);
        if (isAll)
            console.Error.WriteLine(console.Paint($"from {DataFolder.Current.Origin}", Ink.Faint));
        return ExitCodes.Success;
    }
}
