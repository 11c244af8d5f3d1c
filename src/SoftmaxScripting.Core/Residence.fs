namespace SoftmaxScripting.Core

open System.Collections.Generic

/// What the scheduler asks of single nodes.
[<AutoOpen>]
module internal NodeKind =

    let isView (node: Expr) =
        match node.Op with
        | Op.Reshape
        | Op.Broadcast
        | Op.Permute _
        | Op.Slice _ -> true
        | _ -> false

    let isLeaf (node: Expr) =
        match node.Op with
        | Op.Data _
        | Op.Variable _ -> true
        | _ -> false

    let isCompute (node: Expr) =
        match node.Op with
        | Op.Unary _
        | Op.Binary _
        | Op.Select -> true
        | _ -> false

    /// Recomputed wherever it is used rather than stored, unless something needs it in memory.
    let rec isInline (node: Expr) =
        match node.Op with
        | Op.Pick _
        | Op.OneHot
        | Op.Random _
        | Op.Constant _ -> true
        | Op.Gather _ -> node.DType.IsFloat || node.DType = DType.UInt8
        | Op.Cast -> node.DType.IsFloat
        | Op.Reshape -> isInline node.Args[0]
        | _ -> false

    let isReducing (node: Expr) =
        match node.Op with
        | Op.Reduce _
        | Op.ArgMax _ -> true
        | _ -> false

    let fusesInto (shape: Shape) dtype (node: Expr) =
        isCompute node && node.Shape.Equals shape && node.DType = dtype

    /// The operands of a node that runs inside a loop, with the loop's shape and dtype.
    let loopOperands (node: Expr) =
        match node.Op with
        | Op.Reduce _
        | Op.ArgMax _ -> struct (node.Args[0].Shape, node.Args[0].DType, node.Args)
        | _ when isCompute node -> struct (node.Shape, node.DType, node.Args)
        | _ -> struct (node.Shape, node.DType, [||])

/// Which nodes of a graph stand in memory, and how they lie there: views share their source's memory, cheap nodes are
/// computed wherever they are read, and only what a kernel has to find in memory is stored.
[<Sealed>]
type internal Residence(roots: Expr[], order: List<Expr>) =

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
            | Op.Barrier ->
                material.Add node |> ignore

                for arg in node.Args do
                    match arg.Op with
                    | Op.Constant _ -> ()
                    | _ -> demand arg
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

    do
        settleLayouts ()
        demandAll ()

    member _.Layout(node: Expr) = layouts[node]
    member _.IsFlat(node: Expr) = isFlat node
    member _.Orientation(node: Expr) = orientation node

    /// Stored in memory of its own.
    member _.IsStored(node: Expr) = material.Contains node

    /// Stores a node after all, because a later kernel reads it.
    member _.Store(node: Expr) = material.Add node |> ignore
