namespace SoftmaxScripting.Toolkit;

/// <summary>Where a session records its run, and what is to be recorded besides what it does.</summary>
public sealed record RunSettings
{
    /// <summary>The environment variable that names the folder of runs.</summary>
    public const string Variable = "SOFTMAX_RUNS";

    /// <summary>What stands in place of a folder where nothing is to be recorded.</summary>
    public const string Off = "none";

    /// <summary>The environment variable that names the run itself, for whoever starts runs and must find them again.</summary>
    internal const string NameVariable = "SOFTMAX_RUN_NAME";

    /// <summary>The folder of runs as a full path; it need not exist yet.</summary>
    public required string Directory { get; init; }

    /// <summary>The name of the run's folder; null for time and script.</summary>
    public string? Name { get; init; }

    /// <summary>The script as it was typed.</summary>
    public string Script { get; init; } = "program";

    /// <summary>The script's text; empty for an ordinary program.</summary>
    public string ScriptText { get; init; } = "";

    /// <summary>The texts of the files the script loads, by path.</summary>
    public IReadOnlyDictionary<string, string> Loads { get; init; } = new Dictionary<string, string>();

    /// <summary>The run to be continued; null for a new one.</summary>
    public RunInfo? Resumed { get; init; }

    /// <summary>When trainings are saved that say nothing of it themselves.</summary>
    public CheckpointInterval Checkpoints { get; init; } = CheckpointInterval.Automatic;

    /// <summary>
    /// The folder of runs: that given, else that of <see cref="Variable"/>, else <c>runs</c> in the current folder; null
    /// where one of them says <c>none</c>.
    /// </summary>
    /// <param name="given">What the option <c>--runs-dir</c> says; null where it is not given.</param>
    public static string? DirectoryOf(string? given)
    {
        var named = given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : "runs");
        return named == Off ? null : Path.GetFullPath(named);
    }
}

/// <summary>When a training is saved: after so many epochs, after so many steps, or as time allows.</summary>
/// <param name="Epochs">Every so many epochs; 0 for not by epochs.</param>
/// <param name="Steps">Every so many steps; 0 for not by steps.</param>
/// <param name="ByTime">
/// At the end of an epoch once ten seconds have gone by since the last time, and twenty times as long as saving took.
/// </param>
public sealed record CheckpointInterval(int Epochs, int Steps, bool ByTime)
{
    private const string StepsUnit = "steps";

    /// <summary>As time allows, so that saving takes no more than a twentieth of the time.</summary>
    public static CheckpointInterval Automatic { get; } = new(0, 0, true);

    /// <summary>Never.</summary>
    public static CheckpointInterval Never { get; } = new(0, 0, false);

    /// <summary>Whether a training is saved at all; if so then also at its end and when it is cancelled.</summary>
    public bool IsOn => this != Never;

    /// <summary>Reads <c>5</c> (epochs), <c>100steps</c>, or <c>0</c> for never.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UsageException">It is something else.</exception>
    public static CheckpointInterval Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bySteps = text.EndsWith(StepsUnit, StringComparison.OrdinalIgnoreCase);
        var number = (bySteps ? text[..^StepsUnit.Length] : text).Trim();
        if (!int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count)
            || (bySteps && count == 0))
        {
            throw new UsageException(
                $"--checkpoint-every: '{text}' is neither a number of epochs (5), nor of steps (100steps), nor 0 for never");
        }

        return count == 0 ? Never : bySteps ? new(0, count, false) : new(count, 0, false);
    }
}
