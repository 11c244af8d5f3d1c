namespace SoftmaxScripting.Core

open System
open System.Collections.Generic

/// A plan's structure: buffers, kernels in order, and the buffer of each root.
type internal Schedule =
    { Buffers: PlanBuffer[]
      Kernels: Kernel[]
      Roots: int[] }

/// From a graph to kernels. Elementwise work and reductions over the same iteration space fuse when no other kernel has
/// to run in between: a node's level counts the kernels that must precede it, and all that shares level, shape and
/// dtype is one loop.
module internal Schedule =

    // ---- normal form ----

    /// Reduced axes as [outer, length, inner].
    let private extents (shape: Shape) (axes: int[]) =
        let mutable outer, length, inner = 1, 1, 1
        let first, last = Array.min axes, Array.max axes

        for a in 0 .. shape.Rank - 1 do
            if a < first then outer <- outer * shape[a]
            elif a <= last then length <- length * shape[a]
            else inner <- inner * shape[a]

        struct (outer, length, inner)

    /// Reduced axes that are not neighbours are reduced one run after another.
    let private runsOf (shape: Shape) (axes: int[]) =
        let real = axes |> Array.filter (fun a -> shape[a] <> 1)
        let runs = List<int[]>()

        for a in real do
            let joins =
                runs.Count > 0
                && Seq.forall
                    (fun b -> shape[b] = 1)
                    (seq { Array.last runs[runs.Count - 1] + 1 .. a - 1 })

            if joins then
                runs[runs.Count - 1] <- Array.append runs[runs.Count - 1] [| a |]
            else
                runs.Add [| a |]

        runs.ToArray()

    let private movedLast (rank: int) (axes: int[]) =
        let others =
            [| 0 .. rank - 1 |] |> Array.filter (fun a -> not (Array.contains a axes))

        Array.append others axes

    let private inverse (order: int[]) =
        let result = Array.zeroCreate order.Length
        order |> Array.iteri (fun i a -> result[a] <- i)
        result

    /// Ops in the forms that loops know: one run of reduced axes; log-sum-exp and argmax along the last axes.
    let private normalise (roots: Expr[]) =
        let onLast axes (x: Expr) (reduceLast: int[] -> Expr -> Expr) =
            let order = movedLast x.Shape.Rank axes
            let last = [| x.Shape.Rank - axes.Length .. x.Shape.Rank - 1 |]
            reduceLast last (Build.permute order x), order

        let rec reduced op (axes: int[]) (x: Expr) =
            let runs = runsOf x.Shape axes

            if runs.Length > 1 then
                reduced op runs[0] (reduced op (Array.concat runs[1..]) x)
            else
                match op with
                | ReduceOp.LogSumExp when Array.last axes <> x.Shape.Rank - 1 ->
                    let y, order = onLast axes x (fun last y -> reduced op last y)
                    Build.permute (inverse order) y
                | _ -> Build.reduce op axes x

        let visit (node: Expr) =
            match node.Op with
            | Op.StopGradient -> node.Args[0]
            | Op.Reduce(op, axes) -> reduced op axes node.Args[0]
            | Op.ArgMax axis when axis <> node.Args[0].Shape.Rank - 1 ->
                let y, _ = onLast [| axis |] node.Args[0] (fun last y -> Build.argMax last[0] y)
                y
            | _ -> node

        Trace.Run(fun () -> Expr.rebuild visit roots)

    // ---- the scheduler ----

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

    let private isView (node: Expr) =
        match node.Op with
        | Op.Reshape
        | Op.Broadcast
        | Op.Permute _
        | Op.Slice _ -> true
        | _ -> false

    let private isLeaf (node: Expr) =
        match node.Op with
        | Op.Data _
        | Op.Variable _ -> true
        | _ -> false

    let private isCompute (node: Expr) =
        match node.Op with
        | Op.Unary _
        | Op.Binary _
        | Op.Select -> true
        | _ -> false

    /// Recomputed wherever it is used rather than stored, unless something needs it in memory.
    let rec private isInline (node: Expr) =
        match node.Op with
        | Op.Pick _
        | Op.OneHot
        | Op.Random _
        | Op.Constant _ -> true
        | Op.Gather _ -> node.DType.IsFloat || node.DType = DType.UInt8
        | Op.Cast -> node.DType.IsFloat
        | Op.Reshape -> isInline node.Args[0]
        | _ -> false

    type private Scheduler(roots: Expr[], slots: Expr[]) =

        let order = Expr.topological roots

        // ---- layouts ----

        let copies = HashSet<Expr>(HashIdentity.Reference)
        let layouts = Dictionary<Expr, Layout>(HashIdentity.Reference)

        let layOut () =
            layouts.Clear()

            for node in order do
                layouts[node] <-
                    if isView node && not (copies.Contains node) then
                        match Layout.view node layouts[node.Args[0]] with
                        | ValueSome layout -> layout
                        | ValueNone ->
                            copies.Add node |> ignore
                            Layout.own node
                    else
                        Layout.own node

        let isFlat (node: Expr) = Layout.isFlat node.Shape layouts[node]

        let isWhole (node: Expr) =
            isFlat node
            && layouts[node].Offset = 0
            && layouts[node].Base.Shape.Size = node.Shape.Size

        /// A matrix that the product reads in place: rows or columns lie together.
        let orientation (node: Expr) =
            let strides, r = layouts[node].Strides, node.Shape.Rank
            let rows, columns = node.Shape[-2], node.Shape[-1]

            let fits outer inner outerSize innerSize =
                (inner = 1 || innerSize = 1) && (outer >= innerSize || outerSize = 1)

            if fits strides[r - 2] strides[r - 1] rows columns then
                ValueSome struct (false, (if rows = 1 then max 1 columns else strides[r - 2]))
            elif fits strides[r - 1] strides[r - 2] columns rows then
                ValueSome struct (true, (if columns = 1 then max 1 rows else strides[r - 1]))
            else
                ValueNone

        let requireFlat (node: Expr) =
            if isView node && not (isFlat node) then
                copies.Add node |> ignore

        let settleLayouts () =
            let mutable before = -1

            while before <> copies.Count do
                before <- copies.Count
                layOut ()

                for node in order do
                    match node.Op with
                    | Op.MatMul _ ->
                        for arg in node.Args do
                            if isView arg && (orientation arg).IsNone then
                                copies.Add arg |> ignore
                    | Op.Gather _
                    | Op.ScatterAdd _
                    | Op.Pick _
                    | Op.OneHot
                    | Op.Random _
                    | Op.Concat _
                    | Op.Pad _ -> Array.iter requireFlat node.Args
                    | Op.Cast when not node.DType.IsFloat -> Array.iter requireFlat node.Args
                    | _ -> ()

                for root in roots do
                    if isView root && not (isWhole root) then
                        copies.Add root |> ignore

        // ---- what must be in memory ----

        let material = HashSet<Expr>(HashIdentity.Reference)

        /// A node that stands in memory of its own, or the node whose memory it is a view of.
        let demand (node: Expr) =
            let owner = layouts[node].Base

            if not (isLeaf owner) then
                material.Add owner |> ignore

        /// A loop in float64 that read these as float64 would not see them rounded to, or drawn in, float32.
        let isRounded (dtype: DType) (node: Expr) =
            node.DType <> dtype
            && (match node.Op with
                | Op.Random _ -> true
                | Op.Cast -> dtype.Bytes > node.DType.Bytes && node.Args[0].DType <> DType.UInt8
                | _ -> false)

        /// What reading a node inline, in a loop of some dtype, reads from memory.
        let rec demandSource dtype (node: Expr) =
            if copies.Contains node || material.Contains node || isRounded dtype node then
                demand node
            else
                match node.Op with
                | Op.Constant _ -> ()
                | Op.Cast when node.DType.IsFloat -> demandSource dtype node.Args[0]
                | Op.Reshape when isInline node -> demandSource dtype node.Args[0]
                | Op.Gather _ when isInline node -> Array.iter demand node.Args
                | Op.Pick _
                | Op.OneHot
                | Op.Random _ -> Array.iter demand node.Args
                | _ -> demand node

        let fusesInto (shape: Shape) dtype (node: Expr) =
            isCompute node && node.Shape.Equals shape && node.DType = dtype

        /// The operands of a node that runs inside a loop, with the loop's shape and dtype.
        let loopOperands (node: Expr) =
            match node.Op with
            | Op.Reduce _
            | Op.ArgMax _ -> struct (node.Args[0].Shape, node.Args[0].DType, node.Args)
            | _ when isCompute node -> struct (node.Shape, node.DType, node.Args)
            | _ -> struct (node.Shape, node.DType, [||])

        let isReducing (node: Expr) =
            match node.Op with
            | Op.Reduce _
            | Op.ArgMax _ -> true
            | _ -> false

        let demandAll () =
            for root in roots do
                match root.Op with
                | Op.Constant _ -> material.Add root |> ignore
                | _ -> demand root

            for i in order.Count - 1 .. -1 .. 0 do
                let node = order[i]

                if isReducing node then
                    material.Add node |> ignore

                match node.Op with
                | Op.MatMul _
                | Op.ScatterAdd _
                | Op.Concat _
                | Op.Pad _ ->
                    material.Add node |> ignore

                    for arg in node.Args do
                        match arg.Op with
                        | Op.Constant _ -> material.Add arg |> ignore
                        | _ -> demand arg
                | Op.Cast when not node.DType.IsFloat ->
                    material.Add node |> ignore
                    demand node.Args[0]
                | _ ->
                    if isCompute node || isReducing node then
                        let struct (shape, dtype, operands) = loopOperands node

                        for operand in operands do
                            if not (fusesInto shape dtype operand) then
                                demandSource dtype operand
            // Inline nodes that are stored after all read their arguments from memory; copies read their source.
            for i in order.Count - 1 .. -1 .. 0 do
                let node = order[i]

                if material.Contains node && isInline node then
                    match node.Op with
                    | Op.Cast -> demandSource node.DType node.Args[0]
                    | Op.Constant _ -> ()
                    | Op.Reshape -> demandSource node.DType node.Args[0]
                    | _ -> Array.iter demand node.Args
                elif copies.Contains node then
                    demand node.Args[0]

        // ---- levels and groups ----

        let level = Dictionary<Expr, int>(HashIdentity.Reference)
        let groups = SortedDictionary<int, List<Group>>()
        let groupOf = Dictionary<Expr, Group>(HashIdentity.Reference)
        let opaque = SortedDictionary<int, List<Expr>>()

        /// The first level at which a node's memory can be read.
        let ready (node: Expr) =
            let owner = layouts[node].Base

            match level.TryGetValue owner with
            | true, l -> l + 1
            | _ -> 0

        let rec sourceReady (node: Expr) =
            if level.ContainsKey layouts[node].Base then
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
            | Op.Reduce(_, axes) -> extents x.Shape axes
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

                groupOf[node] <- group
                level[node] <- l

                for operand in operands do
                    if fusesInto shape dtype operand && level[operand] < l then
                        material.Add operand |> ignore
            elif material.Contains node then
                match node.Op with
                | Op.MatMul _
                | Op.ScatterAdd _
                | Op.Concat _
                | Op.Pad _
                | Op.Gather _ ->
                    let l = node.Args |> Array.fold (fun l arg -> max l (ready arg)) 0
                    level[node] <- l
                    (atLevel opaque l).Add node
                | _ when inLoop ->
                    let l = node.Args |> Array.fold (fun l arg -> max l (sourceReady arg)) 0
                    let struct (l, group) = join l shape dtype flatForm
                    group.Members.Add node
                    groupOf[node] <- group
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
            let layout = layouts[node]

            { Buffer = bufferOf[layout.Base]
              Offset = layout.Offset }

        // ---- emission ----

        let around (shape: Shape) axis =
            let dims = shape.Dims
            let product = Array.fold (*) 1
            struct (product dims[.. axis - 1], dims[axis], product dims[axis + 1 ..])

        let isStored (node: Expr) = bufferOf.ContainsKey layouts[node].Base

        let rec sourceOf dtype (node: Expr) : Source =
            match node.Op with
            | Op.Constant c -> Source.Number c
            | _ when isStored node ->
                let layout = layouts[node]

                if isFlat node && layout.Base.DType = dtype then
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

                match Layout.view node layouts[inner] with
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
                    let struct (dims, strides) = Layout.collapse inner.Shape layouts[inner].Strides
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

                if material.Contains node then
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
                    match orientation arg with
                    | ValueSome o -> o
                    | ValueNone ->
                        invalidOp
                            "A factor of a product lies in memory in a way that was not copied."

                { Place = place arg
                  Leading = leading
                  Transposed = transposed <> flipped
                  BatchStrides = layouts[arg].Strides[.. arg.Shape.Rank - 3] }

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
            | _ ->
                match copySource node.DType node with
                | Source.Strided(from, dims, strides) ->
                    Kernel.Copy(from, dims, strides, place node)
                | Source.Direct from ->
                    Kernel.Copy(from, [| node.Shape.Size |], [| 1 |], place node)
                | _ -> invalidOp $"{node.Op} of {node.DType} has no kernel."

        member _.Run() : Schedule =
            settleLayouts ()
            demandAll ()

            for node in order do
                schedule node

            slots |> Array.iteri (fun i leaf -> allocate leaf (BufferRole.Input i))

            for node in order do
                if material.Contains node && not (isLeaf node) then
                    allocate node BufferRole.Intermediate

            let rootBuffers =
                roots
                |> Array.map (fun root ->
                    let buffer = bufferOf[layouts[root].Base]

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
        let normal = normalise roots
        Scheduler(normal, slots).Run()
