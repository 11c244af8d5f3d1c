using System.Numerics;
using Xunit;

namespace SoftmaxScripting.Kernels.Tests;

[Collection(ThreadCount.Name)]
public sealed class GemmTests : IDisposable
{
    private readonly int _threads = ThreadTeam.Threads;

    public void Dispose() => ThreadTeam.Threads = _threads;

    [Fact]
    public void Products_match_the_definition_for_random_sizes_transpositions_and_strides()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int trial = 0; trial < 250; trial++)
        {
            (int m, int n, int k) = (Size(random), Size(random), Size(random));
            string label = $"trial {trial}, seed {seed}";
            Check<float>(random, m, n, k, label);
            Check<double>(random, m, n, k, label);
        }
    }

    [Theory]
    [InlineData(70, 10, 784)]
    [InlineData(600, 10, 40)]
    [InlineData(10, 600, 40)]
    [InlineData(130, 70, 300)]
    [InlineData(13, 33, 1500)]
    [InlineData(1, 300, 513)]
    [InlineData(300, 1, 513)]
    [InlineData(3, 2100, 7)]
    public void Products_match_the_definition_for_sizes_that_cross_the_blocks(int m, int n, int k)
    {
        var random = new Random(m + n + k);
        for (int trial = 0; trial < 4; trial++)
        {
            Check<float>(random, m, n, k, $"trial {trial}");
            Check<double>(random, m, n, k, $"trial {trial}");
        }
    }

    [Fact]
    public void A_prepared_factor_gives_the_same_bits_however_the_rows_are_cut()
    {
        Prepared<float>();
        Prepared<double>();
    }

    [Fact]
    public void A_product_can_be_added_to_what_is_there()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int trial = 0; trial < 100; trial++)
        {
            (int m, int n, int k) = (Size(random), Size(random), Size(random));
            (bool transposeA, bool transposeB) = (random.Next(2) == 0, random.Next(2) == 0);
            double[] a = Samples.Ordinary<double>(random, m * k);
            double[] b = Samples.Ordinary<double>(random, k * n);
            double[] before = Samples.Ordinary<double>(random, m * n);
            var product = new double[m * n];
            double[] sum = [.. before];
            (int lda, int ldb) = (Math.Max(1, transposeA ? m : k), Math.Max(1, transposeB ? k : n));
            Gemm.Multiply<double>(m, n, k, a, lda, transposeA, b, ldb, transposeB, product, Math.Max(1, n));
            Gemm.Multiply<double>(m, n, k, a, lda, transposeA, b, ldb, transposeB, sum, Math.Max(1, n), add: true);
            for (int i = 0; i < sum.Length; i++)
                Assert.True(Math.Abs(before[i] + product[i] - sum[i]) <= 1e-12 * (1 + k), $"{m}×{k}·{k}×{n}, seed {seed}");
        }
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        var random = new Random(8);
        foreach ((int m, int n, int k) in new[] { (200, 300, 270), (256, 10, 300), (1100, 10, 64), (10, 1300, 64), (5, 700, 300) })
        {
            foreach (bool transposeA in new[] { false, true })
            {
                foreach (bool transposeB in new[] { false, true })
                {
                    float[] a = Samples.Ordinary<float>(random, m * k);
                    float[] b = Samples.Ordinary<float>(random, k * n);
                    float[]? first = null;
                    foreach (int threads in new[] { 1, 2, 3, 8 })
                    {
                        ThreadTeam.Threads = threads;
                        var c = new float[m * n];
                        Gemm.Multiply<float>(
                            m, n, k, a, transposeA ? m : k, transposeA, b, transposeB ? k : n, transposeB, c, n);
                        first ??= c;
                        Assert.Equal(first, c);
                    }
                }
            }
        }
    }

    [Fact]
    public void Infinities_and_NaN_spread_only_where_the_definition_says()
    {
        // A padded or neighbouring lane must not turn 0 · ∞ into NaN elsewhere.
        var random = new Random(9);
        foreach ((int m, int n, int k) in new[] { (30, 10, 70), (30, 40, 37), (40, 5, 3) })
        {
            foreach (bool transposeA in new[] { false, true })
            {
                float[] a = Samples.Ordinary<float>(random, m * k);
                float[] b = Samples.Ordinary<float>(random, k * n);
                int lda = transposeA ? m : k;
                int position = transposeA ? ((k - 1) * lda) + 4 : (4 * lda) + k - 1; // A[4, k − 1]
                a[position] = float.PositiveInfinity;
                var c = new float[m * n];
                Gemm.Multiply<float>(m, n, k, a, lda, transposeA, b, n, false, c, n);
                for (int i = 0; i < m; i++)
                    for (int j = 0; j < n; j++) Assert.Equal(i != 4, float.IsFinite(c[(i * n) + j]));
                Assert.DoesNotContain(c, float.IsNaN);
            }
        }
    }

    [Fact]
    public void Empty_sizes_give_zeros_or_nothing()
    {
        float[] c = [1, 2, 3, 4, 5, 6, 7, 8];
        Gemm.Multiply<float>(2, 3, 0, [], 1, false, [], 3, false, c, 4);
        Assert.Equal([0, 0, 0, 4, 0, 0, 0, 8], c);
        Gemm.Multiply<float>(0, 3, 2, [], 2, false, new float[6], 3, false, [], 3);
        Gemm.Multiply<float>(3, 0, 2, new float[6], 2, false, [], 1, false, [], 1);
    }

    [Fact]
    public void Matrices_that_do_not_fit_their_spans_are_refused()
    {
        var six = new float[6];
        Assert.Throws<ArgumentException>(() => Gemm.Multiply<float>(2, 2, 3, new float[5], 3, false, six, 2, false, six, 2));
        Assert.Throws<ArgumentException>(() => Gemm.Multiply<float>(2, 2, 3, six, 3, false, six, 2, false, new float[3], 2));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Gemm.Multiply<float>(2, 2, 3, six, 2, false, six, 2, false, six, 2));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Gemm.Multiply<float>(-1, 2, 3, six, 3, false, six, 2, false, six, 2));
    }

    [Fact]
    public void Products_allocate_no_memory_that_grows_with_the_data()
    {
        ThreadTeam.Threads = 1;
        float[] a = new float[300 * 300];
        float[] b = new float[300 * 300];
        float[] c = new float[300 * 300];
        Gemm.Multiply<float>(300, 300, 300, a, 300, false, b, 300, false, c, 300);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Gemm.Multiply<float>(300, 300, 300, a, 300, false, b, 300, false, c, 300);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000);
    }

    private static int Size(Random random) => random.Next(4) switch
    {
        0 => random.Next(0, 4),
        1 => random.Next(1, 20),
        2 => random.Next(1, 60),
        _ => random.Next(30, 130),
    };

    private static void Check<T>(Random random, int m, int n, int k, string label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool transposeA = random.Next(2) == 0;
        bool transposeB = random.Next(2) == 0;
        int lda = (transposeA ? m : k) + random.Next(3);
        int ldb = (transposeB ? k : n) + random.Next(3);
        int ldc = n + random.Next(3);

        // Spans end with the last element of the matrix: reading past it would show as a fault or as foreign numbers.
        T[] a = Samples.Ordinary<T>(random, Extent(transposeA ? k : m, transposeA ? m : k, lda));
        T[] b = Samples.Ordinary<T>(random, Extent(transposeB ? n : k, transposeB ? k : n, ldb));
        T[] c = Samples.Ordinary<T>(random, Extent(m, n, ldc));
        T[] before = [.. c];
        Gemm.Multiply<T>(m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc);
        double epsilon = typeof(T) == typeof(float) ? 1.2e-7 : 2.3e-16;
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < ldc && (i * ldc) + j < c.Length; j++)
            {
                T actual = c[(i * ldc) + j];
                if (j >= n)
                {
                    Assert.Equal(before[(i * ldc) + j], actual);
                    continue;
                }

                double sum = 0;
                double size = 0;
                for (int x = 0; x < k; x++)
                {
                    double product = double.CreateTruncating(a[transposeA ? (x * lda) + i : (i * lda) + x])
                        * double.CreateTruncating(b[transposeB ? (j * ldb) + x : (x * ldb) + j]);
                    sum += product;
                    size += Math.Abs(product);
                }

                Assert.True(
                    Math.Abs(double.CreateTruncating(actual) - sum) <= epsilon * size * (k + 2),
                    $"{typeof(T).Name} [{m}, {k}]{(transposeA ? "ᵀ" : "")} × [{k}, {n}]{(transposeB ? "ᵀ" : "")}, element {i}, {j}: "
                    + $"{actual}, expected {sum}; {label}");
            }
        }
    }

    private static int Extent(int rows, int columns, int stride) =>
        rows == 0 || columns == 0 ? 0 : ((rows - 1) * stride) + columns;

    private static void Prepared<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int trial = 0; trial < 120; trial++)
        {
            (int m, int n, int k) = (Size(random), trial % 10 == 0 ? 2100 : Size(random), trial % 7 == 0 ? 1100 : Size(random));
            bool transposeB = random.Next(2) == 0;
            int ldb = Math.Max(1, transposeB ? k : n);
            T[] a = Samples.Ordinary<T>(random, m * k);
            T[] b = Samples.Ordinary<T>(random, k * n);
            var whole = new T[m * n];
            var cut = new T[m * n];
            Gemm.Multiply<T>(m, n, k, a, Math.Max(1, k), false, b, ldb, transposeB, whole, Math.Max(1, n));
            var prepared = new T[Gemm.PreparedLength<T>(n, k)];
            Gemm.Prepare<T>(n, k, b, ldb, transposeB, prepared);
            for (int first = 0; first < m;)
            {
                int rows = Math.Min(m - first, 1 + random.Next(20));
                Gemm.MultiplyPrepared<T>(
                    rows, n, k, a.AsSpan(first * k), Math.Max(1, k), prepared, cut.AsSpan(first * n), Math.Max(1, n));
                first += rows;
            }

            for (int i = 0; i < cut.Length; i++)
            {
                double difference = Math.Abs(double.CreateTruncating(whole[i] - cut[i]));
                Assert.True(difference <= 1e-5 * (1 + k), $"{m}×{k}·{k}×{n}, seed {seed}, element {i}: {whole[i]} and {cut[i]}");
            }

            Gemm.MultiplyPrepared<T>(m, n, k, a, Math.Max(1, k), prepared, whole, Math.Max(1, n));
            Assert.Equal(whole, cut);
        }

        Assert.Throws<ArgumentException>(() => Gemm.Prepare<T>(10, 100, new T[1000], 10, false, new T[3]));
        Assert.Throws<ArgumentException>(() => Gemm.MultiplyPrepared<T>(2, 10, 100, new T[200], 100, new T[3], new T[20], 10));
    }
}
