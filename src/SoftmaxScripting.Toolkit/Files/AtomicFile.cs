using System.Text;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Writes files that are there whole or not at all. The bytes go into a temporary file beside the target, reach the
/// disk, and take the target's name in one step; whoever reads the name sees the old file or the new one, also when
/// the process is killed in between. What goes wrong removes the temporary file and leaves the old one as it was.
/// </summary>
public static class AtomicFile
{
    private const string TemporaryExtension = ".partial";
    private const int BufferSize = 1 << 16;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; its folder must exist. A link stays one: the file it leads to is replaced.</param>
    /// <param name="write">Writes the content; what it throws that is no failure of a file is passed on as it is.</param>
    /// <exception cref="FileException">
    /// The file cannot be written: the folder is missing or may not be written to, the disk is full, ….
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            if (IsDevice(Path.GetFullPath(path)) || IsDevice(Target(path)))
                WriteThrough(path, write);
            else
                Replace(Target(path), write);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FileException(path, FileProblem.Writing(path, exception));
        }
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="text">The whole text.</param>
    /// <exception cref="FileException">The file cannot be written.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Removes the temporary files that killed processes left in a folder. Nobody may be writing there meanwhile.
    /// </summary>
    /// <param name="folder">The folder; nothing happens where it does not exist.</param>
    public static void RemoveLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var leftover in Directory.EnumerateFiles(folder, ".*" + TemporaryExtension))
            Remove(leftover);
    }

    private static string Target(string path) => new FileInfo(path).LinkTarget is null
        ? Path.GetFullPath(path)
        : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>
    /// What is neither a file nor a folder, such as <c>/dev/stdout</c> or <c>/dev/null</c>, must be written to and never
    /// replaced. The framework does not tell devices from files, their folder does.
    /// </summary>
    private static bool IsDevice(string full) =>
        !OperatingSystem.IsWindows()
        && full.StartsWith("/dev/", StringComparison.Ordinal)
        && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static void WriteThrough(string device, Action<Stream> write)
    {
        using var stream = new FileStream(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, BufferSize);
        write(stream);
    }

    private static void Replace(string target, Action<Stream> write)
    {
        // Renaming needs no permission on what it replaces: one who has made a file read-only means it.
        if (File.Exists(target) && new FileInfo(target).IsReadOnly)
            throw new UnauthorizedAccessException();
        var temporary = Path.Combine(
            Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}{TemporaryExtension}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize))
            {
                if (!OperatingSystem.IsWindows() && File.Exists(target))
                    File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    // A failure to tidy up must not hide the failure that matters.
    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
