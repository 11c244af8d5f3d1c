namespace SoftmaxScripting.Host;

/// <summary>Text files that are part of the host's assembly.</summary>
internal static class EmbeddedText
{
    /// <summary>Reads one.</summary>
    /// <param name="name">Its name as the project file gives it: folder and file, with a slash.</param>
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The host has no embedded file {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
