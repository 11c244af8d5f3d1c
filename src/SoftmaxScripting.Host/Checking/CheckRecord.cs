using System.Text.Json;
using System.Text.Json.Serialization;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Checking;

/// <summary>One check as a process hands it to the one that started it.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Passed">Whether it held.</param>
/// <param name="Cases">How many cases were tried.</param>
/// <param name="WorstError">The largest error; null where nothing was measured.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Seed">The seed of its cases.</param>
/// <param name="Message">In one line how it went.</param>
/// <param name="Report">What a script prints of it, with the counter-example of a failure.</param>
internal sealed record CheckRecord(
    string Name,
    bool Passed,
    int Cases,
    double? WorstError,
    double Seconds,
    ulong Seed,
    string Message,
    string Report)
{
    // An error may be infinite or NaN, which plain JSON has no numbers for.
    private static readonly JsonSerializerOptions Format = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The part of a result that is shown.</summary>
    /// <param name="result">The result.</param>
    public static CheckRecord Of(CheckResult result) => new(
        result.Name,
        result.Passed,
        result.Cases,
        result.WorstError,
        result.Time.TotalSeconds,
        result.Seed,
        result.Message,
        result.Report);

    /// <summary>Writes records to a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="records">The records.</param>
    public static void Write(string file, IReadOnlyList<CheckRecord> records) =>
        File.WriteAllText(file, JsonSerializer.Serialize(records, Format));

    /// <summary>Reads them again; none where the file was never written.</summary>
    /// <param name="file">The file.</param>
    public static IReadOnlyList<CheckRecord> Read(string file)
    {
        var text = File.ReadAllText(file);
        return text.Length == 0 ? [] : JsonSerializer.Deserialize<CheckRecord[]>(text, Format)!;
    }
}
