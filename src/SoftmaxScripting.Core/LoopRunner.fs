// Pinned memory is handed to emitted code as addresses.
#nowarn "9"
namespace SoftmaxScripting.Core

open System
open System.Buffers
open SoftmaxScripting.Kernels

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

    let runEmitted (memories: Memories) =
        let addresses: nativeint[] = Array.zeroCreate memories.Length
        let handles: MemoryHandle[] = Array.zeroCreate pinned.Length

        try
            for i in 0 .. pinned.Length - 1 do
                handles[i] <- memories[pinned[i]].Pin()

                addresses[pinned[i]] <-
                    handles[i].Pointer
                    |> NativeInterop.NativePtr.ofVoidPtr<byte>
                    |> NativeInterop.NativePtr.toNativeInt

            runAll memories (fun () -> EmittedBlock<'T>(plan, reader, addresses) :> Block<'T>)
        finally
            for handle in handles do
                handle.Dispose()

    /// Runs the loop over the plan's memory.
    member _.Run(memories: Memories) =
        work <- work + int64 loop.Size * int64 plan.Instructions

        if Emit.isSupported && work > Emit.worthwhile && loop.Size > 0 then
            runEmitted memories
        else
            runAll memories (fun () -> InterpretedBlock<'T>(plan, reader) :> Block<'T>)
