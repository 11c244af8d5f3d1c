using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;

namespace SoftmaxScripting.Toolkit;

/// <summary>Some rows of a data set, ready for a model.</summary>
/// <param name="Inputs">The rows' inputs, [count, …], normalised.</param>
/// <param name="Targets">The rows' targets: class labels [count] (int32), or numbers [count, …].</param>
/// <example><code>foreach (var (x, y) in data.Train.Batches(256)) …</code></example>
public readonly record struct Batch(Tensor Inputs, Tensor Targets)
{
    /// <summary>How many rows there are; the last batch of an epoch may have fewer than the others.</summary>
    public int Count => Inputs.Shape[0];
}

/// <summary>
/// Rows that a step is about to take. They are read inside the step, so that reading them in memory (gather, convert,
/// normalise) becomes part of its plan.
/// </summary>
/// <param name="Count">How many rows there are.</param>
/// <param name="Read">The rows; may be called more than once.</param>
/// <param name="Rows">The numbers of the rows; null where they have none.</param>
internal readonly record struct PendingBatch(int Count, Func<Batch> Read, Tensor? Rows = null);

/// <summary>
/// One part of a data set: inputs as they are stored (images as bytes), targets, and the normalisation that turns the
/// one into what a model sees. Rows lie along the first axis. Immutable.
/// </summary>
public sealed class Samples
{
    private readonly Tensor stored;
    private readonly Tensor targets;
    private readonly float scale;
    private readonly float shift;

    internal Samples(Tensor stored, Tensor targets, float scale = 1, float shift = 0)
    {
        if (stored.Rank < 1 || targets.Rank < 1)
            throw new DataException($"Inputs {stored.Shape} and targets {targets.Shape} need rows along their first axis.");
        if (stored.Shape[0] != targets.Shape[0])
            throw new DataException(
                $"Inputs {stored.Shape} and targets {targets.Shape} differ in their number of rows; each row needs one target.");
        this.stored = stored;
        this.targets = targets;
        this.scale = scale;
        this.shift = shift;
    }

    /// <summary>The number of rows.</summary>
    public int Count => stored.Shape[0];

    /// <summary>The inputs as stored, [count, …]: bytes for images.</summary>
    public Tensor Stored => stored;

    /// <summary>All targets: class labels [count] (int32), or numbers [count, …].</summary>
    public Tensor Targets => targets;

    /// <summary>All inputs, normalised, in floating point; large sets are better read in batches.</summary>
    public Tensor Inputs => Rows(null).Inputs;

    /// <summary>The same rows with inputs x·scale + shift instead of any earlier normalisation.</summary>
    /// <param name="newScale">What stored numbers are multiplied with.</param>
    /// <param name="newShift">What is added then.</param>
    public Samples Scaled(float newScale, float newShift) => new(stored, targets, newScale, newShift);

    /// <summary>The first rows.</summary>
    /// <param name="count">How many; more than there are gives all.</param>
    public Samples Take(int count)
    {
        var end = Math.Clamp(count, 0, Count);
        return new(stored[..end], targets[..end], scale, shift);
    }

    /// <summary>
    /// The rows in batches, shuffled by the seed; the last batch has the rest. The same seed and pass give the same
    /// order on every machine.
    /// </summary>
    /// <param name="size">Rows per batch.</param>
    /// <param name="shuffle">False keeps the stored order.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="pass">The number of the pass over the data: each has an order of its own.</param>
    /// <exception cref="SoftmaxException">The size is below 1.</exception>
    public IEnumerable<Batch> Batches(int size, bool shuffle = true, ulong seed = 0, int pass = 0) =>
        Pending(size, shuffle, seed, pass).Select(batch => batch.Read());

    /// <summary>The batches of one pass, not yet read.</summary>
    /// <param name="size">Rows per batch.</param>
    /// <param name="shuffle">False keeps the stored order.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="pass">The number of the pass.</param>
    /// <param name="skip">How many batches of the pass are already done.</param>
    /// <exception cref="SoftmaxException">The size is below 1.</exception>
    internal IEnumerable<PendingBatch> Pending(int size, bool shuffle, ulong seed, int pass, int skip = 0)
    {
        if (size < 1)
            throw new SoftmaxException($"The batch size is {size}; it must be at least 1.");
        return Enumerate();

        IEnumerable<PendingBatch> Enumerate()
        {
            var order = shuffle ? Philox.Permutation(seed, (ulong)pass, Count) : [.. Enumerable.Range(0, Count)];
            for (long start = (long)skip * size; start < order.Length; start += size)
            {
                var rows = Tensor.Of(order.AsSpan((int)start, Math.Min(size, order.Length - (int)start)).ToArray());
                yield return new PendingBatch(rows.Size, () => Rows(rows), rows);
            }
        }
    }

    /// <summary>
    /// Inputs and targets of some rows (null: all), as one recorded formula: gather, convert, normalise. Inside a
    /// training step it becomes part of the step's plan.
    /// </summary>
    private Batch Rows(Tensor? rows)
    {
        var parts = Recording.Run(() =>
        {
            var inputs = rows is null ? stored : stored.Gather(rows);
            if (!inputs.DType.IsFloat)
                inputs = inputs.ToFloat();
            if (scale != 1)
                inputs *= scale;
            if (shift != 0)
                inputs += shift;
            return [inputs, rows is null ? targets : targets.Gather(rows)];
        });
        return new Batch(parts[0], parts[1]);
    }
}
