using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Reads the text of an option as a value, in the invariant culture whatever the machine's language. The one reader
/// behind <see cref="Prelude"/>'s options and behind the host's checks before a script starts.
/// </summary>
public static class OptionReader
{
    private const NumberStyles WholeStyle = NumberStyles.AllowLeadingSign;

    /// <summary>
    /// The value given for an option, of the type its kind names (a <see cref="OptionKind.Choice"/> is the choice's own
    /// spelling), or null when it was not given.
    /// </summary>
    /// <param name="option">The option as declared.</param>
    /// <param name="given">The command line.</param>
    /// <exception cref="UsageException">The text is no value of the option, or lies outside its limits.</exception>
    public static object? Find(DeclaredOption option, OptionArguments given)
    {
        ArgumentNullException.ThrowIfNull(option);
        ArgumentNullException.ThrowIfNull(given);
        for (var i = given.Options.Count - 1; i >= 0; i--)
        {
            var (name, value) = given.Options[i];
            if (name == option.Name)
                return Read(option, value);
            if (option.Kind == OptionKind.Flag && name == "no-" + option.Name)
            {
                return value is null
                    ? false
                    : throw new UsageException($"--{name} takes no value, but was given '{value}'");
            }
        }

        return null;
    }

    /// <summary>Reads one value; <paramref name="text"/> null stands for a bare <c>--name</c>.</summary>
    /// <param name="option">The option as declared.</param>
    /// <param name="text">The text typed.</param>
    /// <exception cref="UsageException">The text is no value of the option, or lies outside its limits.</exception>
    public static object Read(DeclaredOption option, string? text)
    {
        ArgumentNullException.ThrowIfNull(option);
        if (text is null && option.Kind == OptionKind.Flag)
            return true;
        if (text is null)
            throw new UsageException($"--{option.Name} needs a value: {option.Takes}");
        var value = option.Kind switch
        {
            OptionKind.Int32 => (object)(int)Whole(option, text, int.MinValue, int.MaxValue),
            OptionKind.Int64 => Whole(option, text, long.MinValue, long.MaxValue),
            OptionKind.Single => (float)Number(option, text, isSingle: true),
            OptionKind.Double => Number(option, text, isSingle: false),
            OptionKind.Flag => Flag(option, text),
            OptionKind.Choice => Choice(option, text),
            _ => text,
        };
        return IsInRange(option, value)
            ? value
            : throw new UsageException($"--{option.Name}: {text} is out of range; it must be {option.Range}");
    }

    /// <summary>Whether a value lies within the option's limits. NaN lies within none.</summary>
    /// <param name="option">The option as declared.</param>
    /// <param name="value">A value of the option's type.</param>
    public static bool IsInRange(DeclaredOption option, object value)
    {
        ArgumentNullException.ThrowIfNull(option);
        if (value is double.NaN or float.NaN)
            return option.Minimum is null && option.Maximum is null;
        return (option.Minimum is null || option.Minimum.CompareTo(value) <= 0)
            && (option.Maximum is null || option.Maximum.CompareTo(value) >= 0);
    }

    private static long Whole(DeclaredOption option, string text, long least, long most)
    {
        if (Int128.TryParse(text, WholeStyle, CultureInfo.InvariantCulture, out var whole))
        {
            return whole >= least && whole <= most
                ? (long)whole
                : throw new UsageException(
                    $"--{option.Name}: {text} does not fit; whole numbers go from {least} to {most}");
        }

        throw Refusal(option, text, "is not a whole number");
    }

    private static double Number(DeclaredOption option, string text, bool isSingle)
    {
        switch (text.ToLowerInvariant())
        {
            case "nan":
                return double.NaN;
            case "inf" or "+inf" or "infinity" or "+infinity":
                return double.PositiveInfinity;
            case "-inf" or "-infinity":
                return double.NegativeInfinity;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            throw Refusal(option, text, "is not a number");
        if (isSingle)
        {
            // Read again as float32: rounding the float64 would round twice.
            number = float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        return double.IsFinite(number)
            ? number
            : throw new UsageException(
                $"--{option.Name}: {text} is too large for {(isSingle ? "float32" : "float64")}");
    }

    private static bool Flag(DeclaredOption option, string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "1" => true,
        "false" or "no" or "off" or "0" => false,
        _ => throw Refusal(option, text, "is neither true nor false"),
    };

    private static string Choice(DeclaredOption option, string text) =>
        option.Choices.FirstOrDefault(choice => choice == text)
        ?? option.Choices.FirstOrDefault(choice => string.Equals(choice, text, StringComparison.OrdinalIgnoreCase))
        ?? throw Refusal(option, text, "is not " + option.Takes + DidYouMean.Suffix(text, option.Choices));

    private static UsageException Refusal(DeclaredOption option, string text, string problem) =>
        new($"--{option.Name}: '{text}' {problem}");
}
