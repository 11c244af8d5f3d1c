using SoftmaxScripting.Core;
using Xunit;
using Xunit.Abstractions;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>The figures that the main job has to reach, on real data where it is at hand and on the drawn stand-in.</summary>
public sealed class FiguresTests(ITestOutputHelper output)
{
    private static Epoch Softmax(Dataset data, double smoothing)
    {
        Seed(0);
        var model = Sequential(Flatten(), Linear(data.Features, data.Classes, Initializer.Normal(0.01)));
        return Train(
            model, data, (o, y) => Loss.CrossEntropy(o, y, labelSmoothing: smoothing), Sgd(0.1), 10, 256, quiet: true).Last;
    }

    [Fact]
    public void Fashion_mnist_reaches_the_published_figures()
    {
        if (!Directory.Exists(DataFolder.For("fashion-mnist")))
        {
            output.WriteLine($"skipped: fashion-mnist is not in {DataFolder.Current}");
            return;
        }

        var data = Datasets.Load("fashion-mnist");
        var hard = Softmax(data, 0);
        Assert.InRange(hard.Loss, 0.44, 0.46);
        Assert.InRange(hard.TrainAccuracy, 0.843, 0.853);
        Assert.InRange(hard.TestAccuracy, 0.815, 0.84);
        Assert.InRange(Softmax(data, 0.1).Loss, 0.895, 0.915);
        Assert.InRange(Softmax(data, 0.2).Loss, 1.205, 1.225);
    }

    [Fact]
    public void On_garments_softmax_regression_does_well_and_a_hidden_layer_better()
    {
        var data = Datasets.Load("garments");
        var linear = Softmax(data, 0).TestAccuracy;

        Seed(0);
        var hidden = Sequential(
            Flatten(), Linear(784, 256), Relu(), Linear(256, 10));
        var deep = Train(hidden, data, (o, y) => Loss.CrossEntropy(o, y), Sgd(0.3), 10, 256, quiet: true).Last.TestAccuracy;

        Assert.InRange(linear, 0.78, 0.88);
        Assert.True(deep > linear, $"hidden layer {deep}, softmax regression {linear}");
    }
}
