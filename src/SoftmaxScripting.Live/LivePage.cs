using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Live;

/// <summary>
/// Serves the report of a session while it is made, on the loopback interface alone: a page, its script, and a stream of
/// server-sent events with the parts that have changed. Any number of browsers may look at it.
/// </summary>
public sealed class LivePage : IDisposable
{
    /// <summary>How long the end of the script waits for browsers to take over the last state.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;
    private readonly LiveParts parts;
    private readonly CancellationTokenSource closing = new();
    private int clients;

    private LivePage(ScriptSession session, int port)
    {
        parts = new LiveParts(session);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        application = builder.Build();
        application.Run(Answer);
    }

    /// <summary>Where the page is.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Begins to serve.</summary>
    /// <param name="session">The session whose report is shown.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <exception cref="UsageException">The port is taken, or not to be had.</exception>
    public static LivePage Start(ScriptSession session, int port)
    {
        ArgumentNullException.ThrowIfNull(session);
        var page = new LivePage(session, port);
        try
        {
            page.application.Start();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            page.Dispose();
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--live: port {port} cannot be used: {Reason(exception)}. Name another, or write --live alone for any that is free."));
        }

        page.Address = new Uri(page.application.Urls.First());
        return page;
    }

    /// <summary>Gives every browser the last state of the report, and waits until they have taken it over.</summary>
    public void Finish()
    {
        parts.IsLast = true;
        var end = DateTime.UtcNow + s_patience;
        while (Volatile.Read(ref clients) > 0 && DateTime.UtcNow < end)
            Thread.Sleep(20);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closing.Cancel();
        ((IDisposable)application).Dispose();
        closing.Dispose();
    }

    private static string Reason(Exception exception)
    {
        var socket = exception as SocketException ?? exception.InnerException as SocketException ?? exception.InnerException?.InnerException as SocketException;
        return socket?.SocketErrorCode switch
        {
            SocketError.AccessDenied => "this user may not listen there",
            SocketError.AddressAlreadyInUse => "another program listens there",
            _ when exception.Message.Contains("in use", StringComparison.Ordinal) => "another program listens there",
            _ => exception.Message.TrimEnd('.'),
        };
    }

    private Task Answer(HttpContext context)
    {
        // A page elsewhere whose name leads to this machine must not read it.
        var isLocal = context.Request.Host.Host is "127.0.0.1" or "localhost";
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        return (isLocal, context.Request.Method, context.Request.Path.Value) switch
        {
            (false, _, _) => Refuse(response, 421, "Ask for 127.0.0.1 or localhost."),
            (_, not ("GET" or "HEAD"), _) => Refuse(response, 405, "Only GET."),
            (_, _, "/") => Text(response, "text/html; charset=utf-8", parts.Page()),
            (_, _, "/live.js") => Text(response, "text/javascript; charset=utf-8", LiveScript.Text),
            (_, _, "/events") => Stream(context),
            _ => Refuse(response, 404, "There is nothing here."),
        };
    }

    private static Task Text(HttpResponse response, string type, string text)
    {
        response.ContentType = type;
        return response.WriteAsync(text);
    }

    private static Task Refuse(HttpResponse response, int status, string text)
    {
        response.StatusCode = status;
        return Text(response, "text/plain; charset=utf-8", text);
    }

    private async Task Stream(HttpContext context)
    {
        Interlocked.Increment(ref clients);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing.Token);
            context.Response.ContentType = "text/event-stream";
            var reader = parts.Reader();
            while (true)
            {
                var isLast = parts.IsLast;
                if (reader.Next(isLast) is { } message)
                {
                    await context.Response.WriteAsync($"data: {message}\n\n", either.Token);
                    await context.Response.Body.FlushAsync(either.Token);
                }

                if (isLast)
                    break;
                await Task.Delay(LiveParts.Interval, either.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The browser has gone, or the page is closed.
        }
        finally
        {
            Interlocked.Decrement(ref clients);
        }
    }
}
