using System.Globalization;
using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>The pictures of runs side by side.</summary>
internal static class ComparisonCharts
{
    /// <summary>So many runs are drawn with their names.</summary>
    public const int MostNamed = 10;

    /// <summary>So many more are drawn behind them without.</summary>
    public const int MostFaint = 100;

    /// <summary>From this ratio on the values of a list stand on a logarithmic axis.</summary>
    private const double LogFrom = 50;

    /// <summary>The curves of all runs in one chart for each figure, and what is left out there; empty where none has a curve.</summary>
    /// <param name="comparison">The runs.</param>
    public static (IReadOnlyList<Chart> Charts, string Note) Curves(RunComparison comparison)
    {
        var curves = comparison.Runs.Where(run => run.Run is not null).SelectMany(Trainings).ToArray();
        if (curves.Length == 0)
            return ([], "");
        var faint = curves.Skip(MostNamed).Take(MostFaint).Select(curve => curve.Epochs).ToArray();
        var note = curves.Length <= MostNamed ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"The best {MostNamed} of {curves.Length} are named, {(faint.Length < curves.Length - MostNamed ? $"the next {faint.Length}" : "the others")} drawn thin behind them.");
        return ([.. TrainingCharts.Of([.. curves.Take(MostNamed)], faint, comparison.Metric)], note);

        static IEnumerable<(string Name, IReadOnlyList<Epoch> Epochs)> Trainings(ComparedRun run)
        {
            var trainings = RunCurves.Of(run.Run!);
            return trainings.Select(training => (
                RunComparison.Line(run) + (trainings.Count > 1 ? $", training {training.Training}" : ""), training.Epochs));
        }
    }

    /// <summary>The figure over each option that was varied and has more than one value.</summary>
    /// <param name="comparison">The runs.</param>
    public static IEnumerable<Chart> AgainstOptions(RunComparison comparison) =>
        comparison.Metric is { } metric ? comparison.Varied.Select(option => Against(comparison, option, metric)).OfType<Chart>() : [];

    private static Chart? Against(RunComparison comparison, VariedOption option, string metric)
    {
        var runs = comparison.Runs.Where(run => run.Value is not null && run.Settings.ContainsKey(option.Name)).ToArray();
        string[] values = [.. runs.OrderBy(run => run.Name, StringComparer.Ordinal).Select(run => run.Settings[option.Name]).Distinct()];
        if (values.Length < 2)
            return null;
        var numbers = values.Select(Number).ToArray();
        var isNumeric = numbers.All(double.IsFinite);

        // A value that failed was tried as well: the axis follows what was asked for.
        double[] tried = [.. comparison.Runs.Where(run => run.Settings.ContainsKey(option.Name)).Select(run => Number(run.Settings[option.Name])).Distinct()];
        var series = runs.GroupBy(run => run.Budget).Reverse()
            .Select(group => Points(group.Key.Length > 0 ? $"{comparison.BudgetName} {group.Key}" : "", group)).ToList();
        if (series.Count == 1)
            series = [series[0] with { Name = "runs" }, Points("the best", runs.Take(1))];
        return new Chart($"{metric} against {option.Name}", [.. series])
        {
            X = !isNumeric ? Axis.Categories(values, option.Name) : IsLog(option, tried) ? Axis.Log(option.Name)
                : numbers.All(double.IsInteger) ? Axis.Integers(option.Name) : Axis.Linear(option.Name),
            Y = TrainingCharts.Spread(metric, runs.Select(run => run.Value!.Value)),
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"{runs.Length} runs; {metric} from {NumberText.Short(runs.Min(run => run.Value!.Value))} to {NumberText.Short(runs.Max(run => run.Value!.Value))}, the best with {option.Name} {runs[0].Settings[option.Name]}."),
        };

        Series Points(string name, IEnumerable<ComparedRun> of)
        {
            var drawn = of.ToArray();
            return Series.Points(
                name,
                [.. drawn.Select(run => isNumeric ? Number(run.Settings[option.Name]) : Array.IndexOf(values, run.Settings[option.Name]))],
                [.. drawn.Select(run => run.Value!.Value)]);
        }
    }

    private static bool IsLog(VariedOption option, double[] numbers) =>
        numbers.All(number => number > 0) && (option.IsLog || (numbers.Length > 2 && numbers.Max() >= LogFrom * numbers.Min()));

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
