namespace SoftmaxScripting.Host.Scripting;

/// <summary>A script's text and where it came from.</summary>
/// <param name="Path">The full path; for standard input a path in the current folder that no file need have.</param>
/// <param name="GivenPath">The path as it was typed, for messages.</param>
/// <param name="Text">The text.</param>
/// <param name="IsFile">False when the text came from standard input.</param>
internal sealed record ScriptSource(string Path, string GivenPath, string Text, bool IsFile = true)
{
    /// <summary>
    /// A path as a message shows it: the script as it was typed, other files relative to the current folder where they
    /// lie in it.
    /// </summary>
    /// <param name="path">A full path.</param>
    public string Show(string path)
    {
        if (path == Path)
            return GivenPath;
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
