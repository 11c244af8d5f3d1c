using FsCheck;
using FsCheck.Fluent;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Random tensors of one kind, and how they become simpler: fewer rows and columns, and numbers nearer to 0, 1, −1,
/// halves and few digits, always of the same kind. Made by <see cref="Any"/>; an FsCheck arbitrary like any other.
/// </summary>
/// <remarks>
/// The arguments of one property share the sizes that are left open: <c>Any.Logits()</c> with <c>Any.OneHot()</c>
/// have as many rows and classes as each other, in every case and in every simpler one.
/// </remarks>
public sealed class TensorArbitrary : Arbitrary<Tensor>
{
    private readonly DrawnAxis[] axes;
    private readonly Func<int[], Sizes, Gen<double[]>> values;

    /// <summary>Tensors of one kind.</summary>
    /// <param name="axes">The axes.</param>
    /// <param name="values">The elements, for a shape and the sizes it came from.</param>
    internal TensorArbitrary(DrawnAxis[] axes, Func<int[], Sizes, Gen<double[]>> values)
    {
        this.axes = axes;
        this.values = values;
    }

    /// <inheritdoc/>
    public override Gen<Tensor> Generator => new TensorInputs(this).Generator.Select(input => input.Tensors[0]);

    /// <summary>Tensors of the same shapes with other elements.</summary>
    /// <param name="elements">The elements, for a shape and the sizes it came from.</param>
    /// <param name="repair">See <see cref="Repair"/>.</param>
    internal TensorArbitrary With(
        Func<int[], Sizes, Gen<double[]>> elements, Func<double[], int[], Sizes, double[]?> repair) =>
        new(axes, elements) { Repair = repair };

    /// <summary>Whether the elements are class labels, int32.</summary>
    internal bool IsLabels { get; init; }

    /// <summary>
    /// The nearest elements of the same kind after some were changed or taken away, or null where there are none.
    /// </summary>
    internal Func<double[], int[], Sizes, double[]?> Repair { get; init; } = (elements, _, _) => elements;

    /// <summary>The size given for the rows or columns; null where it is open.</summary>
    /// <param name="role">Rows or columns.</param>
    internal int? FixedSize(AxisRole role) =>
        axes.FirstOrDefault(axis => axis.Role == role && axis.Fixed is not null).Fixed;

    /// <summary>The size that a tensor of this kind has for the rows or columns; null where it has none.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="role">Rows or columns.</param>
    internal int? SizeIn(Tensor tensor, AxisRole role)
    {
        var axis = Array.FindIndex(axes, a => a.Role == role);
        return axis < 0 ? null : tensor.Shape[axis];
    }

    /// <summary>Tensors of these sizes.</summary>
    /// <param name="sizes">The sizes drawn.</param>
    internal Gen<Tensor> Draw(Sizes sizes)
    {
        int[] shape = [.. axes.Select(axis => axis.Size(sizes))];
        return values(shape, sizes).Select(elements => Make(elements, shape));
    }

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Shrinker(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var inputs = new TensorInputs(this);
        return inputs.Simpler(inputs.Of(value)).Select(input => input.Tensors[0]);
    }

    /// <summary>The tensor without one row or column, or null where nothing of the kind remains.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="role">Rows or columns.</param>
    /// <param name="index">Which one.</param>
    /// <param name="sizes">The sizes without it.</param>
    internal Tensor? Without(Tensor tensor, AxisRole role, int index, Sizes sizes)
    {
        var (elements, shape) = (tensor.ToDoubles(), tensor.Shape.ToArray());
        for (var axis = 0; axis < axes.Length; axis++)
        {
            if (axes[axis].Role == role)
                elements = Remove(elements, shape, axis, index);
        }

        return Repaired(elements, shape, sizes);
    }

    /// <summary>
    /// Tensors of the same shape with simpler elements; some may not be of the kind and are left out.
    /// </summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="sizes">Its sizes.</param>
    internal IEnumerable<Tensor> WithSimplerElements(Tensor tensor, Sizes sizes)
    {
        var (elements, shape) = (tensor.ToDoubles(), tensor.Shape.ToArray());
        return NumberShrinker.Candidates(elements)
            .Select(candidate => Repaired(candidate, shape, sizes))
            .OfType<Tensor>();
    }

    private Tensor? Repaired(double[] elements, int[] shape, Sizes sizes) =>
        Repair(elements, shape, sizes) is { } repaired ? Make(repaired, shape) : null;

    private Tensor Make(double[] elements, int[] shape) => IsLabels
        ? Tensor.Of(Array.ConvertAll(elements, e => (int)e)).Reshape(shape)
        : Tensor.Of(elements).Reshape(shape);

    /// <summary>Takes one entry of an axis away, and changes the shape accordingly.</summary>
    private static double[] Remove(double[] elements, int[] shape, int axis, int index)
    {
        var inner = shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
        var size = shape[axis];
        shape[axis] = size - 1;
        return [.. elements.Where((_, i) => i / inner % size != index)];
    }
}
