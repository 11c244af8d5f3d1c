using System.Numerics;
using Xunit;

namespace SoftmaxScripting.Kernels.Tests;

public class FunctionTests
{
    private const double SingleBound = 2;

    /// <summary>The bounds of an exponential and a logarithm, and the rounding of their sum, met in one place.</summary>
    private const double SumOfRoundings = 4;

    /// <summary>Of which the reference itself may take one.</summary>
    private const double DoubleBound = 5;

    public static TheoryData<string> UnaryNames => [.. typeof(UnaryFunctions).GetProperties().Select(p => p.Name)];

    public static TheoryData<string> BinaryNames => [.. typeof(BinaryFunctions).GetProperties().Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(UnaryNames))]
    public void Unary_functions_hold_their_bounds_over_all_magnitudes(string name)
    {
        CheckUnary(name, Unary(name).Single, SingleBound, 40_000);
        CheckUnary(name, Unary(name).Double, DoubleBound, name == "Erf" ? 3_000 : 40_000);
    }

    [Theory]
    [MemberData(nameof(BinaryNames))]
    public void Binary_functions_hold_their_bounds_over_all_magnitudes(string name)
    {
        CheckBinary(name, Binary(name).Single, name == "LogAddExp" ? SumOfRoundings : SingleBound);
        CheckBinary(name, Binary(name).Double, DoubleBound);
    }

    [Theory]
    [MemberData(nameof(UnaryNames))]
    public void Unary_functions_touch_exactly_their_span_at_every_length_also_in_place(string name)
    {
        LengthsOfUnary(Unary(name).Single);
        LengthsOfUnary(Unary(name).Double);
    }

    [Theory]
    [MemberData(nameof(BinaryNames))]
    public void Binary_functions_touch_exactly_their_span_at_every_length_also_in_place(string name)
    {
        LengthsOfBinary(Binary(name).Single);
        LengthsOfBinary(Binary(name).Double);
    }

    [Theory]
    [InlineData("Expm1")]
    [InlineData("Log1p")]
    [InlineData("Tanh")]
    [InlineData("Sin")]
    [InlineData("Erf")]
    [InlineData("Sqrt")]
    [InlineData("Floor")]
    public void Odd_functions_keep_the_sign_of_zero_and_tiny_arguments(string name)
    {
        UnaryFunction function = Unary(name);
        float[] x = [-0f, 0f];
        function.Single(x, x);
        Assert.True(float.IsNegative(x[0]) && x[0] == 0);
        Assert.True(!float.IsNegative(x[1]) && x[1] == 0);
        double[] y = [-0.0, 0.0];
        function.Double(y, y);
        Assert.True(double.IsNegative(y[0]) && y[0] == 0);
        Assert.True(!double.IsNegative(y[1]) && y[1] == 0);
    }

    [Fact]
    public void Abs_sign_and_relu_make_positive_zeros()
    {
        foreach (UnaryFunction function in new[] { UnaryFunctions.Abs, UnaryFunctions.Sign })
        {
            float[] x = [-0f];
            function.Single(x, x);
            Assert.Equal(0, BitConverter.SingleToInt32Bits(x[0]));
        }
    }

    [Fact]
    public void Different_lengths_are_refused_with_both_lengths_named()
    {
        var error = Assert.Throws<ArgumentException>(() => UnaryFunctions.Exp.Single(new float[3], new float[4]));
        Assert.Contains("3", error.Message, StringComparison.Ordinal);
        Assert.Contains("4", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BinaryFunctions.Add.Double(new double[4], new double[3], new double[4]));
    }

    [Fact]
    public void Select_takes_the_first_where_the_condition_is_not_zero()
    {
        Select<float>();
        Select<double>();
    }

    private static void Select<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(5);
        for (int length = 0; length < 68; length++)
        {
            T[] condition = Samples.Numbers<T>(random, length);
            for (int i = 0; i < length; i += 3) condition[i] = i % 2 == 0 ? T.Zero : T.NegativeZero;
            T[] yes = Samples.Numbers<T>(random, length);
            T[] no = Samples.Numbers<T>(random, length);
            var result = new T[length];
            Elementwise.Select<T>(condition, yes, no, result);
            for (int i = 0; i < length; i++) Assert.Equal(condition[i] == T.Zero ? no[i] : yes[i], result[i]);
            Elementwise.Select<T>(condition, yes, no, yes);
            Assert.Equal(result, yes);
        }
    }

    private static UnaryFunction Unary(string name) =>
        (UnaryFunction)typeof(UnaryFunctions).GetProperty(name)!.GetValue(null)!;

    private static BinaryFunction Binary(string name) =>
        (BinaryFunction)typeof(BinaryFunctions).GetProperty(name)!.GetValue(null)!;

    private static void CheckUnary<T>(string name, UnaryKernel<T> kernel, double bound, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int seed = Random.Shared.Next();
        T[] x = Samples.Numbers<T>(new Random(seed), count);
        var result = new T[count];
        kernel(x, result);
        for (int i = 0; i < count; i++)
        {
            double truth = Reference.Unary[name](double.CreateTruncating(x[i]));
            double distance = Ulp.Distance(result[i], truth);
            Assert.True(distance <= bound, $"{name}({x[i]:R}) = {result[i]:R}, truth {truth:R}: {distance} ulp; seed {seed}");
        }
    }

    private static void CheckBinary<T>(string name, BinaryKernel<T> kernel, double bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int count = 40_000;
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        T[] x = Samples.Numbers<T>(random, count);
        T[] y = Samples.Numbers<T>(random, count);
        for (int i = 0; i < count; i += 5) y[i] = x[i];

        // Whole vectors of ordinary numbers too, since a single special may send its vector down another path.
        for (int i = count / 2; i < count; i++)
            (x[i], y[i]) = (T.CreateTruncating(random.NextDouble() * 30), T.CreateTruncating((random.NextDouble() - 0.5) * 40));
        for (int i = 3 * count / 4; i < count; i++) (x[i], y[i]) = (-x[i], T.Round(y[i]));
        var result = new T[count];
        kernel(x, y, result);
        for (int i = 0; i < count; i++)
        {
            double truth = Reference.Binary[name](double.CreateTruncating(x[i]), double.CreateTruncating(y[i]));
            double distance = Ulp.Distance(result[i], truth);

            // A sum of numbers that cancel keeps the last place of its terms, not of the small result.
            if (distance > bound && name == "LogAddExp")
            {
                double larger = double.CreateTruncating(T.Max(x[i], y[i]));
                double terms = Math.Max(double.CreateTruncating(T.Abs(T.MaxMagnitude(x[i], y[i]))), truth - larger);
                distance = Ulp.Distance(result[i], truth, terms);
            }

            Assert.True(
                distance <= bound, $"{name}({x[i]:R}, {y[i]:R}) = {result[i]:R}, truth {truth:R}: {distance} ulp; seed {seed}");
        }
    }

    /// <summary>Elements do not depend on where in which span they stand, and nothing outside the span is written.</summary>
    private static void LengthsOfUnary<T>(UnaryKernel<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int guard = 5;
        var random = new Random(17);
        T[] numbers = Samples.Numbers<T>(random, 67);
        var expected = new T[67];
        for (int i = 0; i < 67; i++) kernel(numbers.AsSpan(i, 1), expected.AsSpan(i, 1));
        for (int length = 0; length < 68; length++)
        {
            var result = new T[length + (2 * guard)];
            kernel(numbers.AsSpan(0, length), result.AsSpan(guard, length));
            Assert.Equal(expected[..length], result[guard..^guard]);
            Assert.All(result[..guard].Concat(result[^guard..]), value => Assert.Equal(T.Zero, value));
            T[] inPlace = numbers[..length];
            kernel(inPlace, inPlace);
            Assert.Equal(expected[..length], inPlace);
        }
    }

    private static void LengthsOfBinary<T>(BinaryKernel<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int guard = 5;
        var random = new Random(18);
        T[] x = Samples.Numbers<T>(random, 67);
        T[] y = Samples.Numbers<T>(random, 67);
        var expected = new T[67];
        for (int i = 0; i < 67; i++) kernel(x.AsSpan(i, 1), y.AsSpan(i, 1), expected.AsSpan(i, 1));
        for (int length = 0; length < 68; length++)
        {
            var result = new T[length + (2 * guard)];
            kernel(x.AsSpan(0, length), y.AsSpan(0, length), result.AsSpan(guard, length));
            Close(expected[..length], result[guard..^guard]);
            Assert.All(result[..guard].Concat(result[^guard..]), value => Assert.Equal(T.Zero, value));
            T[] left = x[..length];
            kernel(left, y.AsSpan(0, length), left);
            Close(expected[..length], left);
            T[] right = y[..length];
            kernel(x.AsSpan(0, length), right, right);
            Close(expected[..length], right);
        }
    }

    /// <summary>A power may take another path when a special stands in the same vector, within its bound.</summary>
    private static void Close<T>(T[] expected, T[] actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Ulp.Distance(actual[i], double.CreateTruncating(expected[i])) <= 1);
    }
}
