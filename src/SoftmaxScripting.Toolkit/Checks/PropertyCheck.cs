using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Tries a property on random inputs from FsCheck's generators, and makes the first counter-example as simple as it
/// gets.
/// </summary>
/// <param name="name">The property's name.</param>
/// <param name="argumentNames">What its arguments are called.</param>
/// <param name="inputs">Where its arguments come from.</param>
/// <param name="property">What it claims about them.</param>
internal sealed class PropertyCheck(
    string name, string[] argumentNames, TensorInputs inputs, Func<Tensor[], Claim> property)
{
    /// <summary>Simpler inputs are tried this often at most, so that a slow property ends too.</summary>
    private const int MostAttempts = 5000;

    /// <summary>FsCheck's size of the last case, when none is asked for; the first has size 1.</summary>
    public const int DefaultSize = 100;

    private readonly InputStatistics statistics = new();

    /// <summary>Tries the cases in turn, up to the first counter-example.</summary>
    /// <param name="cases">How many.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <param name="size">The size of the last case.</param>
    /// <param name="replay">The number of the only case to try, as a report names it; 0 for all.</param>
    public CheckResult Run(int cases, ulong seed, int size = DefaultSize, int replay = 0)
    {
        double? worst = null;
        var unit = "";
        for (var i = 0; i < cases; i++)
        {
            if (replay != 0 && i != replay - 1)
                continue;
            Prelude.Cancellation.ThrowIfCancellationRequested();
            var caseSize = 1 + (size - 1) * i / Math.Max(1, cases - 1);
            var random = new Rnd(new SplitMix64(seed, 2, (ulong)i).NextBits());
            var input = inputs.Generator.Sample(1, random, caseSize)[0];
            statistics.Add(input.Tensors);
            var outcome = Try(input);
            if (outcome.Kind is not null)
                return Failed(input, outcome, i, cases, seed);
            statistics.Add(outcome.Claim?.Classes ?? []);
            if (outcome.Claim?.Error is { } error)
                (worst, unit) = (Math.Max(worst ?? 0, error), outcome.Claim.Unit);
        }

        var count = replay != 0
            ? string.Create(CultureInfo.InvariantCulture, $"case {replay} of {cases}")
            : string.Create(CultureInfo.InvariantCulture, $"{cases} {(cases == 1 ? "case" : "cases")}");
        var message = worst is { } w ? $"{count}   worst error {$"{TensorText.Error(w)} {unit}".TrimEnd()}" : count;
        return new CheckResult
        {
            Name = name,
            Passed = true,
            Cases = replay == 0 ? cases : 1,
            Seed = seed,
            WorstError = worst,
            Statistics = statistics,
            Message = message,
            Report = $"✓ {name}   {message}   seed {seed}",
        };
    }

    private CheckResult Failed(TensorInput first, Outcome firstOutcome, int index, int cases, ulong seed)
    {
        var (input, outcome, shrinks) = Simplest(first, firstOutcome);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"✗ {name}   case {index + 1} of {cases}   {Shrinks(shrinks)}   seed {seed}");
        var arguments = input.Tensors.Select((tensor, i) => TensorText.Named(argumentNames[i], tensor));
        foreach (var line in outcome.Lines.Concat(arguments))
            text.Append("\n    ").Append(line.Replace("\n", "\n    ", StringComparison.Ordinal));
        return new CheckResult
        {
            Name = name,
            Passed = false,
            Cases = index + 1,
            Seed = seed,
            Statistics = statistics,
            WorstError = outcome.Claim?.Error,
            Shrinks = shrinks,
            CounterExample = input.Tensors,
            ArgumentNames = argumentNames,
            Message = string.Join("; ", outcome.Lines),
            Report = text.ToString(),
        };
    }

    /// <summary>
    /// Goes from each counter-example to the first simpler one that fails in the same way. One that fails otherwise,
    /// for instance because its shape no longer fits, shows something else and does not count.
    /// </summary>
    private (TensorInput Input, Outcome Outcome, int Shrinks) Simplest(TensorInput input, Outcome outcome)
    {
        var (shrinks, attempts, found) = (0, 0, true);
        while (found)
        {
            found = false;
            foreach (var candidate in inputs.Simpler(input))
            {
                Prelude.Cancellation.ThrowIfCancellationRequested();
                if (attempts++ >= MostAttempts)
                    return (input, outcome, shrinks);
                var tried = Try(candidate);
                if (tried.Kind != outcome.Kind)
                    continue;
                (input, outcome, found) = (candidate, tried, true);
                shrinks++;
                break;
            }
        }

        return (input, outcome, shrinks);
    }

    private Outcome Try(TensorInput input)
    {
        try
        {
            var claim = property(input.Tensors) ?? throw new SoftmaxException(
                $"Property \"{name}\": the function returned null instead of a claim.");
            return claim.Holds
                ? new Outcome(null, claim, [])
                : new Outcome(claim.Label, claim, [.. new[] { claim.Label, claim.Detail }.Where(s => s.Length > 0)]);
        }
        catch (Exception exception) when (GradientCheck.IsOfTheFunction(exception))
        {
            var type = exception.GetType().Name;
            return new Outcome(type, null, [$"the property threw {type}: {exception.Message}"]);
        }
    }

    private static string Shrinks(int count) => count == 1 ? "1 shrink" : $"{count} shrinks";

    /// <summary>What became of one input.</summary>
    /// <param name="Kind">The way it failed; null when it passed.</param>
    /// <param name="Claim">The claim; null when an exception came instead.</param>
    /// <param name="Lines">What to report about a failure.</param>
    private sealed record Outcome(string? Kind, Claim? Claim, string[] Lines);
}
