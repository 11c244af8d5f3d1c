using System.IO.Compression;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>Packages from a folder of the test's own, into a folder of the test's own: no network.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly ScriptFolder folder = new();

    public PackageTests()
    {
        folder.Write(
            "NuGet.config",
            "<configuration>",
            "  <packageSources><clear /><add key=\"here\" value=\"./feed\" /></packageSources>",
            "  <config><add key=\"globalPackagesFolder\" value=\"./restored\" /></config>",
            "</configuration>");
        Directory.CreateDirectory("feed");
        Pack("Tiny.Inner", "1.0.0", "public static class Inner { public static int Three => 3; }");
        Pack("Tiny.Outer", "1.2.0", "public static class Outer { public static int Six => 2 * Inner.Three; }", "Tiny.Inner", "1.0.0");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_package_is_restored_with_what_it_needs_and_then_needs_no_source()
    {
        var run = folder.Run("#r \"nuget: Tiny.Outer, 1.2.0\"\nPrint(Outer.Six + Inner.Three);");
        Assert.Equal((0, "9", ""), (run.ExitCode, run.Output, run.Error));

        // The packages are gone, the compiled script and the list of their files are kept: restored again.
        Directory.Delete("restored", recursive: true);
        Assert.Equal((0, "9"), (ScriptFolder.Host("x.csx") is var restored ? restored.ExitCode : 0, restored.Output));

        // Offline: the sources are gone, and the script is another, so it is compiled anew.
        Directory.Delete("feed", recursive: true);
        var again = folder.Run("#r \"nuget: Tiny.Outer, 1.2.0\"\nPrint(Outer.Six);");
        Assert.Equal((0, "6", ""), (again.ExitCode, again.Output, again.Error));
    }

    [Fact]
    public void A_loaded_file_and_an_interactive_session_name_packages_too()
    {
        folder.Write("lib.csx", "#r \"nuget: Tiny.Inner, 1.0.0\"", "int Three() => Inner.Three;");
        Assert.Equal("3", folder.Run("#load \"lib.csx\"\nPrint(Three());").Output);
        var repl = ScriptFolder.HostWithInput("#r \"nuget: Tiny.Inner\"\nInner.Three", "repl");
        Assert.Equal((0, "3", ""), (repl.ExitCode, repl.Output, repl.Error));
    }

    [Theory]
    [InlineData("nuget: Tiny.Gone, 1.0.0", "x.csx(2,1): error NU1101: Unable to find package Tiny.Gone", "is the name spelt right?")]
    [InlineData("nuget: Tiny.Inner, 7.0.0", "x.csx(2,1): error NU1102: Unable to find package Tiny.Inner with version (= 7.0.0)", "leave it out for the newest")]
    [InlineData("nuget:", "x.csx(2,1): error: A package needs a name.", "#r \"nuget: Name, 1.2.3\"")]
    public void What_cannot_be_restored_is_an_error_at_its_line(string reference, string error, string hint)
    {
        var run = folder.Run($"// A script.\n#r \"{reference}\"\nPrint(1);");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(error, run.Error, StringComparison.Ordinal);
        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
    }

    private void Pack(string name, string version, string code, string? needs = null, string needsVersion = "")
    {
        var references = Directory.GetFiles(folder.Path, "*.dll").Append(typeof(object).Assembly.Location)
            .Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create(
            name, [CSharpSyntaxTree.ParseText(code)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.True(compilation.Emit(Path.Combine(folder.Path, name + ".dll")).Success);
        using var package = ZipFile.Open(Path.Combine("feed", $"{name}.{version}.nupkg"), ZipArchiveMode.Create);
        package.CreateEntryFromFile(name + ".dll", $"lib/net10.0/{name}.dll");
        using var nuspec = new StreamWriter(package.CreateEntry(name + ".nuspec").Open());
        var dependency = needs is null ? "" : $"<dependency id=\"{needs}\" version=\"{needsVersion}\" />";
        nuspec.Write($"""
            <package><metadata>
              <id>{name}</id><version>{version}</version><authors>a test</authors><description>for a test</description>
              <dependencies><group targetFramework="net10.0">{dependency}</group></dependencies>
            </metadata></package>
            """);
    }
}
