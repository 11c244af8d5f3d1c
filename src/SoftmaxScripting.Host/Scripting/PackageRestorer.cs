using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Restores the packages that scripts name, through the SDK and its usual settings, as the packages of a project are. What
/// a list of packages came to is kept, so that it is restored once and needs no network afterwards.
/// </summary>
internal static partial class PackageRestorer
{
    private const long MostBytes = 8 << 20;
    private const int MostEntries = 500;

    /// <summary>What scripts have anyway.</summary>
    private static readonly Lazy<HashSet<string>> Present = new(() =>
        [.. ScriptWorld.ReferenceFiles.Select(file => Path.GetFileName(file)!.ToUpperInvariant())]);

    /// <summary>Finds or restores packages.</summary>
    /// <param name="directives">The packages.</param>
    /// <param name="folder">The script's folder: package sources set for it and the folders above count.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PackageSet Restore(
        IReadOnlyList<PackageDirective> directives, string folder, CancellationToken cancellation)
    {
        if (directives.FirstOrDefault(directive => directive.Name.Length == 0) is { } nameless)
            return Failed([nameless], new("", "A package needs a name.", "as in #r \"nuget: Name, 1.2.3\""));
        PackageDirective[] wanted = [.. directives.Distinct().OrderBy(directive => directive.ToString(), StringComparer.OrdinalIgnoreCase)];
        var store = CacheFolder.For("packages") is { } kept ? new FileStore(kept, ".json", MostBytes, MostEntries) : null;
        var key = string.Join('\n', wanted.Select(directive => directive.ToString())) + $"\n{Environment.Version}\n{folder}";
        var name = ContentHash.Of(key).ToString("x32", CultureInfo.InvariantCulture);
        if (store?.Read(name) is { } entry && Read(entry.Body) is { } known)
            return known;
        var restored = RestoreNow(wanted, folder, cancellation);
        if (restored.Problems.Count == 0)
            store?.TryWrite(name, Encoding.UTF8.GetBytes(key), JsonSerializer.SerializeToUtf8Bytes(new[] { restored.Assemblies, restored.Natives }), out _);
        return restored;
    }

    /// <summary>What was kept, as long as all its files are still there.</summary>
    private static PackageSet? Read(byte[] body)
    {
        var lists = JsonSerializer.Deserialize<string[][]>(body);
        return lists is [var assemblies, var natives] && assemblies.Concat(natives).All(File.Exists)
            ? new PackageSet(assemblies, natives)
            : null;
    }

    private static PackageSet RestoreNow(PackageDirective[] wanted, string folder, CancellationToken cancellation)
    {
        var work = Directory.CreateTempSubdirectory("softmax-packages-").FullName;
        try
        {
            var project = Path.Combine(work, "packages.csproj");
            File.WriteAllText(project, Project(wanted));
            var (exitCode, output) = Run(project, folder, cancellation);
            return exitCode == 0 ? Restored(output) : Explained(wanted, output);
        }
        catch (Win32Exception)
        {
            return Failed(wanted, new("", "Packages are restored by the .NET SDK, and the command dotnet is not found.",
                $"install the SDK; {HostApplication.Invocation} doctor tells more"));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Project(PackageDirective[] wanted) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
            <RuntimeIdentifier>$(NETCoreSdkPortableRuntimeIdentifier)</RuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <UseAppHost>false</UseAppHost>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            {string.Concat(wanted.Select(directive =>
                $"<PackageReference Include=\"{SecurityElement.Escape(directive.Name)}\" Version=\"{SecurityElement.Escape(directive.Range)}\" />"))}
          </ItemGroup>
        </Project>
        """;

    private static (int ExitCode, string Output) Run(string project, string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "msbuild", project, "-restore", "-nologo", "-t:ResolvePackageAssets",
            "-getItem:RuntimeCopyLocalItems", "-getItem:NativeCopyLocalItems",
            "-p:ImportDirectoryBuildProps=false", "-p:ImportDirectoryBuildTargets=false", "-p:ImportDirectoryPackagesProps=false",
            $"-p:RestoreRootConfigDirectory={folder}",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(project),
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        using var stopping = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return (process.ExitCode, output);
    }

    private static PackageSet Restored(string output)
    {
        // Warnings of the restore may stand before the answer.
        using var answer = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]);
        var items = answer.RootElement.GetProperty("Items");
        string[] Paths(string kind) => items.TryGetProperty(kind, out var list)
            ? [.. list.EnumerateArray().Select(item => item.GetProperty("FullPath").GetString()!)]
            : [];

        // The host's own assemblies come first, so a second copy would only confuse the compiler.
        return new PackageSet(
            [
                .. Paths("RuntimeCopyLocalItems").Where(path => path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
                    && !Present.Value.Contains(Path.GetFileName(path).ToUpperInvariant())),
            ],
            Paths("NativeCopyLocalItems"));
    }

    /// <summary>The package manager's errors, each given to the packages it names, or else to all.</summary>
    private static PackageSet Explained(PackageDirective[] wanted, string output)
    {
        var problems = new Dictionary<PackageDirective, PackageProblem>();
        foreach (var match in ErrorLine().Matches(output).DistinctBy(match => match.Value))
        {
            var problem = new PackageProblem(match.Groups["id"].Value, match.Groups["text"].Value.Trim(), HintFor(match.Groups["id"].Value));
            var named = Array.FindAll(wanted, directive => problem.Text.Contains(directive.Name, StringComparison.OrdinalIgnoreCase));
            foreach (var directive in named.Length > 0 ? named : wanted)
                problems.TryAdd(directive, problem);
        }

        return problems.Count > 0
            ? new PackageSet([], []) { Problems = problems }
            : Failed(wanted, new("", "The packages cannot be restored: " + output.Trim().Split('\n')[^1], HintFor("")));
    }

    private static string HintFor(string id) => id switch
    {
        "NU1101" => "is the name spelt right? Package sources are those of `dotnet nuget list source` in the script's folder",
        "NU1102" or "NU1103" => "name a version that exists, or leave it out for the newest: #r \"nuget: Name\"",
        "NU1301" => "is there a network? A package that was restored once needs none",
        _ => "the package's page says which frameworks it is for; .NET 10 is needed here",
    };

    private static PackageSet Failed(IEnumerable<PackageDirective> wanted, PackageProblem problem) =>
        PackageSet.None with { Problems = wanted.ToDictionary(directive => directive, _ => problem) };

    [GeneratedRegex(@"error (?<id>NU\d+): (?<text>[^\r\n]*?)( \[[^\]]*\])?\r?$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
