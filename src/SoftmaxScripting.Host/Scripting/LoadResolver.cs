using Microsoft.CodeAnalysis;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Resolves <c>#load</c> relative to the loading file. The compiler takes each file once; this adds that a file which
/// loads the script itself, a circle, adds nothing to it.
/// </summary>
/// <param name="script">The script.</param>
/// <param name="inputs">Reads the files.</param>
internal sealed class LoadResolver(ScriptSource script, ScriptInputs inputs) : SourceReferenceResolver
{
    private readonly SourceFileResolver files = new([], Path.GetDirectoryName(script.Path));

    /// <inheritdoc/>
    public override string? NormalizePath(string path, string? baseFilePath) => files.NormalizePath(path, baseFilePath);

    /// <inheritdoc/>
    public override string? ResolveReference(string path, string? baseFilePath) =>
        files.ResolveReference(path, baseFilePath);

    /// <inheritdoc/>
    public override Stream OpenRead(string resolvedPath) =>
        new MemoryStream(resolvedPath == script.Path ? [] : inputs.Read(resolvedPath), writable: false);

    /// <inheritdoc/>
    public override bool Equals(object? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => script.Path.GetHashCode(StringComparison.Ordinal);
}
