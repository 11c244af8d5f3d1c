namespace SoftmaxScripting.Toolkit;

/// <summary>What the names of figures tell.</summary>
internal static class RunFigures
{
    private static readonly string[] s_lower = ["loss", "error", "mse", "mae", "rmse", "nll", "brier", "perplexity", "seconds", "off by"];

    /// <summary>Whether more is better: of accuracies and the like, not of losses and errors.</summary>
    /// <param name="name">The figure's name.</param>
    public static bool HigherIsBetter(string name) =>
        !s_lower.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
