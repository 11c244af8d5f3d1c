namespace SoftmaxScripting.Core

open System
open System.Collections.Generic

/// From a graph to kernels. Elementwise work and reductions over the same iteration space fuse when no other kernel has
/// to run in between: a node's level counts the kernels that must precede it, and all that shares level, shape and
/// dtype is one loop.
module internal Scheduling =

    /// How a group's blocks are cut; see Loop.
    [<Struct>]
    type private Form = { RowLength: int; SlabRows: int }

    let private flatForm = { RowLength = 1; SlabRows = 0 }

    [<ReferenceEquality>]
    type private Group =
        { Shape: Shape
          DType: DType
          mutable Form: Form
          Members: List<Expr>
          Reductions: List<Expr> }

    type private Scheduler(roots: Expr[], slots: Expr[]) =

        let order = Expr.topological roots

        let residence = Residence(roots, order)

        // ---- levels and groups ----

        let level = Dictionary<Expr, int>(HashIdentity.Reference)
        let groups = SortedDictionary<int, List<Group>>()
        let opaque = SortedDictionary<int, List<Expr>>()

        /// The first level at which a node's memory can be read.
        let ready (node: Expr) =
            let owner = (residence.Layout node).Base

            match level.TryGetValue owner with
            | true, l -> l + 1
            | _ -> 0

        let rec sourceReady (node: Expr) =
            if level.ContainsKey (residence.Layout node).Base then
                ready node
            else
                match node.Op with
                | Op.Data _
                | Op.Variable _
                | Op.Constant _ -> 0
                | _ when isView node && not (isInline node) -> sourceReady node.Args[0]
                | _ -> node.Args |> Array.fold (fun l arg -> max l (sourceReady arg)) 0

        let atLevel (table: SortedDictionary<int, List<'T>>) l =
            match table.TryGetValue l with
            | true, list -> list
            | _ ->
                let list = List<'T>()
                table.Add(l, list)
                list

        let extentsOf (node: Expr) =
            let x = node.Args[0]

            match node.Op with
            | Op.Reduce(_, axes) -> NormalForm.extents x.Shape axes
            | _ -> struct (node.Shape.Size, x.Shape[-1], 1)

        /// The form that a reduction needs of its group.
        let formOf (node: Expr) =
            let struct (outer, length, inner) = extentsOf node

            let needsRow =
                match node.Op with
                | Op.ArgMax _
                | Op.Reduce(ReduceOp.LogSumExp, _) -> true
                | _ -> false

            if inner = 1 && (outer > 1 || needsRow) then
                { RowLength = length; SlabRows = 0 }
            elif inner = 1 then
                flatForm
            elif outer = 1 then
                { RowLength = inner; SlabRows = 0 }
            else
                { RowLength = inner; SlabRows = length }

        let compatible (a: Form) (b: Form) = a = b || a = flatForm || b = flatForm

        /// The group at this level or the first later one that can take a node of this form.
        let rec join (l: int) (shape: Shape) dtype (form: Form) =
            let list = atLevel groups l

            match list |> Seq.tryFind (fun g -> g.Shape.Equals shape && g.DType = dtype) with
            | Some group when compatible group.Form form ->
                if form <> flatForm then
                    group.Form <- form

                struct (l, group)
            | Some _ -> join (l + 1) shape dtype form
            | None ->
                let group =
                    { Shape = shape
                      DType = dtype
                      Form = form
                      Members = List<Expr>()
                      Reductions = List<Expr>() }

                list.Add group
                struct (l, group)

        let schedule (node: Expr) =
            let struct (shape, dtype, operands) = loopOperands node
            let inLoop = dtype.IsFloat

            if isReducing node || isCompute node then
                let mutable l = 0

                for operand in operands do
                    l <-
                        max
                            l
                            (if fusesInto shape dtype operand then
                                 level[operand]
                             else
                                 sourceReady operand)

                let form = if isReducing node then formOf node else flatForm
                let struct (l, group) = join l shape dtype form

                if isReducing node then
                    group.Reductions.Add node
                else
                    group.Members.Add node

                level[node] <- l

                for operand in operands do
                    if fusesInto shape dtype operand && level[operand] < l then
                        residence.Store operand
            elif residence.IsStored node then
                match node.Op with
                | Op.MatMul _
                | Op.ScatterAdd _
                | Op.Concat _
                | Op.Pad _
                | Op.Barrier
                | Op.Gather _ ->
                    let l = node.Args |> Array.fold (fun l arg -> max l (ready arg)) 0
                    level[node] <- l
                    (atLevel opaque l).Add node
                | _ when inLoop ->
                    let l = node.Args |> Array.fold (fun l arg -> max l (sourceReady arg)) 0
                    let struct (l, group) = join l shape dtype flatForm
                    group.Members.Add node
                    level[node] <- l
                | _ ->
                    let l = node.Args |> Array.fold (fun l arg -> max l (ready arg)) 0
                    level[node] <- l
                    (atLevel opaque l).Add node

        // ---- buffers ----

        let buffers = List<PlanBuffer>()
        let bufferOf = Dictionary<Expr, int>(HashIdentity.Reference)

        let allocate (node: Expr) role =
            buffers.Add
                { DType = node.DType
                  Length = node.Shape.Size
                  Role = role }

            bufferOf[node] <- buffers.Count - 1

        let place (node: Expr) : Place =
            let layout = residence.Layout node

            { Buffer = bufferOf[layout.Base]
              Offset = layout.Offset }

        // ---- emission ----

        let around (shape: Shape) axis =
            let dims = shape.Dims
            let product = Array.fold (*) 1
            struct (product dims[.. axis - 1], dims[axis], product dims[axis + 1 ..])

        let isStored (node: Expr) =
            bufferOf.ContainsKey (residence.Layout node).Base

        let rec sourceOf dtype (node: Expr) : Source =
            match node.Op with
            | Op.Constant c -> Source.Number c
            | _ when isStored node ->
                let layout = residence.Layout node

                if residence.IsFlat node && layout.Base.DType = dtype then
                    Source.Direct(place node)
                else
                    let struct (dims, strides) = Layout.collapse node.Shape layout.Strides
                    Source.Strided(place node, dims, strides)
            | Op.Cast
            | Op.Reshape -> sourceOf dtype node.Args[0]
            | Op.Gather axis ->
                let struct (outer, size, inner) = around node.Args[0].Shape axis

                Source.Gathered(
                    place node.Args[0],
                    place node.Args[1],
                    outer,
                    size,
                    inner,
                    node.Args[1].Shape.Size
                )
            | Op.Pick axis ->
                let struct (outer, size, inner) = around node.Args[0].Shape axis
                Source.Picked(place node.Args[0], place node.Args[1], outer, size, inner)
            | Op.OneHot -> Source.Hot(place node.Args[0], node.Shape[-1])
            | Op.Random distribution -> Source.Random(distribution, place node.Args[0])
            | other -> invalidOp $"The scheduler did not store {other}, which a loop reads."

        /// What a stored view or inline node is a copy of.
        let copySource dtype (node: Expr) : Source =
            match node.Op with
            | _ when isView node && not (isInline node) ->
                let inner = node.Args[0]

                match Layout.view node (residence.Layout inner) with
                | ValueSome layout ->
                    let struct (dims, strides) = Layout.collapse node.Shape layout.Strides

                    Source.Strided(
                        { Buffer = bufferOf[layout.Base]
                          Offset = layout.Offset },
                        dims,
                        strides
                    )
                | ValueNone ->
                    // Reshape of a layout that strides cannot follow: the elements in the source's own order.
                    let struct (dims, strides) =
                        Layout.collapse inner.Shape (residence.Layout inner).Strides

                    Source.Strided(place inner, dims, strides)
            | Op.Cast
            | Op.Reshape -> sourceOf dtype node.Args[0]
            | Op.Gather axis ->
                let struct (outer, size, inner) = around node.Args[0].Shape axis

                Source.Gathered(
                    place node.Args[0],
                    place node.Args[1],
                    outer,
                    size,
                    inner,
                    node.Args[1].Shape.Size
                )
            | Op.Pick axis ->
                let struct (outer, size, inner) = around node.Args[0].Shape axis
                Source.Picked(place node.Args[0], place node.Args[1], outer, size, inner)
            | Op.OneHot -> Source.Hot(place node.Args[0], node.Shape[-1])
            | Op.Random distribution -> Source.Random(distribution, place node.Args[0])
            | Op.Constant c -> Source.Number c
            | other -> invalidOp $"{other} is not copied by a loop."

        let emitLoop (group: Group) : Kernel =
            let values = List<LoopValue>()
            let valueOf = Dictionary<Expr, int>(HashIdentity.Reference)

            let addValue node value =
                values.Add value
                valueOf[node] <- values.Count - 1
                values.Count - 1

            let operand (node: Expr) =
                match valueOf.TryGetValue node with
                | true, v -> v
                | _ -> addValue node (LoopValue.Source(sourceOf group.DType node))

            let stores = List<struct (int * Place)>()

            for node in group.Members do
                let value =
                    match node.Op with
                    | Op.Unary op -> LoopValue.Computed(Instruction.Unary(op, operand node.Args[0]))
                    | Op.Binary op ->
                        LoopValue.Computed(
                            Instruction.Binary(op, operand node.Args[0], operand node.Args[1])
                        )
                    | Op.Select ->
                        LoopValue.Computed(
                            Instruction.Select(
                                operand node.Args[0],
                                operand node.Args[1],
                                operand node.Args[2]
                            )
                        )
                    | _ -> LoopValue.Source(copySource group.DType node)

                let index = addValue node value

                if residence.IsStored node then
                    stores.Add(struct (index, place node))

            let reductions =
                group.Reductions.ToArray()
                |> Array.map (fun node ->
                    let struct (outer, length, inner) = extentsOf node

                    { Op =
                        (match node.Op with
                         | Op.Reduce(op, _) -> ValueSome op
                         | _ -> ValueNone)
                      Input = operand node.Args[0]
                      Output = place node
                      Outer = outer
                      Length = length
                      Inner = inner })

            Kernel.Loop
                { DType = group.DType
                  Size = group.Shape.Size
                  RowLength = max 1 group.Form.RowLength
                  SlabRows = group.Form.SlabRows
                  Values = values.ToArray()
                  Stores = stores.ToArray()
                  Reductions = reductions }

        let emitProduct (node: Expr) ta tb =
            let factor (arg: Expr) flipped =
                let struct (transposed, leading) =
                    match residence.Orientation arg with
                    | ValueSome o -> o
                    | ValueNone ->
                        invalidOp
                            "A factor of a product lies in memory in a way that was not copied."

                { Place = place arg
                  Leading = leading
                  Transposed = transposed <> flipped
                  BatchStrides = (residence.Layout arg).Strides[.. arg.Shape.Rank - 3] }

            let a = node.Args[0]

            Kernel.Product
                { Rows = node.Shape[-2]
                  Columns = node.Shape[-1]
                  Inner = (if ta then a.Shape[-2] else a.Shape[-1])
                  Left = factor a ta
                  Right = factor node.Args[1] tb
                  Target = place node
                  Batch = node.Shape.Dims[.. node.Shape.Rank - 3] }

        let emitOpaque (node: Expr) : Kernel =
            match node.Op with
            | Op.MatMul(ta, tb) -> emitProduct node ta tb
            | Op.Gather axis ->
                let struct (outer, size, inner) = around node.Args[0].Shape axis

                Kernel.Gather(
                    place node.Args[0],
                    place node.Args[1],
                    place node,
                    outer,
                    size,
                    inner,
                    node.Args[1].Shape.Size
                )
            | Op.ScatterAdd axis ->
                let struct (outer, size, inner) = around node.Shape axis

                Kernel.ScatterAdd(
                    place node.Args[0],
                    place node.Args[1],
                    place node,
                    outer,
                    size,
                    inner,
                    node.Args[1].Shape.Size
                )
            | Op.Concat axis ->
                let struct (outer, _, _) = around node.Shape axis

                let parts =
                    node.Args
                    |> Array.map (fun arg -> struct (place arg, arg.Shape.Size / max 1 outer))

                Kernel.Concat(parts, outer, place node)
            | Op.Pad(start, step) ->
                let strides = Shapes.strides node.Shape
                let mutable offset = 0

                for a in 0 .. strides.Length - 1 do
                    offset <- offset + start[a] * strides[a]

                let source = node.Args[0]

                Kernel.Pad(
                    place source,
                    source.Shape,
                    offset,
                    Array.map2 (*) strides step,
                    place node
                )
            | Op.Cast -> Kernel.ToIndex(place node.Args[0], place node)
            | Op.Barrier ->
                let source = node.Args[0]

                let struct (dims, strides) =
                    Layout.collapse source.Shape (residence.Layout source).Strides

                Kernel.Copy(place source, dims, strides, place node)
            | _ ->
                match copySource node.DType node with
                | Source.Strided(from, dims, strides) ->
                    Kernel.Copy(from, dims, strides, place node)
                | Source.Direct from ->
                    Kernel.Copy(from, [| node.Shape.Size |], [| 1 |], place node)
                | _ -> invalidOp $"{node.Op} of {node.DType} has no kernel."

        member _.Run() : Schedule =

            for node in order do
                schedule node

            slots |> Array.iteri (fun i leaf -> allocate leaf (BufferRole.Input i))

            for node in order do
                if residence.IsStored node && not (isLeaf node) then
                    allocate node BufferRole.Intermediate

            let rootBuffers =
                roots
                |> Array.map (fun root ->
                    let buffer = bufferOf[(residence.Layout root).Base]

                    match buffers[buffer].Role with
                    | BufferRole.Intermediate -> buffers[buffer].Role <- BufferRole.Output
                    | BufferRole.Input _
                    | BufferRole.Output -> ()

                    buffer)

            let kernels = List<Kernel>()

            let last =
                Seq.max (Seq.concat [ seq { -1 }; Seq.cast groups.Keys; Seq.cast opaque.Keys ])

            for l in 0..last do
                match groups.TryGetValue l with
                | true, list -> list |> Seq.iter (fun g -> kernels.Add(emitLoop g))
                | _ -> ()

                match opaque.TryGetValue l with
                | true, list -> list |> Seq.iter (fun n -> kernels.Add(emitOpaque n))
                | _ -> ()

            { Buffers = buffers.ToArray()
              Kernels = kernels.ToArray()
              Roots = rootBuffers }

    /// Kernels for the roots; the leaves in `slots` are the plan's arguments, in this order.
    let plan (roots: Expr[]) (slots: Expr[]) : Schedule =
        let normal = NormalForm.normalise roots
        Scheduler(normal, slots).Run() |> Streaming.apply
