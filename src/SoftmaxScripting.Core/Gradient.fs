namespace SoftmaxScripting.Core

open System.Collections.Generic

/// Reverse mode as a transformation of graphs: the derivative of an expression is an expression, so derivatives of any
/// order are this one function applied again.
module internal Gradient =

    let private swapped (order: int[]) =
        let inverse = Array.zeroCreate order.Length
        order |> Array.iteri (fun i a -> inverse[a] <- i)
        inverse

    /// One-hot rows with the classes on `axis` of a tensor shaped like x.
    let private oneHotAlong axis (x: Expr) (index: Expr) =
        let rank = x.Shape.Rank
        let last = Build.oneHot x.DType x.Shape[axis] index

        Build.permute
            (Array.init rank (fun i ->
                if i = axis then rank - 1
                elif i < axis then i
                else i - 1))
            last

    /// A rule's gradients with a value for its cotangent. Rules within the rule that see the value get cotangents of their
    /// own: the value may hold an earlier instance of the same rule, whose cotangent must not be taken for theirs.
    let private instantiate (cotangent: Expr) (value: Expr) (gradients: Expr[]) =
        let replacements = Dictionary<Expr, Expr>(HashIdentity.Reference)
        replacements[cotangent] <- value
        let touched = HashSet<Expr>([ cotangent ], HashIdentity.Reference)

        for node in Expr.topological gradients do
            if Array.exists touched.Contains node.Args then
                touched.Add node |> ignore

                match node.Op with
                | Op.Custom _ when not (replacements.ContainsKey node.Args[1]) ->
                    let inner = node.Args[1]
                    replacements[inner] <- Expr.variable "cotangent" (Build.zeros inner)
                | _ -> ()

        Expr.substitute replacements gradients

    /// The cotangents of a node's arguments from its own cotangent g; only those asked for are built.
    let private pullBack (node: Expr) (g: Expr) (wanted: bool[]) : struct (int * Expr) list =
        let args = node.Args
        let first value = [ struct (0, value ()) ]

        match node.Op with
        | Op.Constant _
        | Op.Data _
        | Op.Variable _
        | Op.StopGradient
        | Op.ArgMax _
        | Op.OneHot
        | Op.Random _ -> []
        | Op.Unary op -> first (fun () -> Build.mul g ((OpTable.unary op).Derivative args[0] node))
        | Op.Binary op ->
            let struct (a, b) = (OpTable.binary op).Partials args[0] args[1] node

            [ if wanted[0] then
                  struct (0, Build.mul g a)
              if wanted[1] then
                  struct (1, Build.mul g b) ]
        | Op.Select ->
            let zero = Build.zeros g

            [ if wanted[1] then
                  struct (1, Build.select args[0] g zero)
              if wanted[2] then
                  struct (2, Build.select args[0] zero g) ]
        | Op.Cast -> first (fun () -> Build.cast args[0].DType g)
        | Op.Reduce(op, axes) ->
            first (fun () ->
                let x = args[0]
                let spread y = Build.broadcastTo "gradient" x.Shape y

                match op with
                | ReduceOp.Sum -> spread g
                | ReduceOp.LogSumExp ->
                    Build.mul (spread g) (Build.exp (Build.sub x (spread (Build.lift node))))
                | ReduceOp.Max
                | ReduceOp.Min ->
                    let ties = Build.equal x (spread node)
                    Build.mul (spread (Build.div g (Build.sum axes ties))) ties)
        | Op.MatMul(ta, tb) ->
            let a, b = args[0], args[1]

            [ if wanted[0] then
                  struct (0,
                          (if ta then
                               Build.matMul tb true b g
                           else
                               Build.matMul false (not tb) g b))
              if wanted[1] then
                  struct (1,
                          (if tb then
                               Build.matMul true ta g a
                           else
                               Build.matMul (not ta) false a g)) ]
        | Op.Reshape -> first (fun () -> Build.reshape args[0].Shape g)
        | Op.Broadcast -> first (fun () -> Build.sumTo args[0].Shape g)
        | Op.Permute order -> first (fun () -> Build.permute (swapped order) g)
        | Op.Slice(start, step) -> first (fun () -> Build.pad start step args[0].Shape g)
        | Op.Pad(start, step) ->
            first (fun () -> Build.slice start step (args[0].Shape.ToArray()) g)
        | Op.Concat axis ->
            let mutable at = 0

            [ for i in 0 .. args.Length - 1 do
                  let shape = args[i].Shape
                  let start = Array.init shape.Rank (fun a -> if a = axis then at else 0)
                  at <- at + shape[axis]

                  if wanted[i] then
                      struct (i, Build.slice start (Array.create shape.Rank 1) (shape.ToArray()) g) ]
        | Op.Gather axis -> first (fun () -> Build.scatterAdd axis args[0].Shape g args[1])
        | Op.ScatterAdd axis -> first (fun () -> Build.gather axis g args[1])
        | Op.Pick axis ->
            first (fun () ->
                let x = args[0]
                let hot = oneHotAlong axis x args[1]
                Build.mul hot (Build.reshape (Shapes.reduced x.Shape [| axis |]) g))
        | Op.Barrier -> first (fun () -> g)
        | Op.Custom(count, _) ->
            let chosen =
                [| for i in 0 .. count - 1 do
                       if wanted[2 + i] then
                           i |]

            let gradients =
                chosen |> Array.map (fun i -> args[2 + count + i]) |> instantiate args[1] g

            [ for k in 0 .. chosen.Length - 1 do
                  struct (2 + chosen[k], gradients[k]) ]

    /// Which arguments can carry a derivative at all.
    let private carries (node: Expr) =
        match node.Op with
        | Op.Constant _
        | Op.Data _
        | Op.StopGradient
        | Op.ArgMax _
        | Op.OneHot
        | Op.Random _ -> false
        | Op.Variable _
        | Op.Unary _
        | Op.Binary _
        | Op.Select
        | Op.Cast
        | Op.Reduce _
        | Op.MatMul _
        | Op.Reshape
        | Op.Broadcast
        | Op.Permute _
        | Op.Slice _
        | Op.Pad _
        | Op.Concat _
        | Op.Gather _
        | Op.ScatterAdd _
        | Op.Pick _
        | Op.Custom _
        | Op.Barrier -> node.DType.IsFloat

    /// The vector–Jacobian product: Σ over outputs of ⟨seed, ∂output/∂target⟩, one expression per target.
    let pull (outputs: Expr[]) (seeds: Expr[]) (targets: Expr[]) : Expr[] =
        let order = Expr.topological outputs
        let active = HashSet<Expr>(HashIdentity.Reference)

        for target in targets do
            if target.DType.IsFloat then
                active.Add target |> ignore

        for node in order do
            if carries node && node.Args |> Array.exists active.Contains then
                active.Add node |> ignore

        let cotangents = Dictionary<Expr, Expr>(HashIdentity.Reference)

        let accumulate (node: Expr) (g: Expr) =
            match cotangents.TryGetValue node with
            | true, before -> cotangents[node] <- Build.add before g
            | _ -> cotangents[node] <- g

        Array.iter2
            (fun output seed ->
                if active.Contains output then
                    accumulate output seed)
            outputs
            seeds

        for i in order.Count - 1 .. -1 .. 0 do
            let node = order[i]

            if active.Contains node then
                match cotangents.TryGetValue node with
                | true, g ->
                    let wanted = node.Args |> Array.map active.Contains

                    for struct (index, contribution) in
                        CallSites.Within(node, (fun node -> pullBack node g wanted)) do
                        if active.Contains node.Args[index] then
                            accumulate node.Args[index] contribution
                | _ -> ()

        targets
        |> Array.map (fun target ->
            match cotangents.TryGetValue target with
            | true, g -> g
            | _ ->
                Expr.constant
                    (if target.DType.IsFloat then target.DType else DType.Float32)
                    target.Shape
                    0.0)

    /// The gradient of one output with all its elements summed.
    let derive (output: Expr) (targets: Expr[]) =
        pull [| output |] [| Build.ones output |] targets

    /// The Jacobian–vector product. The pullback c ↦ Jᵀc is linear, so its own pullback at the tangents is J·tangents
    /// and does not depend on c (Townsend 2017, "A new trick for calculating Jacobian vector products").
    let push (output: Expr) (targets: Expr[]) (tangents: Expr[]) : Expr =
        let c = Expr.variable "cotangent" (Build.ones output)
        let pulled = pull [| output |] [| c |] targets
        let pushed = (pull pulled tangents [| c |])[0]
        // What is left of c is multiplied by 0 only: second derivatives of what is linear in c.
        let map = Dictionary<Expr, Expr>(HashIdentity.Reference)
        map[c] <- Build.zeros output
        (Expr.substitute map [| pushed |])[0]
