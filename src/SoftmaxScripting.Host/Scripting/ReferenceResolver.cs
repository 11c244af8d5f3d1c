using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Resolves <c>#r</c>: a file relative to the file that asks for it, or the simple name of a framework assembly. What a
/// referenced file needs is looked for beside it.
/// </summary>
internal sealed class ReferenceResolver : MetadataReferenceResolver
{
    /// <summary>How a reference to a package starts.</summary>
    public const string PackagePrefix = "nuget:";

    private readonly SortedSet<string> files = new(StringComparer.Ordinal);

    /// <summary>The full paths of the files the script referenced by <c>#r</c>.</summary>
    public IReadOnlyCollection<string> Files => files;

    /// <inheritdoc/>
    public override bool ResolveMissingAssemblies => true;

    /// <inheritdoc/>
    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (reference.StartsWith(PackagePrefix, StringComparison.OrdinalIgnoreCase))
            return [];
        var folder = Path.GetDirectoryName(baseFilePath) ?? Environment.CurrentDirectory;
        var file = Path.GetFullPath(Path.Combine(folder, reference));
        if (File.Exists(file))
        {
            files.Add(file);
            return [MetadataReference.CreateFromFile(file, properties)];
        }

        var framework = ScriptWorld.ReferenceFiles.FirstOrDefault(candidate =>
            Path.GetFileNameWithoutExtension(candidate).Equals(reference, StringComparison.OrdinalIgnoreCase));
        return framework is null ? [] : [MetadataReference.CreateFromFile(framework, properties)];
    }

    /// <inheritdoc/>
    public override PortableExecutableReference? ResolveMissingAssembly(
        MetadataReference definition, AssemblyIdentity referenceIdentity)
    {
        if (definition is not PortableExecutableReference { FilePath: { } path })
            return null;
        var sibling = Path.Combine(Path.GetDirectoryName(path)!, referenceIdentity.Name + ".dll");
        return File.Exists(sibling) ? MetadataReference.CreateFromFile(sibling) : null;
    }

    /// <inheritdoc/>
    public override bool Equals(object? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => PackagePrefix.Length;
}
