using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Runs the catalogue of what a loss may or must fulfil, and prints a line for each item.</summary>
/// <param name="name">What the loss is called.</param>
/// <param name="f">The loss.</param>
/// <param name="names">What its two arguments are called.</param>
/// <param name="inputs">The kind of arguments it takes.</param>
/// <param name="cases">How many inputs to try for each item.</param>
/// <param name="seed">The seed of all random numbers.</param>
internal sealed class LossCheck(
    string name, Func<Tensor[], Tensor> f, string[] names, LossInputs inputs, int cases, ulong seed)
{
    /// <summary>Two ways to the same number agree to so many digits.</summary>
    private const double Rounding = 1e-9;

    /// <summary>As many steps of float32 as a formula of some operations on a small tensor may lose.</summary>
    private const double SingleRounding = 2e-5;

    /// <summary>Each case of a gradient check tries many directions, so that few cases do.</summary>
    private const int GradientCases = 16;

    private readonly List<LossItem> items = [];

    private bool isShiftInvariant;

    /// <summary>Tries everything that applies.</summary>
    public LossReport Run()
    {
        Console.WriteLine($"{name}   {inputs.Text}");
        Gradient();
        Finite();
        Single();
        Shift();
        Minimum();
        Finding("non-negative", "negative somewhere", args => Prelude.AtMost(0, Value(args)).Named("0 at most the loss"));
        Convexity();
        Permutations();
        if (inputs.Target == TargetKind.Values)
        {
            Finding(
                "symmetric in prediction and target",
                "not symmetric in prediction and target",
                args => Near(Value(args), Value([args[1], args[0]]), "l(a, b) near l(b, a)"));
        }

        Reductions();
        return new LossReport(name, inputs.Target, items);
    }

    private void Gradient()
    {
        var check = new GradientCheck("gradient right", f, names);
        var result = Recorded(
            "gradient right", (count, start) => check.Run(inputs.ForGradient, Math.Min(count, GradientCases), start));
        items.Add(new LossItem("gradient right", false, result.Passed, result));
    }

    private void Finite()
    {
        const string Name = "finite with its gradient";
        var property = (Tensor[] args) =>
        {
            var (value, gradient) = ValueAndGradient(args);
            return new Claim
            {
                Holds = double.IsFinite(value.Item()) && Array.TrueForAll(gradient.ToDoubles(), double.IsFinite),
                Label = double.IsFinite(value.Item()) ? "the gradient is not finite" : "the loss is not finite",
                Detail = $"the loss is {TensorText.Exact(value.Item())}, its gradient "
                    + string.Join(", ", gradient.ToDoubles().Distinct().Take(4).Select(TensorText.Exact)),
            };
        };

        // A loss of any numbers may grow beyond all that float64 holds, as exp does; one of logits need not.
        if (inputs.Target == TargetKind.Values)
            Finding(Name, "not finite at extreme predictions", property, inputs.ExtremePrediction, inputs.Targets);
        else
            Requirement(Name, property, inputs.ExtremePrediction, inputs.Targets);
    }

    private void Single()
    {
        // Losses of logits are asked for the digits that large offsets leave; others may square their arguments.
        var wide = inputs.IsLogits ? inputs.ExtremePrediction : inputs.GenericPrediction;
        Requirement(
            "float32 near float64",
            args =>
            {
                var (single, exact) = Rounded(args);
                var scale = args.SelectMany(a => a.ToDoubles()).Select(Math.Abs).Append(1).Max();
                return Comparison.Near(
                    Value(single), Value(exact), SingleRounding, scale, "the loss in float32 near that in float64");
            },
            wide,
            inputs.Targets);
        Requirement(
            "float32 gradient near float64's",
            args =>
            {
                var (single, exact) = Rounded(args);
                return Comparison.Near(
                    ValueAndGradient(single).Gradient,
                    ValueAndGradient(exact).Gradient,
                    SingleRounding * 10,
                    1,
                    "the gradient in float32 near that in float64");
            },
            inputs.GenericPrediction,
            inputs.Target == TargetKind.Values ? inputs.GenericPrediction : inputs.Targets);
    }

    private void Minimum() => Finding(
        "minimum at the target",
        "no minimum at the target",
        args => Prelude.AtMost(Value([inputs.Best(args[1], args[0], isShiftInvariant), args[1]]), Value(args), inputs.BestSlack)
            .Named("the loss at the target at most the loss"),
        inputs.Prediction,
        inputs.ReachableTargets);

    private void Shift()
    {
        if (inputs.IsVector || inputs.IsProbability)
            return;
        isShiftInvariant = Finding(
            "shift-invariant in each row",
            "not shift-invariant",
            [names[0], names[1], "c"],
            args => Near(Value([args[0] + args[2], args[1]]), Value(args), "l(z + c) near l(z)"),
            inputs.Prediction,
            inputs.Targets,
            Any.Moderate(-1, 1));
        if (isShiftInvariant)
        {
            Requirement(
                "each row of the gradient sums to 0",
                args => Prelude.NearZero(ValueAndGradient(args).Gradient.Sum(-1), Rounding).Named("the row's sum near 0"),
                inputs.Prediction,
                inputs.Targets);
        }
    }

    private void Convexity() => Finding(
        "convex in the prediction",
        "not convex in the prediction",
        ["a", "b", names[1]],
        args =>
        {
            var middle = Value([(args[0] + args[1]) / 2, args[2]]);
            var mean = (Value([args[0], args[2]]) + Value([args[1], args[2]])) / 2;
            return Prelude.AtMost(middle, mean, Rounding).Named("l((a + b)/2) at most (l(a) + l(b))/2");
        },
        inputs.Prediction,
        inputs.Prediction,
        inputs.Targets);

    private void Permutations()
    {
        Requirement(
            inputs.IsVector ? "equivariant under permuted elements" : "equivariant under permuted rows",
            args => Near(Value([Rotated(args[0], 0), Rotated(args[1], 0)]), Value(args), "permuted near unpermuted"),
            inputs.Prediction,
            inputs.Targets);
        if (inputs.IsVector)
            return;
        Finding(
            "equivariant under permuted classes",
            "not equivariant under permuted classes",
            args => Near(
                Value([Rotated(args[0], 1), RotatedClasses(args[1], args[0].Shape[1])]), Value(args), "permuted near unpermuted"));
    }

    private void Reductions()
    {
        var property = (Func<double, int, double> reduce) => (Tensor[] args) =>
        {
            var rows = args[0].Shape[0];
            var sum = Enumerable.Range(0, rows).Sum(i => Value([Row(args[0], i), Row(args[1], i)]).Item());
            return Near(Value(args), Tensor.Of(reduce(sum, rows)), "the loss near that of its rows");
        };
        var isMean = Tried("mean over the rows", names, property((sum, rows) => sum / rows), inputs.Prediction, inputs.Targets);
        if (isMean.Passed)
        {
            Report("the mean of the losses of its rows", isMean, "");
            return;
        }

        var isSum = Tried("sum over the rows", names, property((sum, _) => sum), inputs.Prediction, inputs.Targets);
        Report("the sum of the losses of its rows", isSum, "neither the mean nor the sum of the losses of its rows");
    }

    private bool Finding(string item, string refuted, Func<Tensor[], Claim> property) =>
        Finding(item, refuted, property, inputs.Prediction, inputs.Targets);

    private bool Finding(string item, string refuted, Func<Tensor[], Claim> property, params TensorArbitrary[] from) =>
        Finding(item, refuted, names, property, from);

    private bool Finding(
        string item, string refuted, string[] arguments, Func<Tensor[], Claim> property, params TensorArbitrary[] from)
    {
        var result = Tried(item, arguments, property, from);
        Report(item, result, refuted);
        return result.Passed;
    }

    /// <summary>Prints what was found in one line; it is no check that could fail, and is not counted as one.</summary>
    private void Report(string item, CheckResult result, string refuted)
    {
        var example = result.CounterExample.Select((tensor, i) => TensorText.Named(result.ArgumentNames[i], tensor));
        var line = result.Passed
            ? $"• {item}   {result.Message}"
            : $"• {refuted}: {OnOneLine(string.Join("; ", [result.Message, .. example]))}";
        result = result with { Report = line };
        CheckConsole.Write(result);
        items.Add(new LossItem(item, true, result.Passed, result));
    }

    private void Requirement(string item, Func<Tensor[], Claim> property, params TensorArbitrary[] from)
    {
        var result = Recorded(item, (count, start) => Tried(item, names, property, count, start, from));
        items.Add(new LossItem(item, false, result.Passed, result));
    }

    /// <summary>Prints a line under the loss's own, and remembers it by both names.</summary>
    private CheckResult Recorded(string item, Func<int, ulong, CheckResult> run)
    {
        var full = $"{name}: {item}";
        return CheckSession.Run(full, cases, seed, (count, start) => run(count, start) with { Name = full });
    }

    private CheckResult Tried(
        string item, string[] arguments, Func<Tensor[], Claim> property, params TensorArbitrary[] from) =>
        Tried(item, arguments, property, cases, seed, from);

    private static CheckResult Tried(
        string item,
        string[] arguments,
        Func<Tensor[], Claim> property,
        int count,
        ulong start,
        params TensorArbitrary[] from) =>
        new PropertyCheck(item, arguments, new TensorInputs(from), property).Run(count, start);

    /// <summary>The loss as one number, recorded and made stable as training does.</summary>
    private Tensor Value(Tensor[] args) => Recording.Run(() => [Number(args)])[0];

    private (Tensor Value, Tensor Gradient) ValueAndGradient(Tensor[] args)
    {
        var (value, gradients) = Differentiation.ValueAndGrad(p => Number([p[0], args[1]]), [args[0]]);
        return (value, gradients[0]);
    }

    private Tensor Number(Tensor[] args)
    {
        var value = f(args);
        return value.Size == 1 ? value.Sum() : value.Mean();
    }

    /// <summary>The arguments in float32, and the same numbers in float64.</summary>
    private static (Tensor[] Single, Tensor[] Exact) Rounded(Tensor[] args)
    {
        Tensor[] single = [.. args.Select(a => a.DType.IsFloat ? a.ToFloat() : a)];
        return (single, [.. single.Select(a => a.DType.IsFloat ? a.ToDouble() : a)]);
    }

    private static Claim Near(Tensor a, Tensor b, string label) => Comparison.Near(a, b, Rounding, 1, label);

    /// <summary>The entries of an axis, each one place on.</summary>
    private static Tensor Rotated(Tensor x, int axis)
    {
        var size = x.Shape[axis];
        return x.Gather(Tensor.Of([.. Enumerable.Range(0, size).Select(i => (i + 1) % size)]), axis);
    }

    private static Tensor RotatedClasses(Tensor target, int classes) => target.DType.IsFloat
        ? Rotated(target, 1)
        : Tensor.Of(Array.ConvertAll(target.ToInts(), label => (label + classes - 1) % classes));

    private static Tensor Row(Tensor x, int row) => x.Gather(Tensor.Of(new[] { row }), 0);

    private static string OnOneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
