namespace SoftmaxScripting.Host.Scripting;

/// <summary>What <c>#r "nuget: Name, version"</c> asks for.</summary>
/// <param name="Name">The package; empty where none is named.</param>
/// <param name="Version">A version, which is meant exactly, or a range; <c>*</c> for the newest.</param>
internal sealed record PackageDirective(string Name, string Version)
{
    private const string Prefix = "nuget:";
    private const string Newest = "*";

    /// <summary>Reads the text of a reference; null where it names no package.</summary>
    /// <param name="reference">What stands between the quotes.</param>
    public static PackageDirective? Parse(string reference)
    {
        if (!reference.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        var words = reference.TrimStart()[Prefix.Length..].Split([',', '/'], 2);
        return new PackageDirective(words[0].Trim(), words.Length > 1 && words[1].Trim().Length > 0 ? words[1].Trim() : Newest);
    }

    /// <summary>The version as a project file writes it: a plain one in brackets, which means it and no later one.</summary>
    public string Range => Version.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '+') ? $"[{Version}]" : Version;

    /// <summary>The directive as a person would write it.</summary>
    public override string ToString() => Version == Newest ? Name : $"{Name}, {Version}";
}
