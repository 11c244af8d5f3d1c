using System.Security.Cryptography;

namespace SoftmaxScripting.Toolkit;

/// <summary>The files of a published set as they lie, or do not lie, in its folder.</summary>
internal static class CatalogueFiles
{
    /// <summary>The four files of a set.</summary>
    /// <param name="entry">The set.</param>
    public static IReadOnlyList<PublishedFile> Of(ImageCatalogueEntry entry) =>
        [entry.TrainImages, entry.TrainLabels, entry.TestImages, entry.TestLabels];

    /// <summary>Where a file lies, packed or unpacked; null where it is missing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">The folder of its set.</param>
    public static string? Find(PublishedFile file, string folder)
    {
        var packed = Path.Combine(folder, file.Name);
        if (File.Exists(packed))
            return packed;
        var plain = Path.ChangeExtension(packed, null);
        return Path.GetExtension(packed) == ".gz" && File.Exists(plain) ? plain : null;
    }

    /// <summary>Fetches the files a folder lacks.</summary>
    /// <param name="entry">The set.</param>
    /// <param name="folder">The folder of the set.</param>
    /// <param name="progress">Called while files come.</param>
    /// <param name="cancellation">Stops; what has come is kept.</param>
    /// <returns>The files that were fetched.</returns>
    /// <exception cref="DataException">A file cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<string> Fetch(
        ImageCatalogueEntry entry, string folder, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var fetched = new List<string>();
        using var downloader = new Downloader();
        foreach (var file in Of(entry).Where(file => Find(file, folder) is null))
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.Combine(folder, file.Name);
            var download = new Download(path, file.Md5, [.. entry.Addresses.Select(address => new Uri(address, file.Name))]);
            downloader.FetchAsync(download, progress, cancellation).GetAwaiter().GetResult();
            fetched.Add(path);
        }

        return fetched;
    }

    /// <summary>
    /// What is wrong with a file: the md5 of a packed one is compared with its publisher's, an unpacked one, which no
    /// publisher states an md5 of, is read through. Null when it is as it should be.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Where it lies.</param>
    public static string? Problem(PublishedFile file, string path)
    {
        try
        {
            if (Path.GetFileName(path) != file.Name)
            {
                IdxFile.Read(path);
                return null;
            }

            using var stream = File.OpenRead(path);
#pragma warning disable CA5351 // The publishers of the data sets state md5; it finds damage, and no secret hangs on it.
            var found = Convert.ToHexStringLower(MD5.HashData(stream));
#pragma warning restore CA5351
            return string.Equals(found, file.Md5, StringComparison.OrdinalIgnoreCase)
                ? null
                : $"its md5 is {found}, its publisher states {file.Md5}";
        }
        catch (Exception exception) when (exception is DataException or IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
