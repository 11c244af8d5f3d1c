namespace SoftmaxScripting.Kernels;

/// <summary>
/// Working memory that each thread keeps and uses again: one buffer for each purpose, grown to the largest size asked for.
/// </summary>
internal static unsafe class Scratch
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static byte[]?[]? t_buffers;

    /// <summary>What a buffer is for; two purposes never share memory.</summary>
    public enum Purpose
    {
        /// <summary>Blocks of the left factor, packed by the thread that uses them.</summary>
        Left,

        /// <summary>Blocks of the right factor, packed by and for the whole team.</summary>
        Right,

        /// <summary>The last columns of a right factor that is otherwise read in place.</summary>
        Edge,

        /// <summary>Results still to be transposed.</summary>
        Result,
    }

    /// <summary>Uninitialised memory for <paramref name="length"/> numbers, aligned to cache lines, never moved.</summary>
    public static T* Rent<T>(Purpose purpose, nint length)
        where T : unmanaged
    {
        byte[]?[] buffers = t_buffers ??= new byte[]?[4];
        int bytes = checked((int)(length * sizeof(T)) + Alignment);
        byte[]? buffer = buffers[(int)purpose];
        if (buffer is null || buffer.Length < bytes)
            buffers[(int)purpose] = buffer = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        fixed (byte* start = buffer) return (T*)(((nint)start + Alignment - 1) & ~(nint)(Alignment - 1));
    }
}
