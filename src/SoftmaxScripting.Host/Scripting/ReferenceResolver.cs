using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Resolves <c>#r</c>: a file relative to the file that asks for it, the simple name of a framework assembly, or a package.
/// What a referenced file needs is looked for beside it.
/// </summary>
/// <param name="inputs">Reads the files.</param>
/// <param name="packages">The packages that were restored.</param>
internal sealed class ReferenceResolver(ScriptInputs inputs, PackageSet packages) : MetadataReferenceResolver
{
    private readonly List<PackageDirective> packageDirectives = [];
    private ImmutableArray<PortableExecutableReference> packageReferences;
    private readonly SortedSet<string> files = new(StringComparer.Ordinal);

    /// <summary>The full paths of the files the script referenced by <c>#r</c>.</summary>
    public IReadOnlyCollection<string> Files => files;

    /// <summary>The packages the script asked for.</summary>
    public IReadOnlyList<PackageDirective> PackageDirectives => packageDirectives;

    /// <inheritdoc/>
    public override bool ResolveMissingAssemblies => true;

    /// <inheritdoc/>
    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (PackageDirective.Parse(reference) is { } directive)
            return Package(directive, properties);
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
    public override int GetHashCode() => 0;

    /// <summary>Every directive stands for the whole set: the packages were chosen to fit each other.</summary>
    private ImmutableArray<PortableExecutableReference> Package(PackageDirective directive, MetadataReferenceProperties properties)
    {
        packageDirectives.Add(directive);
        if (packages.Problem(directive) is not null)
            return [];
        foreach (var file in packages.Files)
            files.Add(file);
        if (packageReferences.IsDefault)
            packageReferences = [.. packages.Assemblies.Select(file => MetadataReference.CreateFromFile(file, properties))];
        return packageReferences;
    }
}
