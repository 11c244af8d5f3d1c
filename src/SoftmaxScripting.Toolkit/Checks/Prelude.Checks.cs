using System.Runtime.CompilerServices;
using FsCheck;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <content>Properties and what they can claim.</content>
public static partial class Prelude
{
    /// <summary>
    /// Tries whether a statement holds for random tensors. A counter-example is made as simple as it gets and
    /// printed; the script goes on, and its end counts the failures (<see cref="CheckSession"/>).
    /// </summary>
    /// <param name="name">The statement in words.</param>
    /// <param name="holds">Whether it holds for an input.</param>
    /// <param name="input">Where inputs come from, see <see cref="Any"/>; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="cases">How many inputs to try.</param>
    /// <param name="seed">The seed of all random numbers; the same by default in every run.</param>
    /// <param name="size">How large inputs grow up to the last case; below 36 sizes stay small.</param>
    /// <param name="replay">The number of the only case to try, as a report names it; 0 for all.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">The number of cases or the size is below 1, or there is no such case.</exception>
    public static CheckResult Property(
        string name,
        Func<Tensor, bool> holds,
        Arbitrary<Tensor>? input = null,
        int cases = 100,
        ulong seed = Check.DefaultSeed,
        int size = PropertyCheck.DefaultSize,
        int replay = 0) =>
        CheckProperty(name, holds, args => PlainClaim(holds(args[0])), [input], cases, seed, size, replay);

    /// <summary>The same for a statement about two tensors, which share the sizes that are left open.</summary>
    /// <param name="name">The statement in words.</param>
    /// <param name="holds">Whether it holds for an input.</param>
    /// <param name="first">Where the first argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="second">Where the second argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="cases">How many inputs to try.</param>
    /// <param name="seed">The seed of all random numbers; the same by default in every run.</param>
    /// <param name="size">How large inputs grow up to the last case; below 36 sizes stay small.</param>
    /// <param name="replay">The number of the only case to try, as a report names it; 0 for all.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">The number of cases or the size is below 1, or there is no such case.</exception>
    public static CheckResult Property(
        string name,
        Func<Tensor, Tensor, bool> holds,
        Arbitrary<Tensor>? first = null,
        Arbitrary<Tensor>? second = null,
        int cases = 100,
        ulong seed = Check.DefaultSeed,
        int size = PropertyCheck.DefaultSize,
        int replay = 0) =>
        CheckProperty(name, holds, args => PlainClaim(holds(args[0], args[1])), [first, second], cases, seed, size, replay);

    /// <summary>The same for a statement about three tensors, which share the sizes that are left open.</summary>
    /// <param name="name">The statement in words.</param>
    /// <param name="holds">Whether it holds for an input.</param>
    /// <param name="first">Where the first argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="second">Where the second argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="third">Where the third argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="cases">How many inputs to try.</param>
    /// <param name="seed">The seed of all random numbers; the same by default in every run.</param>
    /// <param name="size">How large inputs grow up to the last case; below 36 sizes stay small.</param>
    /// <param name="replay">The number of the only case to try, as a report names it; 0 for all.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">The number of cases or the size is below 1, or there is no such case.</exception>
    public static CheckResult Property(
        string name,
        Func<Tensor, Tensor, Tensor, bool> holds,
        Arbitrary<Tensor>? first = null,
        Arbitrary<Tensor>? second = null,
        Arbitrary<Tensor>? third = null,
        int cases = 100,
        ulong seed = Check.DefaultSeed,
        int size = PropertyCheck.DefaultSize,
        int replay = 0) =>
        CheckProperty(
            name, holds, args => PlainClaim(holds(args[0], args[1], args[2])), [first, second, third], cases, seed, size, replay);

    /// <summary>
    /// The same for a claim with numbers, such as <see cref="Near(Tensor, Tensor, double, double, string, string)"/>,
    /// whose largest error is reported.
    /// </summary>
    /// <param name="name">The statement in words.</param>
    /// <param name="claim">What is claimed about an input.</param>
    /// <param name="input">Where inputs come from, see <see cref="Any"/>; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="cases">How many inputs to try.</param>
    /// <param name="seed">The seed of all random numbers; the same by default in every run.</param>
    /// <param name="size">How large inputs grow up to the last case; below 36 sizes stay small.</param>
    /// <param name="replay">The number of the only case to try, as a report names it; 0 for all.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">The number of cases or the size is below 1, or there is no such case.</exception>
    /// <example><code>Property("softmax sums to 1", z => Near(z.Softmax().Sum(-1), 1), Any.Logits());</code></example>
    public static CheckResult Property(
        string name,
        Func<Tensor, Claim> claim,
        Arbitrary<Tensor>? input = null,
        int cases = 100,
        ulong seed = Check.DefaultSeed,
        int size = PropertyCheck.DefaultSize,
        int replay = 0) =>
        CheckProperty(name, claim, args => claim(args[0]), [input], cases, seed, size, replay);

    /// <summary>The same for a claim about two tensors, which share the sizes that are left open.</summary>
    /// <param name="name">The statement in words.</param>
    /// <param name="claim">What is claimed about an input.</param>
    /// <param name="first">Where the first argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="second">Where the second argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="cases">How many inputs to try.</param>
    /// <param name="seed">The seed of all random numbers; the same by default in every run.</param>
    /// <param name="size">How large inputs grow up to the last case; below 36 sizes stay small.</param>
    /// <param name="replay">The number of the only case to try, as a report names it; 0 for all.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">The number of cases or the size is below 1, or there is no such case.</exception>
    public static CheckResult Property(
        string name,
        Func<Tensor, Tensor, Claim> claim,
        Arbitrary<Tensor>? first = null,
        Arbitrary<Tensor>? second = null,
        int cases = 100,
        ulong seed = Check.DefaultSeed,
        int size = PropertyCheck.DefaultSize,
        int replay = 0) =>
        CheckProperty(name, claim, args => claim(args[0], args[1]), [first, second], cases, seed, size, replay);

    /// <summary>The same for a claim about three tensors, which share the sizes that are left open.</summary>
    /// <param name="name">The statement in words.</param>
    /// <param name="claim">What is claimed about an input.</param>
    /// <param name="first">Where the first argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="second">Where the second argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="third">Where the third argument comes from; <c>Any.Tensor()</c> when left out.</param>
    /// <param name="cases">How many inputs to try.</param>
    /// <param name="seed">The seed of all random numbers; the same by default in every run.</param>
    /// <param name="size">How large inputs grow up to the last case; below 36 sizes stay small.</param>
    /// <param name="replay">The number of the only case to try, as a report names it; 0 for all.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">The number of cases or the size is below 1, or there is no such case.</exception>
    public static CheckResult Property(
        string name,
        Func<Tensor, Tensor, Tensor, Claim> claim,
        Arbitrary<Tensor>? first = null,
        Arbitrary<Tensor>? second = null,
        Arbitrary<Tensor>? third = null,
        int cases = 100,
        ulong seed = Check.DefaultSeed,
        int size = PropertyCheck.DefaultSize,
        int replay = 0) =>
        CheckProperty(name, claim, args => claim(args[0], args[1], args[2]), [first, second, third], cases, seed, size, replay);

    /// <summary>
    /// |a − b| ≤ relative · max(|a|, |b|, scale) for every element. One of them may be a single number. NaN is near
    /// nothing; an infinity is near itself.
    /// </summary>
    /// <param name="actual">a.</param>
    /// <param name="expected">b, of the same shape or one number.</param>
    /// <param name="relative">How large the error may be.</param>
    /// <param name="scale">The size below which errors count absolutely; 0 makes them relative throughout.</param>
    /// <param name="actualText">The text of a in the report; filled in by the compiler.</param>
    /// <param name="expectedText">The text of b in the report; filled in by the compiler.</param>
    public static Claim Near(
        Tensor actual,
        Tensor expected,
        double relative = 1e-12,
        double scale = 1,
        [CallerArgumentExpression(nameof(actual))] string actualText = "",
        [CallerArgumentExpression(nameof(expected))] string expectedText = "") =>
        Comparison.Near(actual, expected, relative, scale, $"{actualText} near {expectedText}");

    /// <summary>|a − b| ≤ relative · max(|a|, |b|, scale) for two numbers.</summary>
    /// <param name="actual">a.</param>
    /// <param name="expected">b.</param>
    /// <param name="relative">How large the error may be.</param>
    /// <param name="scale">The size below which errors count absolutely; 0 makes them relative throughout.</param>
    /// <param name="actualText">The text of a in the report; filled in by the compiler.</param>
    /// <param name="expectedText">The text of b in the report; filled in by the compiler.</param>
    public static Claim Near(
        double actual,
        double expected,
        double relative = 1e-12,
        double scale = 1,
        [CallerArgumentExpression(nameof(actual))] string actualText = "",
        [CallerArgumentExpression(nameof(expected))] string expectedText = "") => Comparison.Near(
            Tensor.Of(actual), Tensor.Of(expected), relative, scale, $"{actualText} near {expectedText}");

    /// <summary>
    /// At most so many units in the last place lie between a and b, element by element: steps from one number to its
    /// neighbour, in float32 where either is float32. NaN is near nothing; −0 is 0.
    /// </summary>
    /// <param name="actual">a.</param>
    /// <param name="expected">b, of the same shape or one number.</param>
    /// <param name="ulps">How many steps there may be.</param>
    /// <param name="actualText">The text of a in the report; filled in by the compiler.</param>
    /// <param name="expectedText">The text of b in the report; filled in by the compiler.</param>
    public static Claim NearUlps(
        Tensor actual,
        Tensor expected,
        double ulps = 4,
        [CallerArgumentExpression(nameof(actual))] string actualText = "",
        [CallerArgumentExpression(nameof(expected))] string expectedText = "") =>
        Comparison.NearUlps(actual, expected, ulps, $"{actualText} near {expectedText}");

    /// <summary>Every element is within ±tolerance.</summary>
    /// <param name="value">The elements.</param>
    /// <param name="tolerance">How far from 0 they may be.</param>
    /// <param name="text">The text of the value in the report; filled in by the compiler.</param>
    public static Claim NearZero(
        Tensor value, double tolerance = 1e-12, [CallerArgumentExpression(nameof(value))] string text = "") =>
        Comparison.NearZero(value, tolerance, $"{text} near 0");

    /// <summary>A number is within ±tolerance.</summary>
    /// <param name="value">The number.</param>
    /// <param name="tolerance">How far from 0 it may be.</param>
    /// <param name="text">The text of the value in the report; filled in by the compiler.</param>
    public static Claim NearZero(
        double value, double tolerance = 1e-12, [CallerArgumentExpression(nameof(value))] string text = "") =>
        Comparison.NearZero(Tensor.Of(value), tolerance, $"{text} near 0");

    /// <summary>
    /// a ≤ b for every element, but for rounding: a − b ≤ slack · max(|a|, |b|, 1). NaN is at most nothing.
    /// </summary>
    /// <param name="smaller">a.</param>
    /// <param name="larger">b, of the same shape or one number; a may be one number too.</param>
    /// <param name="slack">How far a may exceed b.</param>
    /// <param name="smallerText">The text of a in the report; filled in by the compiler.</param>
    /// <param name="largerText">The text of b in the report; filled in by the compiler.</param>
    public static Claim AtMost(
        Tensor smaller,
        Tensor larger,
        double slack = 1e-12,
        [CallerArgumentExpression(nameof(smaller))] string smallerText = "",
        [CallerArgumentExpression(nameof(larger))] string largerText = "") =>
        Comparison.AtMost(smaller, larger, slack, $"{smallerText} at most {largerText}");

    /// <summary>A condition such as <c>p &lt;= 1</c>, which is 1 where it holds, holds for every element.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="text">The text of the condition in the report; filled in by the compiler.</param>
    public static Claim Everywhere(
        Tensor condition, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        Comparison.Everywhere(condition, $"{text} everywhere");

    /// <summary>All of several claims; the first that does not hold is reported.</summary>
    /// <param name="claims">The claims; at least one.</param>
    /// <exception cref="SoftmaxException">There is none.</exception>
    public static Claim AllOf(params Claim[] claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.Length == 0)
            throw new SoftmaxException("AllOf: no claims were given; give at least one.");
        return Array.Find(claims, claim => !claim.Holds)
            ?? claims[0] with
            {
                Error = claims.Max(claim => claim.Error),
                Classes = [.. claims.SelectMany(claim => claim.Classes).Distinct()],
            };
    }

    private static Claim PlainClaim(bool holds) =>
        new() { Holds = holds, Label = "the property is false", Detail = "" };

    private static CheckResult CheckProperty(
        string name,
        Delegate function,
        Func<Tensor[], Claim> property,
        Arbitrary<Tensor>?[] given,
        int cases,
        ulong seed,
        int size,
        int replay)
    {
        ArgumentNullException.ThrowIfNull(function);
        Check.RequireCases("Property", cases);
        if (size < 1)
            throw new SoftmaxException($"Property: the size is {size}; it must be at least 1 (100 when left out).");
        if (replay < 0 || replay > cases)
        {
            throw new SoftmaxException(
                $"Property: there is no case {replay} of {cases} to replay; give the number that a report names.");
        }

        var inputs = new TensorInputs([.. given.Select(arbitrary => arbitrary ?? Any.Tensor())]);
        var check = new PropertyCheck(name, Check.ParameterNames(function), inputs, property);
        return CheckSession.Run(name, cases, seed, (count, start) => check.Run(count, start, size, replay));
    }
}
