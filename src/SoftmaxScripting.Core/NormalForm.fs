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

        Trace.Run(fun () -> roots |> Expr.rebuild shifted |> Expr.rebuild visit)
