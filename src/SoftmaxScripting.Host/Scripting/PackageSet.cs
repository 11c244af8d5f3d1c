using Microsoft.CodeAnalysis;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>Why a package cannot be used.</summary>
/// <param name="Id">The number of the package manager's error; empty for the host's own.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Hint">What to do about it.</param>
internal sealed record PackageProblem(string Id, string Text, string Hint);

/// <summary>Packages that were restored together.</summary>
/// <param name="Assemblies">The assemblies to compile against and to load, as full paths.</param>
/// <param name="Natives">The native libraries, as full paths.</param>
internal sealed record PackageSet(IReadOnlyList<string> Assemblies, IReadOnlyList<string> Natives)
{
    /// <summary>No packages.</summary>
    public static PackageSet None { get; } = new([], []);

    /// <summary>What is wrong with single packages.</summary>
    public IReadOnlyDictionary<PackageDirective, PackageProblem> Problems { get; init; } =
        new Dictionary<PackageDirective, PackageProblem>();

    /// <summary>The assemblies for the compiler.</summary>
    public IEnumerable<MetadataReference> References => Assemblies.Select(file => MetadataReference.CreateFromFile(file));

    /// <summary>All files.</summary>
    public IEnumerable<string> Files => Assemblies.Concat(Natives);

    /// <summary>What is wrong with a package; null for nothing.</summary>
    /// <param name="directive">The directive that names it.</param>
    public PackageProblem? Problem(PackageDirective directive) => Problems.GetValueOrDefault(directive);
}
