using SoftmaxScripting.Host.Commands;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class AheadCommandTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private AheadCommand.Checkout? Find(params string[] parts) =>
        AheadCommand.Checkout.Find(Path.Combine([folder.Path, .. parts]) + Path.DirectorySeparatorChar);

    [Fact]
    public void The_checkout_is_found_from_both_outputs_and_from_nowhere_else()
    {
        folder.Write("SoftmaxScripting.csproj", "<Project />");
        folder.Write("src/SoftmaxScripting.Host/SoftmaxScripting.Host.csproj", "<Project />");
        string[] host = ["src", "SoftmaxScripting.Host", "bin"];
        var plain = Find([.. host, "Debug", "net10.0"]);
        Assert.Equal(plain, Find([.. host, "Debug", "ahead"]));
        Assert.Equal(Path.Combine(folder.Path, "SoftmaxScripting.csproj"), plain?.Launcher);
        Assert.Equal("Debug", plain?.Configuration);
        Assert.EndsWith("ahead.Release", Find([.. host, "Release", "net10.0"])?.Mark, StringComparison.Ordinal);
        Assert.Null(Find([.. host, "Debug", "other"]));
        Assert.Null(Find([.. host, "Debug", "net10.0", "any"]));
        Assert.Null(Find("tools", "net10.0", "any"));
        Assert.Null(Find());
    }

    [Fact]
    public void Installed_elsewhere_it_says_that_there_is_nothing_to_do()
    {
        var run = ScriptFolder.Host("ahead");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("was compiled ahead of time when it was packed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Switching_it_off_takes_the_mark_away()
    {
        var mark = Path.GetFullPath(folder.Write("mark", ""));
        using var output = new StringWriter();
        var console = new HostConsole(output, TextWriter.Null, TextReader.Null, Colour: false);
        var command = new AheadCommand(new HostContext(console, default));
        var checkout = new AheadCommand.Checkout("launcher", "Debug", mark);
        Assert.Equal(0, command.Run(checkout, off: false));
        Assert.StartsWith("Already switched on", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, command.Run(checkout, off: true));
        Assert.False(File.Exists(mark));
        Assert.Equal(0, command.Run(checkout, off: true));
        Assert.Contains("It was not switched on.", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error NU1101: Unable to find package Microsoft.NETCore.App.Crossgen2.linux-x64.", "cannot be had")]
    [InlineData("error NU1301: Unable to load the service index for source", "cannot be had")]
    [InlineData("Host.cs(1,2): error CS1002: ; expected", "as written above")]
    public void A_failure_is_explained(string output, string expected) =>
        Assert.Contains(expected, AheadCommand.Reason(output), StringComparison.Ordinal);
}
