using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class ExitTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Console.WriteLine(1);", 0)]
    [InlineData("Gone();", 1)]
    [InlineData("throw new CheckFailedException(\"gradient differs\");", 1)]
    [InlineData("throw new UsageException(\"no such set\");", 2)]
    [InlineData("throw new IOException();", 70)]
    [InlineData("throw new OperationCanceledException();", 70)]
    [InlineData("Exit();", 0)]
    [InlineData("Exit(5);", 5)]
    [InlineData("void F() { Exit(6); } new[] { 1 }.ToList().ForEach(_ => F());", 6)]
    [InlineData("try { Exit(7); } catch (Exception) { }", 7)]
    [InlineData("await Task.Run(() => Exit(8));", 8)]
    [InlineData("Parallel.For(0, 4, _ => Exit(9));", 9)]
    public void Exit_code_tells_how_the_run_ended(string script, int expected) =>
        Assert.Equal(expected, folder.Run(script).ExitCode);

    [Fact]
    public void Exit_is_silent_and_ends_the_script_there()
    {
        var run = folder.Run("Console.WriteLine(1); Exit(3); Console.WriteLine(2);");
        Assert.Equal((3, "1", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("await Task.Delay(-1, Cancellation);", 130)]
    [InlineData("Task.Delay(-1, Cancellation).Wait();", 130)]
    [InlineData("while (!Cancellation.IsCancellationRequested) Thread.Sleep(1);", 130)]
    [InlineData("Cancellation.WaitHandle.WaitOne(); Exit(4);", 4)]
    [InlineData("Cancellation.WaitHandle.WaitOne(); throw new IOException();", 70)]
    public void Cancelled_run_finishes_up(string script, int expected)
    {
        folder.Write(
            "x.csx", "Console.WriteLine(\"started\");", "try {", script, "} finally { Console.WriteLine(\"finished up\"); }");
        using var source = new CancellationTokenSource();
        using var console = new SignallingWriter("started", source.Cancel);
        using var error = new StringWriter();
        var exitCode = HostApplication.Run(["x.csx"], new HostConsole(console, error, TextReader.Null, false), cancellation: source.Token);
        Assert.Equal(expected, exitCode);
        Assert.Contains("finished up", console.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Cancels as soon as the script has said a word.</summary>
    private sealed class SignallingWriter(string word, Action act) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value == word)
                act();
        }
    }
}
