using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>A file that cannot be read or written, or does not hold what it should.</summary>
/// <param name="path">The file.</param>
/// <param name="message">The file, what is wrong with it, and what to do.</param>
public sealed class FileException(string path, string message) : SoftmaxException(message)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
