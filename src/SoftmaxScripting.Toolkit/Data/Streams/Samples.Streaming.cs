namespace SoftmaxScripting.Toolkit;

/// <content>Rows on disk.</content>
public sealed partial class Samples
{
    /// <summary>
    /// Rows that stay on disk and are read, ahead of their use, by a thread of its own: for sets larger than memory. Each file is
    /// a <c>.npy</c> file (from NumPy, or from a <see cref="RowWriter"/>) or an unpacked IDX file; bytes are taken as
    /// pixels/255. Shuffling mixes blocks of neighbouring rows over the whole set, and single rows within a buffer.
    /// </summary>
    /// <param name="inputsPath">Rows of bytes, float32 or float64 numbers, [rows, …].</param>
    /// <param name="targetsPath">One target for each row: whole numbers are class labels [rows]; else numbers [rows, …].</param>
    /// <param name="bufferMegabytes">The size of the shuffle buffer. Another size gives another order.</param>
    /// <exception cref="DataException">A file is missing, broken or of another kind, or the two differ in their number of rows.</exception>
    /// <example><code>
    /// var data = Datasets.FromSamples(Samples.Stream("train-images.npy", "train-labels.npy"), classNames: names);
    /// </code></example>
    public static Samples Stream(string inputsPath, string targetsPath, double bufferMegabytes = 32)
    {
        if (!(bufferMegabytes > 0))
            throw new DataException($"Stream: a shuffle buffer of {bufferMegabytes} MB; it must be above 0.");
        var inputs = RowFile.Open(inputsPath);
        var targets = RowFile.Open(targetsPath);
        if (inputs.Number is FileNumber.Int32 or FileNumber.Int64)
            throw new DataException($"{inputs.Name} holds whole numbers, which are taken for labels; inputs are bytes, float32 or float64.");
        // Labels are often stored as bytes.
        if (targets.Number == FileNumber.UInt8 && targets.Shape.Length > 1)
            throw new DataException($"{targets.Name}: targets of bytes are labels, one for each row; it holds [{string.Join(", ", targets.Shape)}].");
        return new Samples(
            new StreamedRows(inputs, targets, (long)(bufferMegabytes * (1 << 20))),
            scale: inputs.Number == FileNumber.UInt8 ? 1f / 255f : 1);
    }
}
