using System.Text.Json;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class InitCommandTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_files_are_written_and_hold_what_an_editor_needs()
    {
        var run = ScriptFolder.Host("init");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(3, run.Output.Split('\n').Count(line => line.StartsWith("wrote ", StringComparison.Ordinal)));
        using var omnisharp = JsonDocument.Parse(File.ReadAllText("omnisharp.json"));
        var rsp = File.ReadAllLines(omnisharp.RootElement.GetProperty("script").GetProperty("rspFilePath").GetString()!);
        Assert.All(rsp.Where(line => line.StartsWith("/r:", StringComparison.Ordinal)), line => Assert.True(File.Exists(line[3..].Trim('"')), line));
        Assert.Contains("/u:SoftmaxScripting.Toolkit.Prelude", rsp);
        Assert.Contains(rsp, line => line.EndsWith("SoftmaxScripting.Core.dll\"", StringComparison.Ordinal));
        using var launch = JsonDocument.Parse(File.ReadAllText(Path.Combine(".vscode", "launch.json")));
        var arguments = launch.RootElement.GetProperty("configurations")[0].GetProperty("args").EnumerateArray().Select(word => word.GetString()).ToArray();
        Assert.True(File.Exists(arguments[1]));
        Assert.Equal("${file}", arguments[2]);
    }

    [Fact]
    public void What_is_there_is_kept_unless_forced()
    {
        folder.Write("omnisharp.json", "mine");
        var run = ScriptFolder.Host("init");
        Assert.Contains("kept   omnisharp.json", run.Output, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText("omnisharp.json"));
        Assert.True(File.Exists("omnisharp.rsp"));
        Assert.Contains("Nothing was written", ScriptFolder.Host("init").Output, StringComparison.Ordinal);

        Assert.Contains("wrote  omnisharp.json", ScriptFolder.Host("init", "--force").Output, StringComparison.Ordinal);
        Assert.NotEqual("mine\n", File.ReadAllText("omnisharp.json"));
    }
}
