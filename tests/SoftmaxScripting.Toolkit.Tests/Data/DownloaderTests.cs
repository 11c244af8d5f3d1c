using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class DownloaderTests : IDisposable
{
    private static readonly byte[] s_file = IdxBytes.Random(new Random(11), 300_000);
#pragma warning disable CA5351 // The downloader checks what publishers state, which is md5.
    private static readonly string s_md5 = Convert.ToHexString(MD5.HashData(s_file));
#pragma warning restore CA5351
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Download Wanted(params Uri[] addresses) => new(_folder.File("set/file.gz"), s_md5, addresses);

    private static void InPlace(Download download)
    {
        Assert.Equal(s_file, File.ReadAllBytes(download.Path));
        Assert.False(File.Exists(download.PartialPath));
    }

    private static void StartPartial(Download download, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(download.Path)!);
        File.WriteAllBytes(download.PartialPath, content);
    }

    [Fact]
    public async Task A_whole_file_arrives_with_progress_to_the_last_byte()
    {
        using var server = new LoopbackServer((_, from, to, _) => LoopbackServer.SendFileAsync(to, s_file, from));
        using var client = LoopbackServer.Client();
        var reports = new List<DownloadProgress>();
        var download = Wanted(server.Address);

        await client.FetchAsync(download, reports.Add);

        InPlace(download);
        var (file, soFar, total, _) = reports[^1];
        Assert.Equal(("file.gz", 300_000L, 300_000L), (file, soFar, total));
        Assert.True(reports.Zip(reports.Skip(1)).All(pair => pair.First.BytesSoFar <= pair.Second.BytesSoFar));
        Assert.All(reports, report => Assert.True(report.Seconds >= 0));
    }

    [Fact]
    public async Task A_connection_that_drops_is_taken_up_where_it_stopped()
    {
        using var server = new LoopbackServer((_, from, to, _) =>
            LoopbackServer.SendFileAsync(to, s_file, from, limit: 120_000));
        using var client = LoopbackServer.Client();
        var download = Wanted(server.Address);

        await client.FetchAsync(download);

        InPlace(download);
        Assert.Equal([null, 120_000, 240_000], server.Ranges);
    }

    [Fact]
    public async Task A_partial_file_of_an_earlier_run_is_resumed()
    {
        using var server = new LoopbackServer((_, from, to, _) => LoopbackServer.SendFileAsync(to, s_file, from));
        using var client = LoopbackServer.Client();
        var download = Wanted(server.Address);
        StartPartial(download, s_file[..99_999]);

        await client.FetchAsync(download);

        InPlace(download);
        Assert.Equal([99_999], server.Ranges);
    }

    [Fact]
    public async Task A_partial_file_that_is_already_whole_needs_no_server()
    {
        using var client = LoopbackServer.Client();
        var download = Wanted();
        StartPartial(download, s_file);

        await client.FetchAsync(download);

        InPlace(download);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_makes_it_start_anew()
    {
        using var server = new LoopbackServer((_, _, to, _) => LoopbackServer.SendFileAsync(to, s_file, from: null));
        using var client = LoopbackServer.Client();
        var download = Wanted(server.Address);
        StartPartial(download, s_file[..50_000]);

        await client.FetchAsync(download);

        InPlace(download);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(400_000)]
    public async Task A_partial_file_of_something_else_is_given_up(int length)
    {
        using var server = new LoopbackServer((_, from, to, _) => LoopbackServer.SendFileAsync(to, s_file, from));
        using var client = LoopbackServer.Client();
        var download = Wanted(server.Address);
        StartPartial(download, new byte[length]);

        await client.FetchAsync(download);

        InPlace(download);
    }

    [Fact]
    public async Task A_server_that_sends_another_range_is_not_trusted()
    {
        using var server = new LoopbackServer((_, from, to, _) =>
            LoopbackServer.SendFileAsync(to, s_file, from is null ? null : from + 10));
        using var client = LoopbackServer.Client();
        var download = Wanted(server.Address);
        StartPartial(download, s_file[..50_000]);

        var error = await Assert.ThrowsAsync<DataException>(() => client.FetchAsync(download));

        Assert.Contains("from 50000 on", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(download.Path));
    }

    [Fact]
    public async Task A_wrong_checksum_leaves_nothing_behind()
    {
        using var server = new LoopbackServer((_, from, to, _) =>
            LoopbackServer.SendFileAsync(to, new byte[1000], from));
        using var client = LoopbackServer.Client();
        var download = Wanted(server.Address);

        var error = await Assert.ThrowsAsync<DataException>(() => client.FetchAsync(download));

        Assert.Contains($"where {s_md5} was expected", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Addresses_are_tried_in_order_until_one_delivers()
    {
        using var server = new LoopbackServer((path, from, to, _) => path == "/good"
            ? LoopbackServer.SendFileAsync(to, s_file, from)
            : LoopbackServer.WriteAsync(to, "404 Not Found\r\nContent-Length: 0", default));
        using var client = LoopbackServer.Client();
        var download = Wanted(ClosedPort(), new Uri(server.Address, "bad"), new Uri(server.Address, "good"));

        await client.FetchAsync(download);

        InPlace(download);
    }

    [Fact]
    public async Task When_no_address_delivers_the_message_says_what_to_do()
    {
        using var server = new LoopbackServer((_, _, to, _) =>
            LoopbackServer.WriteAsync(to, "404 Not Found\r\nContent-Length: 0", default));
        using var client = LoopbackServer.Client();
        var closed = ClosedPort();
        var download = Wanted(server.Address, closed);

        var error = await Assert.ThrowsAsync<DataException>(() => client.FetchAsync(download));

        foreach (var part in new[]
        {
            "file.gz", $"{server.Address}: the server answered 404 Not Found", $"{closed}: ", "refused",
            _folder.File("set"), s_md5, "--data-dir",
        })
            Assert.Contains(part, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task No_network_is_said_in_words_and_only_then()
    {
        using var server = new LoopbackServer((_, _, to, _) =>
            LoopbackServer.WriteAsync(to, "404 Not Found\r\nContent-Length: 0", default));
        using var client = LoopbackServer.Client();
        const string word = "There is no network here";

        var cut = await Assert.ThrowsAsync<DataException>(() => client.FetchAsync(Wanted(ClosedPort(), ClosedPort())));
        var answered = await Assert.ThrowsAsync<DataException>(() => client.FetchAsync(Wanted(ClosedPort(), server.Address)));

        Assert.Contains(word, cut.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(word, answered.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_leaves_a_partial_file_that_the_next_call_resumes()
    {
        using var server = new LoopbackServer(async (_, from, to, stop) =>
        {
            if (from is not null) await LoopbackServer.SendFileAsync(to, s_file, from);
            else
            {
                await LoopbackServer.SendFileAsync(to, s_file, from, limit: 80_000);
                await Task.Delay(Timeout.Infinite, stop);
            }
        });
        using var client = LoopbackServer.Client();
        using var cancel = new CancellationTokenSource();
        var download = Wanted(server.Address);

        var fetching = client.FetchAsync(download, null, cancel.Token);
        while (!File.Exists(download.PartialPath) || new FileInfo(download.PartialPath).Length < 80_000)
            await Task.Delay(5);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);

        Assert.False(File.Exists(download.Path));
        Assert.Equal(s_file[..80_000], await File.ReadAllBytesAsync(download.PartialPath));
        await client.FetchAsync(download);
        InPlace(download);
        Assert.Equal([null, 80_000], server.Ranges);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        using var server = new LoopbackServer((_, _, _, stop) => Task.Delay(Timeout.Infinite, stop));
        using var client = LoopbackServer.Client(patience: 0.2);

        var error = await Assert.ThrowsAsync<DataException>(() => client.FetchAsync(Wanted(server.Address)));

        Assert.Contains("nothing came for 0.2 seconds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told_apart_from_the_network()
    {
        using var client = LoopbackServer.Client();
        var blocked = _folder.Write("blocked", []);
        var download = new Download(Path.Combine(blocked, "file.gz"), s_md5, [ClosedPort()]);

        var error = await Assert.ThrowsAsync<DataException>(() => client.FetchAsync(download));

        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
    }

    private static Uri ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }
}
