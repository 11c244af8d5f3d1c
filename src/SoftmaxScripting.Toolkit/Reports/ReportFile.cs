using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <summary>Where reports lie, and how they and pictures are written.</summary>
internal static class ReportFile
{
    private const string Name = "report.html";

    /// <summary>The report's file, in the folder of the session's run; null where runs are not recorded.</summary>
    /// <exception cref="FileException">A folder on the way cannot be made.</exception>
    public static string? Of(ScriptSession session) => session.Recorder?.Folder?.PathOf(Name);

    /// <summary>Writes a page or a picture, whole or not at all.</summary>
    public static void Write(string path, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = Encoding.UTF8.GetBytes(text);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new FileException(path, FileProblem.Writing(path, exception));
            }
        }

        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
