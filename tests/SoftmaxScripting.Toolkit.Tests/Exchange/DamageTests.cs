using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>Files cut short or with bytes changed at random: read, or refused with a message; nothing else happens.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Rounds = 600;

    /// <summary>int8 becomes int32, four times its size.</summary>
    private const int Widening = 4;

    /// <summary>Streams, buffers, messages and the archive's own lists.</summary>
    private const int Overhead = 512 << 10;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(".npy")]
    [InlineData(".npz")]
    [InlineData("deflated.npz")]
    [InlineData(".safetensors")]
    public void Damaged_files_are_read_or_refused_and_never_cost_more_memory_than_they_have_bytes(string extension)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var path = folder.File("a" + extension);
        Write(path, extension, random);
        var sound = File.ReadAllBytes(path);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = Damage(sound, random);
            File.WriteAllBytes(path, damaged);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Read(path, extension);
            }
            catch (FileException failure)
            {
                refused++;
                Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, round {round}: {exception}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated <= Widening * damaged.Length + Overhead, $"seed {seed}, round {round}: {allocated} bytes for {damaged.Length}");
        }

        Assert.True(refused > Rounds / 4, $"seed {seed}: only {refused} of {Rounds} were refused");
    }

    private static void Write(string path, string extension, Random random)
    {
        var arrays = new Dictionary<string, Tensor>
        {
            ["weight"] = Arrays.Random(random, DType.Float32, 4, 5),
            ["bias"] = Arrays.Random(random, DType.Float64, 3),
            ["labels"] = Arrays.Random(random, DType.Int32, 6),
        };
        switch (extension)
        {
            case ".npy":
                Npy.Write(path, arrays["weight"]);
                break;
            case ".safetensors":
                SafeTensors.Write(path, arrays, new Dictionary<string, string> { ["progress"] = "{}" });
                break;
            default:
                Npz.Write(path, arrays, compress: extension != ".npz");
                break;
        }
    }

    private static void Read(string path, string extension)
    {
        switch (extension)
        {
            case ".npy":
                Npy.Read(path);
                break;
            case ".safetensors":
                SafeTensors.Read(path);
                break;
            default:
                Npz.Read(path);
                break;
        }
    }

    /// <summary>Mostly in the first bytes, where the lengths stand.</summary>
    private static byte[] Damage(byte[] sound, Random random)
    {
        var bytes = (byte[])sound.Clone();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                return [.. bytes, .. new byte[random.Next(1, 100)]];
            default:
                for (var i = random.Next(1, 6); i > 0; i--)
                {
                    var place = random.Next(random.Next(2) == 0 ? Math.Min(200, bytes.Length) : bytes.Length);
                    bytes[place] = random.Next(3) switch
                    {
                        0 => (byte)random.Next(256),
                        1 => (byte)(bytes[place] ^ (1 << random.Next(8))),
                        _ => (byte)"0123456789-{}[]\"',:xF"[random.Next(21)],
                    };
                }

                return bytes;
        }
    }
}
