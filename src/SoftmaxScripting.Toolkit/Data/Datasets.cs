using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Data sets by name, and from arrays.</summary>
public static class Datasets
{
    /// <summary>The names that <see cref="Load"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Garments.Name, .. ImageCatalogue.Entries.Select(entry => entry.Name), .. DataFrame.Names];

    /// <summary>
    /// A data set by name, images as bytes, inputs pixels/255. <c>garments</c> is drawn by the program and needs
    /// nothing; <c>mnist</c> and <c>fashion-mnist</c> are found in the data folder, or else fetched into it. <c>titanic</c>
    /// and <c>diabetes</c> are tables (<see cref="DataFrame.Load"/>), one row in five held back for judging.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="DataException">The name is unknown, or files are missing, broken and cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled during a download.</exception>
    public static Dataset Load(string name)
    {
        using var spell = TimeAccount.Enter(Phase.Data);
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

    /// <summary>A data set from arrays in memory: rows of features and a class label each.</summary>
    /// <param name="inputs">[rows, features].</param>
    /// <param name="labels">[rows], from 0.</param>
    /// <param name="classNames">The class of each label; null for the numbers themselves.</param>
    /// <param name="name">What the set is called.</param>
    /// <exception cref="DataException">Rows and labels differ in number, a label is out of range, or an input is not finite.</exception>
    public static Dataset FromArrays(float[,] inputs, int[] labels, IReadOnlyList<string>? classNames = null, string name = "arrays") =>
        FromTensors(Tensor.Of(inputs), Tensor.Of(labels), classNames: classNames ?? Numbered(name, labels), name: name);

    /// <summary>A data set from arrays in memory: rows of features and a number each (regression).</summary>
    /// <param name="inputs">[rows, features].</param>
    /// <param name="targets">[rows]; a model sees them as [rows, 1].</param>
    /// <param name="name">What the set is called.</param>
    /// <exception cref="DataException">Rows and targets differ in number, or an input is not finite.</exception>
    public static Dataset FromArrays(float[,] inputs, float[] targets, string name = "arrays") =>
        FromTensors(Tensor.Of(inputs), Tensor.Of(targets).Reshape(targets.Length, 1), name: name);

    /// <summary>A data set from rows of features and a class label each; numbers are rounded to float32.</summary>
    /// <param name="inputs">The rows, all of one length.</param>
    /// <param name="labels">[rows], from 0.</param>
    /// <param name="classNames">The class of each label; null for the numbers themselves.</param>
    /// <param name="name">What the set is called.</param>
    /// <exception cref="DataException">Rows differ in length, or rows and labels in number, or a label is out of range, or an input is not finite.</exception>
    public static Dataset FromArrays(IReadOnlyList<double[]> inputs, int[] labels, IReadOnlyList<string>? classNames = null, string name = "arrays") =>
        FromArrays(Rectangle(name, inputs), labels, classNames, name);

    /// <summary>A data set from rows of features and a number each (regression); numbers are rounded to float32.</summary>
    /// <param name="inputs">The rows, all of one length.</param>
    /// <param name="targets">[rows]; a model sees them as [rows, 1].</param>
    /// <param name="name">What the set is called.</param>
    /// <exception cref="DataException">Rows differ in length, or rows and targets in number, or an input is not finite.</exception>
    public static Dataset FromArrays(IReadOnlyList<double[]> inputs, double[] targets, string name = "arrays") =>
        FromArrays(Rectangle(name, inputs), Array.ConvertAll(targets, x => (float)x), name);

    /// <summary>A data set from objects: functions give each one's features and class.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="records">The rows.</param>
    /// <param name="inputs">A row's features, equally many for all.</param>
    /// <param name="label">A row's class, from 0.</param>
    /// <param name="classNames">The class of each label; null for the numbers themselves.</param>
    /// <param name="name">What the set is called.</param>
    /// <exception cref="DataException">As for <see cref="FromArrays(IReadOnlyList{double[]}, int[], IReadOnlyList{string}, string)"/>.</exception>
    public static Dataset FromRecords<T>(
        IEnumerable<T> records, Func<T, double[]> inputs, Func<T, int> label, IReadOnlyList<string>? classNames = null, string name = "records")
    {
        T[] rows = [.. records];
        return FromArrays([.. rows.Select(inputs)], [.. rows.Select(label)], classNames, name);
    }

    /// <summary>A data set of parts made elsewhere, such as rows on disk.</summary>
    /// <param name="train">The rows to learn from.</param>
    /// <param name="test">The rows to judge by; null for none.</param>
    /// <param name="classNames">The class of each label; null for regression.</param>
    /// <param name="name">What the set is called.</param>
    public static Dataset FromSamples(
        Samples train, Samples? test = null, IReadOnlyList<string>? classNames = null, string name = "samples") =>
        new(name, "Given as samples.", train, test ?? train.Take(0), classNames);

    private static float[,] Rectangle(string name, IReadOnlyList<double[]> rows)
    {
        if (rows.Count == 0)
            throw new DataException($"{name}: there is no row.");
        var width = rows[0].Length;
        var values = new float[rows.Count, width];
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Length != width)
                throw new DataException($"{name}: row {row} has {rows[row].Length} numbers and row 0 has {width}; all rows must be of one length.");
            for (var c = 0; c < width; c++)
                values[row, c] = (float)rows[row][c];
        }

        return values;
    }

    private static string[] Numbered(string name, int[] labels)
    {
        var bad = Array.FindIndex(labels, label => label < 0);
        if (bad >= 0)
            throw new DataException($"{name}: the label at row {bad} is {labels[bad]}; labels count from 0.");
        return [.. Enumerable.Range(0, labels.Length == 0 ? 0 : labels.Max() + 1).Select(label => $"{label}")];
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
