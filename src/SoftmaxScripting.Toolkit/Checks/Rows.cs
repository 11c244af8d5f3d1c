namespace SoftmaxScripting.Toolkit;

/// <summary>Arrays seen as rows along the last axis, and how to make rows what they should be.</summary>
internal static class Rows
{
    /// <summary>A test of one row.</summary>
    public delegate bool Test(ReadOnlySpan<double> row);

    /// <summary>Whether every row passes a test.</summary>
    public static bool All(double[] elements, int[] shape, Test test)
    {
        for (var start = 0; start < elements.Length; start += shape[^1])
        {
            if (!test(elements.AsSpan(start, shape[^1])))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Each row divided by its sum; null when a number is negative, or 0 and must not be, or a row is all 0.
    /// </summary>
    public static double[]? Normalised(double[] elements, int[] shape, bool mayBeZero)
    {
        var result = (double[])elements.Clone();
        for (var start = 0; start < result.Length; start += shape[^1])
        {
            var row = result.AsSpan(start, shape[^1]);
            var total = 0.0;
            foreach (var value in row)
            {
                if (!(value > 0 || (value == 0 && mayBeZero)))
                    return null;
                total += value;
            }

            if (total == 0)
                return null;

            // Rows that add up to 1 but for rounding stay as they are, with the digits they have.
            if (Math.Abs(total - 1) <= 1e-15)
                continue;
            foreach (ref var value in row)
                value /= total;
        }

        return result;
    }

    /// <summary>Each row 1 where it is largest, at the first of equals, and 0 elsewhere.</summary>
    public static double[] OneHot(double[] elements, int[] shape)
    {
        var result = new double[elements.Length];
        for (var start = 0; start < result.Length; start += shape[^1])
        {
            var best = start;
            for (var i = start; i < start + shape[^1]; i++)
            {
                if (elements[i] > elements[best])
                    best = i;
            }

            result[best] = 1;
        }

        return result;
    }
}
