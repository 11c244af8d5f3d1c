using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>What became of one item of <see cref="Check.Loss"/>.</summary>
/// <param name="Name">The item, <c>convex in the prediction</c>.</param>
/// <param name="IsFinding">
/// Whether it is a fact to be found, which may hold or not, and not a requirement whose failure is a fault.
/// </param>
/// <param name="Holds">Whether it holds for every input tried.</param>
/// <param name="Result">The inputs tried, and where it does not hold the counter-example.</param>
public sealed record LossItem(string Name, bool IsFinding, bool Holds, CheckResult Result);

/// <summary>What <see cref="Check.Loss"/> found out about a loss.</summary>
/// <param name="Name">What the loss is called.</param>
/// <param name="Target">The kind of target it was tried with.</param>
/// <param name="Items">The items, in the order of their lines.</param>
public sealed record LossReport(string Name, TargetKind Target, IReadOnlyList<LossItem> Items)
{
    /// <summary>Whether there was no fault; findings do not count.</summary>
    public bool Passed => Items.All(item => item.IsFinding || item.Holds);

    /// <summary>An item by its name; null where it does not apply to this kind of loss.</summary>
    /// <param name="name">The name, <c>convex in the prediction</c>.</param>
    public LossItem? Find(string name) => Items.FirstOrDefault(item => item.Name == name);

    /// <summary>The lines that were printed.</summary>
    public override string ToString() => string.Join('\n', Items.Select(item => item.Result.Report));
}
