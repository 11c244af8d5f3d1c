namespace SoftmaxScripting.Toolkit;

/// <summary>
/// What a property says about one input, with the numbers behind it: made by <see cref="Prelude.Near(Core.Tensor,
/// Core.Tensor, double, double, string, string)"/>, <see cref="Prelude.NearZero(Core.Tensor, double, string)"/>,
/// <see cref="Prelude.AtMost(Core.Tensor, Core.Tensor, double, string, string)"/>,
/// <see cref="Prelude.Everywhere(Core.Tensor, string)"/> and <see cref="Prelude.AllOf(Claim[])"/>.
/// </summary>
public sealed record Claim
{
    /// <summary>Whether it holds.</summary>
    public required bool Holds { get; init; }

    /// <summary>What was claimed, <c>z.Softmax().Sum(-1) near 1</c>.</summary>
    public required string Label { get; init; }

    /// <summary>Where it holds least, <c>at [0]: NaN against 1</c>.</summary>
    public required string Detail { get; init; }

    /// <summary>The largest error met; null where nothing was measured.</summary>
    public double? Error { get; init; }

    /// <summary>What the error is counted in, <c>ulp</c>; empty where it is relative or absolute.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The names of the classes that the input belongs to, see <see cref="Classified"/>.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>
    /// Counts the input in a class of the statistics, so that one sees whether the interesting inputs were tried:
    /// <c>Near(…).Classified(z.Shape[0] > 1, "several rows")</c>.
    /// </summary>
    /// <param name="belongs">Whether the input belongs to the class.</param>
    /// <param name="name">The name of the class.</param>
    public Claim Classified(bool belongs, string name) => belongs ? this with { Classes = [.. Classes, name] } : this;

    /// <summary>The same claim under another label.</summary>
    /// <param name="label">What the report calls it.</param>
    public Claim Named(string label) => this with { Label = label };
}
