using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Charts of how numbers are distributed.</summary>
public static class Statistics
{
    /// <summary>How many numbers fall in each of some intervals of one width.</summary>
    /// <param name="title">What the numbers are.</param>
    /// <param name="values">The numbers; those that are not finite are left out, and the description says so.</param>
    /// <param name="bins">How many intervals; null chooses by the Freedman–Diaconis rule, 5 to 60.</param>
    /// <exception cref="SoftmaxException">The number of intervals is below 1.</exception>
    public static Chart Histogram(string title, IReadOnlyList<double> values, int? bins = null)
    {
        if (bins < 1)
            throw new SoftmaxException($"Histogram: {bins} bins; at least 1 is needed.");
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        if (sorted.Length == 0)
            return new Chart(title) { Y = Axis.Integers("count") };
        var (low, high) = (sorted[0], sorted[^1]);
        var count = bins ?? Bins(sorted);
        if (!(high / 2 - low / 2 > 0))
            (low, high, count) = (low - 0.5 * Math.Max(1, Math.Abs(low)), high + 0.5 * Math.Max(1, Math.Abs(high)), 1);
        var width = high / count - low / count;
        var counts = new double[count];
        foreach (var value in sorted)
            counts[(int)Math.Clamp(value / width - low / width, 0, count - 1)]++;
        var middles = Enumerable.Range(0, count).Select(i => low + (i + 0.5) * width).ToArray();
        var left = values.Count - sorted.Length;
        return new Chart(title, Series.Bars("", middles, counts) with { BarWidth = width })
        {
            Y = Axis.Integers("count"),
            Description = left == 0
                ? ""
                : $"Histogram of {sorted.Length} numbers from {NumberText.Short(low)} to {NumberText.Short(high)}; {left} are not finite and left out.",
        };
    }

    /// <summary>
    /// How often predictions of a confidence are right, against the confidence: on the diagonal where a model is
    /// calibrated, below it where it is too sure. The title names the expected calibration error
    /// Σ (rows in the bin / rows) · |accuracy − mean confidence| (Guo et al. 2017).
    /// </summary>
    /// <param name="confidence">The probability of each row's predicted class, 0 to 1.</param>
    /// <param name="correct">Whether the row's prediction is right.</param>
    /// <param name="bins">How many intervals of confidence.</param>
    /// <param name="title">What it shows; the error is added.</param>
    /// <exception cref="SoftmaxException">The two differ in number, or a confidence lies outside 0..1.</exception>
    public static Chart Calibration(
        IReadOnlyList<double> confidence, IReadOnlyList<bool> correct, int bins = 10, string title = "Calibration")
    {
        if (confidence.Count != correct.Count)
            throw new SoftmaxException($"Calibration: {confidence.Count} confidences and {correct.Count} outcomes; each row needs both.");
        var sums = new (double Rows, double Confidence, double Right)[bins];
        for (var i = 0; i < confidence.Count; i++)
        {
            if (confidence[i] is not (>= -1e-6 and <= 1 + 1e-6))
                throw new SoftmaxException($"Calibration: the confidence of row {i} is {confidence[i]}; it must be a probability, 0 to 1.");
            ref var bin = ref sums[Math.Clamp((int)(confidence[i] * bins), 0, bins - 1)];
            bin = (bin.Rows + 1, bin.Confidence + confidence[i], bin.Right + (correct[i] ? 1 : 0));
        }

        var filled = sums.Where(bin => bin.Rows > 0).ToArray();
        var error = filled.Sum(bin => Math.Abs(bin.Right - bin.Confidence)) / Math.Max(1, confidence.Count);
        double[] x = [.. filled.Select(bin => bin.Confidence / bin.Rows)], y = [.. filled.Select(bin => bin.Right / bin.Rows)];
        return new Chart(
            filled.Length == 0 ? title : $"{title}: expected error {NumberText.Short(Math.Round(error, 4))}",
            Series.Bars("share of rows", [.. Enumerable.Range(0, bins).Select(i => (i + 0.5) / bins)], [.. sums.Select(bin => bin.Rows / Math.Max(1, confidence.Count))])
                with
            { BarWidth = 1.0 / bins, Colour = 7 },
            Series.Line("calibrated", [0, 1], [0, 1]) with { IsGuide = true },
            Series.Line("", x, y) with { Colour = 0 },
            Series.Points("accuracy", x, y) with { Colour = 0 })
        {
            X = Axis.Linear("confidence") with { Minimum = 0, Maximum = 1 },
            Y = Axis.Linear("share right") with { Minimum = 0, Maximum = 1 },
        };
    }

    private static int Bins(double[] sorted)
    {
        var (n, range) = (sorted.Length, sorted[^1] - sorted[0]);
        var spread = sorted[3 * (n - 1) / 4] - sorted[(n - 1) / 4];
        var width = 2 * spread / Math.Cbrt(n);
        return width > 0 && double.IsFinite(range) ? (int)Math.Clamp(range / width, 5, 60) : Math.Clamp((int)Math.Sqrt(n), 5, 60);
    }
}
