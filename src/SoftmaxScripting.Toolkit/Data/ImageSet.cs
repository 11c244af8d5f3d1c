namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Grey images with a class each, kept as bytes; immutable by agreement: the arrays are handed out without a copy,
/// because they feed kernels directly, and must not be written to.
/// </summary>
public sealed class ImageSet
{
    /// <summary>Checks and takes over the arrays.</summary>
    /// <param name="name">The name in messages and reports, such as <c>mnist train</c>.</param>
    /// <param name="pixels">Row-major [count, height, width], 0 black to 255 white.</param>
    /// <param name="height">Rows of each image.</param>
    /// <param name="width">Columns of each image.</param>
    /// <param name="labels">[count], each in 0 .. classes − 1.</param>
    /// <param name="classNames">The name of each class, in the order of the labels.</param>
    /// <param name="synthetic">True when the images are drawn by a program and not photographed or scanned.</param>
    /// <exception cref="DataException">
    /// A size is not positive, the pixels are no whole number of images, images and labels differ in number, or a
    /// label lies outside the classes.
    /// </exception>
    public ImageSet(
        string name,
        byte[] pixels,
        int height,
        int width,
        int[] labels,
        IReadOnlyList<string> classNames,
        bool synthetic)
    {
        if (height <= 0 || width <= 0)
            throw new DataException($"{name}: images of {height}×{width} pixels; both sizes must be at least 1.");
        var area = (long)height * width;
        if (pixels.Length % area != 0)
            throw new DataException(
                $"{name}: {pixels.Length} pixels are no whole number of {height}×{width} images ({area} pixels each).");
        var count = (int)(pixels.Length / area);
        if (count != labels.Length)
            throw new DataException(
                $"{name}: {count} images but {labels.Length} labels; each image needs one. " +
                "Do the two files belong together?");
        if (classNames.Count == 0)
            throw new DataException($"{name}: no class names; a labelled set needs at least one.");
        var bad = Array.FindIndex(labels, label => (uint)label >= (uint)classNames.Count);
        if (bad >= 0)
            throw new DataException(
                $"{name}: the label at index {bad} is {labels[bad]}, outside 0..{classNames.Count - 1} " +
                $"({classNames.Count} classes).");

        Name = name;
        Pixels = pixels;
        Height = height;
        Width = width;
        Labels = labels;
        ClassNames = classNames;
        Synthetic = synthetic;
    }

    /// <summary>The name in messages and reports.</summary>
    public string Name { get; }

    /// <summary>
    /// Row-major [<see cref="Count"/>, <see cref="Height"/>, <see cref="Width"/>]; not to be written to.
    /// </summary>
    public byte[] Pixels { get; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Rows of each image.</summary>
    public int Height { get; }

    /// <summary>Columns of each image.</summary>
    public int Width { get; }

    /// <summary>The class of each image, 0 .. <see cref="ClassNames"/>.Count − 1; not to be written to.</summary>
    public int[] Labels { get; }

    /// <summary>The name of each class, in the order of the labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>True when the images are drawn by a program; whatever shows them says so.</summary>
    public bool Synthetic { get; }

    /// <summary>The pixels of one image, row-major [height · width].</summary>
    /// <param name="index">0 .. <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no image of that index.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Pixels.AsSpan(index * Height * Width, Height * Width);
    }

    /// <summary>
    /// Mean and (population) standard deviation over all pixels, scaled to 0..1: μ = Σ p/255 / n,
    /// σ² = Σ (p/255)² / n − μ². The sums are whole numbers and therefore exact. Both are NaN for an empty set.
    /// </summary>
    public (double Mean, double StandardDeviation) PixelStatistics()
    {
        long sum = 0, squares = 0;
        foreach (int pixel in Pixels)
        {
            sum += pixel;
            squares += pixel * pixel;
        }
        double n = Pixels.Length;
        var mean = sum / n;
        var variance = Math.Max(0, squares / n - mean * mean);
        return (mean / 255, Math.Sqrt(variance) / 255);
    }
}

/// <summary>A training set and a test set of labelled images with the same classes and image sizes.</summary>
public sealed class LabelledImages
{
    /// <summary>Pairs two sets.</summary>
    /// <param name="name">The name of the data set, as a script asks for it.</param>
    /// <param name="origin">One sentence for a reader: where the images come from, and their licence.</param>
    /// <param name="train">The images to learn from.</param>
    /// <param name="test">The images to judge by.</param>
    /// <exception cref="DataException">The two sets differ in image size or in their classes.</exception>
    public LabelledImages(string name, string origin, ImageSet train, ImageSet test)
    {
        if ((train.Height, train.Width) != (test.Height, test.Width))
            throw new DataException(
                $"{name}: training images have {train.Height}×{train.Width} pixels, " +
                $"test images {test.Height}×{test.Width}; both must be of one size.");
        if (!train.ClassNames.SequenceEqual(test.ClassNames))
            throw new DataException(
                $"{name}: training classes are [{string.Join(", ", train.ClassNames)}], " +
                $"test classes [{string.Join(", ", test.ClassNames)}]; both must be the same, in the same order.");
        Name = name;
        Origin = origin;
        Train = train;
        Test = test;
    }

    /// <summary>The name of the data set, as a script asks for it.</summary>
    public string Name { get; }

    /// <summary>One sentence for a reader: where the images come from, and their licence.</summary>
    public string Origin { get; }

    /// <summary>The images to learn from.</summary>
    public ImageSet Train { get; }

    /// <summary>The images to judge by.</summary>
    public ImageSet Test { get; }

    /// <summary>The name of each class, in the order of the labels.</summary>
    public IReadOnlyList<string> ClassNames => Train.ClassNames;

    /// <summary>True when either set is drawn by a program.</summary>
    public bool Synthetic => Train.Synthetic || Test.Synthetic;
}
