// A set larger than the memory one is given: made on disk, trained on from disk.
//
// Question  Can a softmax regression learn from a set of 2 GB in a process that may use a quarter of it?
// Method    Rows of 28 x 28 bytes are written to a file, never more than a few at a time: noise, with a brighter band for
//           each of ten classes. Then one shuffled pass over the file, read ahead by a thread of its own;
//           judged by one row in a thousand, read again.
// Expect    A peak of memory far below the size of the set (the shuffle buffer has 32 MB), and an accuracy near 1.
//
// To hold the process under a limit from outside, on Linux with bash:
//   DOTNET_GCHeapHardLimit=0x10000000 dotnet run -- scripts/larger-than-memory.csx --megabytes 2048

var megabytes = Option("megabytes", 64, "size of the set", min: 1);
var epochs = Option("epochs", 1, "passes over the set", min: 1);
var buffer = Option("buffer", 32.0, "megabytes of the shuffle buffer", min: 0.1);
var limit = Option("limit", 500, "megabytes of memory that may be used at most; the script fails above", min: 1);
var folder = Option("folder", "", "where the set is made; a temporary folder if not given");
var keep = Option("keep", false, "keep the files");

const int side = 28, classes = 10;
var rows = (int)(megabytes * 1048576L / (side * side));
var place = folder.Length > 0 ? folder : Directory.CreateTempSubdirectory("softmax-rows-").FullName;
var (images, labels) = (Path.Combine(place, "images.npy"), Path.Combine(place, "labels.npy"));

void Write()
{
    using var x = RowWriter.Bytes(images, side, side);
    using var y = RowWriter.Labels(labels);
    var random = new Random(1);
    var row = new byte[side * side];
    for (var i = 0; i < rows; i++)
    {
        random.NextBytes(row);
        var label = random.Next(classes);
        for (var line = 2 * label; line < 2 * label + 6; line++)
            for (var c = 0; c < side; c++)
                row[line * side + c] = (byte)(row[line * side + c] / 2 + 127);
        x.Add(row);
        y.Add(label);
    }

    x.Complete();
    y.Complete();
}

var clock = System.Diagnostics.Stopwatch.StartNew();
try
{
    Write();
    Print($"{rows} rows, {new FileInfo(images).Length / 1048576.0:0} MB written in {clock.Elapsed.TotalSeconds:0.0} s");

    var all = Samples.Stream(images, labels, buffer);
    var sampled = all.Select([.. Enumerable.Range(0, Math.Max(1, rows / 1000)).Select(i => i * Math.Min(1000, rows))]);
    var data = Datasets.FromSamples(all, sampled, [.. Enumerable.Range(0, classes).Select(k => $"band {k}")], "bands");
    var model = Sequential(Flatten(), Linear(data.Features, data.Classes));
    Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.1), epochs);

    var peak = System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
    Print($"peak memory of the process: {peak:0} MB");
    if (peak > limit)
    {
        Console.Error.WriteLine($"more than the {limit} MB allowed");
        Exit(1);
    }
}
finally
{
    if (!keep)
    {
        File.Delete(images);
        File.Delete(labels);
        if (folder.Length == 0)
            Directory.Delete(place);
    }
}
