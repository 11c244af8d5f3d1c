namespace SoftmaxScripting.Toolkit;

/// <summary>The report of a script that a host runs: begun with it, written when it ends.</summary>
/// <param name="session">The script's session.</param>
internal sealed class ScriptReport(ScriptSession session)
{
    /// <summary>Follows the session's training runs from now on.</summary>
    public void Begin() => session.Observers.Add(new TrainingRecorder(session.Report));

    /// <summary>Notes how the script ended, and writes the report where there is anything to report.</summary>
    /// <param name="state">How the script ended.</param>
    /// <param name="problem">Why it failed; empty where it did not.</param>
    /// <returns>The file as one would name it from here; null where none was written.</returns>
    /// <exception cref="FileException">The file cannot be written.</exception>
    public string? End(ReportState state, string problem)
    {
        session.Report.Finish(state, problem);
        if (session.Report.IsEmpty)
            return null;
        if (ReportFile.Of(session) is not { } path)
            return null;
        ReportFile.Write(path, ReportPage.Whole(session.Report.Snapshot(session)));
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
