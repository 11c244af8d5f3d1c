using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>Means and standard deviations of inputs (σ² = Σ(x − mean)²/n), read in batches and summed in double precision.</summary>
internal static class InputMoments
{
    private const int Rows = 2000;

    /// <summary>Over all numbers together.</summary>
    public static (double Mean, double Deviation) OfAll(Samples samples)
    {
        double sum = 0, squares = 0;
        long count = 0;
        foreach (var (inputs, _) in samples.Batches(Rows, shuffle: false))
        {
            sum += inputs.ToDouble().Sum().Item();
            count += inputs.Size;
        }

        var mean = sum / count;
        foreach (var (inputs, _) in samples.Batches(Rows, shuffle: false))
            squares += (inputs.ToDouble() - mean).Pow(2).Sum().Item();
        return (mean, Math.Sqrt(squares / count));
    }

    /// <summary>For each number of a row on its own, as tensors of one row's shape.</summary>
    public static (Tensor Mean, Tensor Deviation) OfEach(Samples samples)
    {
        var zero = Tensor.Zeros([.. samples.InputShape]).ToDouble();
        var sum = samples.Batches(Rows, shuffle: false).Aggregate(zero, (s, batch) => s + batch.Inputs.ToDouble().Sum(0));
        var mean = sum / samples.Count;
        var squares = samples.Batches(Rows, shuffle: false)
            .Aggregate(zero, (s, batch) => s + (batch.Inputs.ToDouble() - mean).Pow(2).Sum(0));
        return (mean.ToFloat(), (squares / samples.Count).Sqrt().ToFloat());
    }
}
