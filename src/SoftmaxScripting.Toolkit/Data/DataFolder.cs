namespace SoftmaxScripting.Toolkit;

/// <summary>A data folder and the setting that named it.</summary>
/// <param name="Path">The folder as an absolute path; it need not exist yet.</param>
/// <param name="Origin">The setting it comes from, for messages: <c>--data-dir</c>, <c>SOFTMAX_DATA</c>, …</param>
public sealed record DataFolderChoice(string Path, string Origin)
{
    /// <summary>The folder with its origin: <c>/data (from SOFTMAX_DATA)</c>.</summary>
    public override string ToString() => $"{Path} (from {Origin})";
}

/// <summary>
/// The folder that holds data files, one folder per data set. The first setting that is present names it:
/// <see cref="Override"/> (the option <c>--data-dir</c>), the environment variable <c>SOFTMAX_DATA</c>, and then the
/// folder <c>softmax-scripting/data</c> in the user's cache (<c>XDG_CACHE_HOME</c>, else the local application data).
/// </summary>
public static class DataFolder
{
    /// <summary>The environment variable that names the data folder.</summary>
    public const string Variable = "SOFTMAX_DATA";

    /// <summary>The folder given on the command line (<c>--data-dir</c>); null or empty when none is given.</summary>
    public static string? Override { get; set; }

    /// <summary>The folder in force now, with the setting it comes from.</summary>
    /// <exception cref="DataException">No setting names a folder and the user has no cache folder.</exception>
    public static DataFolderChoice Current => Choose(
        Override,
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify));

    /// <summary>The environment variable that names a mirror of the published data sets.</summary>
    public const string MirrorVariable = "SOFTMAX_MIRROR";

    /// <summary>
    /// A web folder that is asked before the publishers' own, with a folder per data set inside as in the data folder; null
    /// where <see cref="MirrorVariable"/> is not set. What comes from it is checked like everything else.
    /// </summary>
    /// <exception cref="DataException">The variable holds no http or https address.</exception>
    public static Uri? Mirror
    {
        get
        {
            if (Environment.GetEnvironmentVariable(MirrorVariable) is not { Length: > 0 } text)
                return null;
            return Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                ? address
                : throw new DataException($"{MirrorVariable} is '{text}'; it must be an address such as https://example.org/data/.");
        }
    }

    /// <summary>The folder of one data set inside <see cref="Current"/>.</summary>
    /// <param name="dataSet">The name of the data set, which is the name of its folder.</param>
    /// <exception cref="DataException">No setting names a folder and the user has no cache folder.</exception>
    public static string For(string dataSet) => Path.Combine(Current.Path, dataSet);

    /// <summary>The rule behind <see cref="Current"/>, with every setting given as an argument.</summary>
    /// <param name="chosen">The folder given on the command line, or null.</param>
    /// <param name="variable">Looks up an environment variable; null when it is not set.</param>
    /// <param name="localApplicationData">The user's local application data folder; empty when there is none.</param>
    /// <exception cref="DataException">No setting names a folder.</exception>
    public static DataFolderChoice Choose(string? chosen, Func<string, string?> variable, string localApplicationData)
    {
        if (!string.IsNullOrWhiteSpace(chosen)) return new(Path.GetFullPath(chosen), "--data-dir");
        if (variable(Variable) is { } named && !string.IsNullOrWhiteSpace(named))
            return new(Path.GetFullPath(named), Variable);

        // The XDG base directory specification: a relative path in XDG_CACHE_HOME is invalid and to be ignored.
        if (variable("XDG_CACHE_HOME") is { } cache && Path.IsPathFullyQualified(cache))
            return new(Path.Combine(cache, "softmax-scripting", "data"), "XDG_CACHE_HOME");
        if (!string.IsNullOrEmpty(localApplicationData))
            return new(Path.Combine(localApplicationData, "softmax-scripting", "data"), "the user's application data");

        throw new DataException(
            "No data folder: --data-dir is not given, SOFTMAX_DATA and XDG_CACHE_HOME are not set, and the user has " +
            "no application data folder (is HOME set?). Name a folder with --data-dir or SOFTMAX_DATA.");
    }
}
