using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

public static partial class Prelude
{
    /// <summary>
    /// Prints what a function is as a formula, in the stable form that is computed, its derivative, and the rewrites that
    /// led there.
    /// </summary>
    /// <param name="f">The function.</param>
    /// <param name="examples">An argument to trace it with; without one the usual shapes are tried.</param>
    /// <returns>The explanation, for its parts and its LaTeX.</returns>
    public static Explanation Explain(Func<Tensor, Tensor> f, Tensor[]? examples = null) =>
        Shown(Explanation.Of(f, examples: examples));

    /// <summary>Prints what a loss of (prediction, target) is, with its derivative in each argument.</summary>
    /// <param name="f">The loss.</param>
    /// <param name="target">What the target holds; by default what the loss accepts.</param>
    /// <param name="examples">Arguments to trace it with; without them the usual shapes are tried.</param>
    /// <returns>The explanation, for its parts and its LaTeX.</returns>
    public static Explanation Explain(
        Func<Tensor, Tensor, Tensor> f, TargetKind target = TargetKind.Automatic, Tensor[]? examples = null) =>
        Shown(Explanation.Of(f, examples: examples, target: target));

    /// <summary>Prints what a function of three arguments is, with its derivative in each of them.</summary>
    /// <param name="f">The function.</param>
    /// <param name="target">What the second argument holds; by default what the function accepts.</param>
    /// <param name="examples">Arguments to trace it with; without them the usual shapes are tried.</param>
    /// <returns>The explanation, for its parts and its LaTeX.</returns>
    public static Explanation Explain(
        Func<Tensor, Tensor, Tensor, Tensor> f, TargetKind target = TargetKind.Automatic, Tensor[]? examples = null) =>
        Shown(Explanation.Of(f, examples: examples, target: target));

    private static Explanation Shown(Explanation explanation)
    {
        if (ScriptSession.Current.Explained is { } explained)
            explained(explanation);
        else
            Console.WriteLine(explanation);
        return explanation;
    }
}
