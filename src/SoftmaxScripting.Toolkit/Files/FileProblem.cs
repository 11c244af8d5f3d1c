namespace SoftmaxScripting.Toolkit;

/// <summary>Says in one sentence why a file cannot be written or read, and what to do.</summary>
internal static class FileProblem
{
    // The numbers that the system's failures bear: errno on Unix (EDQUOT of Linux, then of BSD and macOS), HRESULT on Windows.
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaLinux = 122;
    private const int QuotaBsd = 69;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>Why a file cannot be written.</summary>
    /// <param name="path">The file, as the caller named it.</param>
    /// <param name="exception">What was caught.</param>
    public static string Writing(string path, Exception exception)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        var (reason, remedy) = exception switch
        {
            _ when Directory.Exists(path) => ("there is a folder of this name", "Name a file."),
            DirectoryNotFoundException when File.Exists(folder) => ($"{folder} is a file, not a folder", "Name another folder."),
            DirectoryNotFoundException => ($"the folder {folder} does not exist", "Create it first, or name another."),
            { HResult: NoSpace or DiskFullWindows or HandleDiskFullWindows } => ("the disk is full", "Free some space, or name a place on another disk."),
            { HResult: QuotaLinux or QuotaBsd } => ("the quota of this user is used up", "Free some space, or name a place on another disk."),
            { HResult: ReadOnlyFileSystem } => ("its file system is read-only", "Name a place that can be written to."),
            UnauthorizedAccessException when File.Exists(path) && new FileInfo(path).IsReadOnly =>
                ("the file there is read-only", "Make it writable, or name another."),
            UnauthorizedAccessException => ($"this user may not write to {folder}", "Name a folder that can be written to."),
            PathTooLongException => ("its name is too long", "Choose a shorter one."),
            _ => (Clause(exception.Message), "Name another place if this stays."),
        };
        return $"{path} cannot be written: {reason}. Nothing was changed there. {remedy}";
    }

    /// <summary>Why a file cannot be read.</summary>
    /// <param name="path">The file, as the caller named it.</param>
    /// <param name="exception">What was caught.</param>
    public static string Reading(string path, Exception exception) => exception switch
    {
        _ when Directory.Exists(path) => $"{path} cannot be read: it is a folder. Name a file.",
        FileNotFoundException or DirectoryNotFoundException => $"There is no file {path}.",
        UnauthorizedAccessException => $"{path} cannot be read: this user may not read it.",
        _ => $"{path} cannot be read: {Clause(exception.Message)}.",
    };

    private static string Clause(string sentence) => sentence.TrimEnd('.', ' ');
}
