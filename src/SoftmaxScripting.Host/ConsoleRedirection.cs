namespace SoftmaxScripting.Host;

/// <summary>
/// Sends what a script writes to <see cref="Console"/> to the streams of a <see cref="HostConsole"/>.
/// </summary>
internal sealed class ConsoleRedirection : IDisposable
{
    private readonly TextWriter output = Console.Out;
    private readonly TextWriter error = Console.Error;
    private readonly TextReader input = Console.In;

    private ConsoleRedirection()
    {
    }

    /// <summary>Redirects until the result is disposed; null where the streams are the process's own already.</summary>
    /// <param name="console">The streams.</param>
    public static ConsoleRedirection? To(HostConsole console)
    {
        if (console.Output == Console.Out && console.Error == Console.Error)
            return null;
        var redirection = new ConsoleRedirection();
        Console.SetOut(console.Output);
        Console.SetError(console.Error);
        Console.SetIn(console.Input);
        return redirection;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.SetOut(output);
        Console.SetError(error);
        Console.SetIn(input);
    }
}
