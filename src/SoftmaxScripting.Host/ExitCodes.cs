namespace SoftmaxScripting.Host;

/// <summary>How a run ended, as the shell sees it.</summary>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>The script does not compile, or one of its checks failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>The script threw; EX_SOFTWARE of sysexits.h.</summary>
    public const int Exception = 70;

    /// <summary>Ended by Ctrl-C: 128 + SIGINT.</summary>
    public const int Cancelled = 130;
}
