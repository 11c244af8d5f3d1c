using System.Diagnostics;
using System.Globalization;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Host;

/// <summary>The table of <c>--time</c>: where the time of a run went, from the start of the process.</summary>
internal sealed class TimeTable
{
    /// <summary>The option, which stands before the script or the command.</summary>
    public const string OptionName = "--time";

    private static readonly (Phase Phase, string Name)[] Rows =
    [
        (Phase.Lookup, "finding the script"),
        (Phase.Compilation, "compiling the script"),
        (Phase.Data, "reading or making data"),
        (Phase.Planning, "deriving, rewriting and planning"),
        (Phase.Steps, "training steps"),
        (Phase.Judging, "judging test rows"),
    ];

    private readonly long began = Stopwatch.GetTimestamp();
    private readonly TimeSpan start;
    private readonly TimeSpan[] before = [.. Rows.Select(row => TimeAccount.Spent(row.Phase))];

    /// <summary>Begins when the host does.</summary>
    public TimeTable()
    {
        using var process = Process.GetCurrentProcess();
        start = DateTime.Now - process.StartTime;
    }

    /// <summary>Writes the table; times of nothing are left out.</summary>
    /// <param name="console">Where to write: to its error stream, since the output is the script's.</param>
    public void Write(HostConsole console)
    {
        var named = Rows.Zip(before, (row, earlier) => (row.Name, Time: TimeAccount.Spent(row.Phase) - earlier))
            .Where(row => row.Time > TimeSpan.Zero).ToList();
        var total = start + Stopwatch.GetElapsedTime(began);
        var rest = total - start - new TimeSpan(named.Sum(row => row.Time.Ticks));
        (string Name, TimeSpan Time)[] rows =
            [("starting the process", start), .. named, ("the rest of the script", rest), ("total", total)];
        var width = rows.Max(row => row.Name.Length);
        console.Error.WriteLine();
        console.Error.WriteLine(console.Paint($"{"where the time went".PadRight(width)}  seconds  share", Ink.Strong));
        foreach (var (name, time) in rows)
        {
            console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name.PadRight(width)}  {time.TotalSeconds,7:0.000}  {100 * time / total,3:0} %"));
        }
    }
}
