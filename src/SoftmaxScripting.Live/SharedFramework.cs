using System.Runtime.Loader;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Live;

/// <summary>
/// Finds the web server that comes with .NET at the moment it is asked for. Naming it among the host's frameworks would make
/// every start of the host about a fifth slower, and would keep the host from starting where it is missing.
/// </summary>
public static class SharedFramework
{
    private const string Name = "Microsoft.AspNetCore.App";

    private static readonly Lazy<string> s_folder = new(() => Find() ?? throw new UsageException(
        $"--live: the web server of .NET is not installed ({Name} {Environment.Version.Major}.x); the .NET SDK brings it along."));

    /// <summary>Lets the web server be loaded from now on.</summary>
    /// <exception cref="UsageException">It is not installed.</exception>
    public static void MakeLoadable()
    {
        if (s_folder.IsValueCreated || IsLoaded())
            return;
        var folder = s_folder.Value;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }

    /// <summary>Whether the process was started with the web server among its frameworks.</summary>
    private static bool IsLoaded() =>
        (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Contains("Microsoft.AspNetCore.Server.Kestrel.Core.dll", StringComparison.Ordinal);

    private static string? Find()
    {
        // …/shared/Microsoft.NETCore.App/10.0.1/System.Private.CoreLib.dll
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var beside = Path.Combine(runtime, "..", "..", Name);
        if (!Directory.Exists(beside))
            return null;
        return Directory.GetDirectories(beside)
            .Select(folder => (Folder: folder, Version: Version.TryParse(Path.GetFileName(folder).Split('-')[0], out var version) ? version : new Version()))
            .Where(found => found.Version.Major == Environment.Version.Major)
            .OrderByDescending(found => Path.GetFileName(found.Folder) == Path.GetFileName(runtime))
            .ThenByDescending(found => found.Version)
            .Select(found => Path.GetFullPath(found.Folder))
            .FirstOrDefault();
    }
}
