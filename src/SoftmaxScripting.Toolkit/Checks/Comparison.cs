using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Compares tensors element by element and finds the element that fares worst.</summary>
internal static class Comparison
{
    /// <summary>
    /// |a − b| ≤ tolerance · max(|a|, |b|, scale) everywhere; a NaN is near nothing, an infinity near itself.
    /// </summary>
    public static Claim Near(Tensor a, Tensor b, double tolerance, double scale, string label) => Compare(
        a,
        b,
        tolerance,
        label,
        "against",
        (x, y) => x == y ? 0 : Math.Abs(x - y) / Math.Max(scale, Math.Max(Math.Abs(x), Math.Abs(y))));

    /// <summary>
    /// At most so many steps between neighbouring numbers of the coarser dtype of the two lie between a and b.
    /// </summary>
    public static Claim NearUlps(Tensor a, Tensor b, double ulps, string label)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var isSingle = IsSingle(a) || IsSingle(b);
        var claim = Compare(a, b, ulps, label, "against", (x, y) => double.IsNaN(x) || double.IsNaN(y)
            ? double.NaN
            : isSingle ? Math.Abs(Ordinal((float)x) - Ordinal((float)y))
            : (double)Int128.Abs((Int128)Ordinal(x) - Ordinal(y)));
        return claim with { Unit = "ulp" };
    }

    /// <summary>|a| ≤ tolerance everywhere.</summary>
    public static Claim NearZero(Tensor a, double tolerance, string label) =>
        Compare(a, Tensor.Of(0.0), tolerance, label, "against", (x, _) => Math.Abs(x));

    /// <summary>a − b ≤ slack · max(|a|, |b|, 1) everywhere; a NaN is at most nothing.</summary>
    public static Claim AtMost(Tensor a, Tensor b, double slack, string label) => Compare(
        a,
        b,
        slack,
        label,
        "above",
        (x, y) => x <= y ? 0 : (x - y) / Math.Max(1, Math.Max(Math.Abs(x), Math.Abs(y))));

    /// <summary>Every element of a condition, such as p &lt;= 1, is not 0.</summary>
    public static Claim Everywhere(Tensor condition, string label)
    {
        var failing = Array.FindIndex(condition.ToDoubles(), value => value == 0 || double.IsNaN(value));
        return new Claim
        {
            Holds = failing < 0,
            Label = label,
            Detail = failing < 0 ? "holds everywhere" : $"{Place(condition.Shape, failing)}does not hold",
        };
    }

    private static Claim Compare(
        Tensor a, Tensor b, double tolerance, string label, string relation, Func<double, double, double> errorOf)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Size != 1 && b.Size != 1 && !a.Shape.Equals(b.Shape))
        {
            return new Claim { Holds = false, Label = label, Detail = $"shapes {a.Shape} and {b.Shape} differ" };
        }

        var (left, right) = (Values(a), Values(b));
        var count = left.Length == 1 ? right.Length : left.Length;
        var (worst, worstError) = (-1, -1.0);
        for (var i = 0; i < count; i++)
        {
            var distance = errorOf(At(left, i), At(right, i));
            if (double.IsNaN(distance))
                distance = double.PositiveInfinity;
            if (distance > worstError)
                (worst, worstError) = (i, distance);
        }

        if (worst < 0)
            return new Claim { Holds = true, Label = label, Detail = "there are no elements", Error = 0 };
        var shape = a.Size == 1 ? b.Shape : a.Shape;
        var (x, y) = (At(left, worst), At(right, worst));
        var error = double.IsNaN(x) || double.IsNaN(y) ? double.NaN : worstError;
        return new Claim
        {
            Holds = worstError <= tolerance,
            Label = label,
            Detail = $"{Place(shape, worst)}{TensorText.Exact(x)} {relation} {TensorText.Exact(y)}"
                + $"   (error {TensorText.Error(error)}, allowed {TensorText.Error(tolerance)})",
            Error = error,
        };
    }

    /// <summary>The place of a number among all numbers in order; both zeros have place 0.</summary>
    private static long Ordinal(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        return bits >= 0 ? bits : long.MinValue - bits;
    }

    private static double Ordinal(float x)
    {
        var bits = BitConverter.SingleToInt32Bits(x);
        return bits >= 0 ? bits : (double)int.MinValue - bits;
    }

    private static bool IsSingle(Tensor tensor) =>
        tensor.DType.Equals(DType.Float32) && tensor.Expr.Op is not Op.Constant;

    /// <summary>The elements. A number literal has no dtype of its own yet: it counts in full.</summary>
    private static double[] Values(Tensor tensor) =>
        tensor.Expr.Op is Op.Constant literal && tensor.Size == 1 ? [literal.value] : tensor.ToDoubles();

    private static double At(double[] values, int i) => values.Length == 1 ? values[0] : values[i];

    private static string Place(Shape shape, int flat) =>
        shape.Size == 1 ? "" : $"at [{string.Join(", ", TensorText.IndexOf(shape, flat))}]: ";
}
