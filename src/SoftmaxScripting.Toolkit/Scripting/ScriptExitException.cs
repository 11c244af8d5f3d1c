namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Carries <see cref="Prelude.Exit"/> up to the host. It is no error: a script need not catch it, and the exit code
/// holds even where one does.
/// </summary>
/// <param name="exitCode">The exit code asked for.</param>
public sealed class ScriptExitException(int exitCode) : Exception($"The script ends with exit code {exitCode}.")
{
    /// <summary>The exit code asked for.</summary>
    public int ExitCode { get; } = exitCode;
}
