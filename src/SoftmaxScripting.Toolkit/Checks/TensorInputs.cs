using FsCheck;
using FsCheck.Fluent;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>The arguments of a property in one case.</summary>
/// <param name="Tensors">The arguments.</param>
/// <param name="Sizes">The sizes they share.</param>
internal sealed record TensorInput(Tensor[] Tensors, Sizes Sizes);

/// <summary>
/// Generates and simplifies the arguments of a property together, so that sizes they share stay shared.
/// </summary>
/// <param name="arbitraries">Where each argument comes from.</param>
internal sealed class TensorInputs(params Arbitrary<Tensor>[] arbitraries)
{
    private readonly TensorArbitrary[] own = [.. arbitraries.OfType<TensorArbitrary>()];

    /// <summary>The arguments of a case.</summary>
    public Gen<TensorInput> Generator =>
        from sizes in Sizes.Generator(FixedSize(AxisRole.Rows), FixedSize(AxisRole.Columns))
        from tensors in Gen.CollectToArray(arbitraries, a => a is TensorArbitrary t ? t.Draw(sizes) : a.Generator)
        select new TensorInput(tensors, sizes);

    /// <summary>An input of arguments that came from elsewhere: its sizes are read from them.</summary>
    /// <param name="tensors">The arguments.</param>
    public TensorInput Of(params Tensor[] tensors) =>
        new(tensors, new Sizes(SizeIn(tensors, AxisRole.Rows), SizeIn(tensors, AxisRole.Columns)));

    /// <summary>Simpler inputs, the simplest first; each is less than the input in an order that ends.</summary>
    /// <param name="input">The input.</param>
    public IEnumerable<TensorInput> Simpler(TensorInput input)
    {
        var complexity = Complexity.Of(input.Tensors);
        return Fewer(input, AxisRole.Rows)
            .Concat(Fewer(input, AxisRole.Columns))
            .Concat(Arguments(input))
            .Where(candidate => Complexity.Of(candidate.Tensors).CompareTo(complexity) < 0);
    }

    /// <summary>The input without one of the rows or columns that all its arguments share.</summary>
    private IEnumerable<TensorInput> Fewer(TensorInput input, AxisRole role)
    {
        var isRows = role == AxisRole.Rows;
        var size = isRows ? input.Sizes.Rows : input.Sizes.Columns;
        if (size <= 1 || FixedSize(role) is not null)
            yield break;
        var sizes = isRows ? input.Sizes with { Rows = size - 1 } : input.Sizes with { Columns = size - 1 };
        for (var index = size - 1; index >= 0; index--)
        {
            var tensors = new Tensor?[arbitraries.Length];
            for (var i = 0; i < tensors.Length; i++)
            {
                tensors[i] = arbitraries[i] is TensorArbitrary arbitrary
                    ? arbitrary.Without(input.Tensors[i], role, index, sizes)
                    : input.Tensors[i];
            }

            if (Array.TrueForAll(tensors, tensor => tensor is not null))
                yield return new TensorInput(tensors!, sizes);
        }
    }

    /// <summary>The input with one argument simpler.</summary>
    private IEnumerable<TensorInput> Arguments(TensorInput input)
    {
        for (var i = 0; i < arbitraries.Length; i++)
        {
            var simpler = arbitraries[i] is TensorArbitrary arbitrary
                ? arbitrary.WithSimplerElements(input.Tensors[i], input.Sizes)
                : arbitraries[i].Shrinker(input.Tensors[i]);
            foreach (var candidate in simpler)
            {
                var tensors = (Tensor[])input.Tensors.Clone();
                tensors[i] = candidate;
                yield return input with { Tensors = tensors };
            }
        }
    }

    private int? FixedSize(AxisRole role) =>
        own.Select(a => a.FixedSize(role)).FirstOrDefault(size => size is not null);

    private int SizeIn(Tensor[] tensors, AxisRole role)
    {
        for (var i = 0; i < tensors.Length; i++)
        {
            if (arbitraries[i] is TensorArbitrary arbitrary && arbitrary.SizeIn(tensors[i], role) is { } size)
                return size;
        }

        // Labels alone have no columns: as many classes as they name.
        return 1 + (int)tensors.SelectMany(t => t.ToDoubles()).Append(0).Max();
    }

    /// <summary>
    /// How complicated arguments are, in an order in which everything has finitely many simpler things.
    /// </summary>
    private readonly record struct Complexity(int Elements, long Digits, long Places) : IComparable<Complexity>
    {
        public static Complexity Of(Tensor[] tensors)
        {
            var (elements, digits, places) = (0, 0L, 0L);
            foreach (var tensor in tensors)
            {
                var values = tensor.ToDoubles();
                elements += values.Length;
                for (var i = 0; i < values.Length; i++)
                {
                    digits += NumberShrinker.Complexity(values[i]);
                    places += values[i] == 0 ? 0 : i;
                }
            }

            return new Complexity(elements, digits, places);
        }

        public int CompareTo(Complexity other) =>
            (Elements, Digits, Places).CompareTo((other.Elements, other.Digits, other.Places));
    }
}
