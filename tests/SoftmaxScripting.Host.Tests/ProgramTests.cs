using System.Diagnostics;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>The same experiment without the host: a file of C#, a project in C#, a project in F#.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("--file experiments/programs/linear-regression.cs")]
    [InlineData("--project experiments/programs/csharp")]
    [InlineData("--project experiments/programs/fsharp")]
    public async Task An_ordinary_program_finds_the_line(string program)
    {
        var start = new ProcessStartInfo("dotnet", ["run", .. program.Split(' '), "--", "--epochs", "3"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Checkout.Root,
        };

        // The tests' own build settings are not the program's.
        start.Environment.Remove("MSBUILD_EXE_PATH");
        start.Environment.Remove("MSBuildSDKsPath");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await error);
        Assert.Equal(3, output.Split('\n').Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
        var weights = output.Split('\n').Single(line => line.StartsWith("w = [", StringComparison.Ordinal));
        var found = weights[5..weights.IndexOf(']', StringComparison.Ordinal)].Split(',').Select(double.Parse).ToArray();
        Assert.Equal(2, found[0], 0.02);
        Assert.Equal(3.4, found[1], 0.02);
    }
}
