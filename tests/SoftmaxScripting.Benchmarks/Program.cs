using System.Globalization;
using SoftmaxScripting.Benchmarks;

// compare [ROUNDS]: the jobs beside their peers, in turns, with medians and ratios.
return args switch
{
    ["compare"] => SoftmaxRegression.Compare(rounds: 5),
    ["compare", var rounds] when int.TryParse(rounds, CultureInfo.InvariantCulture, out var count) && count > 0 =>
        SoftmaxRegression.Compare(count),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet run --project tests/SoftmaxScripting.Benchmarks -- compare [ROUNDS]");
    return 2;
}
