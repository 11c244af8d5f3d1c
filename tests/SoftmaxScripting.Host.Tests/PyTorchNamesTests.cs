using System.Reflection;
using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

public sealed class PyTorchNamesTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public static TheoryData<string> Names => [.. PyTorchNames.All.Select(name => name.Theirs)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void What_stands_here_for_a_name_exists(string theirs)
    {
        var ours = PyTorchNames.Find(theirs)!.Ours;
        var parts = ours.Split('.');
        var type = parts.Length == 1 ? typeof(Prelude)
            : parts[0].Length == 0 ? typeof(Tensor)
            : typeof(Tensor).Assembly.GetExportedTypes().Concat(typeof(Prelude).Assembly.GetExportedTypes()).Single(t => t.Name == parts[0]);
        Assert.NotEmpty(type.GetMember(parts[^1], BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy));
    }

    [Fact]
    public void Each_name_stands_once_and_every_argument_exists()
    {
        Assert.Equal(PyTorchNames.All.Count, PyTorchNames.All.Select(name => name.Theirs).Distinct().Count());
        var parameters = new[] { typeof(Prelude), typeof(Tensor), typeof(Loss) }
            .SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters()).Select(parameter => parameter.Name).ToHashSet();
        Assert.All(PyTorchNames.Arguments, argument => Assert.Contains(argument.Ours, parameters));
    }

    [Theory]
    [InlineData("var x = torch.randn(2, 3);", "PyTorch's randn is Tensor.Normal here: Tensor.Normal(2, 3)")]
    [InlineData("var f = torch.nn.functional.cross_entropy;", "PyTorch's cross_entropy is Loss.CrossEntropy here")]
    [InlineData("var l = nn.MSELoss();", "PyTorch's MSELoss is Loss.Mse here")]
    [InlineData("var l = nn.SomethingElse();", "names stand without nn here")]
    [InlineData("var x = randn(3);", "PyTorch's randn is Tensor.Normal here")]
    [InlineData("Tensor.Zeros(2, 2).view(4);", "PyTorch's view is Reshape here: x.Reshape(n, -1)")]
    [InlineData("Tensor.Zeros(2).backward();", "PyTorch's backward is ValueAndGrad here: a function is differentiated")]
    [InlineData("Tensor.Zeros(2, 2).unsqueeze(0);", "PyTorch's unsqueeze is Reshape here")]
    [InlineData("Tensor.Zeros(2, 2).Sum(dim: 1);", "PyTorch's dim is axis here")]
    [InlineData("Tensor.Zeros(2, 2).Sum(1, keepdim: true);", "PyTorch's keepdim is keepDims here")]
    [InlineData("Sgd(lr: 0.1);", "PyTorch's lr is learningRate here")]
    [InlineData("Tensor.Zeros(2, 2).softmax();", "did you mean Softmax?")]
    public void PyTorch_s_names_are_translated(string script, string hint)
    {
        var run = folder.Run(script);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("hint: " + hint, run.Error, StringComparison.Ordinal);
    }
}
