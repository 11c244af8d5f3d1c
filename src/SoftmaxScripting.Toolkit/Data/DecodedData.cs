using System.Globalization;
using System.Runtime.InteropServices;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Large byte arrays that took time to make, kept in the cache folder as they lie in memory: unpacked files, drawn
/// images. Whatever goes wrong with it, they are made again, and nothing is said.
/// </summary>
internal static class DecodedData
{
    /// <summary>What is smaller is made again as fast as it is found.</summary>
    public const int LeastBytes = 1 << 20;

    private const int MostBytes = 1 << 28;
    private const long MostBytesTogether = 1L << 30;
    private const int MostEntries = 64;

    /// <summary>The folder of the settings in force; null where nothing is kept.</summary>
    public static FileStore? Store => CacheFolder.For("decoded") is { } folder
        ? new FileStore(folder, ".bytes", MostBytesTogether, MostEntries)
        : null;

    /// <summary>Finds what was kept; null when there is nothing.</summary>
    /// <param name="key">Tells everything apart that decides the content.</param>
    public static (int[] Numbers, byte[] Bytes)? Find(UInt128 key) =>
        Store?.Read(NameOf(key)) is { } entry && entry.Head.Length % sizeof(int) == 0
            ? (MemoryMarshal.Cast<byte, int>(entry.Head).ToArray(), entry.Body)
            : null;

    /// <summary>Keeps an array, when it is worth it and there is a place.</summary>
    /// <param name="key">Tells everything apart that decides the content.</param>
    /// <param name="numbers">A few numbers that belong to it, such as its sizes.</param>
    /// <param name="bytes">The array.</param>
    public static void Keep(UInt128 key, int[] numbers, byte[] bytes)
    {
        if (bytes.Length is >= LeastBytes and <= MostBytes)
            Store?.TryWrite(NameOf(key), MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray(), bytes, out _);
    }

    private static string NameOf(UInt128 key) => key.ToString("x32", CultureInfo.InvariantCulture);
}
