using System.Globalization;
using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <summary>Where reports lie and how they are written.</summary>
internal static class ReportFile
{
    /// <summary>The setting that moves the folder of runs, or with <c>none</c> switches it off.</summary>
    public const string Setting = "SOFTMAX_RUNS";

    /// <summary>The report's file of a session; null where nothing is kept.</summary>
    public static string? Of(ScriptSession session, DateTimeOffset began)
    {
        var folder = Environment.GetEnvironmentVariable(Setting);
        if (string.Equals(folder, "none", StringComparison.OrdinalIgnoreCase))
            return null;
        var name = session.ScriptPath is { } path ? Path.GetFileNameWithoutExtension(path) : "stdin";
        var stamp = began.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return Path.Combine(Path.GetFullPath(string.IsNullOrEmpty(folder) ? "runs" : folder), $"{stamp}-{name}", "report.html");
    }

    /// <summary>Writes a page, whole or not at all.</summary>
    public static void Write(string path, string html)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = Encoding.UTF8.GetBytes(html);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new FileException(path, FileProblem.Writing(path, exception), exception);
            }
        }

        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
