namespace SoftmaxScripting.Toolkit;

/// <summary>Symmetric matrices in row-major arrays.</summary>
internal static class SymmetricMatrix
{
    /// <summary>A·Aᵀ + d·1.</summary>
    /// <param name="a">A, [n, n].</param>
    /// <param name="n">n.</param>
    /// <param name="diagonal">d.</param>
    public static double[] Square(double[] a, int n, double diagonal)
    {
        var product = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = i == j ? diagonal : 0;
                for (var k = 0; k < n; k++)
                    sum += a[i * n + k] * a[j * n + k];
                product[i * n + j] = sum;
            }
        }

        return product;
    }

    /// <summary>The upper half copied to the lower; null when the matrix is then not positive definite.</summary>
    /// <param name="elements">The matrix, [n, n].</param>
    /// <param name="n">n.</param>
    public static double[]? Repaired(double[] elements, int n)
    {
        var matrix = (double[])elements.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                matrix[i * n + j] = matrix[j * n + i];
        }

        return IsPositiveDefinite(matrix, n) ? matrix : null;
    }

    /// <summary>Whether Cholesky's decomposition L·Lᵀ exists.</summary>
    private static bool IsPositiveDefinite(double[] matrix, int n)
    {
        var lower = new double[n * n];
        for (var j = 0; j < n; j++)
        {
            for (var i = j; i < n; i++)
            {
                var sum = matrix[i * n + j];
                for (var k = 0; k < j; k++)
                    sum -= lower[i * n + k] * lower[j * n + k];
                if (i == j && !(sum > 1e-12))
                    return false;
                lower[i * n + j] = i == j ? Math.Sqrt(sum) : sum / lower[j * n + j];
            }
        }

        return true;
    }
}
