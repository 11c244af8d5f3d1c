using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>What goes wrong for a new user: one clear message at the script's line, and the right exit code.</summary>
public sealed class FirstStepsTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    private void Ends(string script, int exitCode, string message, string place)
    {
        var run = folder.Run(script);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains(place, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_that_does_not_fit_inside_a_traced_function() => Ends(
        """
        var a = Tensor.Zeros(256, 784);
        Tensor F(Tensor w)
        {
            var z = a.MatMul(w);
            return z.Sum();
        }
        Grad((Tensor w) => F(w))(Tensor.Zeros(10, 784));
        """,
        70,
        "MatMul: [256, 784] × [10, 784] do not fit: inner sizes 784 and 10 differ (did you mean Transpose() of the right side?)",
        "x.csx(4): in F");

    [Fact]
    public void A_label_out_of_range() => Ends(
        "var o = Tensor.Normal(3, 4);\nPrint(Grad((Tensor o) => Loss.CrossEntropy(o, Tensor.Of(0, 4, 1)))(o));",
        70,
        "index 4 at position 1 is outside 0..3",
        "x.csx(2)");

    [Fact]
    public void A_negative_learning_rate() => Ends(
        "var rate = -0.1;\nvar optimizer = Sgd(rate);",
        70,
        "the learning rate is -0.1; it must be above 0",
        "x.csx(2)");

    [Fact]
    public void A_NaN_in_the_data() => Ends(
        "var x = Tensor.Of(1f, float.NaN).Reshape(2, 1);\nvar data = Datasets.FromTensors(x, Tensor.Of(0, 1));",
        70,
        "the training input at row 1, column 0 is NaN",
        "x.csx(2)");

    [Fact]
    public void A_data_set_that_does_not_exist() => Ends(
        "\n\nvar data = Datasets.Load(\"fashon-mnist\");",
        70,
        "No data set is called 'fashon-mnist' (did you mean fashion-mnist?)",
        "x.csx(3)");

    [Fact]
    public void Arithmetic_with_class_labels() => Ends(
        "var labels = Tensor.Of(1, 2, 3);\nPrint(labels * 2);",
        70,
        "class indices, which are names rather than numbers; use OneHot",
        "x.csx(2)");

    [Fact]
    public void A_gradient_of_more_than_one_number() => Ends(
        "Print(Grad((Tensor x) => x * 2)(Tensor.Of(1f, 2f)));",
        70,
        "a gradient belongs to one number: end with Mean() or Sum()",
        "x.csx(1)");

    [Fact]
    public void A_missing_semicolon() => Ends("var x = 1", 1, "error CS1002: ; expected", "x.csx(1,10)");

    [Fact]
    public void A_misspelt_option()
    {
        var run = folder.Run("Print(Option(\"epochs\", 3));", "--epocs", "5");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("did you mean --epochs?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file()
    {
        var run = ScriptFolder.Host("nowhere.csx");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("there is no file nowhere.csx", run.Error, StringComparison.Ordinal);
    }
}
