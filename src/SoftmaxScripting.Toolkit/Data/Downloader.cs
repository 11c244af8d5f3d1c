using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace SoftmaxScripting.Toolkit;

/// <summary>How far a download has come.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="BytesSoFar">Bytes on disk, those of an earlier, interrupted download included.</param>
/// <param name="TotalBytes">The size of the whole file; null when the server does not say.</param>
/// <param name="Seconds">Since this download began.</param>
public readonly record struct DownloadProgress(string File, long BytesSoFar, long? TotalBytes, double Seconds);

/// <summary>A file to fetch.</summary>
/// <param name="Path">Where the whole, checked file is put.</param>
/// <param name="Md5">The md5 of the file in hexadecimal: it guards against damage, not against forgery.</param>
/// <param name="Addresses">Where it can be had, tried in this order.</param>
public sealed record Download(string Path, string Md5, IReadOnlyList<Uri> Addresses)
{
    /// <summary>Where the bytes gather until the file is whole; an interrupted download goes on from there.</summary>
    public string PartialPath => Path + ".partial";
}

/// <summary>
/// Fetches files over HTTP: resumes where an earlier try stopped, checks the md5, and renames the file into place
/// only when it is whole and right, so that a file under its own name can be trusted.
/// </summary>
public sealed class Downloader : IDisposable
{
    /// <summary>Tries per address, as long as each one brings new bytes.</summary>
    private const int TriesPerAddress = 5;

    private static readonly TimeSpan s_reportInterval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _client;
    private readonly TimeSpan _patience;

    /// <summary>Makes a downloader that uses the system's proxy settings.</summary>
    /// <param name="patience">
    /// How long to wait for a connection, or for the next bytes; 20 seconds when not given.
    /// </param>
    public Downloader(TimeSpan? patience = null)
        : this(new SocketsHttpHandler(), patience)
    {
    }

    /// <summary>Makes a downloader over a handler of the caller's, which is disposed with it.</summary>
    /// <param name="handler">Carries the requests: a proxy, a certificate, or a test's own.</param>
    /// <param name="patience">How long to wait for the next bytes; 20 seconds when not given.</param>
    public Downloader(HttpMessageHandler handler, TimeSpan? patience = null)
    {
        _patience = patience ?? TimeSpan.FromSeconds(20);
        _client = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Fetches one file. Cancelled or cut off, it leaves <see cref="Download.PartialPath"/>, from which the next call
    /// goes on; a file of a wrong md5 is removed.
    /// </summary>
    /// <param name="download">What to fetch, from where, to where.</param>
    /// <param name="progress">Called about ten times a second and when the last byte has come; may be null.</param>
    /// <param name="cancellation">Stops the download.</param>
    /// <exception cref="DataException">
    /// No address delivers the right file, or it cannot be written. The message names the addresses with what went
    /// wrong at each, the folder where the file may be put by hand, and its md5.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task FetchAsync(
        Download download, Action<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(download.Path))!;
        try
        {
            Directory.CreateDirectory(folder);
            // The last byte of an earlier try may have come just before it was stopped.
            if (File.Exists(download.PartialPath) && HasMd5(download, out _))
            {
                File.Move(download.PartialPath, download.Path, overwrite: true);
                return;
            }
            var failures = new List<string>();
            var unreached = 0;
            foreach (var address in download.Addresses)
            {
                var failure = await TryAddressAsync(address, download, progress, cancellation).ConfigureAwait(false);
                if (failure is null) return;
                failures.Add($"  {address}: {failure.Message}");
                if (failure.IsUnreached) unreached++;
            }
            var network = unreached == failures.Count
                ? "There is no network here, or it lets none of these addresses through. "
                : "";
            throw new DataException(
                $"{Path.GetFileName(download.Path)} could not be fetched:\n{string.Join('\n', failures)}\n" +
                $"{network}The file can also be put by hand into {folder} (md5 {download.Md5}); " +
                "another folder can be named with --data-dir or SOFTMAX_DATA.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                $"{Path.GetFileName(download.Path)} cannot be written to {folder}: {error.Message} " +
                "Name another folder with --data-dir or SOFTMAX_DATA.");
        }
    }

    /// <summary>Null when the file is in place, else what went wrong with this address.</summary>
    private async Task<TransferException?> TryAddressAsync(
        Uri address, Download download, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var before = LengthOf(download.PartialPath);
            try
            {
                await ReceiveAsync(address, download, before, progress, cancellation).ConfigureAwait(false);
            }
            catch (TransferException error)
            {
                // A connection that drops after it brought bytes is worth another try; one that brought none is not.
                if (tries < TriesPerAddress && LengthOf(download.PartialPath) > before) continue;
                return error;
            }
            if (HasMd5(download, out var found))
            {
                File.Move(download.PartialPath, download.Path, overwrite: true);
                return null;
            }
            File.Delete(download.PartialPath);
            // Bytes kept from an earlier try may be of another version of the file: once more from the start.
            if (before == 0 || tries >= TriesPerAddress) return new TransferException($"md5 {found} where {download.Md5} was expected");
        }
    }

    /// <summary>
    /// Appends to the partial file from <paramref name="offset"/> on, or starts it anew where the server cannot.
    /// </summary>
    private async Task ReceiveAsync(
        Uri address, Download download, long offset, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var response = await TransferAsync(() => SendAsync(address, offset, patience.Token))
            .ConfigureAwait(false);
        var resumes = response.StatusCode == HttpStatusCode.PartialContent;
        if (!response.IsSuccessStatusCode)
            throw new TransferException($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}");
        if (resumes && response.Content.Headers.ContentRange?.From != offset)
            throw new TransferException($"asked for the bytes from {offset} on, the server sent others");

        var received = resumes ? offset : 0;
        var total = received + response.Content.Headers.ContentLength;
        var file = new FileStream(
            download.PartialPath, resumes ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None, 1);
        await using (file.ConfigureAwait(false))
        {
            var name = Path.GetFileName(download.Path);
            var buffer = new byte[1 << 16];
            var reported = TimeSpan.MinValue;
            using var body = await TransferAsync(() => response.Content.ReadAsStreamAsync(patience.Token))
                .ConfigureAwait(false);
            while (true)
            {
                var count = await TransferAsync(() => body.ReadAsync(buffer, patience.Token).AsTask())
                    .ConfigureAwait(false);
                // Not cancellable: the bytes are here, and what is written need not be fetched again.
                await file.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
                received += count;
                var now = clock.Elapsed;
                if (count == 0 || now - s_reportInterval > reported)
                {
                    progress?.Invoke(new DownloadProgress(name, received, total, now.TotalSeconds));
                    reported = now;
                }
                if (count == 0) return;
            }
        }

        // Each step of the transfer gets the whole patience; what fails outside the network keeps its own exception.
        async Task<T> TransferAsync<T>(Func<Task<T>> step)
        {
            patience.CancelAfter(_patience);
            try
            {
                return await step().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TransferException($"nothing came for {_patience.TotalSeconds:0.##} seconds");
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                // A connection torn down by the cancellation itself is no failure of the server.
                cancellation.ThrowIfCancellationRequested();
                throw new TransferException(error.GetBaseException().Message)
                {
                    IsUnreached = error is HttpRequestException
                    {
                        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                            or HttpRequestError.ProxyTunnelError,
                    },
                };
            }
        }
    }

    /// <summary>
    /// Asks for the bytes from <paramref name="offset"/> on, and for all where the server has none so far.
    /// </summary>
    private async Task<HttpResponseMessage> SendAsync(Uri address, long offset, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
            .ConfigureAwait(false);
        if (offset == 0 || response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable) return response;
        response.Dispose();
        return await SendAsync(address, 0, cancellation).ConfigureAwait(false);
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static bool HasMd5(Download download, out string found)
    {
        using var file = File.OpenRead(download.PartialPath);
#pragma warning disable CA5351 // The publishers of the data sets state md5; it finds damage, and no secret hangs on it.
        found = Convert.ToHexStringLower(MD5.HashData(file));
#pragma warning restore CA5351
        return string.Equals(found, download.Md5, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Something on the way to or at the server failed, as opposed to the disk here.</summary>
    private sealed class TransferException(string message) : Exception(message)
    {
        /// <summary>Whether no server was reached at all.</summary>
        public bool IsUnreached { get; init; }
    }
}
