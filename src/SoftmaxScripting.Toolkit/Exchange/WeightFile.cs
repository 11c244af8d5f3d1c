using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>A model's parameters in a file, by their names.</summary>
internal static class WeightFile
{
    private const int MostListed = 5;

    /// <summary>The parameters by name, each once where two layers share one.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="SoftmaxException">Two parameters have one name.</exception>
    public static OrderedDictionary<string, Parameter> Named(Layer model)
    {
        var named = new OrderedDictionary<string, Parameter>(StringComparer.Ordinal);
        foreach (var parameter in model.Parameters)
        {
            if (!named.TryAdd(parameter.Name, parameter) && !ReferenceEquals(named[parameter.Name], parameter))
            {
                throw new SoftmaxException(
                    $"{model} has two parameters called '{parameter.Name}'; give each a name of its own (Parameter.Name), "
                    + "so that they can be told apart in a file.");
            }
        }

        return named;
    }

    /// <summary>Writes the parameters in the format that the file's extension names.</summary>
    public static void Save(Layer model, string path)
    {
        var tensors = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, parameter) in Named(model))
            tensors.Add(name, parameter.Value);
        if (tensors.Count == 0)
            throw new SoftmaxException($"SaveWeights: {model} has no parameters, so there is nothing to save.");
        switch (FormatOf("SaveWeights", path))
        {
            case ".safetensors":
                SafeTensors.Write(path, tensors);
                break;
            case ".npz":
                Npz.Write(path, tensors);
                break;
            default:
                Npy.Write(path, tensors.Count == 1 ? tensors.GetAt(0).Value : throw OneArray("SaveWeights", path, tensors.Keys));
                break;
        }
    }

    /// <summary>Gives a model the parameters of a file: all of them, or none where anything does not fit.</summary>
    public static void Load(Layer model, string path)
    {
        var wanted = Named(model);
        var found = FormatOf("LoadWeights", path) switch
        {
            ".safetensors" => CheckpointFile.ModelOf(SafeTensors.Read(path)),
            ".npz" => Npz.Read(path),
            _ => new Dictionary<string, Tensor>
            {
                [wanted.Count == 1 ? wanted.GetAt(0).Key : throw OneArray("LoadWeights", path, wanted.Keys)] = Npy.Read(path),
            },
        };
        Assign(wanted, found, $"{path} does not fit {model}", path);
    }

    /// <summary>Gives parameters the tensors of their names: all of them, or none where anything does not fit.</summary>
    /// <param name="wanted">The parameters.</param>
    /// <param name="found">The tensors.</param>
    /// <param name="heading">How the message begins.</param>
    /// <param name="path">The file that the tensors come from.</param>
    /// <exception cref="FileException">One is missing, one too many, or of another shape.</exception>
    public static void Assign(
        IReadOnlyDictionary<string, Parameter> wanted, IReadOnlyDictionary<string, Tensor> found, string heading, string path)
    {
        var problems = new List<string>();
        var extra = found.Keys.Where(name => !wanted.ContainsKey(name)).ToArray();
        foreach (var (name, parameter) in wanted)
        {
            if (!found.TryGetValue(name, out var tensor))
                problems.Add($"'{name}' {parameter.Value.Shape} is missing{DidYouMean.Suffix(name, extra)}");
            else if (!tensor.Shape.Equals(parameter.Value.Shape))
                problems.Add($"'{name}' is {tensor.Shape} there and {parameter.Value.Shape} in the model{Turned(tensor, parameter)}");
            else if (!tensor.DType.IsFloat)
                problems.Add($"'{name}' is {tensor.DType} there; parameters are floating point");
        }

        problems.AddRange(extra.Select(name => $"'{name}' {found[name].Shape} is not in the model"));
        if (problems.Count > 0)
        {
            var rest = problems.Count > MostListed ? $"\n  and {problems.Count - MostListed} more" : "";
            throw new FileException(
                path, $"{heading}; nothing was loaded:\n  {string.Join("\n  ", problems.Take(MostListed))}{rest}");
        }

        foreach (var (name, parameter) in wanted)
            parameter.Value = found[name].To(parameter.Value.DType);
    }

    private static string Turned(Tensor tensor, Parameter parameter) =>
        tensor.Rank == 2 && parameter.Value.Rank == 2
        && tensor.Shape[0] == parameter.Value.Shape[1] && tensor.Shape[1] == parameter.Value.Shape[0]
            ? " (weights are [inputs, outputs] here; PyTorch's are the transpose)"
            : "";

    private static string FormatOf(string operation, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var extension = Path.GetExtension(path).ToLowerInvariant();
        return extension is ".safetensors" or ".npz" or ".npy"
            ? extension
            : throw new SoftmaxException(
                $"{operation}: the name '{path}' does not say the format; it must end in .safetensors, .npz or, for a single array, .npy.");
    }

    private static SoftmaxException OneArray(string operation, string path, IEnumerable<string> names) => new(
        $"{operation}: {path} holds one array, the model has the parameters {string.Join(", ", names.Take(MostListed))}; "
        + "take a name that ends in .safetensors or .npz.");
}
