using Xunit;

namespace SoftmaxScripting.Kernels.Tests;

public class PhiloxTests
{
    /// <summary>The known answers published with the generator: counter and key all zeros, all ones, and digits of π.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(
        0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
        0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(
        0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
        0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Blocks_match_the_published_answers(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox.Block(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void An_element_depends_on_seed_stream_and_position_only()
    {
        var random = new Random(3);
        var uniform = new float[2000];
        var uniformDouble = new double[2000];
        var normal = new float[2000];
        var normalDouble = new double[2000];
        Philox.Uniform(7, 1, 0, uniform);
        Philox.Uniform(7, 1, 0, uniformDouble);
        Philox.Normal(7, 1, 0, normal);
        Philox.Normal(7, 1, 0, normalDouble);
        for (int trial = 0; trial < 100; trial++)
        {
            int start = random.Next(1000);
            int length = random.Next(1000);
            var part = new float[length];
            Philox.Uniform(7, 1, start, part);
            Assert.Equal(uniform.AsSpan(start, length).ToArray(), part);
            Philox.Normal(7, 1, start, part);
            Assert.Equal(normal.AsSpan(start, length).ToArray(), part);
            var partDouble = new double[length];
            Philox.Uniform(7, 1, start, partDouble);
            Assert.Equal(uniformDouble.AsSpan(start, length).ToArray(), partDouble);
            Philox.Normal(7, 1, start, partDouble);
            Assert.Equal(normalDouble.AsSpan(start, length).ToArray(), partDouble);
        }

        Assert.Equal(normalDouble.Select(x => (float)x), normal);
    }

    [Fact]
    public void Numbers_are_the_words_of_the_blocks_in_order_also_across_the_middle_of_the_counter()
    {
        ulong seed = 0x0123456789abcdef;
        ulong stream = 0xfedcba9876543210;
        foreach (long firstBlock in new[] { 0L, (1L << 32) - 20 })
        {
            var numbers = new float[400];
            Philox.Uniform(seed, stream, 4 * firstBlock, numbers);
            for (int i = 0; i < numbers.Length; i += 4)
            {
                ulong block = (ulong)(firstBlock + (i / 4));
                (uint x0, uint x1, uint x2, uint x3) = Philox.Block(
                    (uint)block, (uint)(block >> 32), (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));
                float[] expected = [.. new[] { x0, x1, x2, x3 }.Select(word => (float)((word >> 8) * Math.Pow(2, -24)))];
                Assert.Equal(expected, numbers[i..(i + 4)]);
            }
        }
    }

    [Fact]
    public void Seeds_and_streams_differ_also_in_their_high_words()
    {
        var seen = new HashSet<float>();
        foreach (ulong seed in new[] { 0UL, 1UL, 1UL << 40 })
        {
            foreach (ulong stream in new[] { 0UL, 1UL, 1UL << 40 })
            {
                foreach (long start in new[] { 0L, 4L, 1L << 40 })
                {
                    var one = new float[1];
                    Philox.Uniform(seed, stream, start, one);
                    Assert.True(seen.Add(one[0]));
                }
            }
        }
    }

    [Fact]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        const int count = 200_000;
        var single = new float[count];
        var @double = new double[count];
        Philox.Uniform(11, 0, 0, single);
        Philox.Uniform(11, 0, 0, @double);
        foreach (double[] sample in new[] { single.Select(x => (double)x).ToArray(), @double })
        {
            Assert.All(sample, x => Assert.True(x is >= 0 and < 1));
            var bins = new int[50];
            foreach (double x in sample) bins[(int)(50 * x)]++;
            Assert.True(bins.Sum(n => Math.Pow(n - (count / 50.0), 2) / (count / 50.0)) < 110); // χ² of 49 degrees, p < 1e-6
        }
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        const int count = 400_000;
        var x = new double[count];
        Philox.Normal(5, 9, 3, x);
        Assert.All(x, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(0, x.Average(), 0.01);
        Assert.Equal(1, x.Average(v => v * v), 0.02);
        Assert.Equal(0, x.Average(v => v * v * v), 0.03);
        Assert.Equal(3, x.Average(v => v * v * v * v), 0.1);
        Assert.Equal(0.6827, x.Count(v => Math.Abs(v) < 1) / (double)count, 0.005);
        Assert.Equal(0, x.Zip(x.Skip(1), (a, b) => a * b).Average(), 0.01);
    }

    [Fact]
    public void Permutations_hold_every_index_once_and_every_order_equally_often()
    {
        Assert.Empty(Philox.Permutation(1, 1, 0));
        Assert.Equal([0], Philox.Permutation(1, 1, 1));
        Assert.Equal(Enumerable.Range(0, 1000), Philox.Permutation(1, 1, 1000).Order());
        Assert.Equal(Philox.Permutation(4, 2, 100), Philox.Permutation(4, 2, 100));
        Assert.NotEqual(Philox.Permutation(4, 2, 100), Philox.Permutation(4, 3, 100));

        var orders = new Dictionary<string, int>();
        const int trials = 24_000;
        for (ulong stream = 0; stream < trials; stream++)
        {
            string order = string.Join(',', Philox.Permutation(99, stream, 4));
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, orders.Count);
        Assert.True(orders.Values.Sum(n => Math.Pow(n - 1000, 2) / 1000) < 70); // χ² of 23 degrees, p < 1e-6
    }
}
