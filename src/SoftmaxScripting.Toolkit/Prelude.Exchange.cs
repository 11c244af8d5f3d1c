using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

public static partial class Prelude
{
    /// <summary>
    /// Writes a model's parameters under their names ("0.weight", "0.bias", …). The name's end says the format:
    /// <c>.safetensors</c>, <c>.npz</c>, or <c>.npy</c> for a model of one parameter. The file is there whole or not at all.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="FileException">The file cannot be written.</exception>
    /// <exception cref="SoftmaxException">The name says no format, or two parameters have one name.</exception>
    public static void SaveWeights(Layer model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        WeightFile.Save(model, path);
    }

    /// <summary>
    /// Gives a model the parameters of a file, in the model's own precision. Every parameter must be there in its shape,
    /// and nothing else; otherwise nothing is loaded and the message lists what does not fit. Of a checkpoint, such as
    /// <c>best.safetensors</c> in the folder of a run, the model's part is taken.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file: <c>.safetensors</c>, <c>.npz</c> or <c>.npy</c>.</param>
    /// <exception cref="FileException">The file is missing or unsound, or does not fit the model.</exception>
    /// <exception cref="SoftmaxException">The name says no format, or two parameters have one name.</exception>
    public static void LoadWeights(Layer model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        WeightFile.Load(model, path);
    }
}
