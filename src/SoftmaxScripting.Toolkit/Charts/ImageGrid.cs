using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Small images side by side with their captions; mistakes are framed and marked. Immutable.</summary>
public sealed record ImageGrid : Figure
{
    /// <summary>A grid of images.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="pictures">The images, row by row.</param>
    public ImageGrid(string title, IReadOnlyList<Picture> pictures)
    {
        Title = title;
        Pictures = pictures;
    }

    /// <summary>The images, row by row.</summary>
    public IReadOnlyList<Picture> Pictures { get; }

    /// <summary>How many stand side by side.</summary>
    public int Columns { get; init; } = 5;

    /// <summary>Images of a classification with what they were taken for: right ones by name, wrong ones marked.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="images">[rows, height, width] or [rows, numbers].</param>
    /// <param name="truth">The class of each.</param>
    /// <param name="predicted">What each was taken for.</param>
    /// <param name="names">The name of each class.</param>
    /// <exception cref="SoftmaxException">The numbers of images and classes differ.</exception>
    public static ImageGrid Predictions(
        string title, Tensor images, IReadOnlyList<int> truth, IReadOnlyList<int> predicted, IReadOnlyList<string> names)
    {
        var pictures = Of(images);
        if (pictures.Count != truth.Count || pictures.Count != predicted.Count)
        {
            throw new SoftmaxException(
                $"Predictions: {pictures.Count} images, {truth.Count} true and {predicted.Count} predicted classes; each image needs both.");
        }

        var wrong = truth.Zip(predicted).Count(pair => pair.First != pair.Second);
        return new ImageGrid(title, [.. pictures.Select((picture, i) => picture with
        {
            Caption = NameOf(names, predicted[i]),
            Truth = NameOf(names, truth[i]),
            IsMistake = truth[i] != predicted[i],
        })])
        {
            Description = $"{pictures.Count} images with the class each was taken for; {wrong} of them wrong.",
        };
    }

    /// <summary>Grey images from a tensor, without captions.</summary>
    internal static IReadOnlyList<Picture> Of(Tensor images)
    {
        if (images.Rank < 2)
            throw new SoftmaxException($"Images need the shape [rows, height, width] or [rows, numbers], not {images.Shape}.");
        var (rows, values) = (images.Shape[0], (images.DType.IsFloat ? images : images.ToFloat()).ToArray());
        var size = rows == 0 ? 0 : values.Length / rows;
        var (height, width) = images.Rank == 2 ? Picture.Sizes(Shape.Of(size), size) : (images.Shape[images.Rank - 2], images.Shape[images.Rank - 1]);
        if (rows > 0 && height * width != size)
            throw new SoftmaxException($"Images need the shape [rows, height, width], grey; the shape is {images.Shape}.");
        return [.. Enumerable.Range(0, rows).Select(i => Picture.Grey(new ArraySegment<float>(values, i * size, size), height, width))];
    }

    private static string NameOf(IReadOnlyList<string> names, int i) => i >= 0 && i < names.Count ? names[i] : $"class {i}";

    private protected override string Render(string? css) => new ImageGridRenderer(this).Render(css);
}
