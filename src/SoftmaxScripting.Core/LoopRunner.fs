namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices
open SoftmaxScripting.Kernels

/// Where a value of a loop is during a block.
[<RequireQualifiedAccess>]
type internal Location =
    /// In a buffer, at its own flat index.
    | InPlace of Place
    /// In scratch memory, at the start of a register.
    | Register of int

/// Runs a loop block by block: each instruction works on about a thousand elements that stay in the first-level cache.
/// Work is cut into fixed pieces and partial results are combined in their order, so the bits do not depend on threads.
[<Sealed>]
type internal LoopRunner<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>>(loop: Loop, buffers: PlanBuffer[]) =

    static let isSingle = typeof<'T> = typeof<float32>
    static let blockLength = 1024
    /// Less work than this is not worth a second thread.
    static let pieceLength = 16384
    static let mostPieces = 64

    [<ThreadStatic; DefaultValue>]
    static val mutable private scratch: 'T[]

    static let unaryKernel (op: Unary) =
        let f = (OpTable.unary op).Kernel
        (if isSingle then box f.Single else box f.Double) :?> UnaryKernel<'T>

    static let binaryKernel (op: Binary) =
        let f = (OpTable.binary op).Kernel
        (if isSingle then box f.Single else box f.Double) :?> BinaryKernel<'T>

    // ---- the cut into pieces ----

    let rowLength = loop.RowLength
    let slabLength = loop.SlabRows * rowLength

    let unitLength = if slabLength > 0 then slabLength else rowLength

    let piece =
        let wanted = max pieceLength ((loop.Size + mostPieces - 1) / mostPieces)
        max unitLength ((wanted + unitLength - 1) / unitLength * unitLength)

    let pieces = max 1 ((loop.Size + piece - 1) / piece)

    /// Whole rows while they fit a block.
    let rowsPerBlock = blockLength / rowLength
    let wholeRows = rowsPerBlock > 0 && rowLength > 1

    // ---- registers ----

    let lastUse =
        let last = Array.create loop.Values.Length -1

        loop.Values
        |> Array.iteri (fun i value ->
            match value with
            | LoopValue.Computed(Instruction.Unary(_, x)) -> last[x] <- i
            | LoopValue.Computed(Instruction.Binary(_, a, b)) ->
                last[a] <- i
                last[b] <- i
            | LoopValue.Computed(Instruction.Select(c, a, b)) ->
                last[c] <- i
                last[a] <- i
                last[b] <- i
            | LoopValue.Source _ -> ())

        for reduction in loop.Reductions do
            last[reduction.Input] <- Int32.MaxValue

        for struct (value, _) in loop.Stores do
            last[value] <- Int32.MaxValue

        last

    let locations, registers =
        let free = System.Collections.Generic.Stack<int>()
        let mutable count = 0
        let locations: Location[] = Array.zeroCreate loop.Values.Length

        let stored =
            loop.Stores |> Array.map (fun struct (value, place) -> value, place) |> dict

        let endingAt =
            loop.Values |> Array.map (fun _ -> System.Collections.Generic.List<int>())

        for i in 0 .. loop.Values.Length - 1 do
            let isNumber =
                match loop.Values[i] with
                | LoopValue.Source(Source.Number _) -> true
                | _ -> false

            locations[i] <-
                match loop.Values[i], stored.TryGetValue i with
                | LoopValue.Source(Source.Direct place), _ -> Location.InPlace place
                | _, (true, place) -> Location.InPlace place
                | _ ->
                    let register =
                        if free.Count > 0 && not isNumber then
                            free.Pop()
                        else
                            count <- count + 1
                            count - 1
                    // A number is written once and keeps its register.
                    if not isNumber && lastUse[i] < Int32.MaxValue && lastUse[i] >= 0 then
                        endingAt[lastUse[i]].Add register

                    Location.Register register

            for register in endingAt[i] do
                free.Push register

        locations, count

    let kernels =
        loop.Values
        |> Array.map (fun value ->
            match value with
            | LoopValue.Computed(Instruction.Unary(op, _)) -> box (unaryKernel op)
            | LoopValue.Computed(Instruction.Binary(op, _, _)) -> box (binaryKernel op)
            | LoopValue.Computed(Instruction.Select _)
            | LoopValue.Source _ -> null)

    let register index (scratch: 'T[]) length =
        Span<'T>(scratch, index * blockLength, length)

    let valueSpan (memories: Memories) (scratch: 'T[]) value start length : Span<'T> =
        match locations[value] with
        | Location.InPlace place -> (Memories.span<'T> memories place).Slice(start, length)
        | Location.Register index -> register index scratch length

    // ---- sources ----

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

    let readSource (memories: Memories) (source: Source) (start: int) (target: Span<'T>) =
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
            let numbers = Memories.span<int> memories key
            let seed = uint64 (uint32 numbers[0]) ||| (uint64 (uint32 numbers[1]) <<< 32)
            let stream = uint64 (uint32 numbers[2]) ||| (uint64 (uint32 numbers[3]) <<< 32)

            if isSingle then
                let span = MemoryMarshal.Cast<'T, float32> target

                match distribution with
                | Distribution.Uniform -> Philox.Uniform(seed, stream, int64 start, span)
                | Distribution.Normal -> Philox.Normal(seed, stream, int64 start, span)
            else
                let span = MemoryMarshal.Cast<'T, float> target

                match distribution with
                | Distribution.Uniform -> Philox.Uniform(seed, stream, int64 start, span)
                | Distribution.Normal -> Philox.Normal(seed, stream, int64 start, span)

    // ---- a block ----

    let computeBlock (memories: Memories) (scratch: 'T[]) start length =
        for i in 0 .. loop.Values.Length - 1 do
            match loop.Values[i] with
            | LoopValue.Source(Source.Number c) ->
                // In a register it stands since the piece began; stored, it is written where it belongs.
                match locations[i] with
                | Location.InPlace place ->
                    (Memories.span<'T> memories place)
                        .Slice(start, length)
                        .Fill('T.CreateTruncating c)
                | Location.Register _ -> ()
            | LoopValue.Source(Source.Direct _) -> ()
            | LoopValue.Source source ->
                readSource memories source start (valueSpan memories scratch i start length)
            | LoopValue.Computed instruction ->
                let target = valueSpan memories scratch i start length

                match instruction with
                | Instruction.Unary(_, x) ->
                    let x = valueSpan memories scratch x start length
                    (kernels[i] :?> UnaryKernel<'T>).Invoke(x, target)
                | Instruction.Binary(_, a, b) ->
                    let a = valueSpan memories scratch a start length
                    let b = valueSpan memories scratch b start length
                    (kernels[i] :?> BinaryKernel<'T>).Invoke(a, b, target)
                | Instruction.Select(c, a, b) ->
                    let c = valueSpan memories scratch c start length
                    let a = valueSpan memories scratch a start length
                    let b = valueSpan memories scratch b start length
                    Elementwise.Select<'T>(c, a, b, target)

        for struct (value, place) in loop.Stores do
            match locations[value] with
            | Location.InPlace own when own = place -> ()
            | _ ->
                (valueSpan memories scratch value start length)
                    .CopyTo((Memories.span<'T> memories place).Slice(start, length))

    let fillNumbers (scratch: 'T[]) =
        for i in 0 .. loop.Values.Length - 1 do
            match loop.Values[i], locations[i] with
            | LoopValue.Source(Source.Number c), Location.Register index ->
                (register index scratch (min blockLength (max 1 loop.Size)))
                    .Fill('T.CreateTruncating c)
            | _ -> ()

    let rentScratch () =
        let needed = max 1 registers * blockLength

        if isNull LoopRunner<'T>.scratch || LoopRunner<'T>.scratch.Length < needed then
            LoopRunner<'T>.scratch <- GC.AllocateUninitializedArray<'T> needed

        LoopRunner<'T>.scratch

    /// Blocks of a piece in order; `reduce` sees each block's start and length after it was computed.
    let runPiece (memories: Memories) (accumulators: ReductionState<'T>[]) first last =
        let scratch = rentScratch ()
        fillNumbers scratch
        let mutable start = first

        while start < last do
            let limit =
                if wholeRows && slabLength > 0 then
                    // Blocks end with the slab.
                    min (start / slabLength * slabLength + slabLength) last
                elif rowLength > blockLength then
                    // Long rows are cut, and blocks end with the row.
                    min (start / rowLength * rowLength + rowLength) last
                else
                    last

            let most = if wholeRows then rowsPerBlock * rowLength else blockLength
            let length = min most (limit - start)
            computeBlock memories scratch start length

            for i in 0 .. accumulators.Length - 1 do
                let input = valueSpan memories scratch loop.Reductions[i].Input start length
                accumulators[i].Add(memories, input, start)

            start <- start + length

    let newStates () =
        loop.Reductions
        |> Array.map (fun reduction ->
            ReductionState<'T>(reduction, rowLength, slabLength, blockLength))

    /// Runs the loop over the plan's memory.
    member _.Run(memories: Memories) =
        if pieces = 1 then
            let states = newStates ()
            runPiece memories states 0 loop.Size

            for state in states do
                state.Finish memories
        else
            let all = Array.init pieces (fun _ -> newStates ())

            ThreadTeam.For(
                pieces,
                fun p -> runPiece memories (all[p]) (p * piece) (min loop.Size ((p + 1) * piece))
            )

            for p in 1 .. pieces - 1 do
                Array.iter2 (fun (whole: ReductionState<'T>) next -> whole.Merge next) all[0] all[p]

            for state in all[0] do
                state.Finish memories
