using System.Numerics;

namespace SoftmaxScripting.Kernels.Tests;

/// <summary>Random numbers to test with; every test prints the seed it used when it fails.</summary>
internal static class Samples
{
    public static readonly double[] Specials =
    [
        0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1, -1, 0.5, -0.5, 2, -2, 3, -3,
        float.Epsilon, -float.Epsilon, 1e-40, -1e-40, 1.17549435e-38, -1.17549435e-38, 1e-30, -1e-30, 1e-8, -1e-8,
        float.MaxValue, float.MinValue, 88.72, 88.73, -87.3, -87.4, -103.9, -104.1, 709.7, 709.8, -745, -746, 1e10, -1e10,
        double.Epsilon, -double.Epsilon, 1e-310, double.MaxValue, double.MinValue, 0.69314718, -0.69314718, 0.55, -0.55,
        Math.PI, Math.PI / 2, 65536, 65535.5, 1e22, -1e22, 0.99999994, -0.99999994, 1.0000001,
    ];

    public static T Number<T>(Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (random.Next(8))
        {
            case 0:
                return typeof(T) == typeof(float)
                    ? T.CreateTruncating(BitConverter.Int32BitsToSingle((int)random.NextInt64()))
                    : T.CreateTruncating(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)));
            case 1:
                return T.CreateTruncating(Specials[random.Next(Specials.Length)]);
            case 2:
                return T.CreateTruncating(Math.Pow(2, (random.NextDouble() * 60) - 40) * (random.Next(2) == 0 ? 1 : -1));
            case 3:
                return T.CreateTruncating((random.NextDouble() * 240) - 120);
            case 4:
                return T.CreateTruncating(random.Next(-5, 6));
            case 5:
                return T.CreateTruncating(1 + ((random.NextDouble() - 0.5) * 0.01));
            default:
                return T.CreateTruncating((random.NextDouble() * 8) - 4);
        }
    }

    public static T[] Numbers<T>(Random random, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new T[length];
        for (int i = 0; i < length; i++) numbers[i] = Number<T>(random);
        return numbers;
    }

    /// <summary>Ordinary numbers in [−1, 1).</summary>
    public static T[] Ordinary<T>(Random random, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new T[length];
        for (int i = 0; i < length; i++) numbers[i] = T.CreateTruncating((2 * random.NextDouble()) - 1);
        return numbers;
    }
}
