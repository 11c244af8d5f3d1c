using System.Globalization;

namespace SoftmaxScripting.Host;

/// <summary>Sizes of files and folders, in words.</summary>
internal static class Sizes
{
    /// <summary>A number of bytes: <c>12 bytes</c>, <c>3.4 kB</c>, <c>47.0 MB</c>.</summary>
    /// <param name="bytes">The number.</param>
    public static string Text(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    /// <summary>The files in a folder and below it, and their bytes; nothing for a folder that is not there.</summary>
    /// <param name="folder">The folder.</param>
    public static (int Count, long Bytes) Of(string folder)
    {
        if (!Directory.Exists(folder))
            return default;
        var files = new DirectoryInfo(folder).GetFiles("*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
        });
        return (files.Length, files.Sum(file => file.Length));
    }

    /// <summary>A number with its noun: <c>1 file</c>, <c>3 files</c>.</summary>
    /// <param name="count">The number.</param>
    /// <param name="noun">The noun, in the singular.</param>
    public static string Count(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
