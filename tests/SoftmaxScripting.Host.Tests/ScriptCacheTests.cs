using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>A cached script is the script: every edit is noticed, and nothing else differs from a fresh compile.</summary>
public sealed class ScriptCacheTests : IDisposable
{
    /// <summary>Every compilation names its assembly anew, so that a script can tell which one it is.</summary>
    private const string Stamp = "Console.WriteLine(System.Reflection.Assembly.GetExecutingAssembly().GetName().Name);";

    private readonly ScriptFolder folder = new();
    private readonly CacheSetting setting;

    public ScriptCacheTests() => setting = new CacheSetting(Path.Combine(folder.Path, "cache"));

    public void Dispose()
    {
        setting.Dispose();
        folder.Dispose();
    }

    private static string Stamped(params string[] words)
    {
        var run = ScriptFolder.Host(["x.csx", .. words]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output;
    }

    [Fact]
    public void Unchanged_script_is_compiled_once()
    {
        folder.Write("lib/c.csx", "int C() => 1;");
        folder.Write("x.csx", "#load \"lib/c.csx\"", Stamp, "Console.WriteLine(C());");
        var first = Stamped();
        Assert.Equal(first, Stamped());
        Assert.Equal(first, Stamped());
        Assert.Equal(1, ScriptCache.Open().Count);
    }

    [Fact]
    public void Switched_off_it_compiles_each_time_and_keeps_nothing()
    {
        using var off = new CacheSetting("off");
        folder.Write("x.csx", Stamp);
        Assert.NotEqual(Stamped(), Stamped());
        Assert.Null(ScriptCache.Open().Folder);
        Assert.Equal(0, ScriptCache.Open().Count);
    }

    [Fact]
    public void Edited_script_is_compiled_anew_and_the_former_text_found_again()
    {
        folder.Write("x.csx", Stamp, "Console.WriteLine(1);");
        var first = Stamped();
        folder.Write("x.csx", Stamp, "Console.WriteLine(2);");
        var second = Stamped();
        Assert.EndsWith("\n2", second, StringComparison.Ordinal);
        folder.Write("x.csx", Stamp, "Console.WriteLine(1);");
        Assert.Equal(first, Stamped());
    }

    [Theory]
    [InlineData("b.csx", "#load \"deep/c.csx\"", "int B() => C() + 100;")]
    [InlineData("deep/c.csx", "", "int C() => 7;")]
    public void Edited_loaded_file_is_noticed(string file, string first, string second)
    {
        folder.Write("b.csx", "#load \"deep/c.csx\"", "int B() => C() + 1;");
        folder.Write("deep/c.csx", "int C() => 1;");
        folder.Write("x.csx", "#load \"b.csx\"", "Console.WriteLine(B());");
        Assert.Equal("2", Stamped());

        // The same length and the same time: only the content tells.
        var path = Path.Combine(folder.Path, file);
        var (time, length) = (File.GetLastWriteTimeUtc(path), new FileInfo(path).Length);
        folder.Write(file, first, second);
        if (new FileInfo(path).Length == length)
            File.SetLastWriteTimeUtc(path, time);
        Assert.Equal(file == "b.csx" ? "101" : "8", Stamped());
    }

    [Fact]
    public void Loaded_file_that_goes_away_is_noticed()
    {
        folder.Write("b.csx", "int B() => 1;");
        folder.Write("x.csx", "#load \"b.csx\"", "Console.WriteLine(B());");
        Stamped();
        File.Delete(Path.Combine(folder.Path, "b.csx"));
        Assert.Equal(1, ScriptFolder.Host("x.csx").ExitCode);
    }

    [Fact]
    public void Rebuilt_referenced_file_is_noticed()
    {
        Compile("Six.dll", "public static class Six { public const int Value = 6; }");
        folder.Write("x.csx", "#r \"Six.dll\"", "Console.WriteLine(Six.Value);");
        Assert.Equal("6", Stamped());
        Compile("Six.dll", "public static class Six { public const int Value = 7; }");
        Assert.Equal("7", Stamped());
    }

    [Fact]
    public void File_that_comes_to_stand_before_a_framework_assembly_is_noticed()
    {
        folder.Write("x.csx", "#r \"System.Xml.Linq\"", "Console.WriteLine(new System.Xml.Linq.XElement(\"a\"));");
        Assert.Equal("<a />", Stamped());
        File.WriteAllText(Path.Combine(folder.Path, "System.Xml.Linq"), "no assembly");
        var run = ScriptFolder.Host("x.csx");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("CS0009", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_toolkit_another_place_and_another_text_are_other_entries()
    {
        folder.Write("x.csx", Stamp);
        Stamped();
        var place = ScriptCache.Open().Folder;
        var path = Path.GetFullPath("x.csx");
        var source = new ScriptSource(path, "x.csx", File.ReadAllText(path));
        Assert.NotNull(new ScriptCache(place, HostIdentity.Fingerprint).Find(source));
        Assert.Null(new ScriptCache(place, HostIdentity.Fingerprint + 1).Find(source));
        Assert.Null(ScriptCache.Open().Find(source with { Path = Path.GetFullPath("y.csx") }));
        Assert.Null(ScriptCache.Open().Find(source with { Text = source.Text + " " }));
    }

    [Fact]
    public void Options_reach_a_cached_script()
    {
        folder.Write("x.csx", "Console.WriteLine(Option(\"epochs\", 5, min: 1) + Args.Length);");
        Assert.Equal("5", Stamped());
        Assert.Equal("8", Stamped("--epochs", "8"));
        Assert.Equal("10", Stamped("--epochs=8", "--", "a", "b"));
    }

    public static TheoryData<string> Scripts =>
    [
        "Console.WriteLine(1);",
        "#warning mind this\nint unused = 3;\nvar x = 1;\n;{ int y; }\nConsole.WriteLine(x);",
        "// What it is.\n//   y = x\nvar n = Option(\"n\", 3L, \"how many\", min: 1);\nConsole.WriteLine(n);",
        "var r = Option(\"rate\", 0.5, max: 1);\nvar f = Option(\"f\", 0.25f, min: 0);\nvar b = Option(\"shuffle\", true);",
        "var l = Option(\"loss\", \"huber\", \"which\", [\"huber\", \"squared\"]);\nvar d = Option(\"day\", DayOfWeek.Friday);",
        "var name = \"a\" + Args.Length;\nConsole.WriteLine(Option(name, 1));",
        "record Point(int X, int Y);\nvar p = new Point(1, 2);\nawait Task.Yield();\nConsole.WriteLine(p with { X = 3 });",
        "int F(int n)\n{\n    if (n == 0)\n        throw new IOException(\"gone\");\n    return F(n - 1);\n}\nF(2);",
        "var a = Tensor.Zeros(2, 3);\nTensor G(Tensor w) => a.MatMul(w).Sum();\nGrad((Tensor w) => G(w))(Tensor.Zeros(2, 3));",
        "Console.WriteLine(\"so far\");\nExit(9);",
        "throw null;",
        "\"no semicolon at the end\".Length",
        "Property(\"fails\", (Tensor z) => Near(z, z + 1));",
        "var x = ;",
        "Console.WriteLine(Undefined);",
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Cached_is_as_fresh(string script)
    {
        string[][] commandLines = [[], ["--help"], ["--n", "4"], ["--n=0"], ["--rate", "2"], ["--loss", "x"], ["--strict"]];
        folder.Write("x.csx", script.Split('\n'));
        Outcome[] Runs() => [.. commandLines.Select(words => ScriptFolder.Host(["x.csx", .. words]))];
        Outcome[] fresh;
        using (new CacheSetting("off"))
            fresh = Runs();
        Assert.Equal(fresh, Runs());
        Assert.Equal(fresh, Runs());
    }

    private void Compile(string file, string code)
    {
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(file),
            [CSharpSyntaxTree.ParseText(code)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.True(compilation.Emit(Path.Combine(folder.Path, file)).Success);
    }
}
