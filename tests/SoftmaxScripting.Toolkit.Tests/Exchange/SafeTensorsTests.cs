using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using SoftmaxScripting.Core;
using Xunit;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string A => folder.File("a.safetensors");

    [Fact]
    public void Bytes_are_those_of_the_formats_definition()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["b"] = Tensor.OfBytes(new byte[] { 7, 8 }, 2),
            ["w"] = Tensor.Of(new float[,] { { 1, 2 } }),
            ["d"] = Tensor.Of(3.0),
        };
        SafeTensors.Write(A, tensors, new Dictionary<string, string> { ["note"] = "ä \"q\"" });
        var header = """{"__metadata__":{"note":"ä \"q\""},"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}"""
            + ""","w":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},"b":{"dtype":"U8","shape":[2],"data_offsets":[16,18]}}""";
        var length = Encoding.UTF8.GetByteCount(header);
        var padded = (length + 7) / 8 * 8;
        byte[] expected =
        [
            .. BitConverter.GetBytes((long)padded), .. Encoding.UTF8.GetBytes(header), .. Enumerable.Repeat((byte)' ', padded - length),
            .. BitConverter.GetBytes(3.0), .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f), 7, 8,
        ];
        Assert.Equal(expected, File.ReadAllBytes(A));
    }

    [Fact]
    public void Any_tensors_and_texts_come_back_to_the_bit()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 100; i++)
        {
            var tensors = Enumerable.Range(0, random.Next(6)).ToDictionary(
                k => $"{k}.wéight\n\"{k}",
                k => Arrays.Random(random, Arrays.Types[random.Next(4)], [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(6))]));
            var texts = Enumerable.Range(0, random.Next(3)).ToDictionary(k => $"k{k}", k => "{\"json\": [1,\u2028] \0}");
            SafeTensors.Write(A, tensors, texts);
            var read = SafeTensors.Read(A);
            Assert.Equal(tensors.Keys.Order(), read.Tensors.Keys.Order());
            Assert.All(tensors, pair => Assert.True(Arrays.Same(pair.Value, read.Tensors[pair.Key]), $"seed {seed}, case {i}"));
            Assert.Equal(texts, read.Metadata);
            Assert.Equal(texts, SafeTensors.ReadMetadata(A));

            // What the definition promises to readers that map the file into memory.
            var bytes = File.ReadAllBytes(A);
            var header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            Assert.Equal(0, header % 8);
            using var json = JsonDocument.Parse(bytes.AsMemory(8, (int)header));
            foreach (var field in json.RootElement.EnumerateObject().Where(field => field.Name != "__metadata__"))
            {
                var size = Arrays.Types.First(type => Name(type) == field.Value.GetProperty("dtype").GetString()).Bytes;
                Assert.Equal(0, field.Value.GetProperty("data_offsets")[0].GetInt64() % size);
            }
        }

        static string Name(DType type) =>
            type == DType.Float32 ? "F32" : type == DType.Float64 ? "F64" : type == DType.Int32 ? "I32" : "U8";
    }

    [Fact]
    public void Other_number_types_are_widened_without_loss()
    {
        File.WriteAllBytes(A,
        [
            .. Arrays.SafeTensors("""{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"y":{"dtype":"I64","shape":[1],"data_offsets":[4,12]}}""", 0),
            0x80, 0x3F, 0x20, 0xC0, .. BitConverter.GetBytes(-9L),
        ]);
        var read = SafeTensors.Read(A).Tensors;
        Assert.Equal([1f, -2.5f], read["x"].ToArray());
        Assert.Equal([-9], read["y"].ToInts());
    }

    public static TheoryData<string, string> Headers => new()
    {
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}""", "needs 8 bytes, its place has 12" },
        { """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "take 16 bytes, but only 8 follow the header (is it truncated?)" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes follow the last tensor" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "the bytes from 0 to 4 belong to no tensor" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'b' begins at 4, inside another that goes to 8" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "'b' begins at 0, inside another that goes to 8" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "ends at 0, before it begins at 8" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "something else than whole numbers" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "two data_offsets" },
        { """{"a":{"dtype":"F32","shape":[1e3],"data_offsets":[0,8]}}""", "something else than whole numbers" },
        { """{"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,8]}}""", "more elements than one tensor holds" },
        { """{"a":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,8]}}""", "more elements than one tensor holds" },
        { """{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", "dtype 'F8_E4M3', which has no place here" },
        { """{"a":{"dtype":3,"shape":[8],"data_offsets":[0,8]}}""", "a text for the dtype of tensor 'a'" },
        { """{"a":{"shape":[2],"data_offsets":[0,8]}}""", "needs a dtype, a shape and two data_offsets" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "has its dtype twice" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"code":"x"}}""", "unknown field 'code'" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "names 'a' twice" },
        { """{"__metadata__":{"x":"1","x":"2"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "metadata names 'x' twice" },
        { """{"__metadata__":{"x":1}}""", "a text for the metadata 'x'" },
        { """{"__metadata__":[]}""", "an object of texts" },
        { """{"a":[]}""", "an object for tensor 'a'" },
        { """{"\ud800":{}}""", "no JSON that the format allows" },
        { """{"a":{"dtype":"F32","shape":[[[[[[2]]]]]],"data_offsets":[0,8]}}""", "" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}, 1""", "no JSON that the format allows" },
        { """{"a":""", "no JSON that the format allows" },
        { "[]", "does not begin with a brace" },
        { "", "does not begin with a brace" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void Header_that_lies_is_refused(string header, string message) =>
        Refused(Arrays.SafeTensors(header, 8), message);

    [Fact]
    public void Other_hostile_files_are_refused()
    {
        Refused([1, 2, 3], "it has 3 bytes");
        Refused(Arrays.SafeTensors("{}", 0, statedLength: long.MaxValue), "its header says that it has 9223372036854775807 bytes, but only 2 follow");
        Refused(Arrays.SafeTensors("{}", 0, statedLength: -1), "18446744073709551615 bytes");
        Refused(Arrays.SafeTensors("""{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}""", 0), "but only 0 follow");
        var bad = Arrays.SafeTensors("""{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}""", 1);
        bad[^1] = 2;
        Refused(bad, "tensor 'a': element 0 of a bool array is 2");
    }

    [Fact]
    public void Header_longer_than_the_format_allows_is_refused_unread()
    {
        using (var stream = new FileStream(A, FileMode.Create))
        {
            stream.Write(BitConverter.GetBytes(100_000_001L));
            stream.SetLength(100_000_100);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Assert.Throws<FileException>(() => SafeTensors.Read(A));
        Assert.Contains("100000000 are the most that the format allows", failure.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Name_of_the_texts_is_no_name_for_a_tensor() =>
        Assert.Throws<SoftmaxException>(() => SafeTensors.Write(A, new Dictionary<string, Tensor> { ["__metadata__"] = Tensor.Of(1f) }));

    private void Refused(byte[] file, string message)
    {
        File.WriteAllBytes(A, file);
        var failure = Assert.Throws<FileException>(() => SafeTensors.Read(A));
        Assert.StartsWith($"{A} is no sound safetensors file: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}
