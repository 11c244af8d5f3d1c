using System.Globalization;
using System.Text;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>What a gradient check says, in each way it can end.</summary>
/// <param name="name">What the check is called.</param>
/// <param name="argumentNames">What the function's arguments are called.</param>
/// <param name="cases">How many cases were asked for.</param>
/// <param name="seed">The seed.</param>
internal sealed class GradientReport(string name, string[] argumentNames, int cases, ulong seed)
{
    /// <summary>How many wrong elements are named.</summary>
    private const int MostNamed = 5;

    /// <summary>Every case agreed: one line.</summary>
    /// <param name="worstError">The largest relative error.</param>
    /// <param name="kinks">The kinks met.</param>
    public CheckResult Passed(double worstError, IReadOnlyList<Kink> kinks)
    {
        var message = $"{CaseCount(cases)}   worst error {TensorText.Error(worstError)}";
        if (kinks.Count == 1)
            message += $"   a kink at {kinks[0]}";
        else if (kinks.Count > 1)
            message += $"   {Count(kinks.Count)} kinks, the first at {kinks[0]}";
        return new CheckResult
        {
            Name = name,
            Passed = true,
            Cases = cases,
            Seed = seed,
            WorstError = worstError,
            Kinks = kinks,
            Message = message,
            Report = $"✓ {name}   {message}   seed {seed}",
        };
    }

    /// <summary>The gradient and differences disagree.</summary>
    /// <param name="index">The case.</param>
    /// <param name="point">Its arguments.</param>
    /// <param name="order">1, or 2 when it is the gradient's own gradient.</param>
    /// <param name="disagreements">The elements that disagree; at least one.</param>
    /// <param name="blame">The operation whose own derivative disagrees; null when there is none.</param>
    public CheckResult Disagreed(
        int index, GradientPoint point, int order, IReadOnlyList<Disagreement> disagreements, string? blame)
    {
        var lines = new List<string>();
        var worst = disagreements
            .OrderByDescending(d => double.IsNaN(d.RelativeError) ? double.MaxValue : d.RelativeError)
            .ThenBy(d => d.Element)
            .ToArray();
        foreach (var d in worst.Take(MostNamed))
        {
            var (argument, place) = point.Locate(d.Element);
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{(order == 1 ? "" : "second order, ")}{TensorText.Element(argumentNames[argument], place)}: analytic "
                + $"{TensorText.Rounded(d.Analytic)}, numeric {TensorText.Rounded(d.Numeric.Value)} ± "
                + $"{TensorText.Error(d.Numeric.Error)}   (relative error {TensorText.Error(d.RelativeError)})"));
        }

        if (worst.Length > MostNamed)
            lines.Add($"and {Count(worst.Length - MostNamed)} more");
        lines.Add(blame is null
            ? "each operation's own derivative is right there: they do not fit together"
            : $"the operation to blame: {blame}");
        var message = lines[0];
        for (var i = 0; i < argumentNames.Length; i++)
            lines.Add(TensorText.Named(argumentNames[i], point.Arguments[i]));
        return Failed(index, message, lines) with
        {
            WorstError = worst[0].RelativeError,
            CounterExample = point.Arguments,
        };
    }

    /// <summary>A failure when the function's result cannot be differentiated at all; null when it can.</summary>
    /// <param name="index">The case.</param>
    /// <param name="value">The function's result.</param>
    /// <param name="again">Its result for the same arguments once more.</param>
    public CheckResult? Refused(int index, Tensor? value, Tensor? again)
    {
        var message = value is null || again is null ? "the function returned null instead of a tensor"
            : !value.DType.IsFloat ? $"the function returned {value.DType}, which does not vary smoothly"
            : value.DType.Equals(DType.Float32)
                ? "the function returned float32 for float64 arguments, too coarse to compare: leave out ToFloat()"
            : !Same(value, again)
                ? "the function gave two results for the same arguments: draw its random numbers outside"
            : null;
        return message is null ? null : Failed(index, message, [message]);
    }

    /// <summary>The function threw.</summary>
    /// <param name="index">The case.</param>
    /// <param name="exception">What it threw.</param>
    public CheckResult Threw(int index, Exception exception)
    {
        var message = $"{exception.GetType().Name}: {exception.Message}";
        return Failed(index, message, [message]);
    }

    /// <summary>No arguments were found at which the function is finite.</summary>
    /// <param name="index">The case.</param>
    /// <param name="kind">The kind of arguments tried.</param>
    public CheckResult NotFinite(int index, string kind)
    {
        var message = $"no finite value for {kind}; give example tensors from the function's domain";
        return Failed(index, message, [message]);
    }

    /// <summary>The function accepts none of the kinds of arguments there are.</summary>
    /// <param name="refusals">The kinds tried, and why each was no use.</param>
    public CheckResult NoArguments(IReadOnlyList<(string Kind, string Why)> refusals)
    {
        const string Message = "the function takes none of the random arguments tried; give example tensors";
        var reasons = refusals
            .GroupBy(refusal => refusal.Why, refusal => refusal.Kind)
            .Select(group => $"{string.Join("; ", group)}: {group.Key}");
        return Failed(0, Message, [Message, .. reasons]);
    }

    private CheckResult Failed(int index, string message, IEnumerable<string> lines)
    {
        var text = new StringBuilder($"✗ {name}   case {Count(index + 1)} of {Count(cases)}   seed {seed}");
        foreach (var line in lines)
            text.Append("\n    ").Append(line.Replace("\n", "\n    ", StringComparison.Ordinal));
        return new CheckResult
        {
            Name = name,
            Passed = false,
            Cases = index + 1,
            Seed = seed,
            Message = message,
            Report = text.ToString(),
        };
    }

    private static bool Same(Tensor a, Tensor b) =>
        a.Shape.Equals(b.Shape) && a.ToDoubles().AsSpan().SequenceEqual(b.ToDoubles());

    private static string CaseCount(int count) => count == 1 ? "1 case" : $"{Count(count)} cases";

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
