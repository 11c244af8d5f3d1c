namespace SoftmaxScripting.Core

open System.Collections.Generic

/// Graphs in the forms that loops know: reduced axes that are neighbours, log-sum-exp and argmax along the last axes,
/// nothing that matters to derivatives alone, and softmax in the form that keeps most digits.
module internal NormalForm =

    /// Reduced axes as [outer, length, inner].
    let extents (shape: Shape) (axes: int[]) =
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

    /// x − log Σ exp x as (x − m) − log Σ exp(x − m), m the maximum: the logarithm is then small, so that its rounding does
    /// not cost large logits their digits. Formulas are shown and differentiated without this detail.
    let private shifted (node: Expr) =
        match node with
        | Pattern.LogSoftmax(axes, x) when x.Shape.Size > 0 ->
            let y = Build.sub x (Build.lift (Build.reduce ReduceOp.Max axes x))
            Build.sub y (Build.lift (Build.reduce ReduceOp.LogSumExp axes y))
        | _ -> node

    /// log Σ exp x through a change of shape.
    [<return: Struct>]
    let private (|RowLogSumExp|_|) (e: Expr) =
        let inner =
            match e.Op with
            | Op.Reshape -> e.Args[0]
            | _ -> e

        match inner with
        | Pattern.Lift(Pattern.LogSumExp(axes, x))
        | Pattern.LogSumExp(axes, x) -> ValueSome struct (axes, x)
        | _ -> ValueNone

    [<return: Struct>]
    let private (|Picked|_|) (e: Expr) =
        match e.Op with
        | Op.Pick axis when axis = e.Args[0].Shape.Rank - 1 ->
            ValueSome struct (axis, e.Args[0], e.Args[1])
        | _ -> ValueNone

    [<return: Struct>]
    let private (|Softplus|_|) (e: Expr) =
        match e.Op with
        | Op.Unary Unary.Softplus -> ValueSome e.Args[0]
        | _ -> ValueNone

    /// log Σ exp x − x[y] as log(1 + exp(log Σ over j ≠ y of exp x[j] − x[y])).
    let private surprise axis (x: Expr) (index: Expr) (picked: Expr) =
        let own = Build.oneHot x.DType x.Shape[axis] index
        let others = Build.select own (Build.like x -infinity) x
        let rest = Build.lift (Build.reduce ReduceOp.LogSumExp [| axis |] others)
        Build.softplus (Build.sub (Build.reshape picked.Shape rest) picked)

    /// Losses that are differences of large terms where the prediction is right and certain, in forms without the
    /// difference, which keep their digits near 0.
    let private precise (node: Expr) =
        match node with
        | Pattern.Sub(RowLogSumExp([| a |], x), (Picked(axis, u, index) as picked)) when
            a = axis && Pattern.same x u
            ->
            surprise axis x index picked
        | Pattern.Sub((Picked(axis, u, index) as picked), RowLogSumExp([| a |], x)) when
            a = axis && Pattern.same x u
            ->
            Build.neg (surprise axis x index picked)
        | Pattern.Sub(Softplus z, (Pattern.Mul(a, b) as product)) when
            Pattern.same a z || Pattern.same b z
            ->
            // log(1 + exp z) = max(z, 0) + log(1 + exp −|z|), and max(z, 0) − z·y is exact at y = 0 and 1.
            Build.add
                (Build.sub (Build.unary Unary.Relu z) product)
                (Build.softplus (Build.neg (Build.unary Unary.Abs z)))
        | Pattern.Lift(Pattern.LogSoftmax([| axis |], y)) when axis = y.Shape.Rank - 1 ->
            // A distribution's loss: y is shifted already, so that its largest entry is 0.
            let largest = Build.oneHot y.DType y.Shape[axis] (Build.argMax axis y)
            let others = Build.select largest (Build.like y -infinity) y
            let rest = Build.lift (Build.reduce ReduceOp.LogSumExp [| axis |] others)
            Build.lift (Build.sub y (Build.softplus rest))
        | _ -> shifted node

    /// Ops in the forms that loops know: one run of reduced axes; log-sum-exp and argmax along the last axes.
    let normalise (roots: Expr[]) =
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
            | Op.StopGradient
            | Op.Custom _ -> node.Args[0]
            | Op.Reduce(op, axes) -> reduced op axes node.Args[0]
            | Op.ArgMax axis when axis <> node.Args[0].Shape.Rank - 1 ->
                let y, _ = onLast [| axis |] node.Args[0] (fun last y -> Build.argMax last[0] y)
                y
            | _ -> node

        Trace.Run(fun () -> roots |> Expr.rebuild precise |> Expr.rebuild visit)
