using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class LoadTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Paths_are_relative_to_the_loading_file_and_nest()
    {
        folder.Write("lib/deep/c.csx", "int C() => 3;");
        folder.Write("lib/b.csx", "#load \"deep/c.csx\"", "int B() => C() * 2;");
        folder.Write("main/x.csx", "#load \"../lib/b.csx\"", "Console.WriteLine(B());");
        var run = ScriptFolder.Host("main/x.csx");
        Assert.Equal((0, "6", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void File_loaded_twice_runs_once()
    {
        folder.Write("c.csx", "Console.WriteLine(\"loaded\"); int C() => 1;");
        folder.Write("b.csx", "#load \"./c.csx\"", "int B() => C() + 1;");
        var run = folder.Run("#load \"c.csx\"\n#load \"b.csx\"\n#load \"sub/../c.csx\"\nConsole.WriteLine(B() + C());");
        Assert.Equal((0, "loaded\n3", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_circle_is_an_error_that_shows_the_way_around()
    {
        folder.Write("a.csx", "#load \"b.csx\"", "int A() => 1;");
        folder.Write("b.csx", "// first", "#load \"a.csx\"", "int B() => 2;");
        var run = folder.Run("#load \"a.csx\"\nConsole.WriteLine(A() + B());");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal("b.csx(2,7): error: These files load each other in a circle: a.csx -> b.csx -> a.csx.", run.ErrorLines[0]);
        Assert.Contains("hint: move what they share", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_loads_itself_is_a_circle_too()
    {
        var run = folder.Run("#load \"x.csx\"");
        Assert.Equal((1, "x.csx(1,7): error: x.csx loads itself."), (run.ExitCode, run.ErrorLines[0]));
    }

    [Fact]
    public void Missing_file_is_an_error_at_the_directive()
    {
        folder.Write("lib/a.csx", "// first line", "#load \"gone.csx\"");
        var run = folder.Run("#load \"lib/a.csx\"");
        Assert.Equal(1, run.ExitCode);
        var place = Path.Combine("lib", "a.csx") + "(2,7): error CS1504:";
        Assert.StartsWith(place, run.Error, StringComparison.Ordinal);
        Assert.Contains("relative to the folder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Option_of_a_loaded_file_is_an_option_of_the_script()
    {
        folder.Write("lib.csx", "int Epochs() => Option(\"epochs\", 5, \"from the library\");");
        var run = folder.Run("#load \"lib.csx\"\nConsole.WriteLine(Epochs());", "--epochs", "2");
        Assert.Equal("2", run.Output);
        Assert.Contains("from the library", ScriptFolder.Host("x.csx", "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Referenced_file_is_relative_to_the_script_and_finds_its_neighbour()
    {
        Compile("libs/Inner.dll", "public static class Inner { public static int Three => 3; }");
        Compile("libs/Outer.dll", "public static class Outer { public static int Six() => 2 * Inner.Three; }", "libs/Inner.dll");
        folder.Write("main/x.csx", "#r \"../libs/Outer.dll\"", "Console.WriteLine(Outer.Six());");
        var run = ScriptFolder.Host("main/x.csx");
        Assert.Equal((0, "6", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Framework_assembly_is_referenced_by_name()
    {
        var run = folder.Run("#r \"System.Xml.Linq\"\nConsole.WriteLine(new System.Xml.Linq.XElement(\"a\"));");
        Assert.Equal((0, "<a />", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Missing_reference_is_an_error_at_the_directive()
    {
        var run = folder.Run("#r \"gone.dll\"");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("x.csx(1,1): error CS0006:", run.Error, StringComparison.Ordinal);
    }

    private void Compile(string file, string code, params string[] references)
    {
        var path = Path.Combine(folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(file),
            [CSharpSyntaxTree.ParseText(code)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), .. references.Select(Reference)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.True(compilation.Emit(path).Success);
    }

    private static PortableExecutableReference Reference(string file) => MetadataReference.CreateFromFile(file);
}
