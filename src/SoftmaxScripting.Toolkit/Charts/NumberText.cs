using System.Globalization;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Numbers as a reader of a chart expects them.</summary>
internal static class NumberText
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>A tick's number, with the digits its distance to the next asks for.</summary>
    /// <param name="value">The number.</param>
    /// <param name="step">The distance between ticks.</param>
    /// <param name="largest">The largest magnitude on the axis; decides whether powers of ten are written.</param>
    public static string Tick(double value, double step, double largest)
    {
        if (value == 0)
            return "0";
        var stepExponent = Exponent(step);
        if (largest < 1e6 && stepExponent >= -4)
            return Fixed(value, Math.Max(0, -stepExponent));
        var exponent = Exponent(value);
        var mantissa = Scaled(value, exponent);
        return Fixed(mantissa, Math.Clamp(exponent - stepExponent, 0, 15)) + "×10" + Raised(exponent);
    }

    /// <summary>10ᵏ as a number where that is short.</summary>
    public static string PowerOfTen(int exponent) => exponent switch
    {
        >= 0 and <= 4 => Math.Pow(10, exponent).ToString("0", CultureInfo.InvariantCulture),
        < 0 and >= -3 => Fixed(Math.Pow(10, exponent), -exponent),
        _ => "10" + Raised(exponent),
    };

    /// <summary>A value in a sentence: four significant digits.</summary>
    public static string Short(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        if (value == 0)
            return "0";
        var exponent = Exponent(value);
        if (exponent is >= -4 and < 6)
            return Fixed(value, Math.Clamp(3 - exponent, 0, 8), trim: true);
        return Fixed(Scaled(value, exponent), 3, trim: true) + "×10" + Raised(exponent);
    }

    /// <summary>⌊log₁₀ |value|⌋, safe against the rounding of the logarithm.</summary>
    public static int Exponent(double value)
    {
        var shown = Math.Abs(value).ToString("E14", CultureInfo.InvariantCulture);
        return int.Parse(shown.AsSpan(shown.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    /// <summary>An exponent as raised digits.</summary>
    public static string Raised(int exponent) =>
        string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : Superscripts[c - '0']));

    private static double Scaled(double value, int exponent) =>
        // In two steps: 10^−exponent alone may overflow.
        value / Math.Pow(10, exponent / 2) / Math.Pow(10, exponent - exponent / 2);

    private static string Fixed(double value, int decimals, bool trim = false)
    {
        var shown = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        if (trim && shown.Contains('.', StringComparison.Ordinal))
            shown = shown.TrimEnd('0').TrimEnd('.');
        return shown.Replace('-', '−');
    }
}
