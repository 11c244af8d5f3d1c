using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>
/// A web server on this machine that answers each request as the test says, badly where it is told to.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>
    /// Answers a request: the path, the first byte asked for (null without a Range), and where to write.
    /// </summary>
    public delegate Task Answer(string path, long? from, Stream connection, CancellationToken stop);

    public LoopbackServer(Answer answer)
    {
        _listener.Start();
        _ = ServeAsync(answer);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The first byte asked for in each request so far; null where all were.</summary>
    public ConcurrentQueue<long?> Ranges { get; } = new();

    /// <summary>A client that talks to this machine without any proxy.</summary>
    public static Downloader Client(double patience = 20) =>
        new(new SocketsHttpHandler { UseProxy = false }, TimeSpan.FromSeconds(patience));

    public static Task WriteAsync(Stream connection, string head, ReadOnlyMemory<byte> body)
    {
        var start = Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
        return connection.WriteAsync(start.Concat(body.ToArray()).ToArray()).AsTask();
    }

    /// <summary>
    /// Serves a file as a good server does, ranges included; at most <paramref name="limit"/> bytes before it hangs
    /// up.
    /// </summary>
    public static Task SendFileAsync(Stream connection, byte[] file, long? from, int limit = int.MaxValue)
    {
        if (from >= file.Length)
            return WriteAsync(
                connection,
                $"416 Range Not Satisfiable\r\nContent-Range: bytes */{file.Length}\r\nContent-Length: 0",
                default);
        var rest = file.AsMemory((int)(from ?? 0));
        var head = from is { } first
            ? $"206 Partial Content\r\nContent-Range: bytes {first}-{file.Length - 1}/{file.Length}"
            : "200 OK";
        return WriteAsync(connection, $"{head}\r\nContent-Length: {rest.Length}", rest[..Math.Min(limit, rest.Length)]);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task ServeAsync(Answer answer)
    {
        try
        {
            while (true) _ = HandleAsync(await _listener.AcceptTcpClientAsync(_stop.Token), answer);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task HandleAsync(TcpClient client, Answer answer)
    {
        using (client)
        {
            try
            {
                var connection = client.GetStream();
                using var reader = new StreamReader(connection, Encoding.ASCII, leaveOpen: true);
                var path = (await reader.ReadLineAsync(_stop.Token) ?? "GET / HTTP/1.1").Split(' ')[1];
                long? from = null;
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                    if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                        from = long.Parse(line["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
                Ranges.Enqueue(from);
                await answer(path, from, connection, _stop.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // The client hung up, as some tests make it do.
            }
        }
    }
}
