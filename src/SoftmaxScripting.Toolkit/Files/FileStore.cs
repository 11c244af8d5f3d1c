using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SoftmaxScripting.Toolkit;

/// <summary>What lies in a <see cref="FileStore"/> under one name.</summary>
/// <param name="Head">A short description.</param>
/// <param name="Body">The content.</param>
internal sealed record StoredEntry(byte[] Head, byte[] Body);

/// <summary>
/// A folder of things that can be made again. Each lies in a file of its own with a fingerprint, is written whole
/// (<see cref="AtomicFile"/>), and counts as absent when anything about it is wrong: several processes may read and
/// write at once, and a crash or a full disk leaves nothing that would be believed. The oldest give way to new ones.
/// </summary>
/// <param name="folder">The folder; it need not exist.</param>
/// <param name="extension">How the names of its files end, with the dot.</param>
/// <param name="mostBytes">What all files together may take.</param>
/// <param name="mostEntries">How many files there may be.</param>
internal sealed class FileStore(string folder, string extension, long mostBytes, int mostEntries)
{
    /// <summary>Magic number, length of the head, length of the body, fingerprint.</summary>
    private const int PrefixBytes = 8 + 4 + 8 + 16;

    /// <summary>The files <see cref="AtomicFile"/> writes to before they are whole.</summary>
    private const string Unfinished = ".*.partial";

    /// <summary>After which an unfinished file belongs to no process any more.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>How exactly the time of the last use is kept; noting it each time would be a write for each read.</summary>
    private static readonly TimeSpan UseInterval = TimeSpan.FromHours(12);

    private static ReadOnlySpan<byte> Magic => "SMSTORE1"u8;

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>How many entries there are.</summary>
    public int Count => Entries().Count;

    /// <summary>The bytes they take.</summary>
    public long Size => Entries().Sum(file => file.Length);

    /// <summary>Reads an entry; null when there is none that is whole.</summary>
    /// <param name="name">Its name, without the extension.</param>
    public StoredEntry? Read(string name)
    {
        var path = PathOf(name);
        try
        {
            if (!File.Exists(path))
                return null;
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            Span<byte> prefix = stackalloc byte[PrefixBytes];
            if (!Fill(file, prefix, 0) || !prefix.StartsWith(Magic))
                return null;
            var headBytes = BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]);
            var bodyBytes = BinaryPrimitives.ReadInt64LittleEndian(prefix[12..]);
            if (headBytes < 0 || bodyBytes < 0 || bodyBytes > Array.MaxLength
                || RandomAccess.GetLength(file) != PrefixBytes + headBytes + bodyBytes)
            {
                return null;
            }

            var head = GC.AllocateUninitializedArray<byte>(headBytes);
            var body = GC.AllocateUninitializedArray<byte>((int)bodyBytes);
            if (!Fill(file, head, PrefixBytes) || !Fill(file, body, PrefixBytes + headBytes)
                || BinaryPrimitives.ReadUInt128LittleEndian(prefix[20..]) != Fingerprint(head, body))
            {
                return null;
            }

            NoteUse(path);
            return new StoredEntry(head, body);
        }
        catch (Exception exception) when (IsFileTrouble(exception))
        {
            return null;
        }
    }

    /// <summary>Writes an entry, in place of the one of that name, and makes room for it.</summary>
    /// <param name="name">Its name, without the extension.</param>
    /// <param name="head">A short description.</param>
    /// <param name="body">The content.</param>
    /// <param name="problem">Why it could not be written.</param>
    /// <returns>Whether the entry now lies in the folder.</returns>
    public bool TryWrite(
        string name, byte[] head, byte[] body, [NotNullWhen(false)] out string? problem)
    {
        var path = PathOf(name);
        var prefix = new byte[PrefixBytes];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(8), head.Length);
        BinaryPrimitives.WriteInt64LittleEndian(prefix.AsSpan(12), body.Length);
        BinaryPrimitives.WriteUInt128LittleEndian(prefix.AsSpan(20), Fingerprint(head, body));
        problem = null;
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(path, stream =>
            {
                stream.Write(prefix);
                stream.Write(head);
                stream.Write(body);
            });
        }
        catch (Exception exception) when (IsFileTrouble(exception)
            || exception is FileException or ArgumentOutOfRangeException)
        {
            // A file that grows beyond what its file system allows is an argument out of range to the framework.
            problem = exception.Message;
            return false;
        }

        MakeRoom(path);
        return true;
    }

    /// <summary>Removes every entry, and what processes left unfinished.</summary>
    /// <returns>How many entries went, and the bytes they took.</returns>
    public (int Count, long Bytes) Clear()
    {
        var (count, bytes) = (0, 0L);
        foreach (var file in Entries())
        {
            var length = file.Length;
            if (!Remove(file.FullName))
                continue;
            count++;
            bytes += length;
        }

        foreach (var file in Files(Unfinished))
            Remove(file.FullName);
        return (count, bytes);
    }

    private string PathOf(string name) => Path.Combine(folder, name + extension);

    private static UInt128 Fingerprint(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) =>
        ContentHash.Of(body, ContentHash.Of(head));

    private static bool Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file, Span<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            var got = RandomAccess.Read(file, bytes, position);
            if (got == 0)
                return false;
            bytes = bytes[got..];
            position += got;
        }

        return true;
    }

    private static void NoteUse(string path)
    {
        try
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > UseInterval)
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception exception) when (IsFileTrouble(exception))
        {
            // A folder that may only be read serves as well; its entries just count as unused.
        }
    }

    private void MakeRoom(string newest)
    {
        var entries = Entries();
        var bytes = entries.Sum(file => file.Length);
        var count = entries.Count;
        foreach (var file in entries.OrderBy(file => file.LastWriteTimeUtc))
        {
            if (bytes <= mostBytes && count <= mostEntries)
                break;
            if (file.FullName == newest || !Remove(file.FullName))
                continue;
            bytes -= file.Length;
            count--;
        }

        foreach (var file in Files(Unfinished))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > Abandoned)
                Remove(file.FullName);
        }
    }

    private List<FileInfo> Entries() => Files("*" + extension);

    private List<FileInfo> Files(string pattern)
    {
        try
        {
            // The lengths are asked for here, while the files are known to be there; another process may remove them.
            var files = new DirectoryInfo(folder).GetFiles(pattern);
            return [.. files.Where(file => file.Exists && file.Length >= 0)];
        }
        catch (Exception exception) when (IsFileTrouble(exception))
        {
            return [];
        }
    }

    private static bool Remove(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (IsFileTrouble(exception))
        {
            return false;
        }
    }

    private static bool IsFileTrouble(Exception exception) =>
        exception is IOException or UnauthorizedAccessException;
}
