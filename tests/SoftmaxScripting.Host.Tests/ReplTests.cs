using SoftmaxScripting.Host.Interactive;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class ReplTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static Outcome Repl(params string[] lines) => ScriptFolder.HostWithInput(string.Join('\n', lines), "repl");

    [Fact]
    public void Values_definitions_and_prints_follow_each_other()
    {
        var run = Repl(
            "1 + 2",
            "var x = Tensor.Of(1f, 2f)",
            "Tensor F(Tensor z)",
            "{",
            "    return (z * z).Sum();",
            "}",
            "Grad(F)(x)",
            "(x.Sum(), \"text\")",
            "new[] { 1, 2 }",
            "F",
            "Print(\"printed\");",
            "var quiet = 5;",
            "quiet");
        string[] expected =
        [
            "3", "[2, 4]  [2] float32", "(3  [] float32, \"text\")", "int[2] { 1, 2 }", "(Tensor z) => Tensor", "printed", "5",
        ];
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(expected, run.Output.Split('\n'));
    }

    [Fact]
    public void Errors_show_their_line_and_the_session_goes_on()
    {
        var run = Repl("var n = 2;", "int Bad() => throw new IOException(\"gone\");", "n + m", "Bad()", "n");
        Assert.Equal((1, "2"), (run.ExitCode, run.Output));
        string[] expected =
        [
            "#3(1,5): error CS0103: The name 'm' does not exist in the current context",
            "    1 | n + m",
            "      |     ^",
            "IOException: gone",
            "  #2(1): in Bad",
            "    1 | int Bad() => throw new IOException(\"gone\");",
            "      |              ^",
            "  #4(1): at top level",
        ];
        Assert.Equal(expected, run.ErrorLines);
    }

    [Fact]
    public void What_a_failed_line_defined_before_it_failed_stays()
    {
        var run = Repl("var a = 1; throw new IOException();", "a");
        Assert.Equal((70, "1"), (run.ExitCode, run.Output));
    }

    [Fact]
    public void Files_are_loaded_and_their_definitions_stay()
    {
        folder.Write("lib.csx", "int Twice(int n) => 2 * n;", "Print(\"loaded\");");
        Assert.Equal("loaded\n6", Repl("#load \"lib.csx\"", "Twice(3)").Output);
        Assert.Equal("loaded\n8", Repl(":load lib.csx", "Twice(4)").Output);
        Assert.Equal("loaded\n10", ScriptFolder.HostWithInput("Twice(5)", "repl", "lib.csx").Output);
        var gone = ScriptFolder.HostWithInput("", "repl", "lib.csxx");
        Assert.Equal((2, "error: there is no file lib.csxx (did you mean lib.csx?)."), (gone.ExitCode, gone.Error));
    }

    [Fact]
    public void Commands_do_what_they_say()
    {
        var run = Repl("var x = Tensor.Zeros(2, 3);", "var s = \"a\";", ":vars", ":reset", ":v", ":explain y => y.Exp().Sum()", ":time 1", ":help");
        var lines = run.Output.Split('\n');
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["s  \"a\"", "x  Tensor [2, 3] float32", "There are no variables yet."], lines[..3]);
        Assert.Contains(lines, line => line.Contains("= sum(exp", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith(" s, compiling included", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        foreach (var name in ReplCommands.Names)
            Assert.Contains(lines, line => line.StartsWith(name + " ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(":halp", "error: There is no command :halp (did you mean :help?); :help lists those there are.")]
    [InlineData(":re", null)]
    [InlineData(":time", "error: :time needs something to work on; :help shows how it is used.")]
    public void Misspelt_commands_are_helped(string line, string? expected)
    {
        var run = Repl(line);
        Assert.Equal((expected is null ? 0 : 2, expected ?? ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Exit_leaves_with_its_code()
    {
        Assert.Equal(7, Repl("Exit(7);", "Print(1)").ExitCode);
        var quit = Repl(":quit", "Print(1)");
        Assert.Equal((0, ""), (quit.ExitCode, quit.Output));
    }

    [Fact]
    public void Strict_mode_holds_for_later_lines()
    {
        var run = Repl("Strict();", "Log(Tensor.Of(-1f))");
        Assert.Equal(70, run.ExitCode);
        Assert.DoesNotContain("NaN  ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tens", "Tensor TensorArbitrary")]
    [InlineData("softp", "Softplus")]
    [InlineData("Tensor.Ar", "Arange")]
    [InlineData("value.Log", "Log Log1p LogSoftmax LogSumExp")]
    [InlineData("Loss.CrossE", "CrossEntropy")]
    [InlineData("val", "value")]
    [InlineData("Grad(value.Lo", "Log Log1p LogSoftmax LogSumExp")]
    [InlineData("Softp", "Softplus")]
    [InlineData("value.Zzz", "")]
    public void Names_members_and_variables_are_completed(string text, string expected)
    {
        using var session = new ReplSession();
        Assert.True(session.Evaluate("var value = Tensor.Of(1f);", default).Succeeded);
        var found = session.Complete(text, text.Length);
        Assert.Equal(text.LastIndexOfAny(['.', '(']) + 1, found.Start);
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), found.Candidates);
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("Thread.Sleep(-1)")]
    [InlineData("await Task.Delay(-1, Cancellation)")]
    public void What_runs_can_be_stopped_and_the_session_goes_on(string endless)
    {
        using var session = new ReplSession();
        session.Evaluate("var n = 3;", default);
        var thread = new EvaluationThread();
        using var current = Toolkit.ScriptSession.Begin(new Toolkit.ScriptSession { Cancellation = thread.Token });
        var clock = System.Diagnostics.Stopwatch.StartNew();
        _ = Task.Delay(1500).ContinueWith(_ => thread.Stop(), TaskScheduler.Default);
        var ended = thread.Run(token => session.Evaluate(endless, token), out var evaluation);
        Assert.True(!ended || evaluation!.Failure is OperationCanceledException);
        Assert.Equal(3, session.Evaluate("n", default).Value);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
    }
}
