namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Tells a program that watches this one which files decide what it does: where the environment names a list, their paths
/// are added to it.
/// </summary>
internal static class WatchedFiles
{
    /// <summary>The environment variable that names the list; not set where nobody watches.</summary>
    public const string Variable = "SOFTMAX_WATCHED";

    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal);

    /// <summary>Adds files.</summary>
    /// <param name="paths">Paths of files that were read.</param>
    public static void Add(params IEnumerable<string> paths)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } list)
            return;
        lock (Gate)
        {
            var added = paths.Select(Path.GetFullPath).Where(Known.Add).ToArray();
            if (added.Length > 0)
                File.AppendAllLines(list, added);
        }
    }
}
