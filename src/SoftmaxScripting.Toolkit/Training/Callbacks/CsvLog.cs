using System.Globalization;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>A table of the epochs' figures as comma-separated values, with a header; a file that exists is continued.</summary>
/// <param name="path">The file.</param>
/// <example><code>Train(model, data, loss, Adam(), callbacks: [new CsvLog("run.csv")]);</code></example>
public sealed class CsvLog(string path) : FileLog(path)
{
    private string? found;

    private protected override void Found(string firstLine) => found = firstLine;

    private protected override IEnumerable<string> Lines(TrainingRun run, Epoch epoch, bool isFirst)
    {
        var figures = epoch.AllFigures.ToList();
        var header = string.Join(',', figures.Select(figure => Quoted(figure.Key)).Prepend("epoch").Append("seconds"));
        if (isFirst)
            yield return found = header;
        else if (found != header)
            throw new SoftmaxException($"The log {Path} has the columns {found}, and this training has {header}; choose another file.");
        yield return string.Join(
            ',',
            figures.Select(figure => Text(figure.Value)).Prepend(Text(epoch.Number)).Append(Text(epoch.Seconds)));
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string name) =>
        name.AsSpan().ContainsAny(",\"\r\n") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
