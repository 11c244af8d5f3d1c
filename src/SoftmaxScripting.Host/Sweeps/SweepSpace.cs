using System.Globalization;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Sweeps;

/// <summary>One option that a sweep varies: a list of values, or a range to draw from.</summary>
/// <param name="Name">The option's name.</param>
/// <param name="Values">The values; empty for a range.</param>
/// <param name="Low">Where the range begins.</param>
/// <param name="High">Where it ends.</param>
/// <param name="IsLog">Whether magnitudes are drawn evenly, not values.</param>
/// <param name="IsWhole">Whether the values are whole numbers.</param>
internal sealed record Axis(string Name, IReadOnlyList<string> Values, double Low = 0, double High = 0, bool IsLog = false, bool IsWhole = false)
{
    /// <summary>Digits that count of a number drawn; more only make tables hard to read.</summary>
    private const int Digits = 4;

    /// <summary>Reads <c>lr=0.1,0.2</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UsageException">It is something else.</exception>
    public static Axis List(string text)
    {
        var (name, rest) = Split("--grid", text, "lr=0.05,0.1");
        var values = rest.Split(',').Select(value => value.Trim()).ToArray();
        if (values.Any(value => value.Length == 0))
            throw new UsageException($"--grid: '{text}' has an empty value; it is written like lr=0.05,0.1");
        return values.Distinct().Count() == values.Length
            ? new Axis(name, values)
            : throw new UsageException($"--grid: '{text}' names a value twice");
    }

    /// <summary>Reads <c>lr=0.001..1:log</c> or <c>hidden=16..256:int</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UsageException">It is something else.</exception>
    public static Axis Range(string text)
    {
        const string Example = "lr=0.001..1:log";
        var (name, rest) = Split("--range", text, Example);
        var parts = rest.Split(':');
        var ends = parts[0].Split("..");
        if (ends.Length != 2 || !Number(ends[0], out var low) || !Number(ends[1], out var high)
            || parts.Skip(1).Any(kind => kind is not ("log" or "int")))
        {
            throw new UsageException($"--range: '{text}' cannot be read; it is written like {Example} or hidden=16..256:int");
        }

        var axis = new Axis(name, [], low, high, parts.Contains("log"), parts.Contains("int"));
        if (!(low < high))
            throw new UsageException($"--range: {name} goes from {ends[0]} to {ends[1]}; the first must be the smaller");
        return axis.IsLog && low <= 0
            ? throw new UsageException($"--range: {name} begins at {ends[0]}; magnitudes (:log) begin above 0")
            : axis;
    }

    /// <summary>A value by chance.</summary>
    /// <param name="random">The chance.</param>
    public string Draw(Random random)
    {
        if (Values.Count > 0)
            return Values[random.Next(Values.Count)];
        var share = random.NextDouble();
        if (IsWhole && !IsLog)
            return (Low + Math.Floor(share * (High - Low + 1))).ToString("0", CultureInfo.InvariantCulture);
        var value = IsLog ? Math.Exp(Math.Log(Low) + share * (Math.Log(High) - Math.Log(Low))) : Low + share * (High - Low);
        return IsWhole
            ? Math.Round(value).ToString("0", CultureInfo.InvariantCulture)
            : double.Parse(value.ToString("G" + Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Splits <c>name=rest</c>.</summary>
    /// <param name="option">The option it was given to, for the message.</param>
    /// <param name="text">The text.</param>
    /// <param name="example">How it is written.</param>
    /// <exception cref="UsageException">There is no name, or nothing follows it.</exception>
    public static (string Name, string Value) Split(string option, string text, string example)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && equals < text.Length - 1
            ? (text[..equals].Trim().TrimStart('-'), text[(equals + 1)..])
            : throw new UsageException($"{option}: '{text}' cannot be read; it is written like {example}");
    }

    private static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}

/// <summary>Which settings a sweep tries.</summary>
internal static class SweepSpace
{
    private const int MostTrials = 100_000;

    /// <summary>Every combination; the last option changes fastest.</summary>
    /// <param name="axes">The options, all with lists.</param>
    /// <exception cref="UsageException">There are too many.</exception>
    public static IReadOnlyList<Trial> Grid(IReadOnlyList<Axis> axes)
    {
        if (axes.Aggregate(1.0, (count, axis) => count * axis.Values.Count) > MostTrials)
            throw new UsageException($"The grid has more than {MostTrials} points; draw some of them with --random N.");
        IEnumerable<IEnumerable<KeyValuePair<string, string>>> points = [[]];
        foreach (var axis in axes)
            points = points.SelectMany(point => axis.Values.Select(value => point.Append(KeyValuePair.Create(axis.Name, value)))).ToArray();
        return [.. points.Select((point, i) => new Trial(i + 1, [.. point]))];
    }

    /// <summary>Settings by chance, none twice where there are enough different ones.</summary>
    /// <param name="axes">The options.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed draws the same settings.</param>
    public static IReadOnlyList<Trial> Random(IReadOnlyList<Axis> axes, int count, int seed)
    {
        var random = new Random(seed);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var trials = new List<Trial>();
        for (var tries = 0; trials.Count < count && tries < 100 * count; tries++)
        {
            var trial = new Trial(trials.Count + 1, [.. axes.Select(axis => KeyValuePair.Create(axis.Name, axis.Draw(random)))]);
            if (seen.Add(trial.ToString()))
                trials.Add(trial);
        }

        return trials;
    }
}
