using System.Text;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Content_is_there_and_nothing_else()
    {
        AtomicFile.WriteText(folder.File("a"), "one");
        AtomicFile.WriteText(folder.File("a"), "zwei, ö");
        Assert.Equal("zwei, ö", File.ReadAllText(folder.File("a"), Encoding.UTF8));
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void Target_keeps_its_content_until_the_new_one_is_whole()
    {
        AtomicFile.WriteText(folder.File("a"), "old");
        AtomicFile.Write(folder.File("a"), stream =>
        {
            stream.Write(new byte[1 << 20]);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder.File("a")));
        });
        Assert.Equal(1 << 20, new FileInfo(folder.File("a")).Length);
    }

    [Fact]
    public void Failure_of_the_writer_changes_nothing_and_is_passed_on()
    {
        AtomicFile.WriteText(folder.File("a"), "old");
        var failure = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder.File("a"), stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidOperationException("mine");
        }));
        Assert.Equal("mine", failure.Message);
        Assert.Equal("old", File.ReadAllText(folder.File("a")));
        Assert.Equal(["a"], Names());
    }

    [Theory]
    [InlineData(28, "the disk is full")]
    [InlineData(30, "its file system is read-only")]
    [InlineData(122, "the quota of this user is used up")]
    [InlineData(5, "Input/output error")]
    public void Failure_of_the_disk_names_file_and_reason(int error, string reason)
    {
        var path = folder.File("weights.npz");
        AtomicFile.WriteText(path, "old");
        var failure = Assert.Throws<FileException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("Input/output error", error);
        }));
        Assert.StartsWith($"{path} cannot be written: {reason}. Nothing was changed there. ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(path, failure.Path);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["weights.npz"], Names());
    }

    [Fact]
    public void Full_device_is_reported()
    {
        if (!File.Exists("/dev/full"))
            return;
        var failure = Assert.Throws<FileException>(() => AtomicFile.Write("/dev/full", stream => stream.Write(new byte[10])));
        Assert.StartsWith("/dev/full cannot be written: the disk is full.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_folder_is_named()
    {
        var path = folder.File(Path.Combine("no", "a"));
        var failure = Assert.Throws<FileException>(() => AtomicFile.WriteText(path, "x"));
        Assert.Equal(
            $"{path} cannot be written: the folder {folder.File("no")} does not exist. Nothing was changed there. "
            + "Create it first, or name another.",
            failure.Message);
    }

    [Fact]
    public void File_in_place_of_a_folder_and_folder_in_place_of_the_file_are_named()
    {
        AtomicFile.WriteText(folder.File("f"), "x");
        var below = Assert.Throws<FileException>(() => AtomicFile.WriteText(folder.File(Path.Combine("f", "a")), "x"));
        Assert.Contains($"{folder.File("f")} is a file, not a folder", below.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder.File("d"));
        var onto = Assert.Throws<FileException>(() => AtomicFile.WriteText(folder.File("d"), "x"));
        Assert.Contains("there is a folder of this name", onto.Message, StringComparison.Ordinal);
        Assert.Equal(["d", "f"], Names());
    }

    [Fact]
    public void Read_only_file_stays_as_it_is()
    {
        var path = folder.File("a");
        AtomicFile.WriteText(path, "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        var failure = Assert.Throws<FileException>(() => AtomicFile.WriteText(path, "new"));
        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Contains("the file there is read-only", failure.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void Folder_that_may_not_be_written_to_is_named()
    {
        if (OperatingSystem.IsWindows())
            return;
        var inner = Directory.CreateDirectory(folder.File("sealed"));
        File.SetUnixFileMode(inner.FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            // The superuser may write everywhere but into the kernel's own folders.
            var path = Environment.IsPrivilegedProcess ? "/proc/self/a" : Path.Combine(inner.FullName, "a");
            if (!Directory.Exists(Path.GetDirectoryName(path)))
                return;
            var failure = Assert.Throws<FileException>(() => AtomicFile.WriteText(path, "x"));
            Assert.StartsWith($"{path} cannot be written: ", failure.Message, StringComparison.Ordinal);
            Assert.Contains(". Nothing was changed there. ", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(inner.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Link_and_permissions_stay()
    {
        if (OperatingSystem.IsWindows())
            return;
        AtomicFile.WriteText(folder.File("real"), "old");
        File.SetUnixFileMode(folder.File("real"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(folder.File("link"), folder.File("real"));
        AtomicFile.WriteText(folder.File("link"), "new");
        Assert.Equal("new", File.ReadAllText(folder.File("real")));
        Assert.Equal(folder.File("real"), new FileInfo(folder.File("link")).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("real")));
    }

    [Fact]
    public async Task Many_writers_leave_one_whole_file()
    {
        var path = folder.File("a");
        await Parallel.ForAsync(0, 32, (i, _) =>
        {
            AtomicFile.Write(path, stream =>
            {
                for (var k = 0; k < 50; k++)
                    stream.Write(Enumerable.Repeat((byte)i, 1000).ToArray());
            });
            return ValueTask.CompletedTask;
        });
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(50_000, bytes.Length);
        Assert.Single(bytes.Distinct());
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void Leftovers_of_a_killed_process_can_be_removed()
    {
        AtomicFile.WriteText(folder.File("a"), "x");
        AtomicFile.WriteText(folder.File(".a.0123.partial"), "half");
        AtomicFile.RemoveLeftovers(folder.Path);
        AtomicFile.RemoveLeftovers(folder.File("nowhere"));
        Assert.Equal(["a"], Names());
    }

    private string[] Names() =>
        [.. Directory.EnumerateFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
