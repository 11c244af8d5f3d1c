namespace SoftmaxScripting.Host.Checking;

/// <summary>What came of the checks of one script.</summary>
/// <param name="Script">The script as it was typed, or its place in the folder that was.</param>
/// <param name="Checks">Its checks, in the script's order.</param>
/// <param name="Failure">How the script itself failed, in words; null when it ran to its end.</param>
/// <param name="Output">What it wrote, of interest when it failed.</param>
/// <param name="Seconds">The time of all of it.</param>
internal sealed record ScriptChecks(
    string Script, IReadOnlyList<CheckRecord> Checks, string? Failure, string Output, double Seconds)
{
    /// <summary>Whether all went well.</summary>
    public bool Passed => Failure is null && Checks.All(check => check.Passed);
}
