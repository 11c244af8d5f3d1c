using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Arguments of a function as one long vector of their floating elements: the space in which directions are drawn.
/// Class labels stay as they are.
/// </summary>
internal sealed class GradientPoint
{
    private readonly int[] starts;

    /// <summary>The point of some arguments; floating ones are converted to float64.</summary>
    /// <param name="arguments">The arguments.</param>
    public GradientPoint(IEnumerable<Tensor> arguments)
    {
        Arguments = [.. arguments.Select(a => a.DType.IsFloat ? a.ToDouble() : a)];
        starts = new int[Arguments.Length + 1];
        for (var i = 0; i < Arguments.Length; i++)
            starts[i + 1] = starts[i] + (Arguments[i].DType.IsFloat ? Arguments[i].Size : 0);
        Values = Flat(i => Arguments[i]);
    }

    /// <summary>The arguments.</summary>
    public Tensor[] Arguments { get; }

    /// <summary>All floating elements, one argument after another.</summary>
    public double[] Values { get; }

    /// <summary>The arguments with other floating elements.</summary>
    /// <param name="values">As many as <see cref="Values"/>.</param>
    public Tensor[] With(double[] values) =>
        [.. Arguments.Select((a, i) => a.DType.IsFloat
            ? Tensor.Of(values[starts[i]..starts[i + 1]]).Reshape(a.Shape.ToArray())
            : a)];

    /// <summary>One vector of what belongs to each floating argument, such as its gradient.</summary>
    /// <param name="part">The tensor that belongs to an argument, of the argument's shape.</param>
    public double[] Flat(Func<int, Tensor> part)
    {
        var flat = new double[starts[^1]];
        for (var i = 0; i < Arguments.Length; i++)
        {
            if (Arguments[i].DType.IsFloat)
                part(i).ToDoubles().CopyTo(flat, starts[i]);
        }

        return flat;
    }

    /// <summary>The argument an element belongs to, and its place there.</summary>
    /// <param name="element">The element's number in <see cref="Values"/>.</param>
    public (int Argument, int[] Index) Locate(int element)
    {
        var argument = 0;
        while (element >= starts[argument + 1])
            argument++;
        return (argument, TensorText.IndexOf(Arguments[argument].Shape, element - starts[argument]));
    }
}
