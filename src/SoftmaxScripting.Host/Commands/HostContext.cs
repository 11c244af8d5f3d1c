namespace SoftmaxScripting.Host.Commands;

/// <summary>What every command works with.</summary>
/// <param name="Console">Where to read and write.</param>
/// <param name="Cancellation">Cancelled by the first Ctrl-C.</param>
/// <param name="Interruption">Ctrl-C, for commands that outlive it; null where it is left alone.</param>
internal sealed record HostContext(HostConsole Console, CancellationToken Cancellation, Interruption? Interruption = null);
