namespace SoftmaxScripting.Core

open System
open System.Collections.Generic

/// Where a node's elements lie: in the buffer of another node (itself, if it is no view), at an offset, with a stride
/// for each axis. Views cost nothing; only what no strides can describe is copied.
type internal Layout =
    { Base: Expr
      Offset: int
      Strides: int[] }

module internal Layout =

    let own (node: Expr) =
        { Base = node
          Offset = 0
          Strides = Shapes.strides node.Shape }

    /// Elements lie one after another in row-major order (axes of size 1 have no say).
    let isFlat (shape: Shape) (layout: Layout) =
        let expected = Shapes.strides shape

        Seq.forall
            (fun a -> shape[a] = 1 || layout.Strides[a] = expected[a])
            (seq { 0 .. shape.Rank - 1 })

    /// Strides of a reshaped view, when each new axis divides or joins old axes that follow one another in memory.
    let private reshaped (source: Shape) (strides: int[]) (target: Shape) : int[] voption =
        let old =
            [| for a in 0 .. source.Rank - 1 do
                   if source[a] <> 1 then
                       struct (source[a], strides[a]) |]

        let result = Array.zeroCreate target.Rank
        // Runs of old and new axes with equal products are matched from the right.
        let rec matchRuns (o: int) (n: int) =
            if n < 0 then
                true
            elif target[n] = 1 then
                result[n] <- 0
                matchRuns o (n - 1)
            elif o < 0 then
                false
            else
                let struct (oldSize, oldStride) = old[o]
                let mutable runOld, firstOld, joined = oldSize, o, true
                let mutable runNew, firstNew = target[n], n

                while runOld <> runNew && joined do
                    if runOld < runNew then
                        if firstOld = 0 then
                            joined <- false
                        else
                            let struct (innerSize, innerStride) = old[firstOld]
                            firstOld <- firstOld - 1
                            let struct (size, stride) = old[firstOld]
                            joined <- stride = innerSize * innerStride
                            runOld <- runOld * size
                    elif firstNew = 0 then
                        joined <- false
                    else
                        firstNew <- firstNew - 1
                        runNew <- runNew * target[firstNew]

                if not joined then
                    false
                else
                    let mutable stride = oldStride

                    for a in n .. -1 .. firstNew do
                        result[a] <- stride
                        stride <- stride * target[a]

                    matchRuns (firstOld - 1) (firstNew - 1)

        if source.Size = 0 then
            ValueSome(Shapes.strides target)
        elif matchRuns (old.Length - 1) (target.Rank - 1) then
            ValueSome result
        else
            ValueNone

    /// The layout of a view of something with a known layout, if strides can say it.
    let view (node: Expr) (inner: Layout) : Layout voption =
        let source = node.Args[0].Shape

        match node.Op with
        | Op.Broadcast ->
            ValueSome
                { inner with
                    Strides =
                        Array.init node.Shape.Rank (fun a ->
                            if source[a] <> node.Shape[a] then 0 else inner.Strides[a]) }
        | Op.Permute order ->
            ValueSome
                { inner with
                    Strides = order |> Array.map (fun a -> inner.Strides[a]) }
        | Op.Slice(start, step) ->
            let mutable offset = inner.Offset

            for a in 0 .. source.Rank - 1 do
                offset <- offset + start[a] * inner.Strides[a]

            ValueSome
                { inner with
                    Offset = offset
                    Strides = Array.init source.Rank (fun a -> inner.Strides[a] * step[a]) }
        | Op.Reshape ->
            reshaped source inner.Strides node.Shape
            |> ValueOption.map (fun strides -> { inner with Strides = strides })
        | _ -> ValueNone

    /// Fewer axes for the same elements: axes of size 1 go, axes that follow one another in memory join.
    let collapse (shape: Shape) (strides: int[]) : struct (int[] * int[]) =
        let dims, steps = List<int>(), List<int>()

        for a in 0 .. shape.Rank - 1 do
            if shape[a] <> 1 then
                let last = dims.Count - 1

                if last >= 0 && steps[last] = strides[a] * shape[a] then
                    dims[last] <- dims[last] * shape[a]
                    steps[last] <- strides[a]
                else
                    dims.Add shape[a]
                    steps.Add strides[a]

        if dims.Count = 0 then
            struct ([| 1 |], [| 0 |])
        else
            struct (dims.ToArray(), steps.ToArray())

/// What a buffer is for.
[<RequireQualifiedAccess>]
type internal BufferRole =
    /// An argument of the plan.
    | Input of slot: int
    /// Lives between two kernels, in the plan's arena.
    | Intermediate
    /// Handed out when the plan has run.
    | Output

type internal PlanBuffer =
    { DType: DType
      Length: int
      mutable Role: BufferRole }

/// A place in a buffer, in elements.
[<Struct>]
type internal Place = { Buffer: int; Offset: int }

/// Where the elements of a loop's value come from; all are addressed by their flat index in the iteration space.
[<RequireQualifiedAccess>]
type internal Source =
    | Number of float
    /// One after another, in the loop's dtype: read in place.
    | Direct of Place
    /// By strides, converted to the loop's dtype.
    | Strided of Place * dims: int[] * strides: int[]
    /// Element (a, j, c) of [outer, indices, inner] is element (a, index[j], c) of [outer, size, inner].
    | Gathered of Place * index: Place * outer: int * size: int * inner: int * indices: int
    /// Element (a, c) is element (a, index[a, c], c) of [outer, size, inner].
    | Picked of Place * index: Place * outer: int * size: int * inner: int
    /// Element (i, k) is 1 where k is index[i].
    | Hot of index: Place * depth: int
    | Random of Distribution * key: Place

/// What a loop computes from earlier values, all addressed by number.
[<RequireQualifiedAccess>]
type internal Instruction =
    | Unary of Unary * x: int
    | Binary of Binary * a: int * b: int
    | Select of condition: int * a: int * b: int

/// A value of a loop: read or computed.
[<RequireQualifiedAccess>]
type internal LoopValue =
    | Source of Source
    | Computed of Instruction

/// What a reduction keeps: the iteration space seen as [outer, length, inner], reduced over length.
type internal LoopReduction =
    {
        /// None for the index of the largest.
        Op: ReduceOp voption
        Input: int
        Output: Place
        Outer: int
        Length: int
        Inner: int
    }

/// A fused group: one pass over an iteration space that reads, computes, stores and reduces.
type internal Loop =
    {
        DType: DType
        Size: int
        /// Blocks are whole rows of this length where some reduction runs along or across rows; 1 otherwise.
        RowLength: int
        /// Rows that belong together because a reduction runs across just them; 0 when all do.
        SlabRows: int
        Values: LoopValue[]
        Stores: struct (int * Place)[]
        Reductions: LoopReduction[]
    }

/// A step of a plan.
[<RequireQualifiedAccess>]
type internal Kernel =
    | Loop of Loop
    | Product of Product
    /// Rows of [outer, size, inner] chosen by indices.
    | Gather of
        source: Place *
        index: Place *
        target: Place *
        outer: int *
        size: int *
        inner: int *
        indices: int
    | ScatterAdd of
        source: Place *
        index: Place *
        target: Place *
        outer: int *
        size: int *
        inner: int *
        indices: int
    /// Elements of any dtype, moved as they are into a flat buffer.
    | Copy of source: Place * dims: int[] * strides: int[] * target: Place
    /// The part with this number of elements per outer row goes to `at` of rows of `width`.
    | Concat of parts: struct (Place * int)[] * outer: int * target: Place
    /// Zeros, with the source's elements at start + i·step of each axis.
    | Pad of source: Place * shape: Shape * offset: int * strides: int[] * target: Place
    | ToIndex of source: Place * target: Place
    | Stream of RowStream

/// op(A)·op(B) for each entry of a batch.
and internal Product =
    { Rows: int
      Columns: int
      Inner: int
      Left: Factor
      Right: Factor
      Target: Place
      Batch: int[] }

/// A factor: its first element, leading dimension, orientation and the strides of the batch axes.
and internal Factor =
    { Place: Place
      Leading: int
      Transposed: bool
      BatchStrides: int[] }

/// Kernels that go together through the rows of a batch, some rows at a time, so that what one leaves is still in the
/// cache when the next reads it.
and internal RowStream =
    {
        Rows: int
        /// Rows that go through all stages before the next do.
        ChunkRows: int
        /// The rows are cut into so many parts, which threads share; a part keeps sums of its own.
        Parts: int
        Stages: Stage[]
    }

/// What a kernel does with some rows of a batch.
and [<RequireQualifiedAccess>] internal Stage =
    /// The part of the iteration space that belongs to the rows: so many elements each.
    | Loop of Loop * width: int
    /// Rows of op(A)·op(B) from rows of A, with B packed once.
    | Product of Product * prepared: Place
    /// A product over the rows, Aᵀ·B, as the sum of what each part gives. Where the target has more rows than columns the
    /// partial sums are kept transposed, which lets vectors run along the long side.
    | Sum of Product * partial: Place * isTransposed: bool
    /// The rows that indices choose.
    | Gather of source: Place * index: Place * target: Place * size: int * inner: int
