namespace SoftmaxScripting.Core

open System.Collections.Generic
open SoftmaxScripting.Kernels

/// A plan's structure: buffers, kernels in order, and the buffer of each root.
type internal Schedule =
    { Buffers: PlanBuffer[]
      Kernels: Kernel[]
      Roots: int[] }

/// What each kernel reads and writes.
module internal KernelUse =

    let private sourceBuffers (source: Source) =
        match source with
        | Source.Number _ -> []
        | Source.Direct p
        | Source.Strided(p, _, _)
        | Source.Hot(p, _)
        | Source.Random(_, p) -> [ p.Buffer ]
        | Source.Gathered(p, index, _, _, _, _)
        | Source.Picked(p, index, _, _, _) -> [ p.Buffer; index.Buffer ]

    let private loopReads (loop: Loop) =
        [ for value in loop.Values do
              match value with
              | LoopValue.Source source -> yield! sourceBuffers source
              | LoopValue.Computed _ -> () ]

    let private loopWrites (loop: Loop) =
        [ for struct (_, place) in loop.Stores -> place.Buffer
          for reduction in loop.Reductions -> reduction.Output.Buffer ]

    let reads (kernel: Kernel) : int list =
        match kernel with
        | Kernel.Loop loop -> loopReads loop
        | Kernel.Product p -> [ p.Left.Place.Buffer; p.Right.Place.Buffer ]
        | Kernel.Gather(source, index, _, _, _, _, _)
        | Kernel.ScatterAdd(source, index, _, _, _, _, _) -> [ source.Buffer; index.Buffer ]
        | Kernel.Copy(source, _, _, _)
        | Kernel.Pad(source, _, _, _, _)
        | Kernel.ToIndex(source, _) -> [ source.Buffer ]
        | Kernel.Concat(parts, _, _) -> [ for struct (place, _) in parts -> place.Buffer ]
        | Kernel.Stream stream ->
            [ for stage in stream.Stages do
                  match stage with
                  | Stage.Loop(loop, _) -> yield! loopReads loop
                  | Stage.Product(p, prepared) ->
                      yield! [ p.Left.Place.Buffer; p.Right.Place.Buffer; prepared.Buffer ]
                  | Stage.Sum(p, partial, _) ->
                      yield! [ p.Left.Place.Buffer; p.Right.Place.Buffer; partial.Buffer ]
                  | Stage.Gather(source, index, _, _, _) -> yield! [ source.Buffer; index.Buffer ] ]

    let writes (kernel: Kernel) : int list =
        match kernel with
        | Kernel.Loop loop -> loopWrites loop
        | Kernel.Product p -> [ p.Target.Buffer ]
        | Kernel.Gather(_, _, target, _, _, _, _)
        | Kernel.ScatterAdd(_, _, target, _, _, _, _)
        | Kernel.Copy(_, _, _, target)
        | Kernel.Pad(_, _, _, _, target)
        | Kernel.ToIndex(_, target)
        | Kernel.Concat(_, _, target) -> [ target.Buffer ]
        | Kernel.Stream stream ->
            [ for stage in stream.Stages do
                  match stage with
                  | Stage.Loop(loop, _) -> yield! loopWrites loop
                  | Stage.Product(p, _)
                  | Stage.Sum(p, _, _) -> yield p.Target.Buffer
                  | Stage.Gather(_, _, target, _, _) -> yield target.Buffer ]

/// Finds the kernels of a schedule that can go through the rows of a batch together. In a training step nearly
/// everything has an axis of rows and is separable along it: products with weights, elementwise and row-wise work; only
/// sums (gradients of weights and biases, the loss) leave it.
module internal Streaming =

    /// Fewer rows are not worth cutting. Tests lower it, to stream small graphs.
    let mutable leastRows = 128

    /// What the rows of a chunk may take in the second-level cache. Tests lower it, to cut small graphs.
    let mutable chunkBytes = 256 * 1024

    let private mostParts = 16

    /// A sum over rows is kept once for each part; larger ones are better left to one product over all rows.
    let private mostSumElements = 16 * 1024

    /// What is known of the buffers that a stream writes.
    type private Written =
        /// So many elements for each row, complete as soon as the row has passed.
        | ByRow of width: int
        /// Complete when all rows have passed.
        | AtEnd

    type private Candidate(schedule: Schedule, rows: int) =

        let written = Dictionary<int, Written>()

        /// Whether something is at hand when some rows pass: it comes from outside, or lies by row as `fits` asks.
        let available (place: Place) (fits: int -> bool) =
            match written.TryGetValue place.Buffer with
            | true, ByRow width -> fits width
            | true, AtEnd -> false
            | _ -> true

        let isOutside (place: Place) = not (written.ContainsKey place.Buffer)

        /// Whether the elements of some rows of an iteration space are read from the same rows of a buffer.
        let stridesFit (place: Place) (dims: int[]) (strides: int[]) width =
            let mutable before, i, fits = 1, 0, true
            let outer, inner = List<struct (int * int)>(), List<struct (int * int)>()

            while fits && before < rows && i < dims.Length do
                if rows % (before * dims[i]) = 0 then
                    outer.Add(struct (dims[i], strides[i]))
                    before <- before * dims[i]
                elif (before * dims[i]) % rows = 0 then
                    // The axis holds whole rows and goes on within them.
                    let part = rows / before
                    let rest = dims[i] / part
                    outer.Add(struct (part, rest * strides[i]))
                    inner.Add(struct (rest, strides[i]))
                    before <- rows
                else
                    fits <- false

                i <- i + 1

            for k in i .. dims.Length - 1 do
                inner.Add(struct (dims[k], strides[k]))

            let mutable step = width

            for k in outer.Count - 1 .. -1 .. 0 do
                let struct (size, stride) = outer[k]
                fits <- fits && (size = 1 || stride = step)
                step <- step * size

            let reach pick =
                Seq.sumBy (fun (struct (size, stride)) -> pick 0 ((size - 1) * stride)) inner

            fits
            && before = rows
            && place.Offset + reach min >= 0
            && place.Offset + reach max < width

        let direct (place: Place) width =
            available place (fun own -> own = width && place.Offset = 0)

        let sourceFits width source =
            match source with
            | Source.Number _ -> true
            | Source.Direct place -> direct place width
            | Source.Strided(place, dims, strides) ->
                available place (stridesFit place dims strides)
            | Source.Gathered(place, index, _, _, _, _) -> isOutside place && isOutside index
            | Source.Picked(place, index, outer, size, inner) ->
                // Indices are looked at before the stream begins.
                isOutside index
                && outer % rows = 0
                && available place (fun own ->
                    place.Offset = 0 && own = outer / rows * size * inner)
            | Source.Hot(index, depth) ->
                width % depth = 0 && (isOutside index || direct index (width / depth))
            | Source.Random(_, key) -> isOutside key

        /// What a reduction leaves, if it can run along.
        let reductionOf (loop: Loop) width (reduction: LoopReduction) =
            let length = loop.RowLength
            let slab = loop.SlabRows * length

            if reduction.Inner = 1 && length > 1 && reduction.Length = length then
                if width % length = 0 then
                    Some(ByRow(width / length))
                else
                    None
            elif reduction.Length < 2 then
                None
            elif reduction.Inner = 1 && reduction.Outer = 1 then
                Some AtEnd
            elif slab > 0 && width % slab = 0 then
                Some(ByRow(width / slab * reduction.Inner))
            elif slab = 0 && width % length = 0 then
                Some AtEnd
            else
                None

        let loopStage (loop: Loop) =
            if loop.Size = 0 || loop.Size % rows <> 0 then
                None
            else
                let width = loop.Size / rows

                let sourcesFit =
                    loop.Values
                    |> Array.forall (fun value ->
                        match value with
                        | LoopValue.Source source -> sourceFits width source
                        | LoopValue.Computed _ -> true)

                let reductions = loop.Reductions |> Array.map (reductionOf loop width)
                // Blocks end with rows, so a chunk has to.
                let cutFits =
                    width % loop.RowLength = 0
                    && (loop.SlabRows = 0 || width % (loop.SlabRows * loop.RowLength) = 0)

                let storesFit =
                    loop.Stores |> Array.forall (fun (struct (_, place)) -> place.Offset = 0)

                if sourcesFit && cutFits && storesFit && Array.forall Option.isSome reductions then
                    let result =
                        [ for struct (_, place) in loop.Stores -> place.Buffer, ByRow width
                          for i in 0 .. reductions.Length - 1 ->
                              loop.Reductions[i].Output.Buffer, reductions[i].Value ]

                    Some(Stage.Loop(loop, width), result)
                else
                    None

        /// What goes into the weights of products with the rows, and so has to be there before the first row.
        let neededWhole =
            let needed = HashSet<int>()

            for kernel in Array.rev schedule.Kernels do
                match kernel with
                | Kernel.Product product when product.Rows = rows && not product.Left.Transposed ->
                    needed.Add product.Right.Place.Buffer |> ignore
                | _ -> ()

                if KernelUse.writes kernel |> List.exists needed.Contains then
                    for buffer in KernelUse.reads kernel do
                        needed.Add buffer |> ignore

            needed

        let buffers = List<PlanBuffer>(schedule.Buffers)

        let fresh dtype (length: int64) =
            buffers.Add
                { DType = dtype
                  Length = int length
                  Role = BufferRole.Intermediate }

            { Buffer = buffers.Count - 1
              Offset = 0 }

        let dtypeOf (place: Place) = schedule.Buffers[place.Buffer].DType

        let preparedLength dtype columns inner =
            if dtype = DType.Float64 then
                Gemm.PreparedLength<float>(columns, inner)
            else
                Gemm.PreparedLength<float32>(columns, inner)

        /// A factor whose stored rows are the rows of the batch.
        let byRow (factor: Factor) columns =
            available factor.Place (fun own ->
                own = factor.Leading && factor.Place.Offset + columns <= own)

        let productStage (product: Product) parts =
            let dtype = dtypeOf product.Target

            if product.Batch.Length > 0 then
                None
            elif
                product.Rows = rows
                && not product.Left.Transposed
                && byRow product.Left product.Inner
                && isOutside product.Right.Place
                && product.Target.Offset = 0
            then
                let prepared = fresh dtype (preparedLength dtype product.Columns product.Inner)

                Some(
                    Stage.Product(product, prepared),
                    [ product.Target.Buffer, ByRow product.Columns ]
                )
            elif
                product.Inner = rows
                && product.Left.Transposed
                && not product.Right.Transposed
                && product.Rows * product.Columns <= mostSumElements
                && byRow product.Left product.Rows
                && byRow product.Right product.Columns
            then
                let size = int64 parts * int64 product.Rows * int64 product.Columns

                Some(
                    Stage.Sum(product, fresh dtype size, product.Rows > product.Columns),
                    [ product.Target.Buffer, AtEnd ]
                )
            else
                None

        let stageOf parts kernel =
            match kernel with
            | Kernel.Loop loop -> loopStage loop
            | Kernel.Product product -> productStage product parts
            | Kernel.Gather(source, index, target, outer, size, inner, indices) when
                outer = 1 && indices = rows && isOutside source && isOutside index
                ->
                Some(
                    Stage.Gather(source, index, target, size, inner),
                    [ target.Buffer, ByRow inner ]
                )
            | _ -> None

        /// Elements that the stages leave for each row, in bytes.
        let rowBytes (stages: seq<Stage>) =
            stages
            |> Seq.sumBy (fun stage ->
                match stage with
                | Stage.Loop(loop, width) -> loop.Stores.Length * width * loop.DType.Bytes
                | Stage.Product(product, _) -> product.Columns * (dtypeOf product.Target).Bytes
                | Stage.Gather(source, _, _, _, inner) -> inner * (dtypeOf source).Bytes
                | Stage.Sum _ -> 0)

        let granule (stages: seq<Stage>) =
            stages
            |> Seq.fold
                (fun granule stage ->
                    match stage with
                    | Stage.Product(product, _) ->
                        let tile =
                            if dtypeOf product.Target = DType.Float64 then
                                Gemm.RowsOfTile<float>(product.Columns, product.Inner)
                            else
                                Gemm.RowsOfTile<float32>(product.Columns, product.Inner)

                        if granule % tile = 0 then granule else granule * tile
                    | _ -> granule)
                1

        /// The schedule with one stream in it; None where no two kernels go together.
        member _.Run() : Schedule option =
            let parts = min mostParts (max 1 (rows * 2 / leastRows))
            let earlier, later = List<Kernel>(), List<Kernel>()
            let stages = List<Stage>()
            let postponed = HashSet<int>()

            for kernel in schedule.Kernels do
                let reads = KernelUse.reads kernel

                let isPostponed = reads |> List.exists postponed.Contains

                let isWhole = KernelUse.writes kernel |> List.exists neededWhole.Contains

                match
                    (if isPostponed || isWhole then
                         None
                     else
                         stageOf parts kernel)
                with
                | Some(stage, result) ->
                    stages.Add stage

                    for buffer, how in result do
                        written[buffer] <- how
                | None when not isPostponed && not (List.exists written.ContainsKey reads) ->
                    earlier.Add kernel
                | None ->
                    later.Add kernel

                    for buffer in KernelUse.writes kernel do
                        postponed.Add buffer |> ignore

            let hasProduct =
                stages
                |> Seq.exists (fun stage ->
                    match stage with
                    | Stage.Product _ -> true
                    | _ -> false)

            if stages.Count < 2 || not hasProduct then
                None
            else
                let tile = granule stages
                let fitting = max tile (chunkBytes / max 1 (rowBytes stages) / tile * tile)
                let share = (rows + parts - 1) / parts
                let partRows = (share + tile - 1) / tile * tile

                let stream =
                    Kernel.Stream
                        { Rows = rows
                          ChunkRows = min fitting partRows
                          Parts = (rows + partRows - 1) / partRows
                          Stages = stages.ToArray() }

                Some
                    { Buffers = buffers.ToArray()
                      Kernels = Array.concat [ earlier.ToArray(); [| stream |]; later.ToArray() ]
                      Roots = schedule.Roots }

    /// The schedule with its rows streamed, where there are rows enough and kernels that share them.
    let apply (schedule: Schedule) : Schedule =
        let candidates =
            schedule.Kernels
            |> Array.choose (fun kernel ->
                match kernel with
                | Kernel.Product product when
                    product.Batch.Length = 0
                    && product.Rows >= leastRows
                    && not product.Left.Transposed
                    ->
                    Some product.Rows
                | _ -> None)
            |> Array.distinct

        candidates
        |> Array.tryPick (fun rows -> Candidate(schedule, rows).Run())
        |> Option.defaultValue schedule
