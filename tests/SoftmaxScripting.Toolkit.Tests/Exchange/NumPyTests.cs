using System.Diagnostics;
using SoftmaxScripting.Core;
using Xunit;
using Xunit.Abstractions;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>NumPy itself reads what is written here and writes what is read here, where it is installed.</summary>
public sealed class NumPyTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Lazy<string?> s_python = new(() =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Run(python, "import numpy", ".").ExitCode == 0));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void NumPy_reads_what_is_written()
    {
        if (Python is not { } python)
            return;
        var arrays = new Dictionary<string, Tensor>
        {
            ["f4"] = Tensor.Of(new float[,] { { 1.5f, -0f }, { float.PositiveInfinity, 1e-45f } }),
            ["f8"] = Tensor.Of(Math.PI),
            ["i4"] = Tensor.Of(int.MinValue, 7),
            ["u1"] = Tensor.OfBytes(new byte[] { 0, 255, 3, 4, 5, 6 }, 1, 2, 3),
            ["scalar"] = Tensor.Of(2.5).Sum(),
        };
        foreach (var (name, tensor) in arrays)
            Npy.Write(folder.File(name + ".npy"), tensor);
        Npz.Write(folder.File("stored.npz"), arrays);
        Npz.Write(folder.File("deflated.npz"), arrays, compress: true);
        SafeTensors.Write(folder.File("a.safetensors"), arrays);
        Succeeds(python,
            """
            import json, numpy as np
            expected = {
                'f4': np.array([[1.5, -0.0], [np.inf, 1e-45]], np.float32), 'f8': np.array([np.pi]),
                'i4': np.array([-2**31, 7], np.int32), 'u1': np.array([[[0, 255, 3], [4, 5, 6]]], np.uint8),
                'scalar': np.array(2.5),
            }
            def same(a, b): assert a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes(), (a, b)
            for name, array in expected.items():
                same(np.load(name + '.npy', allow_pickle=False), array)
            for file in ['stored.npz', 'deflated.npz']:
                archive = np.load(file, allow_pickle=False)
                assert archive.files == list(expected)
                for name, array in expected.items(): same(archive[name], array)
            raw = open('a.safetensors', 'rb').read()
            n = int.from_bytes(raw[:8], 'little')
            header = json.loads(raw[8:8 + n])
            types = {'F32': np.float32, 'F64': np.float64, 'I32': np.int32, 'U8': np.uint8}
            for name, array in expected.items():
                begin, end = header[name]['data_offsets']
                same(np.frombuffer(raw[8 + n + begin:8 + n + end], types[header[name]['dtype']]).reshape(header[name]['shape']), array)
            """);
    }

    [Fact]
    public void What_NumPy_writes_is_read()
    {
        if (Python is not { } python)
            return;
        Succeeds(python,
            """
            import numpy as np
            a = np.arange(24).reshape(2, 3, 4)
            for name in ['bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float16', 'float32', 'float64']:
                t = (a % 2).astype(bool) if name == 'bool' else a.astype(name)
                np.save(name + '-C.npy', t)
                np.save(name + '-F.npy', np.asfortranarray(t))
                np.save(name + '-B.npy', t.astype(t.dtype.newbyteorder('>')))
            np.save('transposed.npy', a.T)
            for version in [(1, 0), (2, 0), (3, 0)]:
                with open('v%d.npy' % version[0], 'wb') as f: np.lib.format.write_array(f, a.astype('f4'), version=version)
            np.savez('stored.npz', x=a.astype('f4'), y=np.float64(3))
            np.savez_compressed('deflated.npz', x=a.astype('f4'), y=np.float64(3))
            np.save('object.npy', np.array([{}], dtype=object), allow_pickle=True)
            np.save('record.npy', np.zeros(2, dtype=[('a', 'f4'), ('b', 'i4')]))
            """);
        var expected = Enumerable.Range(0, 24).Select(i => (double)i).ToArray();
        foreach (var name in new[] { "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "bool" })
            foreach (var order in "CFB")
            {
                var read = Npy.Read(folder.File($"{name}-{order}.npy"));
                Assert.Equal(Shape.Of(2, 3, 4), read.Shape);
                Assert.Equal(name == "bool" ? [.. expected.Select(i => i % 2)] : expected, read.ToDoubles());
            }

        Assert.Equal(Tensor.Of([.. expected]).Reshape(2, 3, 4).Permute(2, 1, 0).ToDoubles(), Npy.Read(folder.File("transposed.npy")).ToDoubles());
        foreach (var version in "123")
            Assert.Equal(expected, Npy.Read(folder.File($"v{version}.npy")).ToDoubles());
        foreach (var file in new[] { "stored.npz", "deflated.npz" })
        {
            var read = Npz.Read(folder.File(file));
            Assert.Equal(["x", "y"], read.Keys);
            Assert.Equal(expected, read["x"].ToDoubles());
            Assert.Equal(3.0, read["y"].Item());
        }

        Assert.Contains("Python objects", Assert.Throws<FileException>(() => Npy.Read(folder.File("object.npy"))).Message, StringComparison.Ordinal);
        Assert.Contains("records", Assert.Throws<FileException>(() => Npy.Read(folder.File("record.npy"))).Message, StringComparison.Ordinal);
    }

    private string? Python
    {
        get
        {
            if (s_python.Value is null)
                output.WriteLine("Left out: there is no python3 with NumPy here.");
            return s_python.Value;
        }
    }

    private void Succeeds(string python, string program)
    {
        var (exitCode, text) = Run(python, program, folder.Path);
        Assert.True(exitCode == 0, text);
    }

    private static (int ExitCode, string Text) Run(string python, string program, string directory)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", program])
            {
                WorkingDirectory = directory,
                RedirectStandardError = true,
            })!;
            var text = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, text);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }
}
