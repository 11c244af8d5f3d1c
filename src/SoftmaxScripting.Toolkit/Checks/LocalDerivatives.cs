using Microsoft.FSharp.Core;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Finds the operation to blame when a gradient is wrong: each operation of the recorded function is compared with
/// differences by itself, at the values it meets.
/// </summary>
internal static class LocalDerivatives
{
    /// <summary>
    /// The first operation whose own derivative disagrees with differences, such as <c>StopGradient: local derivative 0,
    /// differences give 1, at 0.5</c>; null when each is right by itself.
    /// </summary>
    /// <param name="f">The function, with one number as its result.</param>
    /// <param name="point">Where its gradient is wrong.</param>
    public static string? Blame(Func<Tensor[], Tensor> f, GradientPoint point)
    {
        var root = Trace.Run(FuncConvert.FromFunc(() =>
            f([.. point.Arguments.Select((a, i) => new Tensor(ExprModule.variable($"argument {i}", a.Expr)))]).Expr));
        var nodes = ExprModule.topological([root]).Where(CanDisagree).ToArray();
        var arguments = nodes.SelectMany(Arguments).Distinct().ToArray();
        var values = arguments.Zip(Interpreter.evaluate(arguments)).ToDictionary(
            pair => pair.First, pair => Value(pair.First, pair.Second));
        return nodes.Select(node => Disagreement(node, values)).FirstOrDefault(text => text is not null);
    }

    /// <summary>Whether an operation lets a traced number pass, in float64 throughout.</summary>
    private static bool CanDisagree(Expr node) =>
        node.DType.Equals(DType.Float64)
        && Arguments(node).Any(arg => arg.IsTraced && arg.DType.IsFloat)
        && Arguments(node).All(arg => !arg.DType.Equals(DType.Float32));

    private static string? Disagreement(Expr node, Dictionary<Expr, Tensor> values)
    {
        var random = new SplitMix64(Check.DefaultSeed, 3, (ulong)node.Shape.Size);
        var weights = new double[node.Shape.Size];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = 0.5 + GradientArguments.Unit(ref random);
        var weight = Value(node, weights);

        var point = new GradientPoint(Arguments(node).Select(arg => values[arg]));
        var probe = new GradientProbe(
            args => (Tensor.Wrap(With(node, [.. args.Select(arg => arg.Expr)])) * weight).Sum(), point);
        probe.Examine(ref random);
        if (probe.Disagreements.Count == 0)
            return null;

        var worst = probe.Disagreements.MaxBy(disagreement => disagreement.RelativeError);
        var (argument, index) = point.Locate(worst.Element);

        // Where each element has its own result, that result's weight is no part of the derivative.
        var own = Arguments(node)[argument].Shape.Equals(node.Shape) ? weights[Flat(node.Shape, index)] : 1;
        return $"{Name(node)}: local derivative {TensorText.Rounded(worst.Analytic / own)}, differences give "
            + $"{TensorText.Rounded(worst.Numeric.Value / own)}, at {TensorText.Rounded(point.Values[worst.Element])}";
    }

    /// <summary>What an operation is a function of. A custom derivative's other parts are its value and its rule.</summary>
    private static Expr[] Arguments(Expr node) =>
        node.Op is Op.Custom custom ? node.Args[2..(2 + custom.arguments)] : node.Args;

    /// <summary>The same operation of other arguments; in a custom derivative its value and its rule follow.</summary>
    private static Expr With(Expr node, Expr[] arguments)
    {
        if (node.Op is not Op.Custom)
            return ExprModule.withArgs(node, arguments);
        var replacements = new Dictionary<Expr, Expr>();
        foreach (var (before, after) in Arguments(node).Zip(arguments))
            replacements[before] = after;
        return ExprModule.substitute(replacements, [node])[0];
    }

    private static Tensor Value(Expr like, double[] values) =>
        new(ExprModule.data(Storage.OfDoubles(like.DType, values), like.Shape));

    private static int Flat(Shape shape, int[] index)
    {
        var flat = 0;
        for (var axis = 0; axis < index.Length; axis++)
            flat = flat * shape[axis] + index[axis];
        return flat;
    }

    private static string Name(Expr node) => node.Op switch
    {
        Op.Unary unary => OpTable.unary(unary.Item).Name,
        Op.Custom => "CustomGradient",
        Op.Binary binary => OpTable.binary(binary.Item).Name,
        var op => op.ToString()!.Split(' ', '\n')[0],
    };
}
