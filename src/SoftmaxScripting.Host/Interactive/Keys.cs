namespace SoftmaxScripting.Host.Interactive;

/// <summary>Where the keys of a line come from.</summary>
internal interface IKeySource
{
    /// <summary>Whether another key waits already, as when text is pasted.</summary>
    bool HasMore { get; }

    /// <summary>Waits for the next key.</summary>
    ConsoleKeyInfo Read();
}

/// <summary>The keys of the terminal. Ctrl-C is a key like any other until it is disposed.</summary>
internal sealed class TerminalKeys : IKeySource, IDisposable
{
    private readonly bool before = Console.TreatControlCAsInput;

    /// <summary>Takes the keyboard.</summary>
    public TerminalKeys() => Console.TreatControlCAsInput = true;

    /// <inheritdoc/>
    public bool HasMore => Console.KeyAvailable;

    /// <inheritdoc/>
    public ConsoleKeyInfo Read() => Console.ReadKey(intercept: true);

    /// <inheritdoc/>
    public void Dispose() => Console.TreatControlCAsInput = before;
}
