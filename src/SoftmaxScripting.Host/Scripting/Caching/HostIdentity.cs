using System.Reflection;
using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>What besides a script's own files decides what it is compiled to: the runtime, the toolkit, the compiler.</summary>
internal static class HostIdentity
{
    /// <summary>The fingerprint of all of it; another build of the toolkit or another package has another one.</summary>
    public static UInt128 Fingerprint { get; } = Read();

    private static UInt128 Read()
    {
        // An assembly's module version changes with its content. The packages, the compiler among them, stand with
        // their versions in the list of dependencies beside the host.
        Assembly[] assemblies =
        [
            typeof(HostIdentity).Assembly,
            typeof(Prelude).Assembly,
            typeof(Tensor).Assembly,
            typeof(ThreadTeam).Assembly,
            typeof(object).Assembly,
        ];
        var modules = assemblies.Select(assembly => assembly.ManifestModule.ModuleVersionId.ToString("N"));
        var text = string.Join(' ', modules.Append(Environment.Version.ToString()));
        var list = Path.ChangeExtension(typeof(HostIdentity).Assembly.Location, ".deps.json");
        return ContentHash.Of(File.Exists(list) ? File.ReadAllBytes(list) : [], ContentHash.Of(text));
    }
}
