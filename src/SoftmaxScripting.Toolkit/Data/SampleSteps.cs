using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;

namespace SoftmaxScripting.Toolkit;

/// <summary>One step from what is stored to what a model sees.</summary>
internal abstract record SampleStep;

/// <summary>A step that is a formula, and can be recorded.</summary>
/// <param name="Of">Of a batch.</param>
internal sealed record FormulaStep(Func<Tensor, Tensor> Of) : SampleStep;

/// <summary>A step that needs values: it draws random numbers for each row.</summary>
/// <param name="Of">Of a batch and its rows' random numbers.</param>
internal sealed record DrawnStep(Func<Tensor, RowDraws, Tensor> Of) : SampleStep;

/// <summary>
/// Random numbers for the rows of a batch: a function of seed, pass, step and row alone, so that a resumed run draws the same
/// ones, whatever the batches.
/// </summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Pass">The pass over the data.</param>
/// <param name="Rows">The numbers of the rows.</param>
internal readonly record struct RowDraws(ulong Seed, int Pass, int[] Rows)
{
    /// <summary>The numbers of one step, apart from those of all others.</summary>
    public RowDraws For(int step)
    {
        const uint augmentation = 0xA06_0001;
        var (low, high, _, _) = Philox.Block((uint)step, augmentation, 0, 0, (uint)Seed, (uint)(Seed >> 32));
        return this with { Seed = low | ((ulong)high << 32) };
    }

    /// <summary>Uniform numbers in [0, 1) for a row of the batch.</summary>
    public void Uniform(int index, Span<float> numbers) => Philox.Uniform(Seed, StreamOf(index), 0, numbers);

    /// <summary>Standard normal numbers for a row of the batch.</summary>
    public void Normal(int index, Span<float> numbers) => Philox.Normal(Seed, StreamOf(index), 0, numbers);

    private ulong StreamOf(int index) => ((ulong)(uint)Pass << 32) | (uint)Rows[index];
}
