using System.Collections.Immutable;
using SoftmaxScripting.Core;

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
/// <param name="Rows">Which rows they are, by their number in the set.</param>
internal readonly record struct PendingBatch(int Count, Func<Batch> Read, int[] Rows);

/// <summary>
/// One part of a data set: inputs as they are stored, in memory or on disk (images as bytes), targets, and the steps that turn
/// the one into what a model sees: first x·scale + shift, then those of <see cref="Map"/>, <see cref="Flip"/> and their kin in
/// their order. Rows lie along the first axis. Immutable: each step gives new samples over the same rows.
/// </summary>
public sealed partial class Samples
{
    private readonly RowSource source;
    private readonly float scale;
    private readonly float shift;
    private Tensor? allTargets;
    private int[]? inputShape;

    internal Samples(Tensor stored, Tensor targets, float scale = 1, float shift = 0)
        : this(new StoredRows(stored, targets), scale, shift)
    {
    }

    internal Samples(RowSource source, float scale = 1, float shift = 0)
    {
        this.source = source;
        this.scale = scale;
        this.shift = shift;
    }

    /// <summary>What is done to inputs after scale and shift.</summary>
    private ImmutableArray<SampleStep> InputSteps { get; init; } = [];

    /// <summary>What is done to targets.</summary>
    private ImmutableArray<SampleStep> TargetSteps { get; init; } = [];

    /// <summary>The number of rows.</summary>
    public int Count => source.Count;

    /// <summary>The inputs as stored, [count, …]: bytes for images.</summary>
    /// <exception cref="DataException">The rows lie on disk.</exception>
    public Tensor Stored => source.Stored;

    /// <summary>The element type of the inputs as stored.</summary>
    public DType StoredType => source.InputType;

    /// <summary>The sizes of one row's input, as a model sees it: [28, 28] for an image.</summary>
    public IReadOnlyList<int> InputShape
    {
        get
        {
            // A formula may do anything to a shape: one row tells.
            inputShape ??= InputSteps.IsEmpty || Count == 0
                ? source.RowShape
                : Take(1).Batches(1, shuffle: false).First().Inputs.Shape.ToArray()[1..];
            return inputShape;
        }
    }

    /// <summary>All targets: class labels [count] (int32), or numbers [count, …].</summary>
    public Tensor Targets => allTargets ??= Finished(TargetSteps, source.Targets, new RowDraws(0, 0, [.. Enumerable.Range(0, Count)]));

    /// <summary>All inputs, normalised, in floating point; large sets are better read in batches.</summary>
    public Tensor Inputs => Finished(InputSteps, Scaled(() => source.Stored), new RowDraws(0, 0, [.. Enumerable.Range(0, Count)]));

    /// <summary>The same rows with stored inputs taken as x·scale + shift instead of any earlier scale.</summary>
    /// <param name="newScale">What stored numbers are multiplied with.</param>
    /// <param name="newShift">What is added then.</param>
    public Samples Scaled(float newScale, float newShift) =>
        new(source, newScale, newShift) { InputSteps = InputSteps, TargetSteps = TargetSteps };

    /// <summary>The first rows.</summary>
    /// <param name="count">How many; more than there are gives all.</param>
    public Samples Take(int count) => Over(source.Take(Math.Clamp(count, 0, Count)));

    /// <summary>The rows of these numbers, in the order given.</summary>
    /// <param name="rows">From 0.</param>
    /// <exception cref="DataException">There is no such row.</exception>
    public Samples Select(IReadOnlyList<int> rows)
    {
        int[] chosen = [.. rows];
        var bad = Array.FindIndex(chosen, row => (uint)row >= (uint)Count);
        if (bad >= 0)
            throw new DataException($"Select: row {chosen[bad]} is asked for; there are {Count} rows, from 0.");
        return Over(source.Select(chosen));
    }

    /// <summary>
    /// The rows in batches, shuffled by the seed; the last batch has the rest. The same seed and pass give the same
    /// order on every machine.
    /// </summary>
    /// <param name="size">Rows per batch.</param>
    /// <param name="shuffle">False keeps the stored order.</param>
    /// <param name="seed">The seed of the order, and of what is drawn anew in each pass (flips, shifts, noise).</param>
    /// <param name="pass">The number of the pass over the data: each has an order of its own.</param>
    /// <param name="skip">How many batches of the pass to leave out: where an earlier reading stopped.</param>
    /// <exception cref="SoftmaxException">The size is below 1, or the number to skip below 0.</exception>
    /// <exception cref="DataException">Rows on disk cannot be read any more.</exception>
    public IEnumerable<Batch> Batches(int size, bool shuffle = true, ulong seed = 0, int pass = 0, int skip = 0) =>
        Pending(size, shuffle, seed, pass, skip).Select(batch => batch.Read());

    /// <summary>The batches of one pass, not yet read.</summary>
    /// <param name="size">Rows per batch.</param>
    /// <param name="shuffle">False keeps the stored order.</param>
    /// <param name="seed">The seed of the order and of augmentation.</param>
    /// <param name="pass">The number of the pass.</param>
    /// <param name="skip">How many batches of the pass are already done.</param>
    /// <exception cref="SoftmaxException">The size is below 1.</exception>
    internal IEnumerable<PendingBatch> Pending(int size, bool shuffle, ulong seed, int pass, int skip = 0)
    {
        if (size < 1)
            throw new SoftmaxException($"The batch size is {size}; it must be at least 1.");
        if (skip < 0)
            throw new SoftmaxException($"The number of batches to skip is {skip}; it must not be negative.");
        return Enumerate();

        IEnumerable<PendingBatch> Enumerate()
        {
            foreach (var rows in source.Read(new ReadingOrder(size, shuffle, seed, pass, skip)))
            {
                var draws = new RowDraws(seed, pass, rows.Numbers);
                var inputs = Prepared(InputSteps, () => Scaled(rows.Inputs), draws);
                var targets = Prepared(TargetSteps, rows.Targets, draws);
                yield return new PendingBatch(rows.Numbers.Length, () =>
                {
                    var parts = Recording.Run(() => [inputs(), targets()]);
                    return new Batch(parts[0], parts[1]);
                },
                rows.Numbers);
            }
        }
    }

    /// <summary>
    /// What gives the finished tensor. Steps that draw random numbers need values, so everything up to the last of them is done
    /// at once; the formulas after it wait, and become part of the plan of whoever asks.
    /// </summary>
    private static Func<Tensor> Prepared(ImmutableArray<SampleStep> steps, Func<Tensor> read, RowDraws draws)
    {
        var now = 0;
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i] is DrawnStep)
                now = i + 1;
        }

        if (now > 0)
        {
            var value = Finished(steps[..now], read(), draws);
            return () => Formulas(steps[now..], value);
        }

        return () => Formulas(steps, read());
    }

    private static Tensor Finished(ImmutableArray<SampleStep> steps, Tensor value, RowDraws draws)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            value = steps[i] switch
            {
                FormulaStep formula => formula.Of(value),
                DrawnStep drawn => drawn.Of(value, draws.For(i)),
                _ => value,
            };
        }

        return value;
    }

    private static Tensor Formulas(ImmutableArray<SampleStep> steps, Tensor value) =>
        steps.Aggregate(value, (x, step) => ((FormulaStep)step).Of(x));

    private Samples Over(RowSource rows) => new(rows, scale, shift) { InputSteps = InputSteps, TargetSteps = TargetSteps };

    private Samples WithInputStep(SampleStep step) =>
        new(source, scale, shift) { InputSteps = InputSteps.Add(step), TargetSteps = TargetSteps };

    private Samples WithTargetStep(SampleStep step) =>
        new(source, scale, shift) { InputSteps = InputSteps, TargetSteps = TargetSteps.Add(step) };

    /// <summary>Stored inputs as floating point, times scale, plus shift: reading and all, one recorded formula.</summary>
    private Tensor Scaled(Func<Tensor> read) => Recording.Run(() =>
    {
        var x = read();
        if (!x.DType.IsFloat)
            x = x.ToFloat();
        if (scale != 1)
            x *= scale;
        if (shift != 0)
            x += shift;
        return [x];
    })[0];
}
