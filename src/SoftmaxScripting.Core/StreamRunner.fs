namespace SoftmaxScripting.Core

open System
open SoftmaxScripting.Kernels

/// The kernels of a stream other than loops.
module private Passes =

    let product<'T
        when 'T: unmanaged
        and 'T: struct
        and 'T: (new: unit -> 'T)
        and 'T :> ValueType
        and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
        and 'T :> System.Numerics.IMinMaxValue<'T>>
        (product: Product)
        (prepared: Place)
        (memories: Memories)
        : RowPass =
        let left, columns, inner = product.Left, product.Columns, product.Inner

        Gemm.Prepare<'T>(
            columns,
            inner,
            (Memories.span<'T> memories product.Right.Place),
            product.Right.Leading,
            product.Right.Transposed,
            (Memories.span<'T> memories prepared)
        )

        { new RowPass() with
            override _.Part _ =
                Action<int, int>(fun first last ->
                    Gemm.MultiplyPrepared<'T>(
                        last - first,
                        columns,
                        inner,
                        (Memories.span<'T> memories left.Place).Slice(first * left.Leading),
                        left.Leading,
                        (Memories.span<'T> memories prepared),
                        (Memories.span<'T> memories product.Target).Slice(first * columns),
                        max 1 columns
                    ))

            override _.Finish() = () }

    let sum<'T
        when 'T: unmanaged
        and 'T: struct
        and 'T: (new: unit -> 'T)
        and 'T :> ValueType
        and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
        and 'T :> System.Numerics.IMinMaxValue<'T>>
        (product: Product)
        (partial: Place)
        isTransposed
        parts
        (memories: Memories)
        : RowPass =
        let size = product.Rows * product.Columns

        // The narrow side first.
        let struct (a, m, b, n) =
            if isTransposed then
                struct (product.Right, product.Columns, product.Left, product.Rows)
            else
                struct (product.Left, product.Rows, product.Right, product.Columns)

        let begun = Array.zeroCreate<bool> parts

        let add =
            let kernel = (OpTable.binary Binary.Add).Kernel

            (if typeof<'T> = typeof<float32> then
                 box kernel.Single
             else
                 box kernel.Double)
            :?> BinaryKernel<'T>

        { new RowPass() with
            override _.Part part =
                Action<int, int>(fun first last ->
                    Gemm.Multiply<'T>(
                        m,
                        n,
                        last - first,
                        (Memories.span<'T> memories a.Place).Slice(first * a.Leading),
                        a.Leading,
                        true,
                        (Memories.span<'T> memories b.Place).Slice(first * b.Leading),
                        b.Leading,
                        false,
                        (Memories.span<'T> memories partial).Slice(part * size, size),
                        max 1 n,
                        begun[part]
                    )

                    begun[part] <- true)

            override _.Finish() =
                let whole = (Memories.span<'T> memories partial).Slice(0, size)

                for part in 1 .. parts - 1 do
                    if begun[part] then
                        let next = (Memories.span<'T> memories partial).Slice(part * size, size)
                        add.Invoke(whole, next, whole)

                let target = (Memories.span<'T> memories product.Target).Slice(0, size)

                if isTransposed then
                    Strided.Copy<'T>(
                        whole,
                        0,
                        ReadOnlySpan<int> [| product.Rows; product.Columns |],
                        ReadOnlySpan<int> [| 1; product.Rows |],
                        0L,
                        target
                    )
                else
                    whole.CopyTo target }

    let gather (dtype: DType) source index target inner (memories: Memories) : RowPass =
        let rowBytes = inner * dtype.Bytes

        { new RowPass() with
            override _.Part _ =
                Action<int, int>(fun first last ->
                    Indexing.GatherRows(
                        Movement.bytes dtype memories source,
                        rowBytes,
                        (Memories.span<int> memories index).Slice(first, last - first),
                        (Movement.bytes dtype memories target).Slice(first * rowBytes)
                    ))

            override _.Finish() = () }

/// Runs the stages of a stream, one chunk of rows after another, the parts on several threads. What crosses rows is kept
/// by part and brought together in the order of the parts, so the bits do not depend on the threads.
[<Sealed>]
type internal StreamRunner(stream: RowStream, buffers: PlanBuffer[]) =

    let dtypeOf (place: Place) = buffers[place.Buffer].DType

    let stages: (Memories -> RowPass)[] =
        stream.Stages
        |> Array.map (fun stage ->
            match stage with
            | Stage.Loop(loop, width) when loop.DType = DType.Float64 ->
                let runner = LoopRunner<float>(loop, buffers)
                fun memories -> runner.Pass(memories, stream.Parts, width)
            | Stage.Loop(loop, width) ->
                let runner = LoopRunner<float32>(loop, buffers)
                fun memories -> runner.Pass(memories, stream.Parts, width)
            | Stage.Product(p, prepared) when dtypeOf p.Target = DType.Float64 ->
                Passes.product<float> p prepared
            | Stage.Product(p, prepared) -> Passes.product<float32> p prepared
            | Stage.Sum(p, partial, isTransposed) when dtypeOf p.Target = DType.Float64 ->
                Passes.sum<float> p partial isTransposed stream.Parts
            | Stage.Sum(p, partial, isTransposed) ->
                Passes.sum<float32> p partial isTransposed stream.Parts
            | Stage.Gather(source, index, target, _, inner) ->
                Passes.gather (dtypeOf source) source index target inner)

    let partRows =
        let share = (stream.Rows + stream.Parts - 1) / stream.Parts
        (share + stream.ChunkRows - 1) / stream.ChunkRows * stream.ChunkRows

    member _.Run(memories: Memories) =
        let passes = Array.zeroCreate<RowPass> stages.Length

        try
            for i in 0 .. stages.Length - 1 do
                passes[i] <- stages[i] memories

            ThreadTeam.For(
                stream.Parts,
                fun part ->
                    let work = passes |> Array.map (fun pass -> pass.Part part)
                    let last = min stream.Rows ((part + 1) * partRows)
                    let mutable first = part * partRows

                    while first < last do
                        let next = min last (first + stream.ChunkRows)

                        for stage in work do
                            stage.Invoke(first, next)

                        first <- next
            )

            for pass in passes do
                pass.Finish()
        finally
            for pass in passes do
                if not (isNull (box pass)) then
                    pass.Dispose()
