using System.CommandLine;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Commands;

/// <summary><c>cache where|size|clear</c>: what is kept between runs and can be made again.</summary>
/// <param name="context">Where to write.</param>
internal sealed class CacheCommand(HostContext context)
    : HostCommand(CommandName, "where|size|clear", "shows or clears what is kept between runs")
{
    /// <summary>What is typed.</summary>
    public const string CommandName = "cache";

    /// <summary>Compiled scripts, data sets unpacked, packages named by scripts.</summary>
    private static readonly string[] Kinds = ["scripts", "decoded", "packages"];

    private readonly HostConsole console = context.Console;

    /// <inheritdoc/>
    public override Command Build()
    {
        var command = new Command(Name, "Shows or clears what is kept between runs and can be made again. Data sets that "
            + "were fetched are no part of it: data where shows them.");
        command.Add(Subcommand("where", "prints the folder", Where));
        command.Add(Subcommand("size", "shows how many files there are, and their size", Size));
        command.Add(Subcommand("clear", "deletes them all", Clear));
        return command;
    }

    /// <summary>
    /// The folders of the cache, each for one kind of things. They alone are ever deleted, whatever else lies beside them:
    /// the data sets by default, and anything at all where a setting names a folder of other use.
    /// </summary>
    /// <param name="cache">The cache folder.</param>
    public static IReadOnlyList<string> Folders(string cache) =>
        [.. Kinds.Select(kind => Path.Combine(cache, kind)).Where(Directory.Exists)];

    private static Command Subcommand(string name, string summary, Func<string?, int> run)
    {
        var command = new Command(name, summary);
        command.SetAction(_ => run(CacheFolder.Current));
        return command;
    }

    private int Where(string? cache)
    {
        if (cache is null)
        {
            console.WriteWarning($"Nothing is kept: {CacheFolder.Variable} switches the cache off, or there is no folder for it.");
            return ExitCodes.Failed;
        }

        console.Output.WriteLine(cache);
        return ExitCodes.Success;
    }

    private int Size(string? cache)
    {
        if (cache is null)
            return Where(cache);
        var rows = Folders(cache).Select(folder => (Name: Path.GetFileName(folder), Size: Sizes.Of(folder))).ToList();
        var total = (Count: rows.Sum(row => row.Size.Count), Bytes: rows.Sum(row => row.Size.Bytes));
        foreach (var line in TextColumns.Lines(
            [.. rows.Append(("total", total)).Select(row => new[] { row.Item1, Sizes.Count(row.Item2.Item1, "file"), Sizes.Text(row.Item2.Item2) })]))
        {
            console.Output.WriteLine(line);
        }

        return ExitCodes.Success;
    }

    private int Clear(string? cache)
    {
        if (cache is null)
            return Where(cache);
        var total = (Count: 0, Bytes: 0L);
        foreach (var folder in Folders(cache))
        {
            var (count, bytes) = Sizes.Of(folder);
            try
            {
                Directory.Delete(folder, recursive: true);
                total = (total.Count + count, total.Bytes + bytes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                console.WriteError($"{folder} cannot be deleted: {exception.Message}");
                return ExitCodes.Failed;
            }
        }

        console.Output.WriteLine($"Deleted {Sizes.Count(total.Count, "file")}, {Sizes.Text(total.Bytes)}.");
        return ExitCodes.Success;
    }
}
