using System.Globalization;
using System.Text;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Numbers and tensors in the reports of checks: every digit that matters and none that does not.</summary>
internal static class TensorText
{
    /// <summary>Larger tensors are shortened.</summary>
    private const int LargestShownWhole = 120;

    /// <summary>Matrices wider than this are written one row to a line.</summary>
    private const int OneLine = 60;

    /// <summary>A number from which the same bits are read back.</summary>
    /// <param name="value">The number.</param>
    public static string Exact(double value) => value switch
    {
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "-∞",
        _ => Lower(value.ToString("R", CultureInfo.InvariantCulture)),
    };

    /// <summary>A number to nine digits.</summary>
    /// <param name="value">The number.</param>
    public static string Rounded(double value) => double.IsInfinity(value)
        ? Exact(value)
        : Lower(value.ToString("G9", CultureInfo.InvariantCulture));

    /// <summary>An error to two digits, <c>2.2e-16</c> or <c>0.5</c>; <c>0</c> for none.</summary>
    /// <param name="value">The error.</param>
    public static string Error(double value) => double.IsFinite(value) && value is not 0 and (< 0.01 or >= 100)
        ? value.ToString("0.#e0", CultureInfo.InvariantCulture)
        : double.IsInfinity(value) ? Exact(value)
        : value.ToString("G2", CultureInfo.InvariantCulture);

    /// <summary><c>prediction[0, 1]</c>; the name alone for a scalar.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="index">The place in it.</param>
    public static string Element(string name, IReadOnlyList<int> index) =>
        index.Count == 0 ? name : $"{name}[{string.Join(", ", index)}]";

    /// <summary>The place of an element counted in row-major order.</summary>
    /// <param name="shape">The tensor's shape.</param>
    /// <param name="flat">The element's number.</param>
    public static int[] IndexOf(Shape shape, int flat)
    {
        var index = new int[shape.Rank];
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
            (flat, index[axis]) = Math.DivRem(flat, shape[axis]);
        return index;
    }

    /// <summary>
    /// <c>name = [[0], [800]]  [2, 1] float64</c>, with exact numbers; wide tensors take a line for each row.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="tensor">The tensor.</param>
    public static string Named(string name, Tensor tensor)
    {
        var intro = name + " = ";
        var body = tensor.Size > LargestShownWhole
            ? tensor.ToString()
            : $"{Nested(tensor, separator: ", ")}  {tensor.Shape} {tensor.DType}";
        if (tensor.Size <= LargestShownWhole && body.Length > OneLine && tensor.Rank > 1)
            body = $"{Nested(tensor, separator: ",\n ")}  {tensor.Shape} {tensor.DType}";
        return intro + body.Replace("\n", "\n" + new string(' ', intro.Length), StringComparison.Ordinal);
    }

    /// <summary>Text with the characters of ASCII only.</summary>
    /// <param name="text">A report.</param>
    public static string Ascii(string text) => new StringBuilder(text)
        .Replace("✓", "ok")
        .Replace("✗", "FAILED")
        .Replace("•", "*")
        .Replace("∞", "inf")
        .Replace("±", "+-")
        .Replace("≤", "<=")
        .Replace("∂", "d")
        .Replace("…", "...")
        .ToString();

    private static string Lower(string number) => number.Replace('E', 'e');

    private static string Nested(Tensor tensor, string separator)
    {
        var values = tensor.ToDoubles();
        var text = new StringBuilder();
        Write(0, 0, values.Length);
        return text.ToString();

        void Write(int axis, int start, int length)
        {
            if (axis == tensor.Rank)
            {
                text.Append(Exact(values[start]));
                return;
            }

            text.Append('[');
            var part = tensor.Shape[axis] == 0 ? 0 : length / tensor.Shape[axis];
            for (var i = 0; i < tensor.Shape[axis]; i++)
            {
                if (i > 0)
                    text.Append(axis == tensor.Rank - 1 ? ", " : separator);
                Write(axis + 1, start + i * part, part);
            }

            text.Append(']');
        }
    }
}
