using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Commands => [.. Host.Commands.CommandTable.Names];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_help_in_the_words_people_type(string command)
    {
        var run = ScriptFolder.Host(command, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"Usage: dotnet run -- {command}", run.Output, StringComparison.Ordinal);
        Assert.Contains("  --help", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Help_of_the_host_fits_80_columns() =>
        Assert.All(ScriptFolder.Host("--help").Output.Split('\n'), line => Assert.True(line.Length <= 80, line));

    [Fact]
    public void Cache_is_measured_and_cleared_and_nothing_else_is()
    {
        var before = Environment.GetEnvironmentVariable("SOFTMAX_CACHE");
        try
        {
            Environment.SetEnvironmentVariable("SOFTMAX_CACHE", Path.Combine(folder.Path, "c"));
            folder.Write("c/scripts/a", "1234");
            folder.Write("c/scripts/b", "1");
            folder.Write("c/data/mnist/precious", "");
            Assert.Equal(Path.Combine(folder.Path, "c"), ScriptFolder.Host("cache", "where").Output);
            Assert.Equal("scripts  2 files  7 bytes\ntotal    2 files  7 bytes", ScriptFolder.Host("cache", "size").Output);
            Assert.Equal("Deleted 2 files, 7 bytes.", ScriptFolder.Host("cache", "clear").Output);
            Assert.False(Directory.Exists("c/scripts"));
            Assert.True(File.Exists("c/data/mnist/precious"));

            Environment.SetEnvironmentVariable("SOFTMAX_CACHE", "off");
            var off = ScriptFolder.Host("cache", "clear");
            Assert.Equal(1, off.ExitCode);
            Assert.Contains("Nothing is kept", off.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SOFTMAX_CACHE", before);
        }
    }
}
