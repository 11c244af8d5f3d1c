using SoftmaxScripting.Host.Commands;
using SoftmaxScripting.Host.Health;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class DoctorTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_looks_at_everything_and_fits_80_columns()
    {
        var run = ScriptFolder.Host("doctor", "--data-dir", "d");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (var subject in new[] { "version", "SDK", "vectors", "threads", "data folder", "fashion-mnist", "mnist", "cache", "terminal" })
            Assert.Contains(run.Output.Split('\n'), line => line.Contains("  " + subject + " ", StringComparison.Ordinal));
        Assert.Contains("-> dotnet run -- data fetch mnist", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists("d"));

        // A path is not broken.
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 80 || line.Contains('/'), line));
    }

    [Theory]
    [InlineData("9.0.100 8.0.300", Verdict.Bad)]
    [InlineData("", Verdict.Bad)]
    [InlineData("8.0.300 10.0.100", Verdict.Good)]
    [InlineData("11.0.100-preview.1", Verdict.Good)]
    public void An_old_sdk_is_no_sdk(string versions, object expected)
    {
        var finding = Examination.Sdk(versions.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, finding.Verdict);
        Assert.Equal(finding.Verdict == Verdict.Bad, finding.Mend is not null);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_noted()
    {
        folder.Write("file", "");
        var finding = Examination.Cache(Path.Combine(folder.Path, "file", "cache"));
        Assert.Equal(Verdict.Warning, finding.Verdict);
        Assert.Contains("SOFTMAX_CACHE", finding.Mend, StringComparison.Ordinal);
        Assert.Equal(Verdict.Warning, Examination.Cache(null).Verdict);
        Assert.Equal(Verdict.Good, Examination.Cache(Path.Combine(folder.Path, "cache")).Verdict);
    }

    [Fact]
    public void Settings_that_slow_the_runtime_are_noted()
    {
        var findings = new Examination(name => name == "DOTNET_TieredCompilation" ? "0" : null).All().ToArray();
        Assert.Single(findings, finding => finding.Text.Contains("DOTNET_TieredCompilation=0", StringComparison.Ordinal));
    }

    [Fact]
    public void What_will_not_work_ends_with_1()
    {
        using var output = new StringWriter();
        var console = new HostConsole(output, output, TextReader.Null, Colour: false);
        var code = new DoctorCommand(new HostContext(console, default)).Show([new(Verdict.Bad, "SDK", "none", "install it")]);
        Assert.Equal(1, code);
        Assert.Contains("1 thing will not work", output.ToString(), StringComparison.Ordinal);
    }
}
