using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Which numbers are simpler than others: 0, then 1, then −1, then those of few digits and moderate size, then
/// infinities, then NaN.
/// </summary>
internal static class NumberShrinker
{
    private const int NotANumber = 100_000;
    private const int Infinite = 50_000;

    /// <summary>How complicated a number is. Only finitely many numbers are simpler than a given one.</summary>
    /// <param name="value">The number.</param>
    public static int Complexity(double value)
    {
        if (double.IsNaN(value))
            return NotANumber;
        if (double.IsInfinity(value))
            return Infinite + (value < 0 ? 1 : 0);
        if (value == 0)
            return double.IsNegative(value) ? 1 : 0;
        if (Math.Abs(value) == 1)
            return value < 0 ? 3 : 2;

        Span<char> text = stackalloc char[32];
        Math.Abs(value).TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        text = text[..length];
        var mark = text.IndexOf('E');
        var mantissa = (mark < 0 ? text : text[..mark]).Trim("0.");
        var digits = mantissa.Length - (mantissa.Contains('.') ? 1 : 0);
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return 100 * digits + 12 * Math.Abs(exponent) + (mantissa[0] - '0') + (value < 0 ? 10 : 0);
    }

    /// <summary>Arrays with simpler numbers: all of them, then halves of them, then one after another.</summary>
    /// <param name="values">The numbers.</param>
    public static IEnumerable<double[]> Candidates(double[] values)
    {
        for (var length = values.Length; length > 1; length /= 2)
        {
            for (var start = 0; start + length <= values.Length; start += length)
            {
                yield return With(values, start, length, _ => 0);
                yield return With(values, start, length, _ => 1);
                yield return With(values, start, length, RoundedToOneDigit);
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            foreach (var simpler in Simpler(values[i]))
                yield return With(values, i, 1, _ => simpler);
        }
    }

    /// <summary>Simpler numbers than one, the simplest first.</summary>
    /// <param name="value">The number.</param>
    public static IEnumerable<double> Simpler(double value)
    {
        var complexity = Complexity(value);
        return Proposals(value).Where(proposal => Complexity(proposal) < complexity);
    }

    private static IEnumerable<double> Proposals(double value)
    {
        yield return 0;
        yield return 1;
        yield return -1;
        if (!double.IsFinite(value))
        {
            yield return Math.CopySign(1000, value);
            yield break;
        }

        yield return 0.5;
        yield return -0.5;
        yield return Math.Abs(value);
        yield return Math.Truncate(value);
        yield return Digits(value, 1);
        yield return Digits(value, 2);
        yield return Digits(value, 3);
        yield return Digits(value / 10, 1);
        yield return Digits(value / 2, 1);

        // One less in the first digit: 8000, 7000, …, 1000, 900.
        var digit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))));
        var less = Math.Abs(value) - (Math.Abs(value) <= digit ? digit / 10 : digit);
        yield return Digits(Math.CopySign(less, value), 1);
    }

    private static double RoundedToOneDigit(double value) => double.IsFinite(value) ? Digits(value, 1) : value;

    private static double Digits(double value, int digits) => double.Parse(
        value.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        CultureInfo.InvariantCulture);

    private static double[] With(double[] values, int start, int length, Func<double, double> change)
    {
        var changed = (double[])values.Clone();
        for (var i = start; i < start + length; i++)
            changed[i] = change(changed[i]);
        return changed;
    }
}
