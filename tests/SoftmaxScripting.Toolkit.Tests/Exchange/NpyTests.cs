using System.Buffers.Binary;
using System.Text;
using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string A => folder.File("a.npy");

    private Tensor Read(byte[] file)
    {
        File.WriteAllBytes(A, file);
        return Npy.Read(A);
    }

    [Fact]
    public void Bytes_are_those_of_the_formats_definition()
    {
        Npy.Write(A, Tensor.Of(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }));
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        var padded = header.PadRight(128 - 10 - 1) + "\n";
        byte[] expected =
        [
            0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, 0, .. Encoding.ASCII.GetBytes(padded),
            .. new float[] { 1, 2, 3, 4, 5, 6 }.SelectMany(BitConverter.GetBytes),
        ];
        Assert.Equal(expected, File.ReadAllBytes(A));
    }

    [Fact]
    public void Any_array_comes_back_to_the_bit()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var tensor = Arrays.Random(
                random, Arrays.Types[i % 4], [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(5))]);
            Npy.Write(A, tensor);
            Assert.True(Arrays.Same(tensor, Npy.Read(A)), $"seed {seed}, case {i}: {tensor.Shape} {tensor.DType}");
            var bytes = File.ReadAllBytes(A);
            Assert.Equal(0, (bytes.Length - Arrays.Bytes(tensor).Length) % 64);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Versions_byte_orders_and_index_orders_are_read(int version)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        foreach (var bigEndian in new[] { false, true })
            foreach (var columnMajor in new[] { false, true })
                foreach (var shape in new[] { [], [5], [3, 4], [2, 3, 4], new[] { 2, 0, 3 }, [70, 500] })
                {
                    var expected = Arrays.Random(random, DType.Float64, shape);
                    var values = expected.ToDoubles();

                    // The definition: element (i, j, …) of Fortran's order stands at i + rows·(j + …).
                    var size = values.Length;
                    var stored = new double[size];
                    for (var index = 0; index < size; index++)
                    {
                        int rest = index, target = 0;
                        var axes = new int[shape.Length];
                        for (var axis = shape.Length - 1; axis >= 0; axis--)
                            (axes[axis], rest) = (rest % shape[axis], rest / shape[axis]);
                        for (var axis = shape.Length - 1; axis >= 0; axis--)
                            target = target * shape[axis] + axes[axis];
                        stored[columnMajor ? target : index] = values[index];
                    }

                    var elements = new byte[8 * size];
                    for (var i = 0; i < size; i++)
                    {
                        var place = elements.AsSpan(8 * i);
                        if (bigEndian)
                            BinaryPrimitives.WriteDoubleBigEndian(place, stored[i]);
                        else
                            BinaryPrimitives.WriteDoubleLittleEndian(place, stored[i]);
                    }

                    var order = columnMajor ? "True" : "False";
                    var header = $"{{'descr': '{(bigEndian ? '>' : '<')}f8', 'fortran_order': {order}, 'shape': ({string.Concat(shape.Select(n => $"{n},"))}), }}\n";
                    var actual = Read(Arrays.Npy(header, elements, (byte)version));
                    Assert.True(Arrays.Same(expected, actual), $"seed {seed}: big endian {bigEndian}, Fortran {columnMajor}, {expected.Shape}");
                }
    }

    [Fact]
    public void Other_number_types_are_widened_without_loss()
    {
        Tensor Of(string descr, byte[] elements) =>
            Read(Arrays.Npy($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,)}}", elements));
        Is(DType.UInt8, [0, 1], Of("|b1", [0, 1]));
        Is(DType.Int32, [-1, 127], Of("|i1", [255, 127]));
        Is(DType.Int32, [-2, 258], Of("<i2", [254, 255, 2, 1]));
        Is(DType.Int32, [65534, 258], Of("<u2", [254, 255, 2, 1]));
        Is(DType.Int32, [258, 1], Of(">u2", [1, 2, 0, 1]));
        Is(DType.Int32, [-3, 7], Of("<i8", [.. BitConverter.GetBytes(-3L), .. BitConverter.GetBytes(7L)]));
        Is(DType.Int32, [int.MaxValue, 7], Of("<u8", [.. BitConverter.GetBytes((ulong)int.MaxValue), .. BitConverter.GetBytes(7UL)]));
        Is(DType.Float32, [1.5, -0.25], Of("<f2", [.. BitConverter.GetBytes((Half)1.5), .. BitConverter.GetBytes((Half)(-0.25))]));

        static void Is(DType type, double[] values, Tensor actual)
        {
            Assert.Equal(type, actual.DType);
            Assert.Equal(values, actual.ToDoubles());
        }
    }

    [Theory]
    [InlineData("<u4", "4294967295", "element 1 is 4294967295, which does not fit int32")]
    [InlineData("<i8", "-2147483649", "element 1 is -2147483649, which does not fit int32")]
    public void Whole_number_that_does_not_fit_is_refused(string descr, string value, string message)
    {
        var number = (ulong)long.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        var size = descr[2] - '0';
        byte[] elements = [.. new byte[size], .. BitConverter.GetBytes(number)[..size]];
        Refused(Arrays.Npy($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,)}}", elements), message);
    }

    public static TheoryData<string, string> Headers => new()
    {
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", "needs 12 bytes of elements, but only 8 follow (is it truncated?)" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "needs 4 bytes of elements, but 8 follow" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000)}", "more elements than one tensor holds" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2)}", "more elements than one tensor holds" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "no dictionary that NumPy writes" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "negative size" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}", "no dictionary that NumPy writes" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': '2'}", "not a tuple of whole numbers" },
        { "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "neither True nor False" },
        { "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", "Python objects, which only Python can read" },
        { "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "complex numbers" },
        { "{'descr': '<U2', 'fortran_order': False, 'shape': (1,)}", "(text)" },
        { "{'descr': '|f4', 'fortran_order': False, 'shape': (2,)}", "element type '|f4'" },
        { "{'descr': '', 'fortran_order': False, 'shape': (2,)}", "element type ''" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "records of several fields" },
        { "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "names 'descr' twice" },
        { "{'descr': '<f4', 'fortran_order': False}", "no 'shape'" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}", "unknown key 'more'" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (((((((((((((2,),),),),),),),),),),),)}", "no dictionary that NumPy writes" },
        { "__import__('os').system('true')", "no dictionary that NumPy writes" },
        { "{'descr': '<f4", "no dictionary that NumPy writes" },
        { "", "no dictionary that NumPy writes" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void Header_that_lies_is_refused(string header, string message) =>
        Refused(Arrays.Npy(header, new byte[8]), message);

    [Fact]
    public void Other_hostile_files_are_refused()
    {
        Refused([], "it has 0 bytes");
        Refused("PK not an array"u8.ToArray(), "does not begin as a NumPy array does");
        Refused(Arrays.Npy("{}", [], version: 9), "version is 9.0");
        Refused(Arrays.Npy("{}", [], version: 2, statedLength: int.MaxValue), "its header says that it has 2147483647 bytes");
        Refused(Arrays.Npy(new string(' ', 70_000), [], version: 2), "65536 are the most that is read");
        Refused(Arrays.Npy("{'descr': '|b1', 'fortran_order': False, 'shape': (1,)}", [7]), "neither 0 nor 1");
        Refused(Arrays.Npy($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1,", 65))})}}", new byte[4]), "65 axes");
    }

    [Fact]
    public void Missing_file_folder_and_pipe_are_named()
    {
        Assert.Equal($"There is no file {A}.", Assert.Throws<FileException>(() => Npy.Read(A)).Message);
        Assert.Equal(
            $"{folder.Path} cannot be read: it is a folder. Name a file.",
            Assert.Throws<FileException>(() => Npy.Read(folder.Path)).Message);
    }

    private void Refused(byte[] file, string message)
    {
        var failure = Assert.Throws<FileException>(() => Read(file));
        Assert.StartsWith($"{A} is no sound .npy file: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}
