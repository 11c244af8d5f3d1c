using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>Whatever happens to the cache, scripts run, and the cache is sound again afterwards.</summary>
public sealed class ScriptCacheTroubleTests : IDisposable
{
    private const string Script = "Console.WriteLine(6 * 7);\nExit(3);";

    private readonly ScriptFolder folder = new();
    private readonly CacheSetting setting;
    private readonly string cache;

    public ScriptCacheTroubleTests()
    {
        cache = Path.Combine(folder.Path, "cache");
        setting = new CacheSetting(cache);
    }

    public void Dispose()
    {
        setting.Dispose();
        folder.Dispose();
    }

    private string Entry => Assert.Single(Directory.GetFiles(Path.Combine(cache, "scripts")));

    private static ScriptSource Source
    {
        get
        {
            var path = Path.GetFullPath("x.csx");
            return new ScriptSource(path, "x.csx", File.ReadAllText(path));
        }
    }

    private void RunsWell() => Assert.Equal(new Outcome(3, "42", ""), folder.Run(Script));

    [Fact]
    public void Damaged_entry_is_noticed_and_replaced()
    {
        RunsWell();
        var whole = File.ReadAllBytes(Entry);
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var bytes = whole.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Entry, bytes);
            Assert.Null(ScriptCache.Open().Find(Source));
        }

        foreach (var length in new[] { 0, 1, 35, 36, 37, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(Entry, whole[..length]);
            Assert.Null(ScriptCache.Open().Find(Source));
        }

        File.WriteAllBytes(Entry, [.. whole, 0]);
        Assert.Null(ScriptCache.Open().Find(Source));
        RunsWell();
        Assert.NotNull(ScriptCache.Open().Find(Source));
    }

    [Fact]
    public void Foreign_entry_is_noticed_and_replaced()
    {
        RunsWell();

        // Sound in itself, but not what a script is kept as; then the entry of another script.
        var name = Path.GetFileNameWithoutExtension(Entry);
        var store = new FileStore(Path.GetDirectoryName(Entry)!, ".script", long.MaxValue, 10);
        foreach (var (head, body) in new (byte[], byte[])[]
        {
            ([], []),
            ([0, 0, 0, 0], []),
            ([0, 0, 0, 0], [0, 0, 0, 0, 0]),
            ([255, 255, 255, 255], [1, 2, 3]),
            ([255, 255, 255, 127], [1, 2, 3]),
            ([0, 0, 0, 0], [255, 255, 255, 255]),
        })
        {
            Assert.True(store.TryWrite(name, head, body, out _));
            Assert.Null(ScriptCache.Open().Find(Source));
        }

        var path = Entry;
        folder.Write("y.csx", "Console.WriteLine(1);");
        ScriptFolder.Host("y.csx");
        var other = Directory.GetFiles(Path.Combine(cache, "scripts")).Single(file => file != path);
        File.Copy(other, path, overwrite: true);
        Assert.Null(ScriptCache.Open().Find(Source));
        File.Delete(other);
        RunsWell();
        Assert.NotNull(ScriptCache.Open().Find(Source));
    }

    [Fact]
    public void Folder_that_cannot_be_made_is_one_warning_and_the_exit_code_stays()
    {
        File.WriteAllText(cache, "a file, and no folder");
        var run = folder.Run(Script);
        Assert.Equal((3, "42"), (run.ExitCode, run.Output));
        Assert.StartsWith("warning: The compiled script is not kept", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("SOFTMAX_CACHE", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_that_cannot_be_replaced_is_one_warning()
    {
        RunsWell();
        var path = Entry;
        File.Delete(path);
        Directory.CreateDirectory(Path.Combine(path, "occupied"));
        var run = folder.Run(Script);
        Assert.Equal((3, "42"), (run.ExitCode, run.Output));
        Assert.StartsWith("warning: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(cache, "scripts")));
    }

    [Fact]
    public void Clearing_removes_every_entry_and_says_how_much()
    {
        RunsWell();
        ScriptFolder.HostWithInput("Console.WriteLine(1);", "-");
        var opened = ScriptCache.Open();
        Assert.Equal(2, opened.Count);
        var size = opened.Size;
        Assert.True(size > 0);
        Assert.Equal((2, size), opened.Clear());
        Assert.Equal((0, 0L), (opened.Count, opened.Size));
        RunsWell();
    }
}
