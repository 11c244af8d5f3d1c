using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Holds a script's assembly and what it references by <c>#r</c>. The host's own assemblies come first, so that a
/// script and the host mean the same tensor. Not collectible: that would slow every static field.
/// </summary>
internal sealed class ScriptLoadContext : AssemblyLoadContext
{
    private readonly IReadOnlyList<string> references;

    /// <summary>Makes a context.</summary>
    /// <param name="references">The full paths of the files referenced by <c>#r</c>.</param>
    public ScriptLoadContext(IReadOnlyList<string> references)
        : base("script")
    {
        this.references = references;
        Resolving += (_, name) => Resolve(name);
        ResolvingUnmanagedDll += (_, name) => ResolveNative(name);
    }

    /// <summary>Loads the script's assembly.</summary>
    /// <param name="script">The script.</param>
    public Assembly Load(CompiledScript script)
    {
        using var assembly = new MemoryStream(script.Assembly);
        using var symbols = new MemoryStream(script.Symbols);
        return LoadFromStream(assembly, symbols);
    }

    private Assembly? Resolve(AssemblyName name)
    {
        var fileName = name.Name + ".dll";
        var file = references.FirstOrDefault(path =>
                Path.GetFileNameWithoutExtension(path).Equals(name.Name, StringComparison.OrdinalIgnoreCase))
            ?? references.Select(path => Path.Combine(Path.GetDirectoryName(path)!, fileName))
                .FirstOrDefault(File.Exists);
        return file is null ? null : LoadFromAssemblyPath(file);
    }

    /// <summary>A native library of a package: <c>name</c>, or as the platform spells it.</summary>
    private nint ResolveNative(string name)
    {
        string[] spellings = [name, name + ".dll", $"lib{name}.so", $"lib{name}.dylib", name + ".so", name + ".dylib"];
        var file = references.FirstOrDefault(path => spellings.Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase));
        return file is null ? 0 : NativeLibrary.Load(file);
    }
}
