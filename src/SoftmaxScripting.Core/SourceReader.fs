namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices
open SoftmaxScripting.Kernels

/// Brings the elements of a loop's sources together, one after another and in the loop's type.
[<Sealed>]
type internal SourceReader<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>>(buffers: PlanBuffer[]) =

    static let isSingle = typeof<'T> = typeof<float32>
    static let rowsAhead = 8

    let readAs
        (dtype: DType)
        (memories: Memories)
        (place: Place)
        (dims: int[])
        (strides: int[])
        start
        (target: Span<'T>)
        =
        // Negative strides reach back from the offset, so the whole buffer is passed with it.
        let whole = { place with Offset = 0 }
        let dims = ReadOnlySpan<int> dims
        let strides = ReadOnlySpan<int> strides

        match dtype with
        | DType.Float32 ->
            Strided.Read<float32, 'T>(
                Memories.span<float32> memories whole,
                place.Offset,
                dims,
                strides,
                start,
                target
            )
        | DType.Float64 ->
            Strided.Read<float, 'T>(
                Memories.span<float> memories whole,
                place.Offset,
                dims,
                strides,
                start,
                target
            )
        | DType.Int32 ->
            Strided.Read<int, 'T>(
                Memories.span<int> memories whole,
                place.Offset,
                dims,
                strides,
                start,
                target
            )
        | DType.UInt8 ->
            Strided.Read<byte, 'T>(
                Memories.span<byte> memories whole,
                place.Offset,
                dims,
                strides,
                start,
                target
            )

    /// Consecutive elements of a buffer of any dtype.
    let readRun (memories: Memories) (place: Place) (at: int) (target: Span<'T>) =
        let first =
            { place with
                Offset = place.Offset + at }

        let n = target.Length

        match buffers[place.Buffer].DType with
        | DType.Float32 ->
            Conversion.Convert<float32, 'T>(
                (Memories.span<float32> memories first).Slice(0, n),
                target
            )
        | DType.Float64 ->
            Conversion.Convert<float, 'T>((Memories.span<float> memories first).Slice(0, n), target)
        | DType.Int32 ->
            Conversion.Convert<int, 'T>((Memories.span<int> memories first).Slice(0, n), target)
        | DType.UInt8 ->
            Conversion.Convert<byte, 'T>((Memories.span<byte> memories first).Slice(0, n), target)

    /// Rows chosen by index are asked for while earlier ones are worked on.
    let prefetch (memories: Memories) (place: Place) (row: int) (width: int) =
        let bytes = width * buffers[place.Buffer].DType.Bytes

        if bytes >= 64 then
            let memory = memories[place.Buffer].Span
            let first = place.Offset * buffers[place.Buffer].DType.Bytes + row * bytes

            if first >= 0 && first + bytes <= memory.Length then
                Indexing.Prefetch(Span.op_Implicit (memory.Slice(first, bytes)))

    let readElement (memories: Memories) (place: Place) (at: int) : 'T =
        let i = place.Offset + at

        match buffers[place.Buffer].DType with
        | DType.Float32 ->
            'T.CreateTruncating((MemoryMarshal.Cast<byte, float32> memories[place.Buffer].Span)[i])
        | DType.Float64 ->
            'T.CreateTruncating((MemoryMarshal.Cast<byte, float> memories[place.Buffer].Span)[i])
        | DType.Int32 ->
            'T.CreateTruncating((MemoryMarshal.Cast<byte, int> memories[place.Buffer].Span)[i])
        | DType.UInt8 -> 'T.CreateTruncating(memories[place.Buffer].Span[i])

    /// Elements start.. of a source; what stands in place or is a number everywhere needs no reading.
    member _.Read(memories: Memories, source: Source, start: int, target: Span<'T>) =
        match source with
        | Source.Number _
        | Source.Direct _ -> ()
        | Source.Strided(place, dims, strides) ->
            readAs buffers[place.Buffer].DType memories place dims strides (int64 start) target
        | Source.Gathered(place, index, _, size, inner, indices) ->
            let rows = Memories.span<int> memories index
            let mutable at = 0

            while at < target.Length do
                let flat = start + at
                let row, column = flat / inner, flat % inner
                let outer, position = row / indices, row % indices
                let run = min (inner - column) (target.Length - at)
                prefetch memories place rows[min (position + rowsAhead) (indices - 1)] inner

                readRun
                    memories
                    place
                    ((outer * size + rows[position]) * inner + column)
                    (target.Slice(at, run))

                at <- at + run
        | Source.Picked(place, index, _, size, inner) ->
            let chosen = Memories.span<int> memories index

            for i in 0 .. target.Length - 1 do
                let flat = start + i

                target[i] <-
                    readElement
                        memories
                        place
                        ((flat / inner * size + chosen[flat]) * inner + flat % inner)
        | Source.Hot(index, depth) ->
            target.Clear()
            let labels = Memories.span<int> memories index
            let mutable row = start / depth

            while row * depth < start + target.Length do
                let at = row * depth + labels[row] - start

                if at >= 0 && at < target.Length then
                    target[at] <- 'T.One

                row <- row + 1
        | Source.Random(distribution, key) ->
            let numbers = Span.op_Implicit (Memories.span<int> memories key)

            if isSingle then
                Randoms.fillSingle
                    distribution
                    numbers
                    (int64 start)
                    (MemoryMarshal.Cast<'T, float32> target)
            else
                Randoms.fillDouble
                    distribution
                    numbers
                    (int64 start)
                    (MemoryMarshal.Cast<'T, float> target)
