using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A training state as a safetensors file: the tensors under their names, how far the training is as JSON in the metadata.
/// </summary>
public static class CheckpointFile
{
    private const string Format = "softmax-scripting training state";
    private const string FormatField = "format";
    private const string ProgressField = "progress";
    private const string ModelPrefix = "model.";
    private const string AveragePrefix = "average.";

    /// <summary>Writes a state; the file is there whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">The state.</param>
    /// <exception cref="FileException">The file cannot be written.</exception>
    public static void Write(string path, TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        SafeTensors.Write(path, state.Tensors, new Dictionary<string, string>
        {
            [FormatField] = Format,
            [ProgressField] = state.Progress.ToJsonString(),
        });
    }

    /// <summary>
    /// The model's tensors of a checkpoint under the parameters' own names, averages where the training keeps them (they
    /// are what its test rows were judged with); of another file all tensors.
    /// </summary>
    /// <param name="content">What the file holds.</param>
    internal static IReadOnlyDictionary<string, Tensor> ModelOf(SafeTensorsContent content)
    {
        if (content.Metadata.GetValueOrDefault(FormatField) != Format)
            return content.Tensors;
        var model = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var prefix in new[] { ModelPrefix, AveragePrefix })
        {
            foreach (var (name, tensor) in content.Tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)))
                model[name[prefix.Length..]] = tensor;
        }

        return model;
    }

    /// <summary>Reads a state.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileException">The file is missing, damaged, or holds no training state.</exception>
    public static TrainingState Read(string path)
    {
        var content = SafeTensors.Read(path);
        if (content.Metadata.GetValueOrDefault(FormatField) != Format
            || !content.Metadata.TryGetValue(ProgressField, out var progress))
        {
            throw new FileException(path, $"{path} holds tensors, but no training that could be continued.");
        }

        try
        {
            if (JsonNode.Parse(progress) is JsonObject json)
                return new TrainingState(content.Tensors, json);
        }
        catch (JsonException)
        {
        }

        throw new FileException(path, $"{path} does not say how far its training is; it was changed or damaged.");
    }
}

/// <summary>The checkpoints of one training: <c>step-00000120.safetensors</c>, …, and <c>best.safetensors</c>.</summary>
/// <param name="path">The folder.</param>
internal sealed class CheckpointFolder(string path)
{
    private const string Prefix = "step-";
    private const string Extension = ".safetensors";

    /// <summary>The file of the best epoch.</summary>
    public string Best => Path.Combine(path, "best" + Extension);

    /// <summary>The file of a step.</summary>
    public string Of(long step) => Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:00000000}{Extension}"));

    /// <summary>The files of steps, the latest first.</summary>
    public IReadOnlyList<string> Latest() => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, Prefix + "*" + Extension).OrderByDescending(StepOf).ThenBy(file => file, StringComparer.Ordinal)]
        : [];

    /// <summary>Removes all files of steps but the latest.</summary>
    /// <param name="keep">How many stay.</param>
    public void Prune(int keep)
    {
        foreach (var old in Latest().Skip(keep))
        {
            try
            {
                File.Delete(old);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // One file too many does no harm.
            }
        }
    }

    /// <summary>The latest state that can be read; null where there is none. One that cannot be is passed over with a word.</summary>
    public TrainingState? ReadLatest()
    {
        AtomicFile.RemoveLeftovers(path);
        foreach (var file in Latest())
        {
            try
            {
                return CheckpointFile.Read(file);
            }
            catch (FileException exception)
            {
                Console.Error.WriteLine($"warning: {exception.Message} The checkpoint before it is tried.");
            }
        }

        return null;
    }

    private static long StepOf(string file) => long.TryParse(
        Path.GetFileNameWithoutExtension(file)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1;
}
