using System.Text.Json.Nodes;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>How a script's run is to be recorded, and what it continues.</summary>
internal static class RunStart
{
    /// <summary>What the session records; null where runs are not recorded.</summary>
    /// <param name="console">Where to warn.</param>
    /// <param name="outline">The script.</param>
    /// <param name="common">The options of every script.</param>
    /// <exception cref="UsageException">The run to be continued is not there, or still going on.</exception>
    public static RunSettings? Settings(HostConsole console, ScriptOutline outline, CommonOptions common)
    {
        var directory = RunSettings.DirectoryOf(common.RunsDirectory);
        if (directory is null)
        {
            return common.Resume is null
                ? null
                : throw new UsageException("--resume needs the folder of runs, but runs are not recorded (--runs-dir or SOFTMAX_RUNS says none).");
        }

        var source = outline.Source;
        var resumed = common.Resume switch
        {
            null => null,
            "" => new RunStore(directory).Latest(source.GivenPath),
            var which => new RunStore(directory).Find(which),
        };
        if (resumed is not null)
            RequireContinuable(console, resumed, outline);
        return new RunSettings
        {
            Directory = directory,
            Name = Environment.GetEnvironmentVariable(RunSettings.NameVariable) is { Length: > 0 } name ? name : null,
            Script = source.GivenPath,
            ScriptText = source.Text,
            Loads = outline.Texts.Where(text => text.Key != source.Path).ToDictionary(text => source.Show(text.Key), text => text.Value),
            Resumed = resumed,
            Checkpoints = common.Checkpoints,
        };
    }

    /// <summary>The options a run was started with, unless they are given anew.</summary>
    /// <param name="console">Where to warn of those that differ.</param>
    /// <param name="given">The options given now.</param>
    /// <param name="resumed">The run.</param>
    public static OptionArguments WithEarlierOptions(HostConsole console, OptionArguments given, RunInfo resumed)
    {
        var earlier = (resumed.Record["given"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(option => new GivenOption((string?)option["name"] ?? "", (string?)option["value"])).ToArray();
        var before = resumed.Options.ToDictionary(StringComparer.Ordinal);
        foreach (var option in given.Options)
        {
            if (before.TryGetValue(option.Name, out var was) && option.Value is { } now && now != was)
            {
                console.WriteWarning(
                    $"--{option.Name} was {was} when {resumed.Name} began and is {now} now: the rest of the run is not what it would have been.");
            }
        }

        var words = (resumed.Record["arguments"] as JsonArray ?? []).Select(word => (string?)word ?? "").ToArray();
        return given.After(earlier, words);
    }

    private static void RequireContinuable(HostConsole console, RunInfo resumed, ScriptOutline outline)
    {
        var script = outline.Source.GivenPath;
        if (Path.GetFileName(resumed.Script) != Path.GetFileName(script))
            throw new UsageException($"{resumed.Name} is a run of {resumed.Script}, not of {script}.");
        if (resumed.Status == "running")
        {
            throw new UsageException(
                $"{resumed.Name} is still going on (process {resumed.Record["process"]?["id"]} on {resumed.Record["process"]?["machine"]}); "
                + "stop it first.");
        }

        if ((string?)resumed.Record["script"]?["sha256"] != RunRecord.Hash(outline.Source.Text))
            console.WriteWarning($"{script} has changed since {resumed.Name} began; the run goes on with it as it is now.");
        foreach (var load in (resumed.Record["script"]?["loads"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var path = (string?)load["path"] ?? "";
            if (outline.Texts.FirstOrDefault(text => outline.Source.Show(text.Key) == path) is { Key: not null } found
                && (string?)load["sha256"] != RunRecord.Hash(found.Value))
            {
                console.WriteWarning($"{path}, which {script} loads, has changed since {resumed.Name} began.");
            }
        }

        if ((string?)resumed.Record["toolkit"] is { } version && version != RunRecord.Version)
            console.WriteWarning($"{resumed.Name} was begun by version {version}; this is {RunRecord.Version}.");
    }
}
