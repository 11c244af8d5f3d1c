using System.Text.Json.Nodes;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Appends one line for each epoch to a file, written through at once: after a crash the file holds every finished epoch. A
/// line that a crash cut off is taken away when the file is used again, and a run that continues from a state takes away the
/// lines of the epochs that it repeats.
/// </summary>
public abstract class FileLog : Callback
{
    private int lines;

    private protected FileLog(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override void Begin(TrainingRun run) => Guarded(() => KeepLines(int.MaxValue));

    /// <inheritdoc/>
    public override void EpochEnd(TrainingRun run, Epoch epoch) => Guarded(() =>
    {
        using var stream = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read);
        using var writer = new StreamWriter(stream) { NewLine = "\n" };
        foreach (var line in Lines(run, epoch, lines == 0))
        {
            writer.WriteLine(line);
            lines++;
        }

        writer.Flush();
        stream.Flush(flushToDisk: true);
    });

    /// <inheritdoc/>
    public override void SaveState(JsonObject values, IDictionary<string, Tensor> tensors) => values["lines"] = lines;

    /// <inheritdoc/>
    public override void RestoreState(JsonObject values, IReadOnlyDictionary<string, Tensor> tensors) =>
        Guarded(() => KeepLines(values.Value<int>("lines")));

    /// <summary>The lines of an epoch.</summary>
    /// <param name="run">The run.</param>
    /// <param name="epoch">Its figures.</param>
    /// <param name="isFirst">Whether the file is still empty.</param>
    private protected abstract IEnumerable<string> Lines(TrainingRun run, Epoch epoch, bool isFirst);

    /// <summary>The first line of a file that has one.</summary>
    private protected virtual void Found(string firstLine)
    {
    }

    /// <summary>Cuts the file after its last whole line, or after so many.</summary>
    private void KeepLines(int most)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        using var stream = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        lines = 0;
        var end = 0;
        for (var i = 0; i < content.Length && lines < most; i++)
        {
            if (content[i] != '\n')
                continue;
            if (lines == 0)
                Found(System.Text.Encoding.UTF8.GetString(content, 0, i).TrimEnd('\r'));
            lines++;
            end = i + 1;
        }

        stream.SetLength(end);
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SoftmaxException($"The log {Path} cannot be written: {exception.Message} Choose another file, or make room.");
        }
    }
}
