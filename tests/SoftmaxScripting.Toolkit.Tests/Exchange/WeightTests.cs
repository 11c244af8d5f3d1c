using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class WeightTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static Sequential Model(ulong seed, int hidden = 4)
    {
        RandomSource.Reset(seed);
        return Sequential(Linear(3, hidden), Relu(), Sequential(Linear(hidden, 2)));
    }

    private static float[] Numbers(Layer model) => [.. model.Parameters.SelectMany(p => p.Value.ToArray())];

    [Theory]
    [InlineData("w.npz")]
    [InlineData("w.safetensors")]
    [InlineData("W.SAFETENSORS")]
    public void Weights_come_back_to_the_bit_under_the_parameters_names(string file)
    {
        var (first, second) = (Model(1), Model(2));
        var path = folder.File(file);
        SaveWeights(first, path);
        LoadWeights(second, path);
        Assert.Equal(Numbers(first), Numbers(second));
        var names = file == "w.npz" ? Npz.Read(path).Keys : SafeTensors.Read(path).Tensors.Keys;
        Assert.Equal(["0.bias", "0.weight", "2.0.bias", "2.0.weight"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Model_of_one_parameter_fits_a_single_array()
    {
        var path = folder.File("w.npy");
        var model = new Single(Tensor.Of(1f, 2f));
        SaveWeights(model, path);
        Npy.Write(path, Npy.Read(path) * 3);
        LoadWeights(model, path);
        Assert.Equal([3f, 6f], Numbers(model));
        var several = Assert.Throws<SoftmaxException>(() => SaveWeights(Model(1), path));
        Assert.Contains("take a name that ends in .safetensors or .npz", several.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_take_the_models_precision()
    {
        var path = folder.File("w.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["weight"] = Tensor.Of(1.0 / 3) });
        var model = new Single(Tensor.Of(0f));
        LoadWeights(model, path);
        Assert.Equal(DType.Float32, model.Parameters[0].Value.DType);
        Assert.Equal([1f / 3], Numbers(model));
    }

    [Fact]
    public void What_does_not_fit_is_listed_and_nothing_is_loaded()
    {
        var path = folder.File("w.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor>
        {
            ["0.wieght"] = Tensor.Zeros(3, 4),
            ["0.bias"] = Tensor.Zeros(4),
            ["2.0.weight"] = Tensor.Zeros(2, 4),
            ["2.0.bias"] = Tensor.Of(1, 2),
            ["step"] = Tensor.Of(1f),
        });
        var model = Model(1);
        var before = Numbers(model);
        var failure = Assert.Throws<FileException>(() => LoadWeights(model, path));
        Assert.Equal(
            $"""
            {path} does not fit Linear(3, 4) → Relu → Linear(4, 2); nothing was loaded:
              '0.weight' [3, 4] is missing (did you mean 0.wieght?)
              '2.0.weight' is [2, 4] there and [4, 2] in the model (weights are [inputs, outputs] here; PyTorch's are the transpose)
              '2.0.bias' is int32 there; parameters are floating point
              '0.wieght' [3, 4] is not in the model
              'step' [1] is not in the model
            """.ReplaceLineEndings("\n"),
            failure.Message);
        Assert.Equal(before, Numbers(model));
    }

    [Fact]
    public void Name_without_a_format_and_parameters_of_one_name_are_refused()
    {
        var name = Assert.Throws<SoftmaxException>(() => SaveWeights(Model(1), "w.pt"));
        Assert.Equal(
            "SaveWeights: the name 'w.pt' does not say the format; it must end in .safetensors, .npz or, for a single array, .npy.",
            name.Message);
        var twins = Assert.Throws<SoftmaxException>(() => SaveWeights(new Twins(), folder.File("w.npz")));
        Assert.Contains("two parameters called 'weight'", twins.Message, StringComparison.Ordinal);
        Assert.Throws<SoftmaxException>(() => SaveWeights(Relu(), folder.File("w.npz")));
    }

    [Fact]
    public void Loaded_model_trains_on_from_there()
    {
        var path = folder.File("w.npz");
        var data = Datasets.FromTensors(Tensor.Normal(20, 3), Tensor.Normal(20, 2));
        History Go(Layer model, int epochs) =>
            Train(model, data, (o, y) => Loss.Mse(o, y), Sgd(0.1), epochs, shuffle: false, quiet: true);
        var whole = Model(1);
        Go(whole, 2);
        var first = Model(1);
        Go(first, 1);
        SaveWeights(first, path);
        var second = Model(9);
        LoadWeights(second, path);
        Go(second, 1);
        Assert.Equal(Numbers(whole), Numbers(second));
    }

    private sealed class Single(Tensor value) : Layer
    {
        public override Parameter[] Parameters { get; } = [new("weight", value)];

        public override Tensor Forward(Tensor input, bool training) => input;

        public override string Describe() => "Single";
    }

    private sealed class Twins : Layer
    {
        public override Parameter[] Parameters { get; } = [new("weight", Tensor.Of(1f)), new("weight", Tensor.Of(2f))];

        public override Tensor Forward(Tensor input, bool training) => input;

        public override string Describe() => "Twins";
    }
}
