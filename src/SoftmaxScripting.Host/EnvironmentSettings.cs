using SoftmaxScripting.Host.Interactive;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host;

/// <summary>The environment variables that change what the host does.</summary>
internal static class EnvironmentSettings
{
    /// <summary>Those for users, with what each sets.</summary>
    public static IReadOnlyList<(string Variable, string Help)> All { get; } =
    [
        (DataFolder.Variable, "the folder data sets are looked for and kept in, as --data-dir does"),
        (DataFolder.MirrorVariable, "a web folder that is asked for data sets before their publishers"),
        (CacheFolder.Variable, "the folder of compiled scripts and unpacked data; off for none"),
        (RunSettings.Variable, "the folder runs are recorded in, as --runs-dir does; none for none"),
        ("SOFTMAX_THREADS", "how many threads compute, as --threads does"),
        (LineHistory.Variable, "the file that keeps what was entered at the prompt; off for none"),
    ];

    /// <summary>Those by which processes of the host talk to each other.</summary>
    public static IReadOnlyList<string> Internal { get; } = [RunSettings.NameVariable, WatchedFiles.Variable];
}
