namespace SoftmaxScripting.Toolkit;

/// <summary>A name of PyTorch and what stands for it here.</summary>
/// <param name="Theirs">PyTorch's name, without the module it lives in.</param>
/// <param name="Ours">
/// The name here: <c>Type.Member</c>, a member of <see cref="Prelude"/>, or a method of a tensor where it begins with a dot.
/// </param>
/// <param name="Note">How to write it, where more than the name differs; may be empty.</param>
public sealed record PyTorchName(string Theirs, string Ours, string Note = "")
{
    /// <summary>A sentence for an error message: <c>PyTorch's randn is Tensor.Normal here</c>.</summary>
    public override string ToString() =>
        $"PyTorch's {Theirs} is {Ours.TrimStart('.')} here" + (Note.Length > 0 ? $": {Note}" : "");
}
