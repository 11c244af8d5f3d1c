namespace SoftmaxScripting.Toolkit;

/// <summary>Shows how far a download has come: one line that changes on a terminal, one line per file elsewhere.</summary>
internal sealed class DownloadDisplay(TextWriter output) : IDisposable
{
    private string? file;
    private bool lineOpen;

    public void Show(DownloadProgress progress)
    {
        if (progress.File != file)
        {
            EndLine();
            file = progress.File;
            if (Console.IsErrorRedirected)
                output.WriteLine($"Downloading {file} ...");
        }

        if (Console.IsErrorRedirected)
            return;
        var megabytes = progress.BytesSoFar / 1e6;
        var total = progress.TotalBytes is { } bytes ? $" of {bytes / 1e6:0.0}" : "";
        output.Write($"\rDownloading {file}: {megabytes:0.0}{total} MB   ");
        lineOpen = true;
    }

    public void Dispose() => EndLine();

    private void EndLine()
    {
        if (lineOpen)
            output.WriteLine();
        lineOpen = false;
    }
}
