namespace SoftmaxScripting.Host.Tests;

/// <summary>A temporary folder that is the current one, and the host run in it within this process.</summary>
public sealed class ScriptFolder : IDisposable
{
    private readonly string before = Environment.CurrentDirectory;

    public ScriptFolder()
    {
        Path = Directory.CreateTempSubdirectory("scripts-").FullName;
        Environment.CurrentDirectory = Path;

        // Where the temporary folder is a link, the system knows the current folder by its real name.
        Path = Environment.CurrentDirectory;
    }

    public string Path { get; }

    public string Write(string name, params string[] lines)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, string.Join('\n', lines) + "\n");
        return name;
    }

    /// <summary>Runs the host with the words given.</summary>
    public static Outcome Host(params string[] words) => HostWithInput("", words);

    /// <summary>Writes a script and runs it with the words given.</summary>
    public Outcome Run(string script, params string[] words) => Host([Write("x.csx", script.Split('\n')), .. words]);

    /// <summary>Runs the host with a text as its standard input.</summary>
    public static Outcome HostWithInput(string input, params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reader = new StringReader(input);
        var console = new HostConsole(output, error, reader, Colour: false);
        var exitCode = HostApplication.Run(words, console);
        return new Outcome(exitCode, Normal(output), Normal(error));
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        Directory.Delete(Path, recursive: true);
    }

    private static string Normal(StringWriter writer) =>
        writer.ToString().Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd();
}

/// <summary>How a run of the host ended.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n');
}
