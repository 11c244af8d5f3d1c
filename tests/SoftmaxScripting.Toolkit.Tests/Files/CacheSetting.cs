using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>The cache folder until it is disposed.</summary>
internal sealed class CacheSetting : IDisposable
{
    private readonly string? before = Environment.GetEnvironmentVariable(CacheFolder.Variable);

    public CacheSetting(string value) => Environment.SetEnvironmentVariable(CacheFolder.Variable, value);

    public void Dispose() => Environment.SetEnvironmentVariable(CacheFolder.Variable, before);

    /// <summary>The tests leave the cache of who runs them alone.</summary>
    [ModuleInitializer]
    internal static void UseFolderOfOurOwn()
    {
        var folder = Directory.CreateTempSubdirectory("softmax-cache-").FullName;
        Environment.SetEnvironmentVariable(CacheFolder.Variable, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
