using System.Globalization;
using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;
using SoftmaxScripting.Toolkit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Benchmarks;

/// <summary>
/// Ten epochs of softmax regression 784→10 on 60,000 shuffled rows, batch 256, through <c>Train</c> with a loss written
/// as a script would, beside PyTorch at each of its thread settings; the sides take turns in one run.
/// </summary>
internal static class SoftmaxRegression
{
    private const int Epochs = 10;

    private static readonly (string Name, int Threads, int BlasThreads)[] s_peerSettings =
    [
        ("PyTorch, 1 thread", 1, 1),
        ("PyTorch, 2 threads", 2, 2),
        ("PyTorch, 1 thread, BLAS 2", 1, 2),
    ];

    public static int Compare(int rounds)
    {
        var folder = DataFolder.For("fashion-mnist");
        var isReal = File.Exists(Path.Combine(folder, "train-images-idx3-ubyte.gz"));
        var data = isReal
            ? Datasets.Load("fashion-mnist")
            : Datasets.Of(Garments.Generate(train: 60_000, test: 10));
        data = data.Take(60_000, 0);
        Console.WriteLine(
            $"softmax regression 784→10, batch 256, {Epochs} epochs over {data.Train.Count} shuffled rows of {data.Name}, {rounds} rounds in turn");

        var python = Peer.FindPython("torch");
        if (python is null)
            Console.WriteLine("no python3 with torch here: the peer is absent");
        var peers = python is null ? [] : s_peerSettings.Select(setting => Start(python, setting, isReal ? folder : null)).ToList();
        var times = new Dictionary<string, List<double>>();
        foreach (var round in Enumerable.Range(0, rounds + 1))
        {
            for (var i = 0; i < peers.Count; i++)
                Note(times, s_peerSettings[i].Name, peers[i].Round(), round);
            foreach (var threads in Enumerable.Range(1, Math.Min(2, Environment.ProcessorCount)))
                Note(times, $"SoftmaxScripting, {threads} thread{(threads > 1 ? "s" : "")}", Own(data, threads), round);
        }

        Report(times, peers.Count > 0 ? peers[0].Version : null);
        peers.ForEach(peer => peer.Dispose());
        return 0;
    }

    private static Peer Start(string python, (string Name, int Threads, int BlasThreads) setting, string? folder)
    {
        var environment = new Dictionary<string, string>
        {
            ["OMP_NUM_THREADS"] = setting.Threads.ToString(CultureInfo.InvariantCulture),
            ["OPENBLAS_NUM_THREADS"] = setting.BlasThreads.ToString(CultureInfo.InvariantCulture),
        };
        string[] arguments = [$"{setting.Threads}", $"{Epochs}", .. folder is null ? Array.Empty<string>() : [folder]];
        return Peer.Start(python, "softmax_regression.py", environment, arguments);
    }

    private static double[] Own(Dataset data, int threads)
    {
        ThreadTeam.Threads = threads;
        Seed(0);
        var model = Sequential(Flatten(), Linear(784, 10, Initializer.Normal(0.01)));
        var run = Train(model, data, TextbookCrossEntropy, Sgd(0.1), Epochs, quiet: true);
        return [run.TrainingSeconds, run.Last.Loss];
    }

    private static Tensor TextbookCrossEntropy(Tensor logits, Tensor labels)
    {
        var e = Exp(logits);
        return -Log((e / e.Sum(1, keepDims: true)).Pick(labels)).Mean();
    }

    /// <summary>The first round warms both sides up and does not count.</summary>
    private static void Note(Dictionary<string, List<double>> times, string name, double[] result, int round)
    {
        if (!times.TryGetValue(name, out var list))
            times[name] = list = [];
        if (round > 0)
            list.Add(result[0]);
    }

    private static void Report(Dictionary<string, List<double>> times, string? version)
    {
        var medians = times.ToDictionary(pair => pair.Key, pair => Median(pair.Value));
        var best = medians.Where(pair => pair.Key.StartsWith("PyTorch", StringComparison.Ordinal)).ToList();
        double? reference = best.Count > 0 ? best.Min(pair => pair.Value) : null;
        if (version is not null)
            Console.WriteLine($"PyTorch {version}");
        Console.WriteLine($"{"",-30} {"median s",9} {"s/epoch",9} {"min s",9}   against PyTorch's best");
        foreach (var (name, median) in medians)
        {
            var ratio = reference is { } peer ? $"{peer / median:0.00}×" : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-30} {median,9:0.000} {median / Epochs,9:0.0000} {times[name].Min(),9:0.000}   {ratio}"));
        }
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
