namespace SoftmaxScripting.Core

open System

/// <summary>The sizes of a tensor's axes, outermost first. Immutable; equal when the sizes are.</summary>
[<Sealed; AllowNullLiteral>]
type Shape private (dims: int[], size: int) =

    static let scalar = Shape([||], 1)

    let hash =
        let mutable h = dims.Length

        for d in dims do
            h <- h * 31 + d

        h

    static member private SizeOf(dims: int[]) =
        let mutable total = 1L

        for d in dims do
            if d < 0 then
                raise (
                    ShapeException("Shape", $"""[{String.Join(", ", dims)}] has a negative size""")
                )

            total <- total * int64 d

            if total > int64 Int32.MaxValue then
                raise (
                    ShapeException(
                        "Shape",
                        $"""[{String.Join(", ", dims)}] has more than {Int32.MaxValue} elements, the most that one tensor holds"""
                    )
                )

        int total

    /// <summary>The shape with these sizes; no sizes give the scalar shape [].</summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">A size is negative, or there are more than 2³¹−1 elements.</exception>
    static member Of([<ParamArray>] dims: int[]) =
        if dims.Length = 0 then
            scalar
        else
            Shape(Array.copy dims, Shape.SizeOf dims)

    /// <summary>The shape of a single number: no axes, one element.</summary>
    static member Scalar = scalar

    /// <summary>The number of axes.</summary>
    member _.Rank = dims.Length

    /// <summary>The number of elements: the product of the sizes.</summary>
    member _.Size = size

    /// <summary>The size of one axis; negative numbers count from the last.</summary>
    member _.Item
        with get (axis: int) = if axis < 0 then dims[axis + dims.Length] else dims[axis]

    /// <summary>A fresh array of the sizes.</summary>
    member _.ToArray() = Array.copy dims

    member internal _.Dims = dims

    /// <summary>True when the sizes are the same.</summary>
    member _.Equals(other: Shape) =
        not (isNull other)
        && ReadOnlySpan<int>(dims).SequenceEqual(ReadOnlySpan<int>(other.Dims))

    override this.Equals(other: obj) =
        match other with
        | :? Shape as shape -> this.Equals shape
        | _ -> false

    override _.GetHashCode() = hash
    override _.ToString() = $"""[{String.Join(", ", dims)}]"""

    interface IEquatable<Shape> with
        member this.Equals other = this.Equals other

/// Arithmetic of shapes and axes.
module internal Shapes =

    /// Row-major strides in elements.
    let strides (shape: Shape) =
        let result = Array.zeroCreate shape.Rank
        let mutable step = 1

        for axis in shape.Rank - 1 .. -1 .. 0 do
            result[axis] <- step
            step <- step * shape[axis]

        result

    /// The axis as a number from 0, after a check.
    let axis operation (shape: Shape) axis =
        if axis < -shape.Rank || axis >= shape.Rank then
            raise (
                ShapeException(
                    operation,
                    $"axis {axis} does not exist in shape {shape}"
                    + (if shape.Rank = 0 then
                           ", a scalar"
                       else
                           $"; axes run from {-shape.Rank} to {shape.Rank - 1}")
                )
            )

        if axis < 0 then axis + shape.Rank else axis

    /// Axes as sorted distinct numbers from 0; none given means all.
    let axes operation (shape: Shape) (given: int[]) =
        if isNull given || given.Length = 0 then
            Array.init shape.Rank id
        else
            let sorted = given |> Array.map (axis operation shape) |> Array.sort

            if (Array.distinct sorted).Length <> sorted.Length then
                raise (
                    ShapeException(
                        operation,
                        $"""axes [{String.Join(", ", given)}] name one axis twice"""
                    )
                )

            sorted

    /// The shape with these axes kept as size 1.
    let reduced (shape: Shape) (axes: int[]) =
        let dims = shape.ToArray()

        for a in axes do
            dims[a] <- 1

        Shape.Of dims

    /// The shape without these axes.
    let without (shape: Shape) (axes: int[]) =
        shape.Dims
        |> Array.indexed
        |> Array.filter (fun (i, _) -> not (Array.contains i axes))
        |> Array.map snd
        |> fun kept -> Shape.Of kept

    /// NumPy's broadcasting rule (the operation is named only in a refusal, so that no string is made before): aligned at the last axis, sizes agree or one of them is 1.
    let broadcast (operation: obj) (a: Shape) (b: Shape) =
        if a.Equals b then
            a
        else
            let rank = max a.Rank b.Rank

            let dims =
                Array.init rank (fun i ->
                    let x = if i < rank - a.Rank then 1 else a[i - rank + a.Rank]
                    let y = if i < rank - b.Rank then 1 else b[i - rank + b.Rank]

                    if x = y || y = 1 then
                        x
                    elif x = 1 then
                        y
                    else
                        raise (
                            ShapeException(
                                string operation,
                                $"{a} and {b} do not fit: sizes {x} and {y} on axis {i - rank} differ and neither is 1"
                            )
                        ))

            Shape.Of dims
