namespace SoftmaxScripting.Toolkit;

/// <summary>What a script is run for.</summary>
public enum ScriptMode
{
    /// <summary>For what it does: everything as it is written.</summary>
    Run,

    /// <summary>For its checks: <c>Train</c> takes a single batch and shows nothing.</summary>
    Check,

    /// <summary>
    /// For its formulas: <c>Train</c> explains its loss and takes a single batch, checks are left out.
    /// </summary>
    Explain,
}
