using System.Globalization;

namespace SoftmaxScripting.Toolkit;

/// <summary>What values an option takes.</summary>
public enum OptionKind
{
    /// <summary>A 32-bit whole number.</summary>
    Int32,

    /// <summary>A 64-bit whole number.</summary>
    Int64,

    /// <summary>A float32 number.</summary>
    Single,

    /// <summary>A float64 number.</summary>
    Double,

    /// <summary>True or false; <c>--name</c> alone is true, <c>--no-name</c> is false.</summary>
    Flag,

    /// <summary>Any text.</summary>
    Text,

    /// <summary>One of a list of names, in any letter case.</summary>
    Choice,
}

/// <summary>An option as a script declares it by <c>Option(name, default, …)</c>.</summary>
/// <param name="Name">The name without dashes.</param>
/// <param name="Kind">What values it takes.</param>
/// <param name="DefaultText">The default as text; an expression where the script computes it.</param>
/// <param name="Help">One line for <c>--help</c>; may be empty.</param>
public sealed record DeclaredOption(string Name, OptionKind Kind, string DefaultText, string Help = "")
{
    /// <summary>The names a <see cref="OptionKind.Choice"/> can take.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The smallest value allowed, of the kind's own type; null for no limit.</summary>
    public IComparable? Minimum { get; init; }

    /// <summary>The largest value allowed, of the kind's own type; null for no limit.</summary>
    public IComparable? Maximum { get; init; }

    /// <summary>What the option takes, in words: <c>a whole number (1 or more)</c>.</summary>
    public string Takes => Kind switch
    {
        OptionKind.Int32 or OptionKind.Int64 => "a whole number" + RangeSuffix,
        OptionKind.Single or OptionKind.Double => "a number" + RangeSuffix,
        OptionKind.Flag => "true or false",
        OptionKind.Choice => "one of " + string.Join(", ", Choices),
        _ => "a text",
    };

    /// <summary>
    /// The option as it is typed: <c>--epochs N</c>, <c>--[no-]shuffle</c>, <c>--loss huber|squared</c>.
    /// </summary>
    public string Usage => Kind switch
    {
        OptionKind.Int32 or OptionKind.Int64 => $"--{Name} N",
        OptionKind.Single or OptionKind.Double => $"--{Name} X",
        OptionKind.Flag => $"--[no-]{Name}",
        OptionKind.Choice => $"--{Name} {string.Join('|', Choices)}",
        _ => $"--{Name} TEXT",
    };

    /// <summary>
    /// The limits in words, <c>from 1 to 10</c>, <c>1 or more</c>, <c>10 or less</c>; empty without limits.
    /// </summary>
    public string Range => (Minimum, Maximum) switch
    {
        ({ } least, { } most) => $"from {Text(least)} to {Text(most)}",
        ({ } least, null) => $"{Text(least)} or more",
        (null, { } most) => $"{Text(most)} or less",
        _ => "",
    };

    private string RangeSuffix => Range.Length == 0 ? "" : $" ({Range})";

    /// <summary>
    /// A value of an option as it would be typed: invariant culture, <c>true</c> and <c>false</c> in small letters.
    /// </summary>
    /// <param name="value">The value.</param>
    public static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IFormattable formattable and not Enum => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}
