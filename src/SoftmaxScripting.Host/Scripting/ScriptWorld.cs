using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>What every script sees: the assemblies it may use and the namespaces it need not write.</summary>
internal static class ScriptWorld
{
    private static readonly string[] ToolkitAssemblies =
    [
        "SoftmaxScripting.Kernels.dll",
        "SoftmaxScripting.Core.dll",
        "SoftmaxScripting.Toolkit.dll",
        "FSharp.Core.dll",
        "FsCheck.dll",
    ];

    private static readonly Lazy<ImmutableArray<MetadataReference>> LazyReferences = new(() =>
    [
        .. ReferenceFiles.Select(file => MetadataReference.CreateFromFile(file)),
    ]);

    /// <summary>How many of <see cref="ReferenceFiles"/>, at their end, are the toolkit's and not the framework's.</summary>
    public static int ToolkitAssemblyCount => ToolkitAssemblies.Length;

    /// <summary>
    /// The imports. System.Math is left out as a static import: its Exp, Log and Abs would clash with the prelude's.
    /// </summary>
    public static ImmutableArray<string> Imports { get; } =
    [
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Threading",
        "System.Threading.Tasks",
        "SoftmaxScripting.Core",
        "SoftmaxScripting.Toolkit",
        "SoftmaxScripting.Toolkit.Charts",
        "SoftmaxScripting.Toolkit.Prelude",
    ];

    /// <summary>The files of the framework and the toolkit that scripts compile against.</summary>
    public static IEnumerable<string> ReferenceFiles
    {
        get
        {
            var frameworkFolder = Path.GetDirectoryName(typeof(object).Assembly.Location);
            var trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
            var toolkitFolder = Path.GetDirectoryName(typeof(Prelude).Assembly.Location)!;
            return trusted.Split(Path.PathSeparator)
                .Where(file => Path.GetDirectoryName(file) == frameworkFolder)
                .Concat(ToolkitAssemblies.Select(name => Path.Combine(toolkitFolder, name)));
        }
    }

    /// <summary><see cref="ReferenceFiles"/> for the compiler; read once for the process.</summary>
    public static ImmutableArray<MetadataReference> References => LazyReferences.Value;
}
