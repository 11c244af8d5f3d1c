using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Checks the derivatives of a function at examples or at random arguments.</summary>
/// <param name="name">What the function is called in the report.</param>
/// <param name="f">The function.</param>
/// <param name="argumentNames">What its arguments are called.</param>
internal sealed class GradientCheck(string name, Func<Tensor[], Tensor> f, string[] argumentNames)
{
    /// <summary>How often arguments are drawn anew when the function has no finite value there.</summary>
    private const int MostDraws = 20;

    private readonly List<Kink> kinks = [];
    private double worstError;

    /// <summary>Checks in a number of cases and stops at the first that fails.</summary>
    /// <param name="examples">Arguments to check at, or null for random ones.</param>
    /// <param name="cases">How many cases.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <param name="order">1 for the gradient, 2 for the gradient and the gradient's own.</param>
    public CheckResult Run(Tensor[]? examples, int cases, ulong seed, int order) =>
        Run(examples, null, cases, seed, order);

    /// <summary>Checks the gradient at random arguments of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="cases">How many cases.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    public CheckResult Run(GradientArguments kind, int cases, ulong seed) => Run(null, kind, cases, seed, 1);

    private CheckResult Run(Tensor[]? examples, GradientArguments? given, int cases, ulong seed, int order)
    {
        var report = new GradientReport(name, argumentNames, cases, seed);
        var i = 0;
        try
        {
            var (kind, refusals) = examples is null && given is null ? Kind(seed) : (given, []);
            if (examples is null && kind is null)
                return report.NoArguments(refusals);
            for (; i < cases; i++)
            {
                Prelude.Cancellation.ThrowIfCancellationRequested();
                var random = new SplitMix64(seed, 1, (ulong)i);
                var point = Point(examples, kind, ref random, isSpecial: i % 4 == 3);
                if (point is null)
                    return report.NotFinite(i, kind!.Describe(argumentNames));
                if (Examine(report, i, point, ref random, order) is { } failure)
                    return failure;
            }
        }
        catch (Exception exception) when (IsOfTheFunction(exception))
        {
            return report.Threw(i, exception);
        }

        return report.Passed(worstError, kinks);
    }

    /// <summary>Whether an exception says something about the function, and does not just end the script.</summary>
    /// <param name="exception">What the function threw.</param>
    public static bool IsOfTheFunction(Exception exception) =>
        exception is not (ScriptExitException or OperationCanceledException or OutOfMemoryException);

    private CheckResult? Examine(GradientReport report, int i, GradientPoint point, ref SplitMix64 random, int order)
    {
        var value = f(point.Arguments);
        if (report.Refused(i, value, f(point.Arguments)) is { } refused)
            return refused;

        var weights = Weights(value.Shape, ref random);
        var number = (Tensor[] args) => weights is null ? f(args) : (f(args) * weights).Sum();
        if (Probe(report, i, number, point, ref random, 1) is { } failure)
            return failure;
        if (order == 1)
            return null;

        var directions = new Tensor?[point.Arguments.Length];
        for (var a = 0; a < directions.Length; a++)
        {
            if (point.Arguments[a].DType.IsFloat)
                directions[a] = RandomNumbers(point.Arguments[a].Shape, ref random);
        }

        return Probe(report, i, args => Slope(number, args, directions), point, ref random, 2);
    }

    private CheckResult? Probe(
        GradientReport report,
        int i,
        Func<Tensor[], Tensor> number,
        GradientPoint point,
        ref SplitMix64 random,
        int order)
    {
        var probe = new GradientProbe(number, point);
        probe.Examine(ref random);
        worstError = Math.Max(worstError, probe.WorstError);
        foreach (var (element, slope, analytic) in probe.Kinks)
        {
            var (argument, index) = point.Locate(element);
            kinks.Add(new Kink(
                argumentNames[argument], index, order, point.Values[element], slope.Left, slope.Right, analytic));
        }

        return probe.Disagreements.Count == 0
            ? null
            : report.Disagreed(i, point, order, probe.Disagreements, LocalDerivatives.Blame(number, point));
    }

    /// <summary>
    /// The gradient along fixed directions: a function of the arguments whose gradient is second order.
    /// </summary>
    private static Tensor Slope(Func<Tensor[], Tensor> number, Tensor[] args, Tensor?[] directions)
    {
        var (_, gradients) = Differentiation.ValueAndGrad(a => number(a), args);
        return gradients
            .Zip(directions)
            .Where(pair => pair.Second is not null)
            .Select(pair => (pair.First * pair.Second!).Sum())
            .Aggregate((a, b) => a + b);
    }

    private GradientPoint? Point(
        Tensor[]? examples, GradientArguments? kind, ref SplitMix64 random, bool isSpecial)
    {
        if (kind is null)
            return new GradientPoint(examples!);
        for (var draw = 0; draw < MostDraws; draw++)
        {
            var arguments = kind.Draw(ref random, isSpecial);
            if (IsFinite(f(arguments)))
                return new GradientPoint(arguments);
        }

        // Special numbers may all lie outside the domain, as 0 and -1 do for log x.
        return isSpecial ? Point(examples, kind, ref random, isSpecial: false) : null;
    }

    /// <summary>
    /// The first kind of arguments that the function accepts with finite values, and why not those before.
    /// </summary>
    private (GradientArguments? Kind, List<(string Kind, string Why)> Refusals) Kind(ulong seed)
    {
        var refusals = new List<(string Kind, string Why)>();
        foreach (var kind in GradientArguments.Kinds(argumentNames.Length))
        {
            try
            {
                var finite = true;
                for (var i = 0; i < 4 && finite; i++)
                {
                    var random = new SplitMix64(seed, 0, (ulong)i);
                    finite = IsFinite(f(kind.Draw(ref random, isSpecial: false)));
                }

                if (finite)
                    return (kind, refusals);
                refusals.Add((kind.Describe(argumentNames), "no finite value"));
            }
            catch (Exception exception) when (IsOfTheFunction(exception))
            {
                refusals.Add((kind.Describe(argumentNames), exception.Message));
            }
        }

        return (null, refusals);
    }

    private static bool IsFinite(Tensor? value) =>
        value is null || Array.TrueForAll(value.ToDoubles(), double.IsFinite);

    /// <summary>Random weights for a result of many numbers; null for one number.</summary>
    private static Tensor? Weights(Shape shape, ref SplitMix64 random) =>
        shape.Rank == 0 ? null : RandomNumbers(shape, ref random);

    private static Tensor RandomNumbers(Shape shape, ref SplitMix64 random)
    {
        var values = new double[shape.Size];
        for (var i = 0; i < values.Length; i++)
            values[i] = GradientArguments.Normal(ref random);
        return Tensor.Of(values).Reshape(shape.ToArray());
    }
}
