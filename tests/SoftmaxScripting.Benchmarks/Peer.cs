using System.Diagnostics;
using System.Globalization;

namespace SoftmaxScripting.Benchmarks;

/// <summary>A Python program that does the same job and waits for its turn before each round.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process process;

    private Peer(Process process, string version)
    {
        this.process = process;
        Version = version;
    }

    /// <summary>What the program says of its library's version.</summary>
    public string Version { get; }

    /// <summary>
    /// The first Python that can import a module: that of <c>SOFTMAX_PYTHON</c>, the one on the path, the system's; null
    /// where there is none.
    /// </summary>
    public static string? FindPython(string module)
    {
        string?[] candidates = [Environment.GetEnvironmentVariable("SOFTMAX_PYTHON"), "python3", "/usr/bin/python3"];
        return candidates.FirstOrDefault(python => python is not null && CanImport(python, module));
    }

    /// <summary>Starts a script beside this program.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="script">The file's name in the folder peers.</param>
    /// <param name="environment">Variables to set for it.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Peer Start(
        string python, string script, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = Command(python, [Path.Combine(AppContext.BaseDirectory, "peers", script), .. arguments]);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start.");
        var version = process.StandardOutput.ReadLine() ?? throw Failure(process);
        return new Peer(process, version);
    }

    /// <summary>Lets it do one round and returns the numbers that it prints.</summary>
    public double[] Round()
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
        var line = process.StandardOutput.ReadLine() ?? throw Failure(process);
        return [.. line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static bool CanImport(string python, string module)
    {
        try
        {
            using var process = Process.Start(Command(python, ["-c", $"import {module}"]))!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static ProcessStartInfo Command(string python, string[] arguments) => new(python, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static InvalidOperationException Failure(Process process) =>
        new($"The peer ended early: {process.StandardError.ReadToEnd()}");
}
