using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Figures about the order of the classes' scores.</summary>
internal static class ClassFigures
{
    public static double TopK(Scores scores, int k)
    {
        if (k < 1 || k > scores.Classes)
            throw new MetricException($"{scores.Metric}: k is {k}; it must be from 1 to the number of classes, {scores.Classes}.");
        var right = 0;
        for (var row = 0; row < scores.Count; row++)
        {
            if (k == 1)
            {
                right += scores.Best(row) == scores.Labels[row] ? 1 : 0;
                continue;
            }

            var own = scores.Of(row, scores.Labels[row]);
            var notBelow = 0;
            for (var label = 0; label < scores.Classes; label++)
                notBelow += label != scores.Labels[row] && scores.Of(row, label) >= own ? 1 : 0;
            right += notBelow < k ? 1 : 0;
        }

        return (double)right / scores.Count;
    }
}

/// <summary>Figures about probabilities.</summary>
internal static class ProbabilityFigures
{
    /// <summary>Below this a probability is raised to it, so that one sure mistake does not make the mean infinite.</summary>
    private const double Least = 1e-15;

    public static double LogLoss(Scores scores)
    {
        double sum = 0;
        for (var row = 0; row < scores.Count; row++)
            sum -= Math.Log(Math.Clamp(scores.Of(row, scores.Labels[row]), Least, 1));
        return sum / scores.Count;
    }

    public static double Brier(Scores scores)
    {
        double sum = 0;
        for (var row = 0; row < scores.Count; row++)
        {
            for (var label = scores.IsSingle ? 1 : 0; label < scores.Classes; label++)
            {
                var off = scores.Of(row, label) - (label == scores.Labels[row] ? 1 : 0);
                sum += off * off;
            }
        }

        return sum / scores.Count;
    }
}

/// <summary>Figures about numbers.</summary>
internal static class NumberFigures
{
    public static double R2(Tensor prediction, Tensor target)
    {
        var (p, y) = Pairs("R²", prediction, target);
        var mean = y.Average();
        var total = y.Sum(value => (value - mean) * (value - mean));
        if (total == 0)
            throw new MetricException($"R²: every target is {mean}, so there is no variance to explain; look at MAE or RMSE.");
        return 1 - (p.Zip(y).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)) / total);
    }

    public static double Mae(Tensor prediction, Tensor target)
    {
        var (p, y) = Pairs("MAE", prediction, target);
        return p.Zip(y).Average(pair => Math.Abs(pair.First - pair.Second));
    }

    public static double Rmse(Tensor prediction, Tensor target)
    {
        var (p, y) = Pairs("RMSE", prediction, target);
        return Math.Sqrt(p.Zip(y).Average(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
    }

    private static (double[] Prediction, double[] Target) Pairs(string metric, Tensor prediction, Tensor target)
    {
        // [n] and [n, 1] say the same; anything else would be broadcast to n × n by a careless formula.
        static int[] Sizes(Tensor x) => [.. x.Shape.ToArray().Where((size, axis) => axis == 0 || size != 1)];
        if (!Sizes(prediction).SequenceEqual(Sizes(target)) || prediction.Size == 0)
            throw new MetricException($"{metric}: predictions {prediction.Shape} and targets {target.Shape} do not fit; one prediction for each target is needed, and at least one.");
        return (prediction.ToDoubles(), target.ToDoubles());
    }
}

/// <summary>The receiver operating characteristic of a score: how many right and wrong rows lie above each threshold.</summary>
/// <param name="FalsePositiveRates">The share of other rows at or above each threshold, from 0 to 1.</param>
/// <param name="TruePositiveRates">The share of the class's rows at or above it, from 0 to 1.</param>
/// <param name="Thresholds">The thresholds, falling; the first is ∞.</param>
public sealed record RocCurve(
    IReadOnlyList<double> FalsePositiveRates, IReadOnlyList<double> TruePositiveRates, IReadOnlyList<double> Thresholds)
{
    /// <summary>The area under the curve by the trapezoidal rule, which counts a tie as half.</summary>
    public double Area
    {
        get
        {
            double area = 0;
            for (var i = 1; i < Thresholds.Count; i++)
                area += (FalsePositiveRates[i] - FalsePositiveRates[i - 1]) * (TruePositiveRates[i] + TruePositiveRates[i - 1]) / 2;
            return area;
        }
    }

    /// <summary>The curve of one class against the rest.</summary>
    /// <param name="prediction">Scores [n, k], or of the second of two classes [n].</param>
    /// <param name="target">Labels [n].</param>
    /// <param name="label">The class.</param>
    /// <exception cref="MetricException">All rows are of the class, or none is.</exception>
    public static RocCurve Of(Tensor prediction, Tensor target, int label = 1) => Of(Scores.Of("ROC curve", prediction, target), label);

    internal static double AreaUnder(Scores scores) => scores.Classes == 2
        ? Of(scores, 1).Area
        : Enumerable.Range(0, scores.Classes).Average(label => Of(scores, label).Area);

    private static RocCurve Of(Scores scores, int label)
    {
        if (label < 0 || label >= scores.Classes)
            throw new MetricException($"{scores.Metric}: there is no class {label}; there are {scores.Classes}.");
        var values = Enumerable.Range(0, scores.Count).Select(row => scores.Of(row, label)).ToArray();
        var isOfClass = scores.Labels.Select(own => own == label).ToArray();
        var positives = isOfClass.Count(x => x);
        if (positives == 0 || positives == scores.Count)
            throw new MetricException(
                $"{scores.Metric}: {(positives == 0 ? "no row is" : "every row is")} of class {label} ({scores.Count} rows); it is not defined without rows of both kinds.");
        List<double> wrong = [0], right = [0], thresholds = [double.PositiveInfinity];
        Array.Sort(values, isOfClass);
        var (above, others) = (0, 0);
        for (var i = values.Length - 1; i >= 0; i--)
        {
            if (isOfClass[i])
                above++;
            else
                others++;
            // Equal scores pass a threshold together.
            if (i > 0 && values[i - 1] == values[i])
                continue;
            thresholds.Add(values[i]);
            right.Add((double)above / positives);
            wrong.Add((double)others / (values.Length - positives));
        }

        return new RocCurve(wrong, right, thresholds);
    }
}

/// <summary>Rows whose largest probability lies in one interval.</summary>
/// <param name="From">The interval's lower end, exclusive but for 0.</param>
/// <param name="To">The upper end, inclusive.</param>
/// <param name="Count">How many rows.</param>
/// <param name="Confidence">The mean of their largest probability; NaN for no rows.</param>
/// <param name="Accuracy">The share of them that is right; NaN for no rows.</param>
public sealed record CalibrationBin(double From, double To, int Count, double Confidence, double Accuracy);

/// <summary>How sure predictions are, and how often right: the bins of a calibration curve (Guo et al. 2017).</summary>
/// <param name="Bins">Of equal width over [0, 1].</param>
public sealed record Calibration(IReadOnlyList<CalibrationBin> Bins)
{
    /// <summary>Σ_b n_b/n·|accuracy(b) − confidence(b)|.</summary>
    public double ExpectedError
    {
        get
        {
            double rows = Bins.Sum(bin => bin.Count);
            return Bins.Where(bin => bin.Count > 0).Sum(bin => bin.Count / rows * Math.Abs(bin.Accuracy - bin.Confidence));
        }
    }

    /// <summary>The bins of predictions.</summary>
    /// <param name="probabilities">[n, k], or of the second of two classes [n].</param>
    /// <param name="target">Labels [n].</param>
    /// <param name="bins">How many.</param>
    /// <exception cref="MetricException">These are no probabilities, or there is no bin.</exception>
    public static Calibration Of(Tensor probabilities, Tensor target, int bins = 15) =>
        Of(Scores.Of("calibration", probabilities, target).RequireProbabilities(), bins);

    internal static Calibration Of(Scores scores, int bins)
    {
        if (bins < 1)
            throw new MetricException($"{scores.Metric}: {bins} bins; at least 1 is needed.");
        var (count, right, confidence) = (new int[bins], new int[bins], new double[bins]);
        for (var row = 0; row < scores.Count; row++)
        {
            var best = scores.Best(row);
            var p = scores.Of(row, best);
            var bin = Math.Clamp((int)Math.Ceiling(p * bins) - 1, 0, bins - 1);
            count[bin]++;
            confidence[bin] += p;
            right[bin] += best == scores.Labels[row] ? 1 : 0;
        }

        return new Calibration([.. Enumerable.Range(0, bins).Select(b => new CalibrationBin(
            (double)b / bins, (double)(b + 1) / bins, count[b], confidence[b] / count[b], (double)right[b] / count[b]))]);
    }
}
