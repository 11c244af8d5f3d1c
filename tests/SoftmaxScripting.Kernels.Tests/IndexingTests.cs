using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace SoftmaxScripting.Kernels.Tests;

public class IndexingTests
{
    [Fact]
    public void Gathered_rows_are_the_rows_named()
    {
        var random = new Random(1);
        foreach (int rowLength in new[] { 0, 1, 3, 16, 100 })
        {
            float[] source = Samples.Ordinary<float>(random, 20 * rowLength);
            int[] index = [.. Enumerable.Range(0, 33).Select(_ => random.Next(20))];
            var result = new float[index.Length * rowLength];
            Indexing.GatherRows(
                MemoryMarshal.AsBytes<float>(source), 4 * rowLength, index, MemoryMarshal.AsBytes(result.AsSpan()));
            for (int i = 0; i < index.Length; i++)
                Assert.Equal(source.AsSpan(index[i] * rowLength, rowLength), result.AsSpan(i * rowLength, rowLength));
        }
    }

    [Fact]
    public void Scattered_rows_add_up_also_where_an_index_repeats()
    {
        Scatter<float>();
        Scatter<double>();
    }

    [Fact]
    public void The_first_index_out_of_range_is_found()
    {
        var random = new Random(3);
        for (int length = 0; length < 100; length++)
        {
            int[] index = [.. Enumerable.Range(0, length).Select(_ => random.Next(10))];
            Assert.Equal(-1, Indexing.FirstOutOfRange(index, 10));
            if (length == 0) continue;
            int late = random.Next(length);
            int early = random.Next(late + 1);
            index[late] = int.MaxValue;
            index[early] = random.Next(2) == 0 ? -1 : 10;
            Assert.Equal(early, Indexing.FirstOutOfRange(index, 10));
            Assert.Equal(0, Indexing.FirstOutOfRange(index, 0));
        }
    }

    [Fact]
    public void Rows_that_do_not_exist_or_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Indexing.GatherRows(new byte[8], 4, [2], new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Indexing.GatherRows(new byte[8], 4, [-1], new byte[4]));
        Assert.Throws<ArgumentException>(() => Indexing.GatherRows(new byte[8], 4, [0, 1], new byte[4]));
        Assert.Throws<ArgumentException>(() => Indexing.ScatterAddRows<float>(new float[5], 2, [0, 1], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Indexing.ScatterAddRows<float>(new float[4], 2, [0, 2], new float[4]));
    }

    private static void Scatter<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(2);
        foreach (int rowLength in new[] { 1, 3, 10, 16, 33 })
        {
            int[] index = [.. Enumerable.Range(0, 40).Select(_ => random.Next(7))];
            T[] rows = Samples.Ordinary<T>(random, index.Length * rowLength);
            T[] result = Samples.Ordinary<T>(random, 7 * rowLength);
            T[] expected = [.. result];
            for (int i = 0; i < rows.Length; i++) expected[(index[i / rowLength] * rowLength) + (i % rowLength)] += rows[i];
            Indexing.ScatterAddRows<T>(rows, rowLength, index, result);
            Assert.Equal(expected, result);
        }
    }
}
