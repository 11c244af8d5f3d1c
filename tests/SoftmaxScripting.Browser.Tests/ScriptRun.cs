using SoftmaxScripting.Host;

namespace SoftmaxScripting.Browser.Tests;

/// <summary>A script that runs in a temporary folder of its own, as the host runs it.</summary>
internal sealed class ScriptRun : IDisposable
{
    private readonly string before = Environment.CurrentDirectory;
    private readonly string? settingBefore = Environment.GetEnvironmentVariable("SOFTMAX_RUNS");
    private readonly string folder = Directory.CreateTempSubdirectory("reports-").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private Task<int>? running;

    public ScriptRun(string name, string script)
    {
        Environment.CurrentDirectory = folder;
        Environment.SetEnvironmentVariable("SOFTMAX_RUNS", Path.Combine(folder, "runs"));
        File.WriteAllText(name + ".csx", script);
        Name = name;
    }

    public string Name { get; }

    public string Error => error.ToString();

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>The file of the report that was written.</summary>
    public string ReportFile => Directory.GetFiles(Path.Combine(folder, "runs"), "report.html", SearchOption.AllDirectories).Single();

    public void Start(params string[] options) => running = Task.Run(() =>
    {
        var console = new HostConsole(TextWriter.Synchronized(output), TextWriter.Synchronized(error), TextReader.Null, Colour: false);
        return HostApplication.Run([Name + ".csx", .. options], console);
    });

    public Task<int> End() => running!;

    /// <summary>Where the live page is, once the script has said so.</summary>
    public async Task<string> LiveAddress()
    {
        for (var i = 0; i < 600; i++)
        {
            var line = Output.Split('\n').FirstOrDefault(line => line.StartsWith("Live: ", StringComparison.Ordinal));
            if (line is not null && Output.Contains('\n', StringComparison.Ordinal))
                return line["Live: ".Length..].Trim();
            await Task.Delay(50);
        }

        throw new TimeoutException("The script did not say where its page is.\n" + Output + Error);
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        Environment.SetEnvironmentVariable("SOFTMAX_RUNS", settingBefore);
        Directory.Delete(folder, recursive: true);
        output.Dispose();
        error.Dispose();
    }
}
