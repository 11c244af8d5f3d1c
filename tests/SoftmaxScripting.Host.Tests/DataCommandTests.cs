using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class DataCommandTests : IDisposable
{
    private static readonly string[] Files =
        ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void List_says_what_is_here()
    {
        foreach (var file in Files)
            folder.Write($"d/mnist/{file}", "no data");
        folder.Write($"d/fashion-mnist/{Path.GetFileNameWithoutExtension(Files[0])}", "unpacked");
        var run = ScriptFolder.Host("data", "list", "--data-dir", "d");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lines = run.Output.Split('\n');
        Assert.Matches("^garments +built in +drawn by the program", lines[0]);
        Assert.Matches("^fashion-mnist +1 of 4 files +Fashion-MNIST", lines[1]);
        Assert.Matches("^mnist +here +MNIST", lines.Single(line => line.StartsWith("mnist", StringComparison.Ordinal)));
        Assert.All(lines[..^2], line => Assert.True(line.Length <= 80, line));
        Assert.Equal($"Data folder: {Path.Combine(folder.Path, "d")} (from --data-dir)", lines[^1]);
    }

    [Fact]
    public void Where_prints_the_folder_alone()
    {
        Assert.Equal(Path.Combine(folder.Path, "d"), ScriptFolder.Host("data", "where", "--data-dir", "d").Output);
        Assert.Equal(Path.Combine(folder.Path, "d", "mnist"), ScriptFolder.Host("data", "where", "mnist", "--data-dir", "d").Output);
    }

    [Fact]
    public void Verify_names_damaged_and_missing_files_and_ends_with_1()
    {
        folder.Write($"d/mnist/{Files[0]}", "no data");
        folder.Write($"d/mnist/{Path.GetFileNameWithoutExtension(Files[1])}", "no data");
        var run = ScriptFolder.Host("data", "verify", "mnist", "--data-dir", "d");
        Assert.Equal(1, run.ExitCode);
        var lines = run.Output.Split('\n');
        Assert.Contains($"{Files[0]}: damaged: its md5 is ", lines[0], StringComparison.Ordinal);
        Assert.Contains("its publisher states f68b3c2dcbeaaa9fbdd348bbdeb94873; delete it", lines[0], StringComparison.Ordinal);
        Assert.Contains("train-labels-idx1-ubyte: damaged: ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith($"{Files[2]}: missing; dotnet run -- data fetch mnist", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Real_data_is_found_whole()
    {
        // Only where the data is at hand; elsewhere there is nothing to compare with.
        if (Environment.GetEnvironmentVariable("SOFTMAX_DATA") is not { Length: > 0 } data
            || !Directory.Exists(Path.Combine(data, "fashion-mnist")))
        {
            return;
        }

        var run = ScriptFolder.Host("data", "verify", "fashion-mnist");
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(4, run.Output.Split('\n').Count(line => line.EndsWith(": whole", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_is_fetched_where_all_is_here()
    {
        foreach (var file in Files)
            folder.Write($"d/mnist/{file}", "not looked at");
        var run = ScriptFolder.Host("data", "fetch", "mnist", "garments", "--data-dir", "d");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("garments: drawn by the program, it has no files", run.Output, StringComparison.Ordinal);
        Assert.Contains($"mnist: all files are in {Path.Combine(folder.Path, "d", "mnist")}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_name_is_helped()
    {
        var run = ScriptFolder.Host("data", "fetch", "fashon-mnist");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: No data set is called 'fashon-mnist' (did you mean fashion-mnist?). Known are garments", run.Error, StringComparison.Ordinal);
    }
}
