using System.Globalization;

namespace SoftmaxScripting.Host.Tables;

/// <summary>Numbers, times and durations as tables show them.</summary>
internal static class Readable
{
    /// <summary>A figure with four digits that count: <c>0.8312</c>, <c>1.2e-05</c>.</summary>
    /// <param name="value">The figure; null is empty.</param>
    public static string Figure(double? value) => value switch
    {
        null => "",
        0 => "0",
        { } number when Math.Abs(number) is >= 1e-3 and < 1e5 => number.ToString(
            Math.Abs(number) < 10 ? "0.0000" : "0.##", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.###e+00", CultureInfo.InvariantCulture),
    };

    /// <summary>A duration: <c>350 ms</c>, <c>12.3 s</c>, <c>5 min 20 s</c>, <c>2 h 5 min</c>.</summary>
    /// <param name="seconds">The duration; null is empty.</param>
    public static string Duration(double? seconds) => seconds switch
    {
        null => "",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min {(int)seconds % 60} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)} h {(int)(seconds / 60) % 60} min"),
    };

    /// <summary>A time of the day with its date, in this machine's zone.</summary>
    /// <param name="time">The time; null is empty.</param>
    public static string Time(DateTimeOffset? time) =>
        time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A file as one would name it from the current folder; in full where it lies outside.</summary>
    /// <param name="path">The full path.</param>
    public static string Path(string path)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
