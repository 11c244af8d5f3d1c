using System.Diagnostics;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public CompletionTests()
    {
        folder.Write("run-me.csx", "var e = Option(\"epochs\", 1); var l = Option<int>( \"layers\", 2);");
        folder.Write("experiments/a.csx", "Datasets.Load(Option(\"data\", \"garments\"));");
        folder.Write("experiments/b.txt", "");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("run", "run runs run-me.csx")]
    [InlineData("exp", "explain experiments/")]
    [InlineData("experiments/", "experiments/a.csx")]
    [InlineData("check-", "")]
    [InlineData("run|run-me.csx|--e", "--epochs")]
    [InlineData("gone.csx|--", "")]
    [InlineData("data|", "list fetch verify where")]
    [InlineData("data|fetch|fa", "fashion-mnist")]
    [InlineData("check|experiments/|--ju", "--junit")]
    [InlineData("explain|experiments/a", "experiments/a.csx")]
    [InlineData("new|x|--template|re", "regression")]
    [InlineData("--v", "--version")]
    public void Words_are_completed(string words, string expected)
    {
        var run = ScriptFolder.Host(["suggest", "--", .. words.Split('|')]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Options_are_those_of_the_script_and_those_that_every_script_has()
    {
        string[] common = [.. Scripting.CommonOptions.Listing.Select(option => option.Usage.Split(' ')[0])];
        Words_are_completed("run-me.csx|--", string.Join(' ', ["--epochs", "--layers", .. common]));
        Words_are_completed("run-me.csx|--epochs|3|--", string.Join(' ', ["--layers", .. common]));
        Words_are_completed("experiments/a.csx|--data|", string.Join(' ', Toolkit.Datasets.Names));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void There_is_a_script_for_each_shell(string shell)
    {
        var run = ScriptFolder.Host("completion", shell);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("softmax suggest -- ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_completes_with_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        var tool = Path.Combine(folder.Path, "softmax");
        await File.WriteAllTextAsync(tool, $"#!/bin/sh\nexec dotnet exec '{typeof(HostApplication).Assembly.Location}' \"$@\"\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        folder.Write("completion", ScriptFolder.Host("completion", "bash").Output);
        folder.Write("try", ". ./completion", "COMP_WORDS=(softmax data fetch mn)", "COMP_CWORD=3", "_softmax", "echo \"${COMPREPLY[*]}\"");
        var start = new ProcessStartInfo("bash", ["try"]) { RedirectStandardOutput = true, WorkingDirectory = folder.Path };
        start.Environment["PATH"] = folder.Path + ":" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        Assert.Equal("mnist", (await process.StandardOutput.ReadToEndAsync()).Trim());
    }

    [Fact]
    public void An_unknown_shell_is_refused()
    {
        var run = ScriptFolder.Host("completion", "bsh");
        Assert.Equal((2, "error: There is no completion for 'bsh' (did you mean bash?); there is for bash, zsh, fish, pwsh."), (run.ExitCode, run.Error));
    }
}
