using System.Text.Json;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Live;

/// <summary>The parts of a report, made anew only when it has changed, and told apart by their content.</summary>
/// <param name="session">The session whose report is shown.</param>
internal sealed class LiveParts(ScriptSession session)
{
    /// <summary>How often a change is looked for: often enough to look alive, seldom enough to cost nothing.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'self'; connect-src 'self'";

    private readonly Lock gate = new();
    private int version = -1;
    private IReadOnlyList<(string Key, string Html)> current = [];
    private volatile bool isLast;

    /// <summary>Whether the report will not change any more.</summary>
    public bool IsLast
    {
        get => isLast;
        set => isLast = value;
    }

    /// <summary>The page as it is now.</summary>
    public string Page() => ReportPage.Page(
        session.Report.Snapshot(session), Policy, string.Concat(Current().Select(part => part.Html)), "<script src=\"/live.js\"></script>\n");

    /// <summary>What one browser has still to be told.</summary>
    public LiveReader Reader() => new(this);

    /// <summary>The parts in order, each with a key of its own.</summary>
    public IReadOnlyList<(string Key, string Html)> Current()
    {
        lock (gate)
        {
            var now = session.Report.Version;
            if (now == version)
                return current;
            var seen = new Dictionary<string, int>();
            current =
            [
                .. ReportPage.Parts(session.Report.Snapshot(session)).Select(html =>
                {
                    var key = ContentHash.Of(html).ToString("x");
                    var times = seen[key] = seen.GetValueOrDefault(key) + 1;
                    return ($"{key}-{times}", html);
                }),
            ];
            version = now;
            return current;
        }
    }
}

/// <summary>Follows the parts for one browser: each part is sent once.</summary>
/// <param name="parts">The parts.</param>
internal sealed class LiveReader(LiveParts parts)
{
    private readonly HashSet<string> sent = [];
    private IReadOnlyList<(string Key, string Html)>? last;

    /// <summary>The next message; null where there is nothing new.</summary>
    /// <param name="isLast">Whether it is the last of all.</param>
    public string? Next(bool isLast)
    {
        var now = parts.Current();
        if (ReferenceEquals(now, last) && !isLast)
            return null;
        last = now;
        var added = now.Where(part => sent.Add(part.Key)).ToDictionary(part => part.Key, part => part.Html);

        // The browser drops what is no longer shown, so it would have to be sent again.
        sent.IntersectWith(now.Select(part => part.Key));
        return JsonSerializer.Serialize(new { order = now.Select(part => part.Key), parts = added, last = isLast });
    }
}
