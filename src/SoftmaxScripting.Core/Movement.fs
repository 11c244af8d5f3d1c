namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices
open SoftmaxScripting.Kernels

/// Indices are looked at before a kernel follows them.
module internal IndexGuard =

    /// An index buffer of a kernel: the operation for the message, where, how many, and the size they must stay below.
    [<Struct>]
    type Guard =
        { Operation: string
          Index: Place
          Count: int
          Size: int }

    let private guard (buffers: PlanBuffer[]) operation (index: Place) size =
        { Operation = operation
          Index = index
          Count = buffers[index.Buffer].Length - index.Offset
          Size = size }

    let private ofLoop buffers (loop: Loop) : Guard[] =
        loop.Values
        |> Array.choose (fun value ->
            match value with
            | LoopValue.Source(Source.Gathered(_, index, _, size, _, indices)) ->
                Some
                    { guard buffers "Gather" index size with
                        Count = indices }
            | LoopValue.Source(Source.Picked(_, index, outer, size, inner)) ->
                Some
                    { guard buffers "Pick" index size with
                        Count = outer * inner }
            | LoopValue.Source(Source.Hot(index, depth)) ->
                Some
                    { guard buffers "OneHot" index depth with
                        Count = loop.Size / max 1 depth }
            | LoopValue.Source(Source.Number _)
            | LoopValue.Source(Source.Direct _)
            | LoopValue.Source(Source.Strided _)
            | LoopValue.Source(Source.Random _)
            | LoopValue.Computed _ -> None)

    let private ofKernel (buffers: PlanBuffer[]) (kernel: Kernel) : Guard[] =
        match kernel with
        | Kernel.Loop loop -> ofLoop buffers loop
        | Kernel.Gather(_, index, _, _, size, _, indices) ->
            [| { guard buffers "Gather" index size with
                   Count = indices } |]
        | Kernel.ScatterAdd(_, index, _, _, size, _, indices) ->
            [| { guard buffers "ScatterAdd" index size with
                   Count = indices } |]
        | Kernel.Stream stream ->
            let own = KernelUse.writes kernel

            // What the stream itself makes into indices are positions of the largest, which fit by their making.
            stream.Stages
            |> Array.collect (fun stage ->
                match stage with
                | Stage.Loop(loop, _) -> ofLoop buffers loop
                | Stage.Gather(_, index, _, size, _) ->
                    [| { guard buffers "Gather" index size with
                           Count = stream.Rows } |]
                | Stage.Product _
                | Stage.Sum _ -> [||])
            |> Array.filter (fun guard -> not (List.contains guard.Index.Buffer own))
        | Kernel.Product _
        | Kernel.Copy _
        | Kernel.Concat _
        | Kernel.Pad _
        | Kernel.ToIndex _ -> [||]

    /// The guards of each kernel.
    let collect (schedule: Schedule) : Guard[][] =
        schedule.Kernels |> Array.map (ofKernel schedule.Buffers)

    let check (guards: Guard[]) (memories: Memories) =
        for guard in guards do
            let indices = (Memories.span<int> memories guard.Index).Slice(0, guard.Count)
            let bad = Indexing.FirstOutOfRange(indices, guard.Size)

            if bad >= 0 then
                raise (
                    IndexException(
                        guard.Operation,
                        $"index {indices[bad]} at position {bad} is outside 0..{guard.Size - 1}: "
                        + $"there are {guard.Size} entries to choose from. Labels count from 0 and must be below the number of classes"
                    )
                )

/// Kernels that move elements without computing with them.
module internal Movement =

    let bytes (dtype: DType) (memories: Memories) (place: Place) : Span<byte> =
        memories[place.Buffer].Span.Slice(place.Offset * dtype.Bytes)

    let gather (dtype: DType) source index target outer size inner indices (memories: Memories) =
        let row = inner * dtype.Bytes
        let from = bytes dtype memories source
        let into = bytes dtype memories target
        let chosen = (Memories.span<int> memories index).Slice(0, indices)

        for o in 0 .. outer - 1 do
            Indexing.GatherRows(
                from.Slice(o * size * row, size * row),
                row,
                chosen,
                into.Slice(o * indices * row, indices * row)
            )

    let private scatter<'T
        when 'T: unmanaged
        and 'T: struct
        and 'T: (new: unit -> 'T)
        and 'T :> ValueType
        and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
        and 'T :> System.Numerics.IMinMaxValue<'T>>
        source
        index
        target
        outer
        size
        inner
        indices
        (memories: Memories)
        =
        let from = Memories.span<'T> memories source
        let into = Memories.span<'T> memories target
        let chosen = (Memories.span<int> memories index).Slice(0, indices)
        into.Slice(0, outer * size * inner).Clear()

        for o in 0 .. outer - 1 do
            Indexing.ScatterAddRows<'T>(
                from.Slice(o * indices * inner, indices * inner),
                inner,
                chosen,
                into.Slice(o * size * inner, size * inner)
            )

    let scatterAdd (dtype: DType) source index target outer size inner indices : Memories -> unit =
        if dtype = DType.Float64 then
            scatter<float> source index target outer size inner indices
        else
            scatter<float32> source index target outer size inner indices

    let copy
        (dtype: DType)
        (source: Place)
        (dims: int[])
        (strides: int[])
        (target: Place)
        length
        (memories: Memories)
        =
        let whole = { source with Offset = 0 }

        match dtype with
        | DType.Float32
        | DType.Int32 ->
            Strided.Copy<int>(
                Memories.span<int> memories whole,
                source.Offset,
                ReadOnlySpan<int> dims,
                ReadOnlySpan<int> strides,
                0L,
                (Memories.span<int> memories target).Slice(0, length)
            )
        | DType.Float64 ->
            Strided.Copy<float>(
                Memories.span<float> memories whole,
                source.Offset,
                ReadOnlySpan<int> dims,
                ReadOnlySpan<int> strides,
                0L,
                (Memories.span<float> memories target).Slice(0, length)
            )
        | DType.UInt8 ->
            Strided.Copy<byte>(
                Memories.span<byte> memories whole,
                source.Offset,
                ReadOnlySpan<int> dims,
                ReadOnlySpan<int> strides,
                0L,
                (Memories.span<byte> memories target).Slice(0, length)
            )

    let concat
        (elementBytes: int)
        (parts: struct (Place * int)[])
        outer
        (target: Place)
        (memories: Memories)
        =
        let width = parts |> Array.sumBy (fun (struct (_, n)) -> n * elementBytes)
        let into = memories[target.Buffer].Span.Slice(target.Offset * elementBytes)
        let mutable at = 0

        for struct (place, length) in parts do
            let run = length * elementBytes
            let from = memories[place.Buffer].Span.Slice(place.Offset * elementBytes)

            for o in 0 .. outer - 1 do
                from.Slice(o * run, run).CopyTo(into.Slice(o * width + at, run))

            at <- at + run

    /// Writes consecutive elements to places given by strides.
    let private spread<'T
        when 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType>
        (source: Place)
        (shape: Shape)
        offset
        (strides: int[])
        (target: Place)
        length
        (memories: Memories)
        =
        let from = Memories.span<'T> memories source
        let into = (Memories.span<'T> memories target).Slice(0, length)
        into.Clear()
        let rank = shape.Rank
        let index = Array.zeroCreate<int> rank
        let mutable at = offset

        for i in 0 .. shape.Size - 1 do
            into[at] <- from[i]
            let mutable axis = rank - 1
            let mutable carry = true

            while carry && axis >= 0 do
                index[axis] <- index[axis] + 1
                at <- at + strides[axis]

                if index[axis] = shape[axis] then
                    at <- at - strides[axis] * shape[axis]
                    index[axis] <- 0
                    axis <- axis - 1
                else
                    carry <- false

    let pad (dtype: DType) source shape offset strides target length : Memories -> unit =
        match dtype with
        | DType.Float32
        | DType.Int32 -> spread<int> source shape offset strides target length
        | DType.Float64 -> spread<float> source shape offset strides target length
        | DType.UInt8 -> spread<byte> source shape offset strides target length

    /// Whole numbers from any dtype, truncated.
    let toIndex
        (dtype: DType)
        (source: Place)
        (target: Place)
        (buffer: PlanBuffer)
        (memories: Memories)
        =
        let read (i: int) =
            let at = source.Offset + i

            match dtype with
            | DType.Float32 ->
                int64 ((MemoryMarshal.Cast<byte, float32>(memories[source.Buffer].Span)).[at])
            | DType.Float64 ->
                int64 ((MemoryMarshal.Cast<byte, float>(memories[source.Buffer].Span)).[at])
            | DType.Int32 ->
                int64 ((MemoryMarshal.Cast<byte, int>(memories[source.Buffer].Span)).[at])
            | DType.UInt8 -> int64 (memories[source.Buffer].Span.[at])

        if buffer.DType = DType.UInt8 then
            let into = Memories.span<byte> memories target

            for i in 0 .. buffer.Length - 1 do
                into[i] <- byte (read i)
        else
            let into = Memories.span<int> memories target

            for i in 0 .. buffer.Length - 1 do
                into[i] <- int (read i)

/// Matrix products over batches.
module internal Products =

    let private multiply<'T
        when 'T: unmanaged
        and 'T: struct
        and 'T: (new: unit -> 'T)
        and 'T :> ValueType
        and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
        and 'T :> System.Numerics.IMinMaxValue<'T>>
        (product: Product)
        (memories: Memories)
        =
        let left, right = product.Left, product.Right
        // Batch strides may be negative and reach back from the first matrix, so the whole buffers are at hand.
        let a = Memories.span<'T> memories { left.Place with Offset = 0 }
        let b = Memories.span<'T> memories { right.Place with Offset = 0 }
        let c = Memories.span<'T> memories product.Target
        let size = product.Rows * product.Columns
        let index = Array.zeroCreate<int> product.Batch.Length
        let batches = Array.fold (*) 1 product.Batch

        for batch in 0 .. batches - 1 do
            let mutable rest, atA, atB = batch, 0, 0

            for axis in product.Batch.Length - 1 .. -1 .. 0 do
                index[axis] <- rest % product.Batch[axis]
                rest <- rest / product.Batch[axis]
                atA <- atA + index[axis] * left.BatchStrides[axis]
                atB <- atB + index[axis] * right.BatchStrides[axis]

            Gemm.Multiply<'T>(
                product.Rows,
                product.Columns,
                product.Inner,
                a.Slice(left.Place.Offset + atA),
                left.Leading,
                left.Transposed,
                b.Slice(right.Place.Offset + atB),
                right.Leading,
                right.Transposed,
                c.Slice(batch * size, size),
                max 1 product.Columns
            )

    let run (dtype: DType) (product: Product) : Memories -> unit =
        if dtype = DType.Float64 then
            multiply<float> product
        else
            multiply<float32> product
