using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SoftmaxScripting.Core;
using SoftmaxScripting.Host.Commands;
using SoftmaxScripting.Kernels;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Health;

/// <summary>Looks at everything the toolkit leans on.</summary>
/// <param name="variable">Looks up an environment variable; null when it is not set.</param>
internal sealed class Examination(Func<string, string?> variable)
{
    private const int NeededSdk = 10;
    private const long LittleSpace = 500_000_000;

    /// <summary>All findings, in the order to read them.</summary>
    public IEnumerable<Finding> All() =>
    [
        new(Verdict.Good, "version", $"SoftmaxScripting {HostApplication.Version} on .NET {Environment.Version}, "
            + $"{RuntimeInformation.OSDescription.Split('#')[0].Trim()} ({RuntimeInformation.ProcessArchitecture})"),
        Sdk(InstalledSdks()),
        Vectors(),
        Threads(),
        .. Settings(),
        Data(),
        .. DataSets(),
        Cache(CacheFolder.Current),
        Terminal(),
    ];

    /// <summary>Whether there is an SDK, which builds the toolkit and restores the packages that scripts name.</summary>
    /// <param name="versions">The versions installed; null where they cannot be asked for.</param>
    public static Finding Sdk(IReadOnlyList<string>? versions)
    {
        var mend = $"install the .NET {NeededSdk} SDK: https://dotnet.microsoft.com/download";
        if (versions is null)
            return new(Verdict.Bad, "SDK", "the command dotnet is not found", mend);
        var fitting = versions.Where(version =>
            int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= NeededSdk).ToArray();
        return fitting.Length > 0
            ? new(Verdict.Good, "SDK", string.Join(", ", fitting))
            : new(Verdict.Bad, "SDK", versions.Count == 0 ? "none, only a runtime" : $"only {string.Join(", ", versions)}", mend);
    }

    /// <summary>Whether the cache can be written.</summary>
    /// <param name="folder">The folder; null where nothing is kept.</param>
    public static Finding Cache(string? folder)
    {
        if (folder is null)
        {
            return new(Verdict.Warning, "cache", "none: every script is compiled at each run",
                $"let {CacheFolder.Variable} name a folder, or take the setting away");
        }

        if (WriteProblem(folder) is { } problem)
        {
            return new(Verdict.Warning, "cache", $"{folder} cannot be written: {problem}",
                $"let {CacheFolder.Variable} name a folder that can");
        }

        var (count, bytes) = CacheCommand.Folders(folder).Select(Sizes.Of)
            .Aggregate((Count: 0, Bytes: 0L), (sum, size) => (sum.Count + size.Count, sum.Bytes + size.Bytes));
        return new(Verdict.Good, "cache", $"{folder}, {Sizes.Count(count, "file")}, {Sizes.Text(bytes)}");
    }

    private static Finding Vectors()
    {
        var name = Avx512F.IsSupported ? ", AVX-512" : Avx2.IsSupported ? ", AVX2" : "";
        return Widest.Bits >= 256 || RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? new(Verdict.Good, "vectors", $"{Widest.Bits} bits{name}: {Widest.Bits / 32} float32 numbers at a time")
            : new(Verdict.Warning, "vectors", $"{Widest.Bits} bits: training runs several times slower than with 256",
                "is this an old processor, or does a DOTNET_Enable… setting switch its vectors off?");
    }

    private Finding Threads()
    {
        var text = $"{ThreadTeam.Threads} of {Sizes.Count(Environment.ProcessorCount, "processor")}"
            + (variable("SOFTMAX_THREADS") is { Length: > 0 } set ? $" (SOFTMAX_THREADS={set})" : "");
        return ThreadTeam.Threads <= Environment.ProcessorCount
            ? new(Verdict.Good, "threads", text)
            : new(Verdict.Warning, "threads", text + ": more than there are processors is slower", "lower SOFTMAX_THREADS");
    }

    // Settings of the runtime that make everything slower, often left behind by an experiment.
    private IEnumerable<Finding> Settings()
    {
        string[] slowing = ["TieredCompilation", "EnableAVX", "EnableAVX2", "EnableAVX512F", "EnableHWIntrinsic", "ReadyToRun"];
        foreach (var name in slowing.Select(name => "DOTNET_" + name))
        {
            if (variable(name) == "0")
                yield return new(Verdict.Warning, "setting", $"{name}=0 makes the runtime slower", $"unset {name}");
        }
    }

    private static Finding Data()
    {
        DataFolderChoice folder;
        try
        {
            folder = DataFolder.Current;
        }
        catch (SoftmaxException exception)
        {
            return new(Verdict.Bad, "data folder", exception.Message);
        }

        if (!Directory.Exists(folder.Path))
            return new(Verdict.Good, "data folder", $"{folder}; made when something is fetched");
        var space = new DriveInfo(folder.Path).AvailableFreeSpace;
        if (WriteProblem(folder.Path) is not null)
            return new(Verdict.Good, "data folder", $"{folder}, which can be read only");
        return space < LittleSpace
            ? new(Verdict.Warning, "data folder", $"{folder}, with only {Sizes.Text(space)} free", "make room, or name another by SOFTMAX_DATA")
            : new(Verdict.Good, "data folder", $"{folder}, {Sizes.Text(space)} free");
    }

    private static IEnumerable<Finding> DataSets()
    {
        foreach (var entry in ImageCatalogue.Entries)
        {
            var state = DataCommand.State(entry);
            yield return state == "here"
                ? new(Verdict.Good, entry.Name, state)
                : new(Verdict.Warning, entry.Name, state, $"{HostApplication.Invocation} data fetch {entry.Name}");
        }
    }

    private Finding Terminal()
    {
        var isUnicode = Console.OutputEncoding.CodePage is 65001 or 1200 or 1201 or 12000;
        var colour = !string.IsNullOrEmpty(variable("NO_COLOR")) ? "colour off by NO_COLOR"
            : Console.IsErrorRedirected ? "no colour, redirected" : "colour";
        return isUnicode
            ? new(Verdict.Good, "terminal", $"Unicode, {colour}")
            : new(Verdict.Warning, "terminal", $"{Console.OutputEncoding.WebName}, {colour}: marks are written as words",
                "a UTF-8 locale shows formulas as in a book, for instance LANG=C.UTF-8");
    }

    private static string? WriteProblem(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, $".doctor-{Guid.NewGuid():N}");
            using (File.Create(file, bufferSize: 1, FileOptions.DeleteOnClose))
                return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static List<string>? InstalledSdks()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["--list-sdks"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            return [.. lines.Select(line => line.Split(' ')[0])];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
