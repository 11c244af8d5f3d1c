using System.Globalization;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>The options that every script has.</summary>
/// <param name="Help">Whether the script is to be described, not run.</param>
/// <param name="DataDirectory">The folder of the data sets as a full path; null when not given.</param>
/// <param name="Threads">How many threads to use; null when not given.</param>
/// <param name="Strict">Whether to stop where numbers stop being finite.</param>
/// <param name="RunsDirectory">The folder of runs as it was given; null when it was not.</param>
/// <param name="Resume">The run to be continued, empty for the script's latest; null when none is.</param>
/// <param name="Checkpoints">When trainings are saved.</param>
/// <param name="DryRun">Whether trainings take one batch only.</param>
/// <param name="OverfitOneBatch">Whether trainings take their first batch again and again.</param>
/// <param name="LimitBatches">At most so many batches of each epoch; null when not given.</param>
/// <param name="LivePort">The port to show the run on, 0 for any; null when it is not to be shown.</param>
internal sealed record CommonOptions(
    bool Help,
    string? DataDirectory,
    int? Threads,
    bool Strict,
    string? RunsDirectory,
    string? Resume,
    CheckpointInterval Checkpoints,
    bool DryRun,
    bool OverfitOneBatch,
    int? LimitBatches,
    int? LivePort)
{
    private const string ResumeName = "resume";

    private static readonly DeclaredOption HelpOption =
        new("help", OptionKind.Flag, "false", "describes the script and its options, and does not run it");

    private static readonly DeclaredOption DataOption =
        new("data-dir", OptionKind.Text, "", "the folder data sets are looked for and kept in");

    private static readonly DeclaredOption ThreadsOption =
        new("threads", OptionKind.Int32, "", "how many threads compute; the results do not depend on it")
        {
            Minimum = 1,
            Maximum = 1024,
        };

    private static readonly DeclaredOption StrictOption =
        new("strict", OptionKind.Flag, "false", "stops at the operation that makes NaN or an infinity of finite numbers");

    private static readonly DeclaredOption RunsOption =
        new("runs-dir", OptionKind.Text, "", "the folder runs are recorded in, or none; runs by default");

    private static readonly DeclaredOption CheckpointOption = new(
        "checkpoint-every", OptionKind.Text, "", "saves trainings every N epochs, or steps (100steps), or never (0); by default as time allows");

    private static readonly DeclaredOption DryRunOption =
        new("dry-run", OptionKind.Flag, "false", "trains for one epoch of one batch: does everything fit together?");

    private static readonly DeclaredOption OverfitOption =
        new("overfit-one-batch", OptionKind.Flag, "false", "trains with the first batch again and again: can it be learnt by heart?");

    private static readonly DeclaredOption LimitOption =
        new("limit-batches", OptionKind.Int32, "", "at most so many batches of each epoch")
        {
            Minimum = 1,
        };

    /// <summary>The options as <c>--help</c> lists them.</summary>
    public static IReadOnlyList<(string Usage, string Help)> Listing { get; } =
    [
        ("--data-dir FOLDER", DataOption.Help),
        ("--threads N", ThreadsOption.Help),
        ("--strict", StrictOption.Help),
        ("--runs-dir FOLDER", RunsOption.Help),
        ("--resume [RUN]", "continues a run from its last checkpoint: by name or folder, else the script's latest"),
        ("--checkpoint-every N", CheckpointOption.Help),
        ("--dry-run", DryRunOption.Help),
        ("--overfit-one-batch", OverfitOption.Help),
        ("--limit-batches N", LimitOption.Help),
        ("--live [PORT]", "shows the run on a page of this machine that changes as it goes on; the port is free to choose"),
        ("--help", HelpOption.Help),
    ];

    /// <summary>Reads them.</summary>
    /// <param name="given">The command line.</param>
    /// <exception cref="UsageException">A value cannot be used.</exception>
    public static CommonOptions Read(OptionArguments given)
    {
        var folder = OptionReader.Find(DataOption, given) as string;
        if (folder is { Length: 0 } || File.Exists(folder))
            throw new UsageException($"--data-dir: '{folder}' is not a folder");
        return new CommonOptions(
            OptionReader.Find(HelpOption, given) is true,
            folder is null ? null : Path.GetFullPath(folder),
            (int?)OptionReader.Find(ThreadsOption, given),
            OptionReader.Find(StrictOption, given) is true,
            OptionReader.Find(RunsOption, given) is string { Length: > 0 } runs ? runs : null,
            given.Options.LastOrDefault(option => option.Name == ResumeName) is { } resume ? resume.Value ?? "" : null,
            OptionReader.Find(CheckpointOption, given) is string interval
                ? CheckpointInterval.Parse(interval)
                : CheckpointInterval.Automatic,
            OptionReader.Find(DryRunOption, given) is true,
            OptionReader.Find(OverfitOption, given) is true,
            (int?)OptionReader.Find(LimitOption, given),
            LivePortOf(given));
    }

    private static int? LivePortOf(OptionArguments given)
    {
        var live = given.Options.LastOrDefault(option => option.Name == "live");
        if (live is null)
            return null;
        if (live.Value is null)
            return 0;
        return int.TryParse(live.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? port
            : throw new UsageException($"--live: '{live.Value}' is not a port; ports go from 1 to 65535, and --live alone takes any that is free");
    }
}
