using System.Security.Cryptography;

namespace SoftmaxScripting.Host.Watching;

/// <summary>What a file was when it was looked at.</summary>
/// <param name="Exists">Whether it was there.</param>
/// <param name="Length">Its length.</param>
/// <param name="Written">When it was written last.</param>
/// <param name="Content">What its content comes to; of a large file, length and time alone.</param>
internal sealed record FileState(bool Exists, long Length, DateTime Written, string Content)
{
    private const long MostHashed = 16 << 20;

    /// <summary>A file that is not there.</summary>
    public static FileState Absent { get; } = new(false, 0, default, "");

    /// <summary>Looks at a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="before">What it was before; its content is not read again where length and time are the same.</param>
    public static FileState Of(string path, FileState? before = null)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return Absent;
            var (length, written) = (file.Length, file.LastWriteTimeUtc);
            if (before is { Exists: true } && before.Length == length && before.Written == written)
                return before;
            return new FileState(true, length, written, Fingerprint(path, length, written));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Being written at this moment: the next look will tell.
            return before ?? Absent;
        }
    }

    private static string Fingerprint(string path, long length, DateTime written)
    {
        if (length > MostHashed)
            return $"{length} {written.Ticks}";
        using var stream = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
