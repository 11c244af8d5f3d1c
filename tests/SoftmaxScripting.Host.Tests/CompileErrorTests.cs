using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class CompileErrorTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_errors_are_shown_at_once_with_line_and_mark()
    {
        folder.Write("experiments/x.csx", "Console.WriteLine(1);", "  Optoin(\"a\", 3);", "int n = \"text\";");
        var run = ScriptFolder.Host("experiments/x.csx");
        string[] expected =
        [
            "experiments/x.csx(2,3): error CS0103: The name 'Optoin' does not exist in the current context",
            "    2 |   Optoin(\"a\", 3);",
            "      |   ^~~~~~",
            "      hint: did you mean Option?",
            "experiments/x.csx(3,9): error CS0029: Cannot implicitly convert type 'string' to 'int'",
            "    3 | int n = \"text\";",
            "      |         ^~~~~~",
        ];
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal(expected, run.ErrorLines);
    }

    [Fact]
    public void Syntax_errors_and_errors_of_meaning_come_with_their_place()
    {
        var run = folder.Run("int F( { }\n\nvar s = ;");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("x.csx(1,8): error CS", run.Error, StringComparison.Ordinal);
        Assert.Contains("x.csx(3,9): error CS1525:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_in_a_loaded_file_bears_its_name()
    {
        folder.Write("experiments/lib/a.csx", "int A() => 1;", "int B() => Gone();");
        folder.Write("experiments/x.csx", "#load \"lib/a.csx\"", "Missing();");
        var run = ScriptFolder.Host("experiments/x.csx");
        var loaded = Path.Combine("experiments", "lib", "a.csx");
        Assert.Equal($"{loaded}(2,12): error CS0103: The name 'Gone' does not exist in the current context", run.ErrorLines[0]);
        Assert.Equal("    2 | int B() => Gone();", run.ErrorLines[1]);
        Assert.Equal("      |            ^~~~", run.ErrorLines[2]);
        Assert.Contains("experiments/x.csx(2,1): error CS0103:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Mark_stands_under_its_place_behind_tabs()
    {
        var run = folder.Run("\t\tGone();");
        Assert.Equal("    1 | \t\tGone();", run.ErrorLines[1]);
        Assert.Equal("      | \t\t^~~~", run.ErrorLines[2]);
    }

    [Theory]
    [InlineData("float f = 0.5;", "a float literal ends in f: 0.5f")]
    [InlineData("void F(float f) { } F(1e-3);", "a float literal ends in f: 1e-3f")]
    [InlineData("var x = 2.0; float f = x * x;", "as in 0.5f")]
    [InlineData("Atan(2);", "for plain numbers write Math.Atan")]
    [InlineData("new List<int>().Ad(1);", "did you mean Add?")]
    [InlineData("Console.WriteLin(1);", "did you mean WriteLine?")]
    [InlineData("Lits<int> x;", "did you mean List?")]
    [InlineData("void F() { var width = 1; Console.WriteLine(widht); }", "did you mean width?")]
    public void Frequent_errors_come_with_a_hint(string script, string hint)
    {
        var run = folder.Run(script);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("hint: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_is_written_only_where_wanted()
    {
        folder.Write("x.csx", "Gone();");
        Assert.DoesNotContain('\e', ScriptFolder.Host("x.csx").Error);
        using var output = new StringWriter();
        using var error = new StringWriter();
        HostApplication.Run(["x.csx"], new HostConsole(output, error, TextReader.Null, Colour: true));
        Assert.Contains("\e[1;31merror CS0103:\e[0m", error.ToString(), StringComparison.Ordinal);
    }
}
