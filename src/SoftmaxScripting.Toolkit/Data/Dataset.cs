using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Rows to learn from and rows to judge by, with what is known of them. Immutable.</summary>
public sealed class Dataset
{
    /// <summary>Puts a data set together.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="origin">One sentence: where it comes from.</param>
    /// <param name="train">The rows to learn from.</param>
    /// <param name="test">The rows to judge by; may be empty.</param>
    /// <param name="classNames">The class of each label; empty for regression.</param>
    /// <param name="synthetic">True when a program made the rows up.</param>
    public Dataset(
        string name, string origin, Samples train, Samples test, IReadOnlyList<string>? classNames = null, bool synthetic = false)
    {
        Name = name;
        Origin = origin;
        Train = train;
        Test = test;
        ClassNames = classNames ?? [];
        Synthetic = synthetic;
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>One sentence: where it comes from.</summary>
    public string Origin { get; }

    /// <summary>The rows to learn from.</summary>
    public Samples Train { get; }

    /// <summary>The rows to judge by.</summary>
    public Samples Test { get; }

    /// <summary>The class of each label; empty for regression.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>True when a program made the rows up; whatever shows them says so.</summary>
    public bool Synthetic { get; }

    /// <summary>The number of classes; 0 for regression.</summary>
    public int Classes => ClassNames.Count;

    /// <summary>The numbers in one row's input: 784 for an image of 28×28.</summary>
    public int Features => Train.Count == 0 ? 0 : Train.Stored.Size / Train.Count;

    /// <summary>
    /// The same set with inputs (x/255 − mean)/standard deviation of stored bytes x, or (x − mean)/standard deviation of
    /// stored numbers.
    /// </summary>
    /// <param name="mean">Usually that of the training inputs.</param>
    /// <param name="standardDeviation">Usually that of the training inputs; above 0.</param>
    /// <exception cref="SoftmaxException">The standard deviation is not above 0.</exception>
    public Dataset Normalize(double mean, double standardDeviation)
    {
        if (!(standardDeviation > 0))
            throw new SoftmaxException(
                $"Normalize: the standard deviation is {standardDeviation}; it must be above 0 (is the input constant?).");
        var unit = Train.Stored.DType.IsFloat ? 1.0 : 255.0;
        Samples Scaled(Samples part) =>
            part.Scaled((float)(1 / (unit * standardDeviation)), (float)(-mean / standardDeviation));
        return new Dataset(Name, Origin, Scaled(Train), Scaled(Test), ClassNames, Synthetic);
    }

    /// <summary>The same set with only the first rows of each part: for a quick look.</summary>
    /// <param name="train">Rows to learn from.</param>
    /// <param name="test">Rows to judge by.</param>
    public Dataset Take(int train, int test) =>
        new(Name, Origin, Train.Take(train), Test.Take(test), ClassNames, Synthetic);

    /// <summary>One line: name, sizes, and whether the rows are made up.</summary>
    public override string ToString() =>
        $"{Name}: {Train.Count} training and {Test.Count} test rows of {Features} numbers"
        + (Classes > 0 ? $", {Classes} classes" : "")
        + (Synthetic ? " (synthetic)" : "");
}

/// <summary>Data sets by name, and from arrays.</summary>
public static class Datasets
{
    /// <summary>The names that <see cref="Load"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Garments.Name, .. ImageCatalogue.Entries.Select(entry => entry.Name)];

    /// <summary>
    /// A data set by name, images as bytes, inputs pixels/255. <c>garments</c> is drawn by the program and needs
    /// nothing; <c>mnist</c> and <c>fashion-mnist</c> are found in the data folder, or else fetched into it.
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
