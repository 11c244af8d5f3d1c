using System.Reflection;
using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class PreludeTests
{
    /// <summary>Methods that a script writes on the tensor itself, or that the prelude names in a way of its own.</summary>
    private static readonly HashSet<string> s_onTheTensor =
        ["Item", "ToArray", "ToDoubles", "ToInts", "To", "ToFloat", "ToDouble", "BroadcastTo", "EqualTo", "NotEqualTo"];

    [Fact]
    public void Every_function_of_a_tensor_is_in_the_prelude()
    {
        var names = typeof(Prelude).GetMethods(BindingFlags.Static | BindingFlags.Public).Select(m => m.Name).ToHashSet();
        var missing = typeof(Tensor)
            .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(Tensor) && !method.IsSpecialName)
            .Select(method => method.Name)
            .Distinct()
            .Where(name => !names.Contains(name) && !s_onTheTensor.Contains(name));

        Assert.Empty(missing);
    }

    public static TheoryData<string> Unary() =>
        [.. typeof(Prelude).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Where(method => method.ReturnType == typeof(Tensor)
                && method.GetParameters() is [{ ParameterType: var only }] && only == typeof(Tensor)
                && typeof(Tensor).GetMethod(method.Name, []) is not null)
            .Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Unary))]
    public void A_function_gives_what_the_method_of_its_name_gives(string name)
    {
        var x = Tensor.Of(new float[,] { { 0.5f, 0.25f }, { 0.75f, 0.125f } });
        var function = (Tensor)typeof(Prelude).GetMethod(name, [typeof(Tensor)])!.Invoke(null, [x])!;
        var method = (Tensor)typeof(Tensor).GetMethod(name, [])!.Invoke(x, [])!;

        Assert.Equal(method.ToArray(), function.ToArray());
        Assert.Equal(method.Shape, function.Shape);
    }

    [Fact]
    public void Activations_are_their_formulas()
    {
        double[] points = [-30, -2, -0.5, 0, 0.5, 2, 30];
        void Same(Func<Tensor, Tensor> actual, Func<double, double> expected)
        {
            foreach (var (x, y) in points.Zip(actual(Tensor.Of(points)).ToDoubles()))
                Assert.Equal(expected(x), y, 1e-12 * Math.Max(1, Math.Abs(x)));
        }

        Same(x => Prelude.LeakyRelu(x, 0.1), x => x > 0 ? x : 0.1 * x);
        Same(x => Prelude.Elu(x), x => x > 0 ? x : Math.Exp(x) - 1);
        Same(x => Prelude.Silu(x), x => x / (1 + Math.Exp(-x)));
        Same(x => Prelude.LogSigmoid(x), x => x < 0 ? x - Math.Log(1 + Math.Exp(x)) : -Math.Log(1 + Math.Exp(-x)));
        Same(x => Prelude.Softmax(x, temperature: 2), Softened);

        double Softened(double x) => Math.Exp(x / 2) / points.Sum(p => Math.Exp(p / 2));
        Assert.Throws<SoftmaxException>(() => Prelude.Softmax(Tensor.Zeros(3), temperature: 0));
    }
}
