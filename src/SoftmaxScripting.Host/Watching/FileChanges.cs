namespace SoftmaxScripting.Host.Watching;

/// <summary>
/// Waits for changes of files: saved in place, replaced by rename as many editors do, deleted and made again. Changes that
/// come together count as one. A change of time stamps alone, with the same content, is none.
/// </summary>
internal sealed class FileChanges : IDisposable
{
    /// <summary>How long nothing more may come before a change is told; editors save in several steps.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(150);

    /// <summary>How often the files are looked at anyway: some file systems tell of nothing.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, FileSystemWatcher> watchers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileState> states = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim signal = new(0);
    private readonly Lock gate = new();

    /// <summary>Watches these files from now on, and no others; those watched before keep what was known of them.</summary>
    /// <param name="files">Full paths; a file need not exist.</param>
    /// <param name="since">A script newly watched that was written after this time counts as changed.</param>
    public void Watch(IEnumerable<string> files, DateTime since)
    {
        var wanted = files.ToHashSet(StringComparer.Ordinal);
        lock (gate)
            Exchange(wanted, since);
    }

    private void Exchange(HashSet<string> wanted, DateTime since)
    {
        foreach (var gone in states.Keys.Where(file => !wanted.Contains(file)).ToArray())
            states.Remove(gone);
        foreach (var file in wanted.Where(file => !states.ContainsKey(file)))
        {
            // A data file may have been written by the run itself; a script is written by its author.
            var state = FileState.Of(file);
            var isMissed = state.Written > since && Path.GetExtension(file) == ".csx";
            states[file] = isMissed ? FileState.Absent : state;
        }

        var folders = wanted.Select(file => Path.GetDirectoryName(file)!).Where(Directory.Exists).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in watchers.Keys.Where(folder => !folders.Contains(folder)).ToArray())
        {
            watchers[gone].Dispose();
            watchers.Remove(gone);
        }

        foreach (var folder in folders.Where(folder => !watchers.ContainsKey(folder)))
            watchers[folder] = Watcher(folder);
    }

    /// <summary>Waits for the next change.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The file that changed; null for one that was deleted and has not come back.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<string> Next(CancellationToken cancellation)
    {
        while (true)
        {
            await signal.WaitAsync(Glance, cancellation).ConfigureAwait(false);
            while (await signal.WaitAsync(Calm, cancellation).ConfigureAwait(false))
            {
                // As long as changes come, the save is not over.
            }

            lock (gate)
            {
                if (Changed() is { } file)
                    return file;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var watcher in watchers.Values)
            watcher.Dispose();
        signal.Dispose();
    }

    private string? Changed()
    {
        string? first = null;
        foreach (var (file, before) in states.ToArray())
        {
            var now = FileState.Of(file, before);

            // A deleted file is waited for: to run without it would only fail.
            if (!now.Exists || now == before)
                continue;
            if (now.Content != before.Content)
                first ??= file;
            states[file] = now;
        }

        return first;
    }

    private FileSystemWatcher Watcher(string folder)
    {
        var watcher = new FileSystemWatcher(folder)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        watcher.Changed += Tell;
        watcher.Created += Tell;
        watcher.Renamed += Tell;
        watcher.Error += Tell;
        watcher.EnableRaisingEvents = true;
        return watcher;

        void Tell(object sender, EventArgs change)
        {
            try
            {
                signal.Release();
            }
            catch (ObjectDisposedException)
            {
                // The last word of a watcher that is being disposed.
            }
        }
    }
}
