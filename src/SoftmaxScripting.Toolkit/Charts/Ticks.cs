using System.Globalization;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>A mark on an axis.</summary>
/// <param name="Value">Where.</param>
/// <param name="Label">What is written there; empty for a small mark.</param>
internal readonly record struct Tick(double Value, string Label);

/// <summary>Chooses the marks of an axis, by its kind and range.</summary>
internal static class Ticks
{
    private static readonly double[] s_timeSteps =
    [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
    ];

    /// <summary>The smallest of 1, 2, 5 times a power of ten such that not more than so many steps fill a range.</summary>
    /// <param name="low">The range's beginning.</param>
    /// <param name="high">The range's end, above it.</param>
    /// <param name="most">How many steps, at least 1.</param>
    public static double Step(double low, double high, int most)
    {
        // Divided first: the difference of two large numbers may overflow.
        var raw = high / most - low / most;
        var power = Math.Pow(10, NumberText.Exponent(raw));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 5, 10])
        {
            if (factor * power >= raw * (1 - 1e-9))
                return Math.Min(factor * power, double.MaxValue);
        }

        return raw;
    }

    /// <summary>Marks at multiples of a step.</summary>
    /// <param name="low">The range's beginning.</param>
    /// <param name="high">The range's end, above it.</param>
    /// <param name="most">How many steps at most.</param>
    /// <param name="whole">Whether the step must be a whole number.</param>
    public static IReadOnlyList<Tick> Linear(double low, double high, int most, bool whole = false)
    {
        var step = Step(low, high, most);

        // A large step may have hardly a multiple in a range that begins and ends between two.
        for (var more = most + 1; Multiples(low, high, step).Count() < 2 && more <= most + 4; more++)
            step = Step(low, high, more);
        if (whole)
            step = Math.Max(1, step);
        var largest = Math.Max(Math.Abs(low), Math.Abs(high));
        return [.. Multiples(low, high, step).Select(value => new Tick(value, NumberText.Tick(value, step, largest)))];
    }

    /// <summary>Marks at powers of ten; within two decades also at 2 and 5 times them, within half of one as linear.</summary>
    /// <param name="low">The range's beginning, above 0.</param>
    /// <param name="high">The range's end, above it.</param>
    /// <param name="most">How many marks with labels at most.</param>
    public static IReadOnlyList<Tick> Log(double low, double high, int most)
    {
        var decades = Math.Log10(high) - Math.Log10(low);
        if (decades < 0.7)
            return [.. Linear(low, high, Math.Min(most, 4)).Where(tick => tick.Value > 0)];
        int first = (int)Math.Ceiling(Math.Log10(low) - 1e-9), last = (int)Math.Floor(Math.Log10(high) + 1e-9);
        var stride = (int)Math.Ceiling(Step(0, Math.Max(1, decades), most));
        var result = new List<Tick>();
        for (var exponent = first - 1; exponent <= last; exponent++)
        {
            var power = Math.Pow(10, exponent);
            if (exponent >= first && exponent % stride == 0)
                result.Add(new Tick(power, NumberText.PowerOfTen(exponent)));
            if (stride > 1 || decades > 6)
                continue;
            for (var factor = 2; factor <= 9; factor++)
            {
                var value = factor * power;
                if (value < low || value > high)
                    continue;
                var isNamed = decades <= 2 && factor is 2 or 5;
                result.Add(new Tick(value, decades <= 2 && isNamed ? NumberText.Tick(value, power, value) : ""));
            }
        }

        return result;
    }

    /// <summary>Marks at whole seconds, minutes, hours or days; below a few seconds as linear.</summary>
    /// <param name="low">The range's beginning in seconds.</param>
    /// <param name="high">The range's end, above it.</param>
    /// <param name="most">How many steps at most.</param>
    public static IReadOnlyList<Tick> Time(double low, double high, int most)
    {
        var raw = (high - low) / most;
        if (raw <= 0.5)
            return [.. Linear(low, high, most).Select(tick => tick with { Label = tick.Label + " s" })];
        var found = Array.FindIndex(s_timeSteps, candidate => candidate >= raw);
        var step = found >= 0 ? s_timeSteps[found] : 86400 * Math.Max(1, Step(low / 86400, high / 86400, most));
        return [.. Multiples(low, high, step).Select(value => new Tick(value, Clock(value, step)))];
    }

    /// <summary>A mark at each name, or at every so many of them.</summary>
    /// <param name="names">The names.</param>
    /// <param name="most">How many names fit.</param>
    public static IReadOnlyList<Tick> Names(IReadOnlyList<string> names, int most)
    {
        var stride = (names.Count + most - 1) / Math.Max(1, most);
        return [.. names.Select((name, i) => new Tick(i, name)).Where((_, i) => i % Math.Max(1, stride) == 0)];
    }

    private static IEnumerable<double> Multiples(double low, double high, double step)
    {
        var first = Math.Ceiling(low / step - 1e-9);
        var count = (int)Math.Min(1000, Math.Floor(high / step + 1e-9) - first);
        for (var i = 0; i <= count; i++)
        {
            var value = Math.Clamp((first + i) * step, low, high);
            yield return Math.Abs(value) < step * 1e-9 ? 0 : value;
        }
    }

    private static string Clock(double seconds, double step)
    {
        var sign = seconds < 0 ? "−" : "";
        var whole = (long)Math.Round(Math.Abs(seconds));
        var (d, h, m, s) = (whole / 86400, whole / 3600, whole / 60 % 60, whole % 60);
        return sign + (step switch
        {
            >= 86400 => string.Create(CultureInfo.InvariantCulture, $"{d} d"),
            >= 3600 => string.Create(CultureInfo.InvariantCulture, $"{h} h"),
            _ when whole >= 3600 => string.Create(CultureInfo.InvariantCulture, $"{h}:{m:00}:{s:00}"),
            >= 60 => string.Create(CultureInfo.InvariantCulture, $"{m} min"),
            _ when whole >= 60 => string.Create(CultureInfo.InvariantCulture, $"{m}:{s:00}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{s} s"),
        });
    }
}
