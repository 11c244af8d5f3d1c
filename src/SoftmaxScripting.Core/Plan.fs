namespace SoftmaxScripting.Core

open System
open System.Collections.Concurrent
open System.Runtime.InteropServices
open SoftmaxScripting.Kernels

/// Places for the buffers that live between kernels: those that are never alive together share memory.
module private Arena =

    let private line = 64

    /// First and last kernel that touches each buffer.
    let private lifetimes (schedule: Schedule) =
        let first = Array.create schedule.Buffers.Length Int32.MaxValue
        let last = Array.create schedule.Buffers.Length -1

        schedule.Kernels
        |> Array.iteri (fun k kernel ->
            for buffer in KernelUse.reads kernel @ KernelUse.writes kernel do
                first[buffer] <- min first[buffer] k
                last[buffer] <- max last[buffer] k)

        first, last

    /// Byte offsets of the intermediate buffers (−1 for the others) and the arena's size. Large buffers first, each at
    /// the lowest place that is free while it lives.
    let plan (schedule: Schedule) =
        let first, last = lifetimes schedule
        let offsets = Array.create schedule.Buffers.Length -1

        let bytes (b: int) =
            let raw = int64 schedule.Buffers[b].Length * int64 schedule.Buffers[b].DType.Bytes
            (raw + int64 line - 1L) / int64 line * int64 line

        let placed = System.Collections.Generic.List<int>()
        let mutable size = 0L

        let intermediates =
            [| 0 .. schedule.Buffers.Length - 1 |]
            |> Array.filter (fun b ->
                schedule.Buffers[b].Role = BufferRole.Intermediate && last[b] >= 0)
            |> Array.sortBy (fun b -> -(bytes b), b)

        for b in intermediates do
            let rivals =
                placed
                |> Seq.filter (fun other -> first[other] <= last[b] && first[b] <= last[other])
                |> Seq.sortBy (fun other -> offsets[other])

            let mutable at = 0L

            for rival in rivals do
                if
                    int64 offsets[rival] < at + bytes b && at < int64 offsets[rival] + bytes rival
                then
                    at <- int64 offsets[rival] + bytes rival

            if at + bytes b > int64 Array.MaxLength then
                raise (
                    SoftmaxException
                        "The intermediate values of this computation need more than 2 GB; use smaller batches."
                )

            offsets[b] <- int at
            placed.Add b
            size <- max size (at + bytes b)

        offsets, int size

/// An executable form of some expressions: kernels over planned memory. Its arguments are the leaves' values, so one
/// plan serves every call of the same structure. Safe to run from several threads at once.
[<Sealed>]
type internal Plan(schedule: Schedule, rootShapes: Shape[]) =

    let offsets, arenaSize = Arena.plan schedule
    let arenas = ConcurrentBag<Memory<byte>>()

    let runners =
        schedule.Kernels
        |> Array.map (fun kernel ->
            match kernel with
            | Kernel.Loop loop when loop.DType = DType.Float64 ->
                LoopRunner<float>(loop, schedule.Buffers).Run
            | Kernel.Loop loop -> LoopRunner<float32>(loop, schedule.Buffers).Run
            | Kernel.Stream stream -> StreamRunner(stream, schedule.Buffers).Run
            | Kernel.Product product ->
                Products.run schedule.Buffers[product.Target.Buffer].DType product
            | Kernel.Gather(source, index, target, outer, size, inner, indices) ->
                Movement.gather
                    schedule.Buffers[source.Buffer].DType
                    source
                    index
                    target
                    outer
                    size
                    inner
                    indices
            | Kernel.ScatterAdd(source, index, target, outer, size, inner, indices) ->
                Movement.scatterAdd
                    schedule.Buffers[source.Buffer].DType
                    source
                    index
                    target
                    outer
                    size
                    inner
                    indices
            | Kernel.Copy(source, dims, strides, target) ->
                Movement.copy
                    schedule.Buffers[source.Buffer].DType
                    source
                    dims
                    strides
                    target
                    schedule.Buffers[target.Buffer].Length
            | Kernel.Concat(parts, outer, target) ->
                Movement.concat schedule.Buffers[target.Buffer].DType.Bytes parts outer target
            | Kernel.Pad(source, shape, offset, strides, target) ->
                Movement.pad
                    schedule.Buffers[target.Buffer].DType
                    source
                    shape
                    offset
                    strides
                    target
                    schedule.Buffers[target.Buffer].Length
            | Kernel.ToIndex(source, target) ->
                Movement.toIndex
                    schedule.Buffers[source.Buffer].DType
                    source
                    target
                    schedule.Buffers[target.Buffer])

    let guards = IndexGuard.collect schedule

    /// The kernels, for inspection by tests and explanations.
    member _.Schedule = schedule

    /// The memory of the values that live between kernels.
    member _.ArenaBytes = arenaSize

    /// Values of the roots for these values of the leaves. Outputs may be given to be written into; where one is null
    /// or absent, fresh memory is used. A root that is itself an argument is returned as it is.
    member _.Run(inputs: Storage[], outputs: Storage[]) : Storage[] =
        let arena =
            match arenas.TryTake() with
            | true, memory -> memory
            | _ -> Storage.AllocateBytes arenaSize

        let memories: Memories = Array.zeroCreate schedule.Buffers.Length
        let results: Storage[] = Array.zeroCreate schedule.Roots.Length

        for b in 0 .. memories.Length - 1 do
            match schedule.Buffers[b].Role with
            | BufferRole.Input slot -> memories[b] <- inputs[slot].Memory
            | BufferRole.Intermediate when offsets[b] >= 0 ->
                memories[b] <-
                    arena.Slice(
                        offsets[b],
                        schedule.Buffers[b].Length * schedule.Buffers[b].DType.Bytes
                    )
            | BufferRole.Intermediate
            | BufferRole.Output -> ()

        for r in 0 .. results.Length - 1 do
            let b = schedule.Roots[r]

            match schedule.Buffers[b].Role with
            | BufferRole.Input slot -> results[r] <- inputs[slot]
            | BufferRole.Output
            | BufferRole.Intermediate ->
                // Roots that share a buffer share the storage.
                let earlier = Array.IndexOf(schedule.Roots, b)

                if earlier < r then
                    results[r] <- results[earlier]
                else
                    let given =
                        if isNull outputs || isNull outputs[r] then
                            Storage.Allocate(schedule.Buffers[b].DType, schedule.Buffers[b].Length)
                        else
                            outputs[r]

                    results[r] <- given
                    memories[b] <- given.Memory

        for k in 0 .. runners.Length - 1 do
            IndexGuard.check guards[k] memories
            runners[k] memories

        // Kernels work on spans, which keep nothing alive.
        GC.KeepAlive memories
        arenas.Add arena
        results

    member _.RootShapes = rootShapes
