namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>What the numbers along an axis are.</summary>
public enum AxisKind
{
    /// <summary>Real numbers; ticks at 1, 2, 5 times a power of ten.</summary>
    Linear,

    /// <summary>Positive numbers by their logarithm; ticks at powers of ten. Others are left out, with a note.</summary>
    Log,

    /// <summary>Whole numbers: no tick lies between them.</summary>
    Integers,

    /// <summary>Seconds, shown as seconds, minutes, hours and days.</summary>
    Time,

    /// <summary>Names at 0, 1, 2, ….</summary>
    Categories,
}

/// <summary>One axis of a chart. Immutable.</summary>
public sealed record Axis
{
    /// <summary>What is measured.</summary>
    public string Title { get; init; } = "";

    /// <summary>In which unit; shown after the title.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What the numbers are.</summary>
    public AxisKind Kind { get; init; } = AxisKind.Linear;

    /// <summary>Where the axis begins; null takes it from the data.</summary>
    public double? Minimum { get; init; }

    /// <summary>Where the axis ends; null takes it from the data.</summary>
    public double? Maximum { get; init; }

    /// <summary>The names of a <see cref="AxisKind.Categories"/> axis.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>An axis of real numbers.</summary>
    /// <param name="title">What is measured.</param>
    /// <param name="unit">In which unit.</param>
    public static Axis Linear(string title = "", string unit = "") => new() { Title = title, Unit = unit };

    /// <summary>An axis with powers of ten at equal distances.</summary>
    /// <param name="title">What is measured.</param>
    /// <param name="unit">In which unit.</param>
    public static Axis Log(string title = "", string unit = "") =>
        new() { Title = title, Unit = unit, Kind = AxisKind.Log };

    /// <summary>An axis of whole numbers, such as epochs.</summary>
    /// <param name="title">What is counted.</param>
    public static Axis Integers(string title = "") => new() { Title = title, Kind = AxisKind.Integers };

    /// <summary>An axis of seconds.</summary>
    /// <param name="title">What is measured.</param>
    public static Axis Time(string title = "time") => new() { Title = title, Kind = AxisKind.Time };

    /// <summary>An axis of names.</summary>
    /// <param name="names">The names, at 0, 1, 2, ….</param>
    /// <param name="title">What they are.</param>
    public static Axis Categories(IReadOnlyList<string> names, string title = "") =>
        new() { Title = title, Kind = AxisKind.Categories, Names = names };

    /// <summary>Title and unit in one line.</summary>
    internal string Heading => (Title, Unit) switch
    {
        (_, "") => Title,
        ("", _) => Unit,
        _ => $"{Title} [{Unit}]",
    };
}
