// Pinned memory is handed to emitted code as addresses.
#nowarn "9"
namespace SoftmaxScripting.Core

open System
open System.Buffers
open System.Collections.Concurrent
open SoftmaxScripting.Kernels

/// A kernel that goes through the rows of a batch, during one run of its plan.
[<AbstractClass>]
type internal RowPass() =
    /// What takes the rows of one part, from the first to before the last, some at a time and in order. Each part is
    /// asked for once, on the thread that does it.
    abstract Part: part: int -> Action<int, int>
    /// Brings together what the parts kept, in their order.
    abstract Finish: unit -> unit
    abstract Dispose: unit -> unit
    default _.Dispose() = ()

    interface IDisposable with
        member this.Dispose() = this.Dispose()

/// Runs a loop block by block. Work is cut into fixed pieces and partial results are combined in their order, so the bits
/// do not depend on threads; nor do they depend on whether the blocks are interpreted or emitted.
[<Sealed>]
type internal LoopRunner<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>>(loop: Loop, buffers: PlanBuffer[]) =

    static let blockLength = BlockLength.limit
    /// Less work than this is not worth a second thread.
    static let pieceLength = 16384
    static let mostPieces = 64

    let plan = BlockPlan<'T> loop
    let reader = SourceReader<'T> buffers
    let mutable work = 0L

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

    /// Blocks of a piece in order; `reduce` sees each block's start and length after it was computed.
    let runPiece
        (memories: Memories)
        (block: Block<'T>)
        (accumulators: ReductionState<'T>[])
        first
        last
        =
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
            block.Compute(memories, start, length)

            for i in 0 .. accumulators.Length - 1 do
                let input = block.Value(memories, loop.Reductions[i].Input, start, length)
                accumulators[i].Add(memories, input, start)

            start <- start + length

    let newStates () =
        loop.Reductions
        |> Array.map (fun reduction ->
            ReductionState<'T>(reduction, rowLength, slabLength, blockLength))

    let runAll (memories: Memories) (newBlock: unit -> Block<'T>) =
        if pieces = 1 then
            let states = newStates ()
            runPiece memories (newBlock ()) states 0 loop.Size

            for state in states do
                state.Finish memories
        else
            let all = Array.init pieces (fun _ -> newStates ())

            ThreadTeam.For(
                pieces,
                fun p ->
                    runPiece
                        memories
                        (newBlock ())
                        all[p]
                        (p * piece)
                        (min loop.Size ((p + 1) * piece))
            )

            for p in 1 .. pieces - 1 do
                Array.iter2 (fun (whole: ReductionState<'T>) next -> whole.Merge next) all[0] all[p]

            for state in all[0] do
                state.Finish memories

    /// Buffers that emitted code reads or writes in place.
    let pinned =
        Array.append
            (plan.EmittedLocations
             |> Array.choose (fun location ->
                 match location with
                 | Location.InPlace place -> Some place.Buffer
                 | Location.Register _ -> None))
            (loop.Stores |> Array.map (fun struct (_, place) -> place.Buffer))
        |> Array.distinct

    let pin (memories: Memories) (addresses: nativeint[]) : MemoryHandle[] =
        pinned
        |> Array.map (fun buffer ->
            let handle = memories[buffer].Pin()

            addresses[buffer] <-
                handle.Pointer
                |> NativeInterop.NativePtr.ofVoidPtr<byte>
                |> NativeInterop.NativePtr.toNativeInt

            handle)

    /// The registers that either kind of block needs.
    let registers = max 1 (max plan.Registers plan.EmittedRegisters)

    /// Registers of passes that are over: those of a stream's loops are used in turn, so each has its own.
    let idle = ConcurrentBag<'T[]>()

    /// What makes blocks for this run, and what is to be released after it.
    let start (memories: Memories) : struct (('T[] -> Block<'T>) * MemoryHandle[]) =
        work <- work + int64 loop.Size * int64 plan.Instructions

        if Emit.isSupported && work > Emit.worthwhile && loop.Size > 0 then
            let addresses: nativeint[] = Array.zeroCreate memories.Length
            let handles = pin memories addresses

            struct ((fun scratch -> EmittedBlock<'T>(plan, reader, scratch, addresses) :> Block<'T>),
                    handles)
        else
            struct ((fun scratch -> InterpretedBlock<'T>(plan, reader, scratch) :> Block<'T>), [||])

    /// Runs the loop over the plan's memory.
    member _.Run(memories: Memories) =
        let struct (newBlock, handles) = start memories

        try
            runAll memories (fun () -> newBlock (Registers<'T>.OfThread registers))
        finally
            for handle in handles do
                handle.Dispose()

    /// The loop as part of a stream: so many elements belong to each row.
    member _.Pass(memories: Memories, parts: int, width: int) : RowPass =
        let struct (newBlock, handles) = start memories
        let states = Array.init parts (fun _ -> newStates ())
        let taken = Array.zeroCreate<'T[]> parts

        { new RowPass() with
            override _.Part part =
                taken[part] <-
                    match idle.TryTake() with
                    | true, own -> own
                    | _ -> Registers<'T>.Allocate registers

                let block = newBlock taken[part]

                Action<int, int>(fun first last ->
                    runPiece memories block states[part] (first * width) (last * width))

            override _.Finish() =
                for part in 1 .. parts - 1 do
                    Array.iter2
                        (fun (whole: ReductionState<'T>) next -> whole.Merge next)
                        states[0]
                        states[part]

                for state in states[0] do
                    state.Finish memories

            override _.Dispose() =
                for own in taken do
                    if not (isNull own) then
                        idle.Add own

                for handle in handles do
                    handle.Dispose() }
