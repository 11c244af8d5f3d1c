using Microsoft.Win32.SafeHandles;
using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Rows on disk, read while they are used. Shuffling takes blocks of neighbouring rows in random order, fills a buffer with as
/// many as fit, and shuffles the rows within it; so the disk reads whole blocks, and the order is a function of seed, pass and
/// sizes alone. Any batch can be gone to without reading those before.
/// </summary>
internal sealed class StreamedRows : RowSource
{
    /// <summary>The most that neighbouring rows read at one go may hold.</summary>
    private const long MostBlockBytes = 1 << 18;

    /// <summary>Blocks in a buffer, so that each buffer mixes rows from all over the set.</summary>
    private const int BlocksInBuffer = 64;

    private readonly RowFile inputs;
    private readonly RowFile targets;
    private readonly long bufferBytes;

    /// <summary>Which rows of the files these are; null for all.</summary>
    private readonly int[]? chosen;

    public StreamedRows(RowFile inputs, RowFile targets, long bufferBytes, int[]? chosen = null)
    {
        if (inputs.Count != targets.Count)
            throw new DataException(
                $"{inputs.Name} holds {inputs.Count} rows and {targets.Name} {targets.Count}; each row needs one target.");
        this.inputs = inputs;
        this.targets = targets;
        this.bufferBytes = bufferBytes;
        this.chosen = chosen;
    }

    public override int Count => chosen?.Length ?? inputs.Count;

    public override int[] RowShape => inputs.RowShape;

    public override DType InputType => inputs.Type;

    public override Tensor Stored => Count == 0
        ? inputs.ToTensor([], 0)
        : throw new DataException(
            $"{inputs.Name} lies on disk ({Count} rows, {(long)Count * inputs.RowBytes / 1e6:0} MB) and is not read at one go; read it in Batches(…).");

    public override Tensor Targets
    {
        get
        {
            using var handle = targets.Handle();
            var bytes = new byte[checked(Count * targets.RowBytes)];
            Load(targets, handle, 0, Count, bytes);
            return TargetsOf(bytes, Count);
        }
    }

    public override RowSource Take(int count) =>
        new StreamedRows(inputs, targets, bufferBytes, chosen is null ? [.. Enumerable.Range(0, count)] : chosen[..count]);

    public override RowSource Select(int[] rows) =>
        new StreamedRows(inputs, targets, bufferBytes, chosen is null ? rows : Array.ConvertAll(rows, row => chosen[row]));

    public override IEnumerable<StoredBatch> Read(ReadingOrder order)
    {
        using var ahead = new ReadAhead<(int[] Rows, byte[] Inputs, byte[] Targets)>(
            stop => Batches(order, stop), ScriptSession.Current.Cancellation);
        foreach (var (rows, inputBytes, targetBytes) in ahead.Items())
        {
            var x = inputs.ToTensor(inputBytes, rows.Length);
            var y = TargetsOf(targetBytes, rows.Length);
            yield return new StoredBatch(rows, () => x, () => y);
        }
    }

    /// <summary>The batches from the first that is wanted on; runs on a thread of its own.</summary>
    private IEnumerable<(int[] Rows, byte[] Inputs, byte[] Targets)> Batches(ReadingOrder order, CancellationToken stop)
    {
        if (order.Start >= Count)
            yield break;
        using var inputHandle = inputs.Handle();
        using var targetHandle = targets.Handle();
        var first = order.Start;
        Batch? open = null;
        foreach (var group in Groups(order))
        {
            stop.ThrowIfCancellationRequested();
            if (group.Start + group.Count <= first)
                continue;
            var (rows, x, y) = Filled(group, inputHandle, targetHandle);
            var sequence = order.Shuffle ? group.Shuffled(order) : null;
            for (var i = (int)Math.Max(0, first - group.Start); i < group.Count; i++)
            {
                open ??= new Batch((int)Math.Min(order.Size, Count - (group.Start + i)), inputs.RowBytes, targets.RowBytes);
                if (!open.Add(sequence?[i] ?? i, rows, x, y))
                    continue;
                yield return (open.Rows, open.Inputs, open.Targets);
                open = null;
            }
        }
    }

    /// <summary>The buffers of a pass one after another: which blocks, and where their rows stand in the order.</summary>
    private IEnumerable<Group> Groups(ReadingOrder order)
    {
        var rowBytes = inputs.RowBytes + targets.RowBytes;
        var blockRows = (int)Math.Max(1, Math.Min(MostBlockBytes, bufferBytes / BlocksInBuffer) / Math.Max(1, rowBytes));
        var blocks = (Count + blockRows - 1) / blockRows;
        var perGroup = (int)Math.Clamp(bufferBytes / ((long)blockRows * Math.Max(1, rowBytes)), 1, blocks);
        var sequence = order.Shuffle ? Philox.Permutation(order.Seed, (ulong)order.Pass, blocks) : [.. Enumerable.Range(0, blocks)];
        long start = 0;
        for (var number = 0; number * perGroup < blocks; number++)
        {
            // Read in the order of the file, since the rows are shuffled afterwards.
            int[] members = [.. sequence.Skip(number * perGroup).Take(perGroup).Order()];
            var runs = Array.ConvertAll(members, block => (First: block * blockRows, Rows: Math.Min(blockRows, Count - (block * blockRows))));
            var group = new Group(number, start, runs.Sum(run => run.Rows), runs);
            start += group.Count;
            yield return group;
        }
    }

    private (int[] Rows, byte[] Inputs, byte[] Targets) Filled(
        Group group, SafeFileHandle inputHandle, SafeFileHandle targetHandle)
    {
        var rows = new int[group.Count];
        var x = new byte[(long)group.Count * inputs.RowBytes];
        var y = new byte[(long)group.Count * targets.RowBytes];
        var at = 0;
        foreach (var (firstRow, count) in group.Runs)
        {
            for (var i = 0; i < count; i++)
                rows[at + i] = firstRow + i;
            Load(inputs, inputHandle, firstRow, count, x.AsSpan(at * inputs.RowBytes, count * inputs.RowBytes));
            Load(targets, targetHandle, firstRow, count, y.AsSpan(at * targets.RowBytes, count * targets.RowBytes));
            at += count;
        }

        return (rows, x, y);
    }

    /// <summary>Bytes as targets are class labels.</summary>
    private Tensor TargetsOf(byte[] bytes, int count) => targets.Number == FileNumber.UInt8
        ? Tensor.Of(Array.ConvertAll(bytes, label => (int)label))
        : targets.ToTensor(bytes, count);

    /// <summary>Rows of this source; neighbours in the file are read at one go.</summary>
    private void Load(RowFile file, SafeFileHandle handle, int first, int count, Span<byte> bytes)
    {
        if (chosen is null)
        {
            file.Read(handle, first, bytes);
            return;
        }

        for (var i = 0; i < count;)
        {
            var length = 1;
            while (i + length < count && chosen[first + i + length] == chosen[first + i] + length)
                length++;
            file.Read(handle, chosen[first + i], bytes.Slice(i * file.RowBytes, length * file.RowBytes));
            i += length;
        }
    }

    /// <summary>Blocks that are in memory together.</summary>
    /// <param name="Number">0 for the first of the pass.</param>
    /// <param name="Start">The place of its first row in the order of the pass.</param>
    /// <param name="Count">How many rows.</param>
    /// <param name="Runs">The rows, as runs of neighbours.</param>
    private sealed record Group(int Number, long Start, int Count, (int First, int Rows)[] Runs)
    {
        public int[] Shuffled(ReadingOrder order) =>
            Philox.Permutation(order.Seed, RandomUse.Buffer ^ ((ulong)(uint)order.Pass << 20) ^ (uint)Number, Count);
    }

    /// <summary>A batch that is being gathered.</summary>
    private sealed class Batch(int size, int inputBytes, int targetBytes)
    {
        private int filled;

        public int[] Rows { get; } = new int[size];

        public byte[] Inputs { get; } = new byte[(long)size * inputBytes];

        public byte[] Targets { get; } = new byte[(long)size * targetBytes];

        /// <summary>Adds a row of the buffer; true when the batch is full.</summary>
        public bool Add(int index, int[] rows, byte[] x, byte[] y)
        {
            Rows[filled] = rows[index];
            x.AsSpan(index * inputBytes, inputBytes).CopyTo(Inputs.AsSpan(filled * inputBytes));
            y.AsSpan(index * targetBytes, targetBytes).CopyTo(Targets.AsSpan(filled * targetBytes));
            return ++filled == size;
        }
    }
}
