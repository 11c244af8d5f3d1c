using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>Wrong scripts: each has its exit code and says what was meant, and where.</summary>
public sealed class WrongScriptTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]

    // Syntax.
    [InlineData("Print(1", "x.csx(1,8): error CS1026: ) expected", null)]
    [InlineData("var x = 3", "x.csx(1,10): error CS1002: ; expected", null)]
    [InlineData("Tensor F(Tensor x) {\n  return x;", "x.csx(2,12): error CS1513: } expected", null)]
    [InlineData("def f(x):\n  return x", "x.csx(1,1): error CS", null)]
    [InlineData("var s = \"open;", "x.csx(1,9): error CS1010: Newline in constant", null)]

    // Types.
    [InlineData("float f = 0.1;", "x.csx(1,11): error CS0664", "a float literal ends in f: 0.1f")]
    [InlineData("var x = Tensor.Zeros(2.0, 3);", "x.csx(1,22): error CS1503", "sizes, axes and counts are whole numbers: 2")]
    [InlineData("int n = 1.5 * 2;", "x.csx(1,9): error CS0266", "a computed number is converted by (int)(...)")]
    [InlineData("if (Tensor.Ones(1) > 0) Print(1);", "x.csx(1,5): error CS0029", "Where(condition, a, b) chooses by it")]
    [InlineData("double d = Tensor.Ones(1).Sum();", "x.csx(1,12): error CS0029", "Item() gives the number of a tensor")]
    [InlineData("var y = Tensor.Ones(1) ^ 2;", "x.csx(1,9): error CS0019", "a power is x.Pow(2)")]
    [InlineData("var y = Tensor.Ones(1) && Tensor.Ones(1);", "x.csx(1,9): error CS0019", "and * for 'and'")]
    [InlineData("Check.Gradient((Tensor x) => \"text\");", "x.csx(1,", null)]

    // Names.
    [InlineData("Trian(1);", "x.csx(1,1): error CS0103", "did you mean Train?")]
    [InlineData("Tensor.Ones(2).Sofmax();", "x.csx(1,16): error CS1061", "did you mean Softmax?")]
    [InlineData("Loss.CrosEntropy(null, null);", "x.csx(1,6): error CS0117", "did you mean CrossEntropy?")]
    [InlineData("Datasets.Lod(\"mnist\");", "x.csx(1,10): error CS0117", "did you mean Load?")]
    [InlineData("Tnesor x = null;", "x.csx(1,1): error CS0246", "did you mean Tensor?")]

    // Files.
    [InlineData("#load \"gone.csx\"", "x.csx(1,7): error CS1504", "relative to the folder of the file that names it")]
    [InlineData("#r \"gone.dll\"", "x.csx(1,1): error CS0006", "relative to the folder of the file that names it")]
    [InlineData("#load \"x.csx\"", "x.csx(1,7): error: x.csx loads itself.", "move what they share")]
    public void A_script_that_does_not_compile_ends_with_1(string script, string error, string? hint)
    {
        var run = folder.Run(script);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
        Assert.Contains("      |", run.Error, StringComparison.Ordinal);
        if (hint is not null)
            Assert.Contains("hint: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(hint ?? "", run.Error, StringComparison.Ordinal);
    }

    [Theory]

    // Shapes: both of them, and the line, also inside a traced function.
    [InlineData("var a = Tensor.Ones(2, 3);\nvar b = a.MatMul(a);", 70, "[2, 3]", "x.csx(2): at top level")]
    [InlineData("var a = Tensor.Ones(2, 3) + Tensor.Ones(4);", 70, "[2, 3]", "[4]", "x.csx(1): at top level")]
    [InlineData("Tensor F(Tensor x) {\n  var w = Tensor.Ones(4, 5);\n  return x.MatMul(w).Sum();\n}\nGrad(F)(Tensor.Ones(2, 3));", 70, "[2, 3]", "[4, 5]", "x.csx(3): in F")]
    [InlineData("Train(Sequential(Flatten(), Linear(784, 10)), Datasets.Load(\"garments\"),\n  (o, y) => (o - Tensor.Ones(7)).Sum(), Sgd(0.1));", 70, "[7]", "x.csx(2): in a lambda")]
    [InlineData("Tensor.Ones(2, 3).Reshape(4, -1);", 70, "[2, 3]", "4", "x.csx(1)")]
    [InlineData("Tensor.Ones(2, 3).Sum(5);", 70, "5", "[2, 3]")]
    [InlineData("Tensor.Of(1f, 2f)[9].Item();", 70, "9", "[2]")]
    [InlineData("Tensor.Ones(2, 3).Item();", 70, "[2, 3]", "6 elements")]

    // Element types, data, options, everything else.
    [InlineData("Tensor.Of(1, 2).Exp();", 70, "int32", "x.csx(1)")]
    [InlineData("Tensor.Ones(2, 3).Pick(Tensor.Of(0, 7));", 70, "7", "x.csx(1)")]
    [InlineData("Grad((Tensor x) => x)(Tensor.Ones(3));", 70, "[3]", "x.csx(1)")]
    [InlineData("Datasets.Load(\"fashion\");", 70, "No data set is called 'fashion' (did you mean fashion-mnist?)")]
    [InlineData("Sgd(-1);", 70, "-1", "x.csx(1)")]
    [InlineData("Train(Sequential(Linear(1, 1)), Datasets.FromTensors(Tensor.Ones(4, 1), Tensor.Ones(4, 1)), (p, y) => (p - y).Mean(), Sgd(0.1), epochs: 0);", 70, "Train: 0 epochs; at least 1 is needed")]
    [InlineData("Option(\"n\", 0, min: 1);", 70, "the default 0 is out of range")]
    [InlineData("int.Parse(\"x\");", 70, "FormatException", "x.csx(1): at top level")]
    [InlineData("File.ReadAllText(\"gone.txt\");", 70, "FileNotFoundException", "gone.txt", "x.csx(1): at top level")]
    [InlineData("Property(\"is positive\", (Tensor x) => Everywhere(x > 0));", 1, "is positive   case 1 of 100", "x = [[0]]", "1 of 1 check failed: is positive")]
    [InlineData("Check.Gradient(CustomGradient(x => x * x, (x, y, g) => g));", 1, "the operation to blame: CustomGradient", "1 of 1 check failed: gradient")]
    [InlineData("Exit(3);", 3)]
    public void A_script_that_fails_has_its_exit_code_and_says_why(string script, int exitCode, params string[] parts)
    {
        var run = folder.Run(script);
        Assert.True(run.ExitCode == exitCode, $"{run.ExitCode}\n{run.Output}\n{run.Error}");
        foreach (var part in parts)
            Assert.True((run.Output + run.Error).Contains(part, StringComparison.Ordinal), $"no '{part}' in\n{run.Output}\n{run.Error}");

        // Frames of the script alone.
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SoftmaxScripting.Toolkit", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_utf8_is_refused()
    {
        File.WriteAllBytes("latin.csx", [.. "Print(\"caf"u8, 0xE9, .. "\");"u8]);
        var run = ScriptFolder.Host("latin.csx");
        Assert.Equal((2, "error: latin.csx is not UTF-8 text (it holds the bytes E9); save it as UTF-8."), (run.ExitCode, run.Error));

        // Its mark at the beginning tells of another encoding.
        File.WriteAllText("wide.csx", "Print(\"café\");", System.Text.Encoding.Unicode);
        Assert.Equal("café", ScriptFolder.Host("wide.csx").Output);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_refused()
    {
        // Whoever may do everything can read everything.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            return;
        folder.Write("locked.csx", "Print(1);");
        File.SetUnixFileMode("locked.csx", UnixFileMode.None);
        var run = ScriptFolder.Host("locked.csx");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: locked.csx cannot be read: ", run.Error, StringComparison.Ordinal);
    }
}
