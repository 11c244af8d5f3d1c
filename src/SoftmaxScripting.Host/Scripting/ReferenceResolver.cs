using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Resolves <c>#r</c>: a file relative to the file that asks for it, or the simple name of a framework assembly. What a
/// referenced file needs is looked for beside it.
/// </summary>
/// <param name="inputs">Reads the files.</param>
internal sealed class ReferenceResolver(ScriptInputs inputs) : MetadataReferenceResolver
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
        if (inputs.Exists(file))
        {
            files.Add(file);
            return [MetadataReference.CreateFromImage(inputs.Read(file), properties, documentation: null, file)];
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
        return inputs.Exists(sibling)
            ? MetadataReference.CreateFromImage(inputs.Read(sibling), filePath: sibling)
            : null;
    }

    /// <inheritdoc/>
    public override bool Equals(object? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => PackagePrefix.Length;
}
