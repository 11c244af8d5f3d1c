using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class StreamingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Rows of three numbers 3i, 3i + 1, 3i + 2 with label i; a small buffer, so that there are several.</summary>
    private Samples Numbered(int rows, double bufferMegabytes = 0.3, int width = 3)
    {
        using var inputs = RowWriter.Floats(folder.File("x.npy"), width);
        using var labels = RowWriter.Labels(folder.File("y.npy"));
        var row = new float[width];
        for (var i = 0; i < rows; i++)
        {
            for (var c = 0; c < width; c++)
                row[c] = (width * i) + c;
            inputs.Add(row);
            labels.Add(i);
        }

        inputs.Complete();
        labels.Complete();
        return Samples.Stream(folder.File("x.npy"), folder.File("y.npy"), bufferMegabytes);
    }

    private static int[] Order(IEnumerable<Batch> batches) => [.. batches.SelectMany(batch => batch.Targets.ToInts())];

    [Theory]
    [InlineData(1, 4, 3)]
    [InlineData(1000, 64, 3)]
    [InlineData(5000, 130, 100)]
    public void Every_row_comes_once_with_its_target(int rows, int size, int width)
    {
        var samples = Numbered(rows, width: width);

        foreach (var shuffle in new[] { true, false })
        {
            var batches = samples.Batches(size, shuffle, seed: 3, pass: 2).ToList();
            Assert.Equal(Enumerable.Range(0, rows), shuffle ? Order(batches).Order() : Order(batches));
            Assert.All(batches.SkipLast(1), batch => Assert.Equal(size, batch.Count));
            foreach (var batch in batches)
                Assert.Equal(
                    batch.Targets.ToInts().SelectMany(i => Enumerable.Range(0, width).Select(c => (float)((width * i) + c))),
                    batch.Inputs.ToArray());
        }
    }

    [Fact]
    public void The_order_is_that_of_seed_and_pass_and_any_batch_can_be_gone_to()
    {
        var samples = Numbered(4000, width: 100);
        var all = Order(samples.Batches(150, seed: 1, pass: 1));

        Assert.Equal(all, Order(samples.Batches(150, seed: 1, pass: 1)));
        Assert.NotEqual(all, Order(samples.Batches(150, seed: 1, pass: 2)));
        Assert.NotEqual(all, Order(samples.Batches(150, seed: 2, pass: 1)));
        for (var skip = 0; skip <= 28; skip++)
            Assert.Equal(all.Skip(150 * skip), Order(samples.Batches(150, seed: 1, pass: 1, skip: skip)));
        // Mixed beyond a buffer: rows of the first batch come from all over the file.
        Assert.True(all.Take(150).Max() - all.Take(150).Min() > 2000);
    }

    [Fact]
    public void Parts_and_steps_work_as_with_rows_in_memory()
    {
        var streamed = Numbered(900, width: 8);
        var stored = new Samples(
            Tensor.Of([.. Enumerable.Range(0, 900 * 8).Select(i => (float)i)]).Reshape(900, 8), Tensor.Of([.. Enumerable.Range(0, 900)]));

        Samples Steps(Samples samples) => samples.Select([.. Enumerable.Range(0, 300).Select(i => 3 * i % 900), 1, 2, 3]).Take(302)
            .Map(x => x.Reshape(x.Shape[0], 2, 4)).Flip().Noise(0.5).Flatten().LabelNoise(0.5, 900);
        var (a, b) = (Steps(streamed).Batches(302, shuffle: false).Single(), Steps(stored).Batches(302, shuffle: false).Single());

        Assert.Equal(b.Inputs.ToArray(), a.Inputs.ToArray());
        Assert.Equal(b.Targets.ToInts(), a.Targets.ToInts());
        Assert.Equal(Steps(stored).Targets.ToInts(), Steps(streamed).Targets.ToInts());
        Assert.Equal(302, Order(Steps(streamed).Batches(10)).Length);
    }

    [Fact]
    public void A_model_trains_alike_from_disk_and_from_memory()
    {
        using var pixels = RowWriter.Bytes(folder.File("images.npy"), 2, 3);
        using var labels = RowWriter.Labels(folder.File("labels.npy"));
        var random = new Random(5);
        var (x, y) = (new byte[200 * 6], new int[200]);
        random.NextBytes(x);
        for (var i = 0; i < 200; i++)
            y[i] = x[6 * i] > x[(6 * i) + 5] ? 1 : 0;
        pixels.Add(x);
        labels.Add(y);
        pixels.Complete();
        labels.Complete();
        var streamed = Samples.Stream(folder.File("images.npy"), folder.File("labels.npy"));
        var stored = new Samples(Tensor.OfBytes(x, 200, 2, 3), Tensor.Of(y), 1f / 255);

        double[] Losses(Samples samples)
        {
            Prelude.Seed(1);
            var run = Prelude.Train(
                Prelude.Sequential(Prelude.Flatten(), Prelude.Linear(6, 2)),
                Datasets.FromSamples(samples, samples.Take(50), ["a", "b"]), (o, t) => Loss.CrossEntropy(o, t), Prelude.Sgd(0.5), 3, 32, shuffle: false, quiet: true);
            return [.. run.Epochs.SelectMany(epoch => new[] { epoch.Loss, epoch.TestLoss, epoch.TestAccuracy })];
        }

        Assert.Equal(Losses(stored), Losses(streamed));
    }

    [Fact]
    public void A_training_from_disk_with_augmentation_continues_to_the_same_bits()
    {
        var rows = Numbered(90, bufferMegabytes: 0.001, width: 4).Scaled(0.01f, 0).MapTargets(y => (y.ToFloat() * 0.01).Reshape(y.Shape[0], 1));
        var data = Datasets.FromSamples(rows, rows.Take(20)).Augment(train => train.Noise(0.1));
        (float[] Weights, List<TrainingState> States) Run(TrainingState? from)
        {
            Prelude.Seed(from is null ? 1UL : 77);
            var model = Prelude.Sequential(Prelude.Linear(4, 1));
            var states = new States();
            Prelude.Train(
                model, data, (p, y) => Loss.Mse(p, y), Prelude.Sgd(0.01, momentum: 0.9), epochs: 2, batchSize: 20, seed: 3, quiet: true,
                callbacks: [states], options: new() { From = from });
            return ([.. model.Parameters.SelectMany(parameter => parameter.Value.ToArray())], states.Taken);
        }

        var (undisturbed, taken) = Run(null);

        Assert.True(taken.Count >= 10);
        foreach (var state in taken)
            Assert.Equal(undisturbed, Run(state).Weights);
    }

    private sealed class States : Callback
    {
        public List<TrainingState> Taken { get; } = [];

        public override void Begin(TrainingRun run) => Taken.Add(run.Capture());

        public override void BatchEnd(TrainingRun run) => Taken.Add(run.Capture());
    }

    [Fact]
    public void A_file_that_vanishes_ends_the_pass_with_a_clear_message()
    {
        var samples = Numbered(500);
        Assert.Equal(500, Order(samples.Batches(100)).Length);
        File.Delete(folder.File("x.npy"));

        var error = Assert.Throws<DataException>(() => samples.Batches(100).ToList());

        Assert.Contains("x.npy has vanished", error.Message, StringComparison.Ordinal);
        // Thrown by the thread that reads, it comes up where the rows are taken.
        Assert.Contains(nameof(A_file_that_vanishes_ends_the_pass_with_a_clear_message), error.StackTrace!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_short_or_exchanged_is_noticed()
    {
        var samples = Numbered(60000, bufferMegabytes: 0.2, width: 10);
        using (var batches = samples.Batches(10, shuffle: false).GetEnumerator())
        {
            Assert.True(batches.MoveNext());
            using (var file = new FileStream(folder.File("x.npy"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                file.SetLength(1_200_000);
            var error = Assert.Throws<DataException>(() =>
            {
                while (batches.MoveNext())
                {
                }
            });
            Assert.Contains("cut short while it was read", error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("x.npy has changed", Assert.Throws<DataException>(() => samples.Batches(10).First()).Message, StringComparison.Ordinal);
        Assert.Contains("cut short", Assert.Throws<DataException>(() => Samples.Stream(folder.File("x.npy"), folder.File("y.npy"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_ends_when_it_is_no_longer_wanted()
    {
        var samples = Numbered(20000, bufferMegabytes: 0.05);
        for (var i = 0; i < 20; i++)
            Assert.Equal(10, samples.Batches(10, seed: (ulong)i).First().Count);
        // On Windows an open file cannot be deleted; elsewhere the thread is gone since disposal waits for it.
        File.Delete(folder.File("x.npy"));
        File.Delete(folder.File("y.npy"));
    }

    [Fact]
    public void Failures_and_items_of_the_reading_thread_keep_their_order()
    {
        static IEnumerable<int> Broken(CancellationToken stop)
        {
            for (var i = 0; i < 10; i++)
                yield return i;
            throw new InvalidOperationException("the tenth");
        }

        using var ahead = new ReadAhead<int>(Broken, CancellationToken.None);
        var taken = new List<int>();
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var item in ahead.Items())
                taken.Add(item);
        });
        Assert.Equal("the tenth", error.Message);
        Assert.Equal(Enumerable.Range(0, 10), taken);

        using var source = new CancellationTokenSource();
        using var endless = new ReadAhead<int>(stop => Enumerable.Range(0, int.MaxValue), source.Token);
        var items = endless.Items().GetEnumerator();
        Assert.True(items.MoveNext());
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (items.MoveNext())
            {
            }
        });
    }

    [Fact]
    public void Idx_files_and_other_numbers_are_read()
    {
        folder.Write("images", IdxBytes.Of([3, 2, 2], [.. Enumerable.Range(0, 12).Select(i => (byte)i)]));
        folder.Write("labels", IdxBytes.Of([3], [2, 0, 1]));
        var samples = Samples.Stream(folder.File("images"), folder.File("labels"));
        Assert.Equal([2, 0, 1], samples.Targets.ToInts());
        Assert.Equal([2, 2], samples.InputShape);
        Assert.Equal(11f / 255, samples.Batches(3, shuffle: false).Single().Inputs.ToArray()[11], 1e-7f);

        foreach (var (number, bytes) in new[] { (FileNumber.Float64, BitConverter.GetBytes(1.5)), (FileNumber.Float32, BitConverter.GetBytes(1.5f)) })
        {
            folder.Write("n.npy", [.. RowFile.NumPyHeader(number, 1, [1]), .. bytes]);
            folder.Write("t.npy", [.. RowFile.NumPyHeader(FileNumber.Int64, 1, []), .. BitConverter.GetBytes(7L)]);
            var (x, y) = Samples.Stream(folder.File("n.npy"), folder.File("t.npy")).Batches(1).Single();
            Assert.Equal((1.5, 7), (x.Item(), y.ToInts()[0]));
        }
    }

    [Fact]
    public void Files_that_are_no_rows_are_refused()
    {
        folder.Write("y.npy", [.. RowFile.NumPyHeader(FileNumber.Int32, 1, []), 1, 0, 0, 0]);
        folder.Write("long.npy", [.. RowFile.NumPyHeader(FileNumber.Int64, 1, []), 1, 0, 0, 0, 1, 0, 0, 0]);
        byte[] header = RowFile.NumPyHeader(FileNumber.Float32, 1, [1]);
        byte[] Changed(string from, string to) => [.. System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(header).Replace(from, to, StringComparison.Ordinal)), 0, 0, 0, 0];
        var cases = new (string Name, byte[]? Content, string Part)[]
        {
            ("gone.npy", null, "there is no file"),
            ("text.npy", "hello, world"u8.ToArray(), "neither a .npy file"),
            ("empty.npy", [], "neither a .npy file"),
            ("packed.npy", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0], "packed by gzip"),
            ("fortran.npy", Changed("False", "True "), "C order"),
            ("big.npy", Changed("<f4", ">f4"), "its numbers are of type '>f4'"),
            ("huge.npy", Changed("(1, 1)", "(4000000000, 4000000000)"), "its header promises 4000000000×4000000000"),
            ("short.npy", header, "0 bytes follow it"),
            ("lie.npy", [0x93, .. "NUMPY"u8, 1, 0, 0xFF, 0xFF], "its header promises 65535 bytes"),
            ("scalar.npy", Changed("(1, 1)", "()"), "a single number"),
        };
        foreach (var (name, content, part) in cases)
        {
            if (content is not null)
                folder.Write(name, content);
            Assert.Contains(part, Assert.Throws<DataException>(() => Samples.Stream(folder.File(name), folder.File("y.npy"))).Message, StringComparison.Ordinal);
        }

        folder.Write("x.npy", [.. RowFile.NumPyHeader(FileNumber.Float32, 2, []), 0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Contains("2 rows and y.npy 1", Assert.Throws<DataException>(() => Samples.Stream(folder.File("x.npy"), folder.File("y.npy"))).Message, StringComparison.Ordinal);
        Assert.Contains("taken for labels", Assert.Throws<DataException>(() => Samples.Stream(folder.File("long.npy"), folder.File("y.npy"))).Message, StringComparison.Ordinal);
        Assert.Contains("lies on disk", Assert.Throws<DataException>(() => Numbered(4).Inputs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_complete_leaves_nothing()
    {
        using (var writer = RowWriter.Floats(folder.File("x.npy"), 3))
        {
            writer.Add(new float[6]);
            Assert.Equal(2, writer.Count);
            Assert.Contains("no whole number of rows", Assert.Throws<DataException>(() => writer.Add(new float[4])).Message, StringComparison.Ordinal);
            Assert.Contains("cannot be added", Assert.Throws<DataException>(() => writer.Add(new byte[3])).Message, StringComparison.Ordinal);
            Assert.False(File.Exists(folder.File("x.npy")));
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
