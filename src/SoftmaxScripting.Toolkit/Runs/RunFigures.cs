namespace SoftmaxScripting.Toolkit;

/// <summary>What the names of figures tell.</summary>
internal static class RunFigures
{
    private static readonly string[] s_lower = ["loss", "error", "mse", "mae", "rmse", "nll", "brier", "perplexity", "seconds", "off by"];

    /// <summary>The figures worth ranking by, the first before the others.</summary>
    private static readonly string[] s_leading = ["test accuracy", "test loss", "train accuracy", "loss"];

    /// <summary>The figure to rank runs by: the first of the usual ones that any of them has; null for none.</summary>
    /// <param name="runs">The figures of each run.</param>
    public static string? Leading(IEnumerable<IReadOnlyDictionary<string, double>> runs)
    {
        var known = runs.SelectMany(figures => figures.Keys).ToHashSet(StringComparer.Ordinal);
        return s_leading.FirstOrDefault(known.Contains);
    }

    /// <summary>Whether more is better: of accuracies and the like, not of losses and errors.</summary>
    /// <param name="name">The figure's name.</param>
    public static bool HigherIsBetter(string name) =>
        !s_lower.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
