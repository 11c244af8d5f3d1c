namespace SoftmaxScripting.Toolkit;

/// <summary>One file of a published data set.</summary>
/// <param name="Name">The file's name, the same at every address.</param>
/// <param name="Md5">Its md5 in hexadecimal, as its publisher states it.</param>
public sealed record PublishedFile(string Name, string Md5);

/// <summary>
/// A published set of labelled images in four IDX files: what it is, where it is, and how to load it.
/// </summary>
public sealed record ImageCatalogueEntry
{
    /// <summary>The name a script asks for, which is also the name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>What the images show, and who made them.</summary>
    public required string Title { get; init; }

    /// <summary>The licence its origin states.</summary>
    public required string Licence { get; init; }

    /// <summary>Training images, [count, height, width].</summary>
    public required PublishedFile TrainImages { get; init; }

    /// <summary>Training labels, [count].</summary>
    public required PublishedFile TrainLabels { get; init; }

    /// <summary>Test images, [count, height, width].</summary>
    public required PublishedFile TestImages { get; init; }

    /// <summary>Test labels, [count].</summary>
    public required PublishedFile TestLabels { get; init; }

    /// <summary>Web folders that hold the files, tried in this order; each ends in a slash.</summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>The name of each class, in the order of the labels.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Mean over all training pixels, scaled to 0..1.</summary>
    public required double PixelMean { get; init; }

    /// <summary>Standard deviation over all training pixels, scaled to 0..1.</summary>
    public required double PixelStandardDeviation { get; init; }

    /// <summary>
    /// Loads the set from a folder and fetches the files it lacks. Files that are there are not checked against their
    /// md5 again, only read; an unpacked file (the name without <c>.gz</c>) serves as well.
    /// </summary>
    /// <param name="folder">Holds the four files, or will.</param>
    /// <param name="downloader">Fetches what is missing.</param>
    /// <param name="progress">Called while files are fetched; may be null.</param>
    /// <param name="cancellation">Stops a download; what has come is kept.</param>
    /// <exception cref="DataException">
    /// A file cannot be fetched or is broken, or the files do not fit together.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public LabelledImages Load(
        string folder,
        Downloader downloader,
        Action<DownloadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        // Everything is fetched before anything is read, so that a broken network shows at once.
        var paths = Array.ConvertAll(
            [TrainImages, TrainLabels, TestImages, TestLabels],
            file => PathOf(file, folder, downloader, progress, cancellation));
        var test = Task.Run(() => ReadSet("test", paths[2], paths[3]), cancellation);
        var train = ReadSet("train", paths[0], paths[1]);
        return new LabelledImages(Name, $"{Title}; {Licence}.", train, test.GetAwaiter().GetResult());
    }

    private string PathOf(
        PublishedFile file,
        string folder,
        Downloader downloader,
        Action<DownloadProgress>? progress,
        CancellationToken cancellation)
    {
        var path = Path.Combine(folder, file.Name);
        if (File.Exists(path)) return path;
        if (Path.GetExtension(path) == ".gz" && File.Exists(Path.ChangeExtension(path, null)))
            return Path.ChangeExtension(path, null);

        Uri[] mirrors = DataFolder.Mirror is { } mirror ? [new Uri(mirror, $"{Name}/")] : [];
        var download = new Download(path, file.Md5, [.. mirrors.Concat(Addresses).Select(address => new Uri(address, file.Name))]);
        // Off any synchronisation context: a script waits here for the file.
        Task.Run(() => downloader.FetchAsync(download, progress, cancellation), cancellation).GetAwaiter().GetResult();
        return path;
    }

    private ImageSet ReadSet(string part, string imagesPath, string labelsPath)
    {
        var images = IdxFile.Read(imagesPath, axes: 3);
        var labels = IdxFile.Read(labelsPath, axes: 1);
        return new ImageSet(
            $"{Name} {part}", images.Bytes, images.Sizes[1], images.Sizes[2],
            Array.ConvertAll(labels.Bytes, label => (int)label), ClassNames, synthetic: false);
    }
}
