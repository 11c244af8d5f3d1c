namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices
open SoftmaxScripting.Kernels

/// A reduction in progress over one piece of a loop. What is complete is written at once; what runs across pieces is
/// kept in accumulators (sums in double) and merged in the order of the pieces.
[<Sealed>]
type internal ReductionState<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>>
    (reduction: LoopReduction, rowLength: int, slabLength: int, blockLength: int) =

    /// Along rows: each row gives one result.
    let alongRows = reduction.Inner = 1 && rowLength > 1 && reduction.Length = rowLength
    /// Everything into one number.
    let total = reduction.Inner = 1 && not alongRows && reduction.Outer = 1
    let op = reduction.Op
    let isSum = (op = ValueSome ReduceOp.Sum)
    /// Rows of one element, which is the largest: known without looking.
    let isOnlyIndex = op.IsNone && reduction.Length = 1

    let lowest =
        match op with
        | ValueSome ReduceOp.Min -> 'T.PositiveInfinity
        | _ -> 'T.NegativeInfinity

    let width = if alongRows || total then 1 else reduction.Inner
    let sums: float[] = if isSum then Array.zeroCreate width else null
    let extremes: 'T[] = if isSum then null else Array.create width lowest
    let mutable online = LogSumExpState<'T>.Empty
    let mutable best = -1

    let output (memories: Memories) =
        Memories.span<'T> memories reduction.Output

    let reset () =
        if isSum then
            Array.Clear sums
        else
            Array.Fill(extremes, lowest)

        online <- LogSumExpState<'T>.Empty
        best <- -1

    let combine (a: 'T) (b: 'T) =
        match op with
        | ValueSome ReduceOp.Min -> 'T.Min(a, b)
        | _ -> 'T.Max(a, b)

    /// One part of one row or of the whole.
    let addRun (values: ReadOnlySpan<'T>) column =
        match op with
        | ValueSome ReduceOp.Sum -> sums[0] <- sums[0] + Reductions.Sum<'T> values
        | ValueSome ReduceOp.Max -> extremes[0] <- combine extremes[0] (Reductions.Max<'T> values)
        | ValueSome ReduceOp.Min -> extremes[0] <- combine extremes[0] (Reductions.Min<'T> values)
        | ValueSome ReduceOp.LogSumExp -> online.Add values
        | ValueNone ->
            let at = Reductions.ArgMax<'T> values
            let value = values[at]

            if
                best < 0
                || (not ('T.IsNaN extremes[0])
                    && ('T.op_GreaterThan (value, extremes[0]) || 'T.IsNaN value))
            then
                extremes[0] <- value
                best <- column + at

    let result () : 'T =
        match op with
        | ValueSome ReduceOp.Sum -> if width = 0 then 'T.Zero else 'T.CreateTruncating sums[0]
        | ValueSome ReduceOp.LogSumExp -> online.Result
        | _ -> extremes[0]

    let write (memories: Memories) row =
        match op with
        | ValueNone -> (Memories.span<int> memories reduction.Output)[row] <- max 0 best
        | _ -> (output memories)[row] <- result ()

    let wholeRows (memories: Memories) (values: ReadOnlySpan<'T>) first =
        let rows = values.Length / rowLength

        match op with
        | ValueSome ReduceOp.Sum ->
            Reductions.SumEachRow<'T>(values, rowLength, (output memories).Slice(first, rows))
        | ValueSome ReduceOp.Max ->
            Reductions.MaxEachRow<'T>(values, rowLength, (output memories).Slice(first, rows))
        | ValueSome ReduceOp.Min ->
            Reductions.MinEachRow<'T>(values, rowLength, (output memories).Slice(first, rows))
        | ValueSome ReduceOp.LogSumExp ->
            Reductions.LogSumExpEachRow<'T>(values, rowLength, (output memories).Slice(first, rows))
        | ValueNone ->
            Reductions.ArgMaxEachRow<'T>(
                values,
                rowLength,
                (Memories.span<int> memories reduction.Output).Slice(first, rows)
            )

    let addColumns (values: ReadOnlySpan<'T>) column =
        let columns = min reduction.Inner values.Length

        match op with
        | ValueSome ReduceOp.Sum ->
            Reductions.AddToColumns<'T>(values, columns, Span<float>(sums, column, columns))
        | ValueSome ReduceOp.Min ->
            Reductions.MinIntoColumns<'T>(values, columns, Span<'T>(extremes, column, columns))
        | _ -> Reductions.MaxIntoColumns<'T>(values, columns, Span<'T>(extremes, column, columns))

    let writeColumns (memories: Memories) first =
        let target = (output memories).Slice(first, width)

        if isSum then
            for i in 0 .. width - 1 do
                target[i] <- 'T.CreateTruncating sums[i]
        else
            Span<'T>(extremes).CopyTo target

    member private _.Sums: float[] = sums
    member private _.Extremes: 'T[] = extremes

    /// A block that begins at this flat index of the iteration space.
    member _.Add(memories: Memories, values: ReadOnlySpan<'T>, start: int) =
        if isOnlyIndex then
            ()
        elif total then
            addRun values start
        elif alongRows && rowLength <= blockLength then
            wholeRows memories values (start / rowLength)
        elif alongRows then
            addRun values (start % rowLength)

            if (start + values.Length) % rowLength = 0 then
                write memories (start / rowLength)
                reset ()
        else
            addColumns values (start % rowLength)

            if slabLength > 0 && (start + values.Length) % slabLength = 0 then
                writeColumns memories (start / slabLength * width)
                reset ()

    /// Takes in the state of the piece that follows.
    member _.Merge(next: ReductionState<'T>) =
        if total || (not alongRows && slabLength = 0) then
            for i in 0 .. width - 1 do
                if isSum then
                    sums[i] <- sums[i] + next.Sums[i]
                else
                    extremes[i] <- combine extremes[i] next.Extremes[i]

    /// Writes what was kept to the end; an empty iteration space gives each reduction's neutral element.
    member _.Finish(memories: Memories) =
        if reduction.Outer * reduction.Inner = 0 then
            ()
        elif isOnlyIndex then
            (Memories.span<int> memories reduction.Output).Slice(0, reduction.Outer).Clear()
        elif reduction.Length = 0 then
            (output memories).Slice(0, reduction.Outer * reduction.Inner).Fill(result ())
        elif total then
            write memories 0
        elif not alongRows && slabLength = 0 then
            writeColumns memories 0
