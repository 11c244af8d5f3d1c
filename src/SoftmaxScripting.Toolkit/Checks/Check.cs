using System.Runtime.CompilerServices;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Checks of functions that a script calls. Each prints one line, or a small report when it fails, and is remembered in
/// <see cref="CheckSession"/>; the script goes on, and its end counts the failures.
/// </summary>
public static class Check
{
    /// <summary>The seed of checks that are given none: every run tries the same cases.</summary>
    public const ulong DefaultSeed = 1;

    private const int LongestName = 60;

    /// <summary>
    /// Compares the gradient of a function with extrapolated differences in float64. A result of more than one number
    /// is checked through a sum with random weights. Without an example random arguments are tried: matrices,
    /// vectors, numbers, square matrices, first of any sign and then of probabilities, whichever the function takes;
    /// every fourth case puts elements where kinks like to be. Kinks, where the slopes on both sides differ, are
    /// reported and not failed, unless the gradient there is not a number.
    /// </summary>
    /// <param name="f">The function. It must give the same result for the same argument.</param>
    /// <param name="x">Where to check, or null. Each case then moves along another random direction.</param>
    /// <param name="cases">How many cases.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <param name="order">1, or 2 to check the second derivatives too.</param>
    /// <param name="name">What the report calls the function: its text, when left out.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">The order or the number of cases cannot be used.</exception>
    /// <example><code>Check.Gradient(x => x.Softmax(), order: 2);</code></example>
    public static CheckResult Gradient(
        Func<Tensor, Tensor> f,
        Tensor? x = null,
        int cases = 16,
        ulong seed = DefaultSeed,
        int order = 1,
        [CallerArgumentExpression(nameof(f))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(f);
        return Run(name, f, args => f(args[0]), x is null ? null : [x], cases, seed, order);
    }

    /// <summary>
    /// The same for a function of two tensors, such as a loss: prediction [n, k] with target [n, k], else with class
    /// labels [n], else [n] with [n], a matrix product, a matrix with a row, two numbers.
    /// </summary>
    /// <param name="f">The function. It must give the same result for the same arguments.</param>
    /// <param name="x">The first argument to check at, or null. Class labels are int32 and are not moved.</param>
    /// <param name="y">The second argument; given when <paramref name="x"/> is.</param>
    /// <param name="cases">How many cases.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <param name="order">1, or 2 to check the second derivatives too.</param>
    /// <param name="name">What the report calls the function: its text, when left out.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">
    /// The order or the number of cases cannot be used, or only one example was given.
    /// </exception>
    /// <example><code>Check.Gradient(MyHuber);</code></example>
    public static CheckResult Gradient(
        Func<Tensor, Tensor, Tensor> f,
        Tensor? x = null,
        Tensor? y = null,
        int cases = 16,
        ulong seed = DefaultSeed,
        int order = 1,
        [CallerArgumentExpression(nameof(f))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(f);
        return Run(name, f, args => f(args[0], args[1]), Examples(x, y), cases, seed, order);
    }

    /// <summary>
    /// The same for a function of three tensors: prediction and target as for two, with weights [n, k], [n], [k] or a
    /// number; or a matrix product with a row added.
    /// </summary>
    /// <param name="f">The function. It must give the same result for the same arguments.</param>
    /// <param name="x">The first argument to check at, or null. Class labels are int32 and are not moved.</param>
    /// <param name="y">The second argument; given when <paramref name="x"/> is.</param>
    /// <param name="z">The third argument; given when <paramref name="x"/> is.</param>
    /// <param name="cases">How many cases.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <param name="order">1, or 2 to check the second derivatives too.</param>
    /// <param name="name">What the report calls the function: its text, when left out.</param>
    /// <returns>The result, which is also printed and remembered.</returns>
    /// <exception cref="SoftmaxException">
    /// The order or the number of cases cannot be used, or only some examples were given.
    /// </exception>
    public static CheckResult Gradient(
        Func<Tensor, Tensor, Tensor, Tensor> f,
        Tensor? x = null,
        Tensor? y = null,
        Tensor? z = null,
        int cases = 16,
        ulong seed = DefaultSeed,
        int order = 1,
        [CallerArgumentExpression(nameof(f))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(f);
        return Run(name, f, args => f(args[0], args[1], args[2]), Examples(x, y, z), cases, seed, order);
    }

    /// <summary>
    /// Runs the whole catalogue that applies to a loss (prediction, target) and prints a line for each item. A fault
    /// fails as any check does: a wrong gradient, a value or gradient that is not finite at extreme logits, float32 far
    /// from float64, rows of the gradient of a shift-invariant loss that do not sum to 0, a result that depends on the
    /// order of the rows. What may or may not hold is found out and reported: a minimum at the target, non-negative,
    /// shift-invariant, convex in the prediction, the same under permuted classes, symmetric, mean or sum over the rows;
    /// what does not hold comes with a small counter-example. The loss runs traced, as in training.
    /// </summary>
    /// <param name="f">The loss: (prediction, target) → one number, or one for each row or element.</param>
    /// <param name="target">
    /// What the target holds: values (the prediction then any numbers), a distribution for each row, or class labels.
    /// Found by trying, when left out; a loss of any numbers that ignores what is added to a row takes distributions.
    /// </param>
    /// <param name="cases">Inputs for each item.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <param name="name">What the report calls the loss: its text, when left out.</param>
    /// <returns>The items; those that could fail are remembered as checks too.</returns>
    /// <exception cref="SoftmaxException">The number of cases is below 1.</exception>
    /// <example><code>Check.Loss(MyLoss);</code></example>
    public static LossReport Loss(
        Func<Tensor, Tensor, Tensor> f,
        TargetKind target = TargetKind.Automatic,
        int cases = 100,
        ulong seed = DefaultSeed,
        [CallerArgumentExpression(nameof(f))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(f);
        RequireCases("Check.Loss", cases);
        var title = $"loss {Shortened(name)}";
        var loss = (Tensor[] args) => f(args[0], args[1])
            ?? throw new SoftmaxException("the loss returned null instead of a tensor");
        var (inputs, refusals) = LossInputs.Find(loss, target, seed);
        if (inputs is not null)
            return new LossCheck(title, loss, ParameterNames(f), inputs, cases, seed).Run();
        const string Message = "it takes none of the kinds of arguments tried; see Check.Gradient for examples of one's own";
        var refused = CheckSession.Record(new CheckResult
        {
            Name = title,
            Passed = false,
            Cases = 1,
            Seed = seed,
            Message = Message,
            Report = string.Join("\n    ", [$"✗ {title}   seed {seed}", Message, .. refusals]),
        });
        return new LossReport(title, target, [new LossItem("takes arguments", false, false, refused)]);
    }

    /// <summary>The names of a function's parameters, as its author wrote them.</summary>
    /// <param name="function">The function.</param>
    internal static string[] ParameterNames(Delegate function) =>
        [.. function.Method.GetParameters().TakeLast(function.GetType().GetMethod("Invoke")!.GetParameters().Length)
            .Select((p, i) => string.IsNullOrEmpty(p.Name) ? $"argument {i}" : p.Name)];

    /// <summary>Refuses a number of cases below 1.</summary>
    /// <param name="operation">What was asked to try them.</param>
    /// <param name="cases">How many.</param>
    internal static void RequireCases(string operation, int cases)
    {
        if (cases < 1)
            throw new SoftmaxException($"{operation}: {cases} cases check nothing; ask for at least 1.");
    }

    private static Tensor[]? Examples(params Tensor?[] given)
    {
        var examples = given.OfType<Tensor>().ToArray();
        return examples.Length == given.Length ? examples
            : examples.Length == 0 ? null
            : throw new SoftmaxException(
                "Check.Gradient: give an example for every argument of the function, or for none.");
    }

    private static CheckResult Run(
        string text,
        Delegate function,
        Func<Tensor[], Tensor> f,
        Tensor[]? examples,
        int cases,
        ulong seed,
        int order)
    {
        if (order is not (1 or 2))
            throw new SoftmaxException($"Check.Gradient: order is {order}; it must be 1 or 2.");
        RequireCases("Check.Gradient", cases);
        if (examples is not null && !Array.Exists(examples, example => example.DType.IsFloat))
            throw new SoftmaxException("Check.Gradient: class labels have no gradient; one example must be floating.");
        var what = order == 1 ? "gradient" : "gradient and second derivatives";
        var name = $"{what} of {Shortened(text)}";
        return CheckSession.Run(
            name,
            cases,
            seed,
            (count, start) => new GradientCheck(name, f, ParameterNames(function)).Run(examples, count, start, order));
    }

    private static string Shortened(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestName ? line : line[..(LongestName - 1)].TrimEnd() + "…";
    }
}
