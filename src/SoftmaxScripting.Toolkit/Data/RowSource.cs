using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;

namespace SoftmaxScripting.Toolkit;

/// <summary>Which rows come when.</summary>
/// <param name="Size">Rows per batch.</param>
/// <param name="Shuffle">False for the stored order.</param>
/// <param name="Seed">The seed of the order.</param>
/// <param name="Pass">The number of the pass.</param>
/// <param name="Skip">Batches to leave out at the beginning.</param>
internal readonly record struct ReadingOrder(int Size, bool Shuffle, ulong Seed, int Pass, int Skip)
{
    /// <summary>The place of the first row in the order of the pass.</summary>
    public long Start => (long)Skip * Size;
}

/// <summary>A batch of rows as stored.</summary>
/// <param name="Numbers">Which rows, by their number in the set.</param>
/// <param name="Inputs">Their inputs; recorded where a step is being recorded.</param>
/// <param name="Targets">Their targets, likewise.</param>
internal readonly record struct StoredBatch(int[] Numbers, Func<Tensor> Inputs, Func<Tensor> Targets);

/// <summary>Rows of inputs and targets, wherever they lie. Immutable.</summary>
internal abstract class RowSource
{
    public abstract int Count { get; }

    /// <summary>The sizes of one row's input.</summary>
    public abstract int[] RowShape { get; }

    public abstract DType InputType { get; }

    /// <summary>All inputs, if they lie in memory.</summary>
    public abstract Tensor Stored { get; }

    public abstract Tensor Targets { get; }

    public abstract RowSource Take(int count);

    /// <summary>The rows of these numbers, all of which there are.</summary>
    public abstract RowSource Select(int[] rows);

    /// <summary>The batches of a pass; reading begins when the first is asked for, and ends when the enumerator is disposed.</summary>
    public abstract IEnumerable<StoredBatch> Read(ReadingOrder order);
}

/// <summary>Rows in memory.</summary>
internal sealed class StoredRows : RowSource
{
    public StoredRows(Tensor stored, Tensor targets)
    {
        if (stored.Rank < 1 || targets.Rank < 1)
            throw new DataException($"Inputs {stored.Shape} and targets {targets.Shape} need rows along their first axis.");
        if (stored.Shape[0] != targets.Shape[0])
            throw new DataException(
                $"Inputs {stored.Shape} and targets {targets.Shape} differ in their number of rows; each row needs one target.");
        Stored = stored;
        Targets = targets;
    }

    public override int Count => Stored.Shape[0];

    public override int[] RowShape => Stored.Shape.ToArray()[1..];

    public override DType InputType => Stored.DType;

    public override Tensor Stored { get; }

    public override Tensor Targets { get; }

    public override RowSource Take(int count) => new StoredRows(Stored[..count], Targets[..count]);

    public override RowSource Select(int[] rows)
    {
        var numbers = Tensor.Of(rows);
        return new StoredRows(Stored.Gather(numbers), Targets.Gather(numbers));
    }

    public override IEnumerable<StoredBatch> Read(ReadingOrder order)
    {
        var rows = order.Shuffle ? Philox.Permutation(order.Seed, (ulong)order.Pass, Count) : [.. Enumerable.Range(0, Count)];
        for (var start = order.Start; start < rows.Length; start += order.Size)
        {
            var numbers = rows.AsSpan((int)start, Math.Min(order.Size, rows.Length - (int)start)).ToArray();
            var indices = Tensor.Of(numbers);
            yield return new StoredBatch(numbers, () => Stored.Gather(indices), () => Targets.Gather(indices));
        }
    }
}
