using FsCheck;
using FsCheck.Fluent;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit.Tests;

internal static class CheckTestExtensions
{
    /// <summary>Only tensors whose elements are within ±6.</summary>
    public static Arbitrary<Tensor> Moderate(this Arbitrary<Tensor> arbitrary) =>
        arbitrary.Filter(tensor => Array.TrueForAll(tensor.ToDoubles(), x => Math.Abs(x) <= 6));
}
