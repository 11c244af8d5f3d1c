using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Data sets by name, and from arrays.</summary>
public static class Datasets
{
    /// <summary>The names that <see cref="Load"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Garments.Name, .. ImageCatalogue.Entries.Select(entry => entry.Name), .. Table.Names];

    /// <summary>
    /// A data set by name, images as bytes, inputs pixels/255. <c>garments</c> is drawn by the program and needs
    /// nothing; <c>mnist</c> and <c>fashion-mnist</c> are found in the data folder, or else fetched into it. <c>titanic</c>
    /// and <c>diabetes</c> are tables (<see cref="Table.Load"/>), one row in five held back for judging.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="DataException">The name is unknown, or files are missing, broken and cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled during a download.</exception>
    public static Dataset Load(string name)
    {
        if (!Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new DataException(
                $"No data set is called '{name}'{DidYouMean.Suffix(name, Names)}. Known are {string.Join(", ", Names)}.");
        if (string.Equals(name, Garments.Name, StringComparison.OrdinalIgnoreCase))
            return Of(Garments.Generate());
        if (TableCatalogue.Find(name) is { } entry)
            return entry.Recipe(entry.Load(DataFolder.Current.Path)).Split();
        using var progress = new DownloadDisplay(Console.Error);
        return Of(ImageCatalogue.Load(name, progress.Show, ScriptSession.Current.Cancellation));
    }

    /// <summary>A data set of labelled images.</summary>
    /// <param name="images">The images, as bytes.</param>
    public static Dataset Of(LabelledImages images) =>
        new(images.Name, images.Origin, Of(images.Train), Of(images.Test), images.ClassNames, images.Synthetic);

    /// <summary>A data set from tensors in memory.</summary>
    /// <param name="inputs">[rows, …].</param>
    /// <param name="targets">Class labels [rows] (int32), or numbers [rows, …].</param>
    /// <param name="testInputs">The inputs of the test rows; null for none.</param>
    /// <param name="testTargets">The targets of the test rows; null for none.</param>
    /// <param name="classNames">The class of each label; null for regression.</param>
    /// <param name="name">What the set is called.</param>
    /// <exception cref="DataException">Rows and targets differ in number, a label is out of range, or an input is not finite.</exception>
    public static Dataset FromTensors(
        Tensor inputs,
        Tensor targets,
        Tensor? testInputs = null,
        Tensor? testTargets = null,
        IReadOnlyList<string>? classNames = null,
        string name = "tensors")
    {
        var train = new Samples(inputs, targets);
        var test = testInputs is null || testTargets is null
            ? train.Take(0)
            : new Samples(testInputs, testTargets);
        foreach (var (part, samples) in new[] { ("training", train), ("test", test) })
        {
            RequireFinite(name, part, samples.Stored);
            if (classNames is not null)
                RequireLabels(name, part, samples.Targets, classNames.Count);
        }

        return new Dataset(name, "Given as tensors.", train, test, classNames);
    }

    private static Samples Of(ImageSet images) =>
        new(Tensor.OfBytes(images.Pixels, images.Count, images.Height, images.Width), Tensor.Of(images.Labels), 1f / 255f);

    private static void RequireFinite(string name, string part, Tensor inputs)
    {
        if (!inputs.DType.IsFloat)
            return;
        var values = inputs.ToArray();
        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad < 0)
            return;
        var width = values.Length / inputs.Shape[0];
        throw new DataException(
            $"{name}: the {part} input at row {bad / width}, column {bad % width} is {values[bad]}; "
            + "fill in or leave out such rows first.");
    }

    private static void RequireLabels(string name, string part, Tensor labels, int classes)
    {
        if (labels.DType.IsFloat)
            return;
        var values = labels.ToInts();
        var bad = Array.FindIndex(values, label => (uint)label >= (uint)classes);
        if (bad >= 0)
            throw new DataException(
                $"{name}: the {part} label at row {bad} is {values[bad]}, outside 0..{classes - 1} ({classes} classes).");
    }
}
