namespace SoftmaxScripting.Toolkit;

/// <summary>The public image sets that can be loaded by name; each entry is data and nothing else.</summary>
public static class ImageCatalogue
{
    /// <summary>
    /// Handwritten digits. Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
    /// recognition", 1998.
    /// </summary>
    public static ImageCatalogueEntry Mnist { get; } = new()
    {
        Name = "mnist",
        Title = "MNIST, handwritten digits (LeCun, Cortes and Burges)",
        Licence = "no licence stated by its authors",
        TrainImages = new("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        TrainLabels = new("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
        TestImages = new("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
        TestLabels = new("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"),
        Addresses =
        [
            new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        ],
        ClassNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        PixelMean = 0.1307,
        PixelStandardDeviation = 0.3081,
    };

    /// <summary>
    /// Photographed articles of clothing. Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for
    /// benchmarking machine learning algorithms", 2017.
    /// </summary>
    public static ImageCatalogueEntry FashionMnist { get; } = new()
    {
        Name = "fashion-mnist",
        Title = "Fashion-MNIST, articles of clothing (Xiao, Rasul and Vollgraf, 2017)",
        Licence = "MIT licence, Zalando SE",
        TrainImages = new("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        TrainLabels = new("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
        TestImages = new("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
        TestLabels = new("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"),
        Addresses =
        [
            // The publisher offers this one without TLS only; the md5 is checked whichever answers.
            new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
        ],
        ClassNames = Garments.ClassNames,
        PixelMean = 0.2860,
        PixelStandardDeviation = 0.3530,
    };

    /// <summary>Every entry, in the order of their names.</summary>
    public static IReadOnlyList<ImageCatalogueEntry> Entries { get; } = [FashionMnist, Mnist];

    /// <summary>The entry of a name, in upper or lower case.</summary>
    /// <param name="name">Such as <c>fashion-mnist</c>.</param>
    /// <exception cref="DataException">No entry has that name; the message lists the known ones.</exception>
    public static ImageCatalogueEntry Find(string name)
    {
        var names = Entries.Select(entry => entry.Name).ToList();
        return Entries.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new DataException(
                $"No image set is called `{name}`{DidYouMean.Suffix(name, names)}. " +
                $"Known are {string.Join(", ", names)}.");
    }

    /// <summary>Loads a set by name from the data folder, and fetches what is missing there.</summary>
    /// <param name="name">Such as <c>fashion-mnist</c>.</param>
    /// <param name="progress">Called while files are fetched; may be null.</param>
    /// <param name="cancellation">Stops a download; what has come is kept.</param>
    /// <exception cref="DataException">The name is unknown, or a file cannot be fetched or is broken.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LabelledImages Load(
        string name, Action<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        var entry = Find(name);
        var folder = DataFolder.Current;
        using var downloader = new Downloader();
        try
        {
            return entry.Load(Path.Combine(folder.Path, entry.Name), downloader, progress, cancellation);
        }
        catch (DataException error)
        {
            throw new DataException(
                $"{error.Message}\nThe data folder is {folder}. The set {Garments.Name} needs neither file nor network.");
        }
    }
}
