using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class RuntimeErrorTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private void Reports(string script, params string[] expected)
    {
        var run = folder.Run(script);
        Assert.Equal(70, run.ExitCode);
        Assert.Equal(expected, run.ErrorLines);
    }

    [Fact]
    public void Inside_a_function() => Reports(
        "int Divide(int a, int b)\n{\n    return a / b;\n}\n\nvar n = Divide(1, 0);",
        "DivideByZeroException: Attempted to divide by zero.",
        "  x.csx(3): in Divide",
        "    3 |     return a / b;",
        "      |     ^",
        "  x.csx(6): at top level");

    [Fact]
    public void Inside_a_lambda() => Reports(
        "void All()\n{\n    new[] { 1 }.Select(x =>\n        int.Parse(\"?\")).ToList();\n}\nAll();",
        "FormatException: The input string '?' was not in a correct format.",
        "  x.csx(4): in a lambda of All",
        "    4 |         int.Parse(\"?\")).ToList();",
        "      |         ^",
        "  x.csx(3): in All",
        "  x.csx(6): at top level");

    [Fact]
    public void Inside_a_lambda_at_top_level() => Reports(
        "\nnew[] { 1 }.Select(x => int.Parse(\"?\")).ToList();",
        "FormatException: The input string '?' was not in a correct format.",
        "  x.csx(2): in a lambda at top level",
        "    2 | new[] { 1 }.Select(x => int.Parse(\"?\")).ToList();",
        "      |                         ^",
        "  x.csx(2): at top level");

    [Fact]
    public void Inside_async_code() => Reports(
        "async Task Load()\n{\n    await Task.Yield();\n    throw new IOException(\"gone\");\n}\nawait Load();",
        "IOException: gone",
        "  x.csx(4): in Load",
        "    4 |     throw new IOException(\"gone\");",
        "      |     ^",
        "  x.csx(6): at top level");

    [Fact]
    public void Inside_local_functions_classes_and_properties() => Reports(
        """
        class Model
        {
            public int Size => throw new NotSupportedException("no size");
            public Model() { Touch(Size); }
            static void Touch(int n) { }
        }
        void Outer()
        {
            async Task Inner()
            {
                await Task.Yield();
                new Model();
            }
            Inner().Wait();
        }
        Outer();
        """,
        "NotSupportedException: no size",
        "  x.csx(3): in Model.Size",
        "    3 |     public int Size => throw new NotSupportedException(\"no size\");",
        "      |                        ^",
        "  x.csx(4): in new Model",
        "  x.csx(12): in Inner");

    [Fact]
    public void Inside_an_iterator() => Reports(
        "IEnumerable<int> Numbers()\n{\n    yield return 1;\n    throw new IOException(\"gone\");\n}\nNumbers().Count();",
        "IOException: gone",
        "  x.csx(4): in Numbers",
        "    4 |     throw new IOException(\"gone\");",
        "      |     ^",
        "  x.csx(6): at top level");

    [Fact]
    public void Inside_a_loaded_file()
    {
        folder.Write("lib/a.csx", "// first", "void A() => throw new IOException(\"gone\");");
        Reports(
            "#load \"lib/a.csx\"\nA();",
            "IOException: gone",
            $"  {Path.Combine("lib", "a.csx")}(2): in A",
            "    2 | void A() => throw new IOException(\"gone\");",
            "      |             ^",
            "  x.csx(2): at top level");
    }

    [Fact]
    public void Errors_a_person_can_mend_show_the_message_without_a_type() => Reports(
        "throw new SoftmaxException(\"MatMul: [2, 3] × [2, 3] do not fit\");",
        "MatMul: [2, 3] × [2, 3] do not fit",
        "  x.csx(1): at top level",
        "    1 | throw new SoftmaxException(\"MatMul: [2, 3] × [2, 3] do not fit\");",
        "      | ^");

    [Fact]
    public void Causes_follow_their_exception()
    {
        var run = folder.Run(
            "try { int.Parse(\"?\"); }\ncatch (Exception e) { throw new IOException(\"bad file\", e); }");
        Assert.Equal("IOException: bad file", run.ErrorLines[0]);
        Assert.Equal("  x.csx(2): at top level", run.ErrorLines[1]);
        Assert.Equal("caused by FormatException: The input string '?' was not in a correct format.", run.ErrorLines[4]);
        Assert.Equal("  x.csx(1): at top level", run.ErrorLines[5]);
    }

    [Fact]
    public void Wrappers_are_taken_off()
    {
        var run = folder.Run("class A { public static int N = int.Parse(\"?\"); }\nTask.Run(() => A.N).Wait();");
        Assert.StartsWith("FormatException:", run.Error, StringComparison.Ordinal);
        Assert.Equal("  x.csx(1): in A's static fields", run.ErrorLines[1]);
    }

    [Fact]
    public void Several_failed_tasks_are_all_reported()
    {
        var run = folder.Run(
            "Task.WaitAll(Task.Run(() => int.Parse(\"?\")), Task.Run(() => throw new IOException(\"gone\")));");
        Assert.Equal((70, "2 tasks failed:"), (run.ExitCode, run.ErrorLines[0]));
        Assert.Contains("FormatException:", run.Error, StringComparison.Ordinal);
        Assert.Contains("IOException: gone", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_recursion_is_cut_short()
    {
        var run = folder.Run("void Down(int n)\n{\n    if (n == 0) throw new IOException(\"deep\");\n    Down(n - 1);\n}\nDown(50);");
        Assert.Equal("  and 40 calls further out", run.ErrorLines[^1]);
        Assert.Equal(12, run.ErrorLines.Count(line => line.StartsWith("  x.csx(", StringComparison.Ordinal)));
    }

    [Fact]
    public void Excerpt_shows_the_text_that_was_compiled()
    {
        var run = folder.Run("File.WriteAllText(\"x.csx\", \"// changed\");\nthrow new IOException(\"gone\");");
        Assert.Equal("    2 | throw new IOException(\"gone\");", run.ErrorLines[2]);
    }
}
