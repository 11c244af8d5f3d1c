using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The folder of a run, <c>runs/TIME-SCRIPT/</c>: <c>run.json</c> (what was run, with what, on what, and how it ended),
/// <c>metrics.jsonl</c> (one object per epoch), <c>script.csx</c> with what it loads, and whatever the script keeps there.
/// It is made when the first thing is kept, so that a script which trains nothing leaves none.
/// </summary>
public sealed class RunFolder
{
    /// <summary>The record of the run.</summary>
    internal const string RecordFile = "run.json";

    /// <summary>The figures of the epochs.</summary>
    internal const string MetricsFile = "metrics.jsonl";

    private const int MostWithOneName = 1000;

    internal RunFolder(string path) => FullPath = path;

    /// <summary>
    /// The folder of the session's run, made now where it is not there yet; null where runs are not recorded: in an
    /// ordinary program that asks for nothing else, with <c>--runs-dir none</c>, when a script is run for its checks or
    /// formulas, and where the folder cannot be made (which is said once).
    /// </summary>
    public static RunFolder? Current => ScriptSession.Current.Recorder?.Folder;

    /// <summary>The folder as a full path.</summary>
    public string FullPath { get; }

    /// <summary>The name of the run.</summary>
    public string Name => Path.GetFileName(FullPath);

    /// <summary>The full path of a file of the run; folders on the way are made.</summary>
    /// <param name="file">The file, relative to the folder of the run.</param>
    /// <exception cref="FileException">A folder on the way cannot be made.</exception>
    public string PathOf(string file)
    {
        var path = Path.Combine(FullPath, file);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FileException(path, FileProblem.Writing(path, exception));
        }

        return path;
    }

    /// <inheritdoc/>
    public override string ToString() => FullPath;

    /// <summary>
    /// Makes a folder with its first files in it. It is filled under another name and renamed, so that nobody sees half of
    /// it and no two runs of one second take the same name.
    /// </summary>
    /// <param name="settings">Where, and what for.</param>
    /// <param name="started">When the run began.</param>
    /// <param name="fill">Writes the first files into the folder it is given, for a run of the name it is given.</param>
    /// <exception cref="FileException">The folder cannot be made.</exception>
    internal static RunFolder Create(RunSettings settings, DateTimeOffset started, Action<string, string> fill)
    {
        var name = settings.Name ?? NameOf(settings.Script, started);
        var partial = Path.Combine(settings.Directory, $".{name}.{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(partial);
            for (var number = 1; ; number++)
            {
                var unique = number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
                var path = Path.Combine(settings.Directory, unique);
                if (Directory.Exists(path) || File.Exists(path))
                {
                    if (number < MostWithOneName)
                        continue;
                    throw new IOException($"there are {MostWithOneName} runs of this name already");
                }

                fill(partial, unique);
                try
                {
                    Directory.Move(partial, path);
                    return new RunFolder(path);
                }
                catch (IOException) when (Directory.Exists(path) && number < MostWithOneName)
                {
                    // Another run took the name meanwhile.
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FileException)
        {
            RemovePartial(partial);
            throw exception as FileException
                ?? new FileException(settings.Directory, FileProblem.Writing(Path.Combine(settings.Directory, name), exception));
        }
    }

    /// <summary>The time and the script's name, without what some file systems do not take.</summary>
    internal static string NameOf(string script, DateTimeOffset started, string infix = "")
    {
        var stem = new StringBuilder();
        foreach (var letter in Path.GetFileNameWithoutExtension(script))
            stem.Append(char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-');
        return string.Create(
            CultureInfo.InvariantCulture, $"{started:yyyyMMdd-HHmmss}-{infix}{(stem.Length == 0 ? "run" : stem.ToString())}");
    }

    private static void RemovePartial(string partial)
    {
        try
        {
            Directory.Delete(partial, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
