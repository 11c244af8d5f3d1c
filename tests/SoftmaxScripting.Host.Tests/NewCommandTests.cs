using SoftmaxScripting.Host.Templates;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class NewCommandTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public static TheoryData<string> Templates => [.. ExperimentTemplate.All.Select(template => template.Name)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_template_runs_as_it_stands_and_bears_the_name(string template)
    {
        var made = ScriptFolder.Host("new", "deep/er/my-thing", "--template", template);
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        Assert.StartsWith("Wrote deep/er/my-thing.csx (", made.Output, StringComparison.Ordinal);
        var text = File.ReadAllText("deep/er/my-thing.csx");
        Assert.StartsWith("// my-thing: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain('$', text.Split('\n')[0]);
        string[] shortened = text.Contains("Option(\"epochs\"", StringComparison.Ordinal) ? ["--epochs", "1"] : [];

        var run = ScriptFolder.Host(["deep/er/my-thing.csx", .. shortened]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.NotEqual("", run.Output);
    }

    [Fact]
    public void A_file_that_is_there_is_kept_unless_forced()
    {
        folder.Write("a.csx", "Print(1);");
        var kept = ScriptFolder.Host("new", "a");
        Assert.Equal((2, "error: a.csx is there already; --force overwrites it."), (kept.ExitCode, kept.Error));
        Assert.Equal("Print(1);\n", File.ReadAllText("a.csx"));

        Assert.Equal(0, ScriptFolder.Host("new", "a.csx", "--force").ExitCode);
        Assert.StartsWith("// a: softmax regression", File.ReadAllText("a.csx"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", "regresion", "There is no template 'regresion' (did you mean regression?); there are classification, regression, custom-loss, property.")]
    [InlineData("taken/x", "regression", "taken/x.csx cannot be written: ")]
    [InlineData("folder", "regression", "'folder' is no name for a script; for instance: dotnet run -- new my-loss.")]
    public void What_cannot_be_made_is_said(string name, string template, string expected)
    {
        folder.Write("taken", "a file");
        Directory.CreateDirectory("folder.csx");
        var run = ScriptFolder.Host("new", name, "-t", template);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: " + expected, run.Error, StringComparison.Ordinal);
    }
}
