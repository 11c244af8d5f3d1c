using System.Diagnostics;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>What only processes of their own can show of the cache: what they load, and that they do not disturb each other.</summary>
public sealed class ScriptCacheProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ScriptFolder folder = new();
    private readonly string cache;

    public ScriptCacheProcessTests() => cache = Path.Combine(folder.Path, "cache");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Script_in_the_cache_needs_no_compiler()
    {
        var host = CopyOfHost();
        folder.Write("x.csx", "int Twice(int n) => n * 2;");
        folder.Write(
            "main.csx",
            "#load \"x.csx\"",
            "#warning shown each time",
            "Print(Twice(Option(\"n\", 1)) + Tensor.Of(1f, 2f).Sum().Item());",
            "foreach (var a in AppDomain.CurrentDomain.GetAssemblies()) Console.WriteLine(a.GetName().Name);");
        string[][] commandLines = [["main.csx"], ["main.csx", "--help"], ["main.csx", "--wrong"], ["explain", "main.csx"]];
        async Task<Outcome[]> Runs()
        {
            var runs = new List<Outcome>();
            foreach (var words in commandLines)
                runs.Add(await Run(host, words));
            return [.. runs];
        }

        var first = await Run(host, "main.csx");
        Assert.Contains("Microsoft.CodeAnalysis", first.Output, StringComparison.Ordinal);
        var warm = await Runs();
        Assert.DoesNotContain("Microsoft.CodeAnalysis", warm[0].Output, StringComparison.Ordinal);
        Assert.StartsWith("5", warm[0].Output, StringComparison.Ordinal);
        Assert.Equal((0, first.Error), (warm[0].ExitCode, warm[0].Error));
        Assert.Contains("CS1030", first.Error, StringComparison.Ordinal);
        Assert.Equal([0, 0, 2, 0], warm.Select(run => run.ExitCode));

        // Without a compiler to be had, nothing changes but what must be compiled.
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(host)!, "Microsoft.CodeAnalysis*.dll"))
            File.WriteAllBytes(file, []);
        Assert.Equal(warm, await Runs());
        Assert.NotEqual(0, (await Run(host, "x.csx")).ExitCode);
    }

    [Fact]
    public async Task Another_build_of_the_toolkit_compiles_anew()
    {
        // A copy of the host whose toolkit differs in nothing but its module version.
        var host = CopyOfHost();
        folder.Write("x.csx", "Console.WriteLine(System.Reflection.Assembly.GetExecutingAssembly().GetName().Name);");
        var first = await Run(host, "x.csx");
        Assert.Equal(first, await Run(host, "x.csx"));
        Assert.Equal(first, await Run("x.csx"));

        var toolkit = Path.Combine(Path.GetDirectoryName(host)!, "SoftmaxScripting.Toolkit.dll");
        var bytes = File.ReadAllBytes(toolkit);
        var version = typeof(Toolkit.Prelude).Module.ModuleVersionId.ToByteArray();
        bytes[bytes.AsSpan().IndexOf(version)] ^= 1;
        File.WriteAllBytes(toolkit, bytes);
        var other = await Run(host, "x.csx");
        Assert.Equal(0, other.ExitCode);
        Assert.NotEqual(first.Output, other.Output);
    }

    [Fact]
    public async Task Runs_at_once_on_a_cold_cache_are_all_right()
    {
        folder.Write("x.csx", "Console.WriteLine(6 * 7);");
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Run("x.csx")));
        Assert.All(runs, run => Assert.Equal(new Outcome(0, "42", ""), run));
        Assert.Equal([".script"], Directory.GetFiles(Path.Combine(cache, "scripts")).Select(Path.GetExtension));
        Assert.Equal(new Outcome(0, "42", ""), await Run("x.csx"));
    }

    [Fact]
    public async Task Full_disk_is_one_warning_and_leaves_nothing()
    {
        if (OperatingSystem.IsWindows())
            return;
        folder.Write("x.csx", "Console.WriteLine(6 * 7);");

        // No file may grow beyond 1,024 bytes, as on a disk with no more room than that. The runtime's own mappings of
        // machine code would count, but for that setting.
        var host = typeof(HostApplication).Assembly.Location;
        using var process = Start(
            "sh",
            "-c",
            $"trap '' XFSZ; ulimit -f 2; DOTNET_EnableWriteXorExecute=0 exec dotnet exec '{host}' x.csx");
        var run = await Outcome(process);
        Assert.Equal((0, "42"), (run.ExitCode, run.Output));
        Assert.StartsWith("warning: The compiled script is not kept", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(cache, "scripts")));
    }

    [Fact]
    public async Task Interrupted_while_compiling_it_ends_and_keeps_nothing()
    {
        if (OperatingSystem.IsWindows())
            return;

        // Reading a pipe that nobody writes to holds the compiler up until the test goes on.
        using (var make = Start("mkfifo", "pipe.csx"))
            Assert.Equal(0, (await Outcome(make)).ExitCode);
        folder.Write("x.csx", "#load \"pipe.csx\"", "Console.WriteLine(1);");
        using var process = StartHost("x.csx");
        using (var pipe = await Task.Run(() => new FileStream(
            Path.Combine(folder.Path, "pipe.csx"), FileMode.Open, FileAccess.Write)).WaitAsync(Patience))
        {
            using var kill = Start("sh", "-c", $"kill -INT {process.Id}");
            await Outcome(kill);
            Assert.StartsWith("Stopping:", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
            pipe.Write("int Never() => 0;"u8);
        }

        var run = await Outcome(process);
        Assert.Equal((130, ""), (run.ExitCode, run.Output));
        Assert.False(Directory.Exists(Path.Combine(cache, "scripts")));
    }

    private string CopyOfHost()
    {
        var assembly = typeof(HostApplication).Assembly.Location;
        var copy = Directory.CreateDirectory(Path.Combine(folder.Path, "host")).FullName;
        var files = Directory.GetFiles(Path.GetDirectoryName(assembly)!);
        foreach (var file in files.Where(file => Path.GetExtension(file) is ".dll" or ".json"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return Path.Combine(copy, Path.GetFileName(assembly));
    }

    private Task<Outcome> Run(string file, params string[] words) =>
        file.EndsWith(".dll", StringComparison.Ordinal)
            ? Outcome(Start("dotnet", ["exec", file, .. words]))
            : Outcome(StartHost([file, .. words]));

    private Process StartHost(params string[] words) =>
        Start("dotnet", ["exec", typeof(HostApplication).Assembly.Location, .. words]);

    private Process Start(string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment[Toolkit.CacheFolder.Variable] = cache;
        return Process.Start(start)!;
    }

    private static async Task<Outcome> Outcome(Process process)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var error = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return new Outcome(process.ExitCode, (await output).TrimEnd(), (await error).TrimEnd());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
