namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The folder for what can be made again: compiled scripts, unpacked data. The environment variable
/// <c>SOFTMAX_CACHE</c> names it, or switches it off by <c>off</c> or <c>none</c>; else it is <c>softmax-scripting</c>
/// in the user's cache folder (<c>XDG_CACHE_HOME</c>, <c>~/.cache</c>, <c>~/Library/Caches</c> or the local application
/// data). It may be deleted at any time.
/// </summary>
public static class CacheFolder
{
    /// <summary>The environment variable that names the folder or switches it off.</summary>
    public const string Variable = "SOFTMAX_CACHE";

    private const string FolderName = "softmax-scripting";

    /// <summary>
    /// The folder in force now, as a full path; it need not exist yet. Null where it is switched off, or where the user
    /// has no folder for it.
    /// </summary>
    public static string? Current => Choose(Environment.GetEnvironmentVariable, UserFolder);

    /// <summary>The rule behind <see cref="Current"/>, with every setting given as an argument.</summary>
    /// <param name="variable">Looks up an environment variable; null when it is not set.</param>
    /// <param name="userFolder">The user's cache folder; null or empty when there is none.</param>
    public static string? Choose(Func<string, string?> variable, Func<string?> userFolder)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(userFolder);
        if (variable(Variable) is { } named && !string.IsNullOrWhiteSpace(named))
        {
            var isOff = named.Equals("off", StringComparison.OrdinalIgnoreCase)
                || named.Equals("none", StringComparison.OrdinalIgnoreCase);
            return isOff ? null : Path.GetFullPath(named);
        }

        // The XDG base directory specification: a relative path in XDG_CACHE_HOME is invalid and to be ignored.
        if (variable("XDG_CACHE_HOME") is { } cache && Path.IsPathFullyQualified(cache))
            return Path.Combine(cache, FolderName);
        return userFolder() is { Length: > 0 } folder ? Path.Combine(folder, FolderName) : null;
    }

    /// <summary>A folder for one kind of things inside <see cref="Current"/>; null where there is no cache.</summary>
    /// <param name="kind">The name of the folder.</param>
    internal static string? For(string kind) => Current is { } folder ? Path.Combine(folder, kind) : null;

    private static string? UserFolder()
    {
        if (OperatingSystem.IsWindows())
            return Special(Environment.SpecialFolder.LocalApplicationData);
        var home = Special(Environment.SpecialFolder.UserProfile);
        if (home.Length == 0)
            return null;
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
    }

    private static string Special(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
}
