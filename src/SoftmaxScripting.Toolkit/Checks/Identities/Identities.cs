using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using FsCheck;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The identities of softmax, of its losses and of backpropagation, each with its source and a property that tries it
/// on random inputs.
/// </summary>
/// <example><code>Identities.CheckAll();</code></example>
public static partial class Identities
{
    /// <summary>Every identity, in the order of the groups.</summary>
    public static IReadOnlyList<Identity> All { get; } =
        [.. SoftmaxRows(), .. LogSumExpRows(), .. CrossEntropyRows(), .. LossRows(), .. FunctionRows(), .. MatrixRows()];

    /// <summary>Tries every identity and prints a line for each, under the names of the groups.</summary>
    /// <param name="cases">Random inputs for each.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <returns>The results, in the order of <see cref="All"/>.</returns>
    /// <exception cref="SoftmaxException">The number of cases is below 1.</exception>
    public static IReadOnlyList<CheckResult> CheckAll(int cases = 100, ulong seed = Check.DefaultSeed)
    {
        var results = new List<CheckResult>();
        var group = "";
        foreach (var identity in All)
        {
            if (identity.Group != group)
            {
                Console.WriteLine(results.Count == 0 ? identity.Group : "\n" + identity.Group);
                group = identity.Group;
            }

            results.Add(identity.Try(cases, seed));
        }

        return results;
    }

    /// <summary>The catalogue as a Markdown page, from which docs/identities.md is made.</summary>
    public static string Page()
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# {All.Count} identities\n\n").Append(
            "What the toolkit's softmax, losses and derivatives are held to, in float64, on random inputs with ties,\n"
            + "extreme numbers and −∞ among them. `Identities.CheckAll()` tries them all.\n\n"
            + "This page is made from the catalogue; after a change make it anew:\n\n"
            + "    dotnet run -- experiments/identities.csx --page docs/identities.md\n");
        foreach (var group in All.GroupBy(identity => identity.Group))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {group.Key}\n\n| identity | source | as code |\n| --- | --- | --- |\n");
            foreach (var identity in group)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| {Cell(identity.Name)} | {Cell(identity.Source)} | `{Cell(identity.Code)}` |\n");
            }
        }

        return page.ToString();
    }

    // A bar would end the cell, in code too.
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static Identity Row(
        string group,
        string name,
        string source,
        Func<Tensor, Claim> claim,
        Arbitrary<Tensor>? input = null,
        [CallerArgumentExpression(nameof(claim))] string code = "") =>
        new(group, name, source, code, claim, args => claim(args[0]), [input ?? Any.Tensor()]);

    private static Identity Row(
        string group,
        string name,
        string source,
        Func<Tensor, Tensor, Claim> claim,
        Arbitrary<Tensor>? first = null,
        Arbitrary<Tensor>? second = null,
        [CallerArgumentExpression(nameof(claim))] string code = "") =>
        new(group, name, source, code, claim, args => claim(args[0], args[1]), [first ?? Any.Tensor(), second ?? Any.Tensor()]);

    private static Identity Row(
        string group,
        string name,
        string source,
        Func<Tensor, Tensor, Tensor, Claim> claim,
        Arbitrary<Tensor>? first = null,
        Arbitrary<Tensor>? second = null,
        Arbitrary<Tensor>? third = null,
        [CallerArgumentExpression(nameof(claim))] string code = "") => new(
            group,
            name,
            source,
            code,
            claim,
            args => claim(args[0], args[1], args[2]),
            [first ?? Any.Tensor(), second ?? Any.Tensor(), third ?? Any.Tensor()]);

    /// <summary>The entries of the last axis in reverse order.</summary>
    private static Tensor Flip(Tensor z) =>
        z.Gather(Tensor.Of([.. Enumerable.Range(0, z.Shape[-1]).Reverse()]), -1);

    /// <summary>The matrix with a vector on its diagonal.</summary>
    private static Tensor Diagonal(Tensor p) => p.Reshape(-1, 1) * Tensor.Eye(p.Size).ToDouble();

    /// <summary>Σ p log p in each row, where 0 log 0 is 0.</summary>
    private static Tensor NegativeEntropy(Tensor p) =>
        (p * Prelude.Where(p > 0, p.Log(), 0)).Sum(-1);

    /// <summary>Σ p (log p − log q) in each row.</summary>
    private static Tensor Divergence(Tensor p, Tensor q) => (p * (p.Log() - q.Log())).Sum(-1);
}
