using System.Diagnostics;
using Xunit;

namespace SoftmaxScripting.Host.Tests;

/// <summary>What only a process of its own can show: exit codes as the shell sees them, signals, stray threads.</summary>
public sealed class ProcessTests : IDisposable
{
    private const string Interrupt = "INT";
    private const string Terminate = "TERM";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ScriptFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Exit_code_and_streams_reach_the_shell()
    {
        using var process = Start("Console.WriteLine(\"out\"); Console.Error.WriteLine(\"err\"); Exit(5);");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        Assert.Equal(5, await ExitCode(process));
        Assert.Equal(("out", "err"), ((await output).Trim(), (await error).Trim()));
    }

    [Fact]
    public async Task Exception_on_a_thread_of_the_script_is_reported_like_any_other()
    {
        using var process = Start("var t = new Thread(() => throw new IOException(\"gone\"));\nt.Start(); t.Join(); Thread.Sleep(-1);");
        var error = process.StandardError.ReadToEndAsync();
        Assert.Equal(70, await ExitCode(process));
        Assert.StartsWith("IOException: gone", await error, StringComparison.Ordinal);
        Assert.Contains("  x.csx(1): in a lambda at top level", await error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task First_signal_lets_the_script_finish_up(string signal)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var process = Start(
            "Console.WriteLine(\"ready\");\n"
            + "try { await Task.Delay(-1, Cancellation); } finally { Thread.Sleep(100); Console.WriteLine(\"finished up\"); }");
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        await Send(signal, process);
        Assert.Equal(130, await ExitCode(process));
        Assert.Equal("finished up", (await process.StandardOutput.ReadToEndAsync()).Trim());
    }

    [Fact]
    public async Task Second_signal_ends_a_script_that_ignores_the_first()
    {
        if (OperatingSystem.IsWindows())
            return;

        // It spins, keeps every pool thread busy, and never comes back from being told of the cancellation.
        using var process = Start(
            """
            for (var i = 0; i < 16; i++) _ = Task.Run(Spin);
            Cancellation.Register(() => Thread.Sleep(-1));
            Console.WriteLine("ready");
            Spin();
            void Spin() { long n = 0; while (true) n++; }
            """);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        await Send(Interrupt, process);

        // The host's own word that it has seen the first; two signals at once would merge into one.
        Assert.StartsWith("Stopping:", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
        Assert.False(process.HasExited);
        await Send(Interrupt, process);
        Assert.Equal(130, await ExitCode(process));
    }

    [Fact]
    public async Task Ctrl_C_while_compiling_ends_it_before_the_script_starts()
    {
        if (OperatingSystem.IsWindows())
            return;
        var functions = string.Concat(Enumerable.Range(0, 6000).Select(i => $"Tensor F{i}(Tensor x) => x.Exp().Sum(0) + Log(x) * {i};\n"));
        using var process = Start(functions + "Print(\"started\");");
        await Task.Delay(1000);
        await Send(Interrupt, process);
        Assert.Equal(130, await ExitCode(process));
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public async Task Ctrl_C_while_training_ends_it_after_the_step()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var process = Start(
            """
            var data = Datasets.FromTensors(Tensor.Normal(2000, 4), Tensor.Normal(2000, 1));
            Train(Sequential(Linear(4, 1)), data, (p, y) => (p - y).Pow(2).Mean(), Sgd(0.01), epochs: 10_000_000, quiet: true,
                onEpoch: e => { if (e.Number == 3) Print("training"); });
            Print("not reached");
            """);
        Assert.Equal("training", await process.StandardOutput.ReadLineAsync());
        await Send(Interrupt, process);
        Assert.Equal(130, await ExitCode(process));
        Assert.DoesNotContain("not reached", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Contains("Cancelled.", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_while_data_is_read_ends_it_at_the_second_time_at_the_latest()
    {
        if (OperatingSystem.IsWindows())
            return;

        // Files that never give anything.
        Directory.CreateDirectory("d/mnist");
        foreach (var name in new[] { "train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1" })
        {
            using var pipe = Process.Start("mkfifo", [$"d/mnist/{name}-ubyte.gz"]);
            await pipe.WaitForExitAsync();
        }

        using var process = Start("Print(\"loading\"); DataFolder.Override = \"d\"; Datasets.Load(\"mnist\"); Print(\"not reached\");");
        Assert.Equal("loading", await process.StandardOutput.ReadLineAsync());
        await Send(Interrupt, process);
        Assert.StartsWith("Stopping:", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
        if (!process.HasExited)
            await Send(Interrupt, process);
        Assert.Equal(130, await ExitCode(process));
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
    }

    private Process Start(string script)
    {
        var file = folder.Write("x.csx", script.Split('\n'));
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(HostApplication).Assembly.Location, file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        return Process.Start(start)!;
    }

    private static async Task<int> ExitCode(Process process)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }

    private static async Task Send(string signal, Process process)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
