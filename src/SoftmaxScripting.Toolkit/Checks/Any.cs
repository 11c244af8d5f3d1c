using FsCheck;
using FsCheck.Fluent;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Random tensors for properties, in float64. Sizes that are left out are drawn anew for each case, 1 to 6 rows and 1
/// to 7 columns, and are the same for all arguments of one property.
/// </summary>
public static class Any
{
    /// <summary>
    /// Any finite numbers, moderate for the most part and sometimes tiny, tied or as large as ±10⁴.
    /// </summary>
    /// <param name="shape">
    /// The sizes of the axes; −1 leaves the first (rows) or the last of several (columns) open. None gives
    /// [rows, columns], both open.
    /// </param>
    /// <exception cref="ShapeException">
    /// A size is 0 or less, or one between the first and the last is left open.
    /// </exception>
    public static TensorArbitrary Tensor(params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Length == 0)
            shape = [-1, -1];
        var axes = new DrawnAxis[shape.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            var role = i == 0 ? AxisRole.Rows : i == axes.Length - 1 ? AxisRole.Columns : AxisRole.Own;
            if (shape[i] < 1 && (shape[i] != -1 || role == AxisRole.Own))
            {
                throw new ShapeException(
                    "Any.Tensor",
                    $"[{string.Join(", ", shape)}]: sizes are at least 1; -1 leaves the first or the last open");
            }

            axes[i] = new DrawnAxis(role, shape[i] == -1 ? null : shape[i]);
        }

        return new TensorArbitrary(axes, Numbers.Mixed);
    }

    /// <summary>Numbers within ±5, without extremes, so that products and differences keep their digits.</summary>
    /// <param name="shape">As for <see cref="Tensor"/>.</param>
    /// <exception cref="ShapeException">As for <see cref="Tensor"/>.</exception>
    public static TensorArbitrary Moderate(params int[] shape) => Tensor(shape).With(
        Numbers.Moderate,
        (elements, _, _) => Array.TrueForAll(elements, e => Math.Abs(e) <= 5) ? elements : null);

    /// <summary>
    /// Logits [rows, classes]: moderate, extreme up to ±10⁴, with ties, with a large common offset.
    /// </summary>
    /// <param name="rows">The number of rows, or null to draw it.</param>
    /// <param name="classes">The number of classes, or null to draw it.</param>
    /// <param name="masked">Whether some entries are −∞; at least one of each row is not.</param>
    public static TensorArbitrary Logits(int? rows = null, int? classes = null, bool masked = false) =>
        new(Matrix("Logits", rows, classes), masked ? Numbers.Masked : Numbers.Mixed)
        {
            Repair = (elements, shape, _) =>
                Rows.All(elements, shape, row => row.ContainsAnyExcept(double.NegativeInfinity)) ? elements : null,
        };

    /// <summary>Rows of probabilities [rows, classes]: above 0, or from 0 on, adding up to 1.</summary>
    /// <param name="rows">The number of rows, or null to draw it.</param>
    /// <param name="classes">The number of classes, or null to draw it.</param>
    /// <param name="zeros">Whether some are 0.</param>
    public static TensorArbitrary Probabilities(int? rows = null, int? classes = null, bool zeros = false) =>
        new(Matrix("Probabilities", rows, classes), zeros ? Numbers.SharesWithZeros : Numbers.Shares)
        {
            Repair = (elements, shape, _) => Rows.Normalised(elements, shape, mayBeZero: zeros),
        };

    /// <summary>Class labels [rows], int32, from 0 to classes − 1.</summary>
    /// <param name="classes">The number of classes, or null for as many as the other arguments have columns.</param>
    /// <param name="rows">The number of rows, or null to draw it.</param>
    public static TensorArbitrary Labels(int? classes = null, int? rows = null)
    {
        RequireSizes("Labels", rows, classes);
        return new TensorArbitrary(
            [new DrawnAxis(AxisRole.Rows, rows)],
            (shape, sizes) => Numbers.Array(
                Gen.Choose(0, (classes ?? sizes.Columns) - 1).Select(label => (double)label), shape))
        {
            IsLabels = true,
            Repair = (elements, _, sizes) => Array.TrueForAll(
                elements, e => e >= 0 && e < (classes ?? sizes.Columns) && double.IsInteger(e))
                ? elements
                : null,
        };
    }

    /// <summary>Rows [rows, classes] that are 1 in one place and 0 elsewhere.</summary>
    /// <param name="rows">The number of rows, or null to draw it.</param>
    /// <param name="classes">The number of classes, or null to draw it.</param>
    public static TensorArbitrary OneHot(int? rows = null, int? classes = null) =>
        new(Matrix("OneHot", rows, classes), Numbers.OneHot)
        {
            Repair = (elements, shape, _) => Rows.OneHot(elements, shape),
        };

    /// <summary>
    /// Targets [rows, classes] that add up to 1 in each row: one-hot ones, smoothed ones (1 − ε)·onehot + ε/K, and any
    /// distribution.
    /// </summary>
    /// <param name="rows">The number of rows, or null to draw it.</param>
    /// <param name="classes">The number of classes, or null to draw it.</param>
    public static TensorArbitrary SoftTargets(int? rows = null, int? classes = null) =>
        new(Matrix("SoftTargets", rows, classes), Numbers.SoftTargets)
        {
            Repair = (elements, shape, _) => Rows.Normalised(elements, shape, mayBeZero: true),
        };

    /// <summary>Symmetric positive definite matrices [n, n].</summary>
    /// <param name="size">n, or null for as many as the other arguments have columns.</param>
    public static TensorArbitrary PositiveDefinite(int? size = null)
    {
        RequireSizes("PositiveDefinite", null, size);
        var axis = new DrawnAxis(AxisRole.Columns, size);
        return new TensorArbitrary([axis, axis], Numbers.PositiveDefinite)
        {
            Repair = (elements, shape, _) => SymmetricMatrix.Repaired(elements, shape[0]),
        };
    }

    /// <summary>Numbers above 0, from 10⁻⁸ to 10⁴.</summary>
    /// <param name="shape">As for <see cref="Tensor"/>.</param>
    /// <exception cref="ShapeException">As for <see cref="Tensor"/>.</exception>
    public static TensorArbitrary Positive(params int[] shape) => Tensor(shape).With(
        Numbers.Positive,
        (elements, _, _) => Array.TrueForAll(elements, e => e > 0 && double.IsFinite(e)) ? elements : null);

    private static DrawnAxis[] Matrix(string name, int? rows, int? classes)
    {
        RequireSizes(name, rows, classes);
        return [new DrawnAxis(AxisRole.Rows, rows), new DrawnAxis(AxisRole.Columns, classes)];
    }

    private static void RequireSizes(string name, int? rows, int? classes)
    {
        if (rows < 1 || classes < 1)
            throw new ShapeException($"Any.{name}", $"{rows ?? classes} is no size; sizes are at least 1");
    }
}
