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
            return Package(directive);
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

    // The assemblies of packages are references of the whole script; a directive may stand for one assembly only, so it is
    // given one that is there anyway.
    private ImmutableArray<PortableExecutableReference> Package(PackageDirective directive)
    {
        packageDirectives.Add(directive);
        if (packages.Problem(directive) is not null)
            return [];

        // Read, so that a compiled script kept from an earlier run counts only while they are there.
        foreach (var file in packages.Files.Where(files.Add))
            inputs.Read(file);
        return [(PortableExecutableReference)ScriptWorld.References[0]];
    }
}
