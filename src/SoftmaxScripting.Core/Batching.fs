namespace SoftmaxScripting.Core

open System.Collections.Generic

/// From the graph of one example to the graph of many at once: one rule per op. A batched node has the examples on a new
/// leading axis; what no example changes stays as it is and is computed once.
module internal Batching =

    let private batched count (shape: Shape) =
        Shape.Of(Array.append [| count |] (shape.ToArray()))

    /// The same for every example.
    let private spread count (x: Expr) =
        let shape = batched count x.Shape
        Build.broadcastTo "Vectorize" shape (Build.reshape (batched 1 x.Shape) x)

    let private later (axes: int[]) = axes |> Array.map ((+) 1)

    /// The product of each example's matrix with one that all share is one product of all their rows.
    let private sharedRight tb (left: Expr) (right: Expr) (node: Expr) count =
        let rows = Build.reshape (Shape.Of(count * left.Shape[1], left.Shape[2])) left
        Build.reshape (batched count node.Shape) (Build.matMul false tb rows right)

    /// Both the table and the numbers of the entries are each example's own: for each number the elements it chooses from.
    let private gatherOwn count axis (x: Expr) (index: Expr) (node: Expr) =
        // [n, before…, entries, after…] as [n, before, 1, entries, after], and the numbers as [n, before, k, after].
        let dims = node.Args[0].Shape.Dims
        let product = Array.fold (*) 1

        let before, entries, after =
            product dims[.. axis - 1], dims[axis], product dims[axis + 1 ..]

        let chosen = node.Args[1].Shape.Size

        let table =
            x
            |> Build.reshape (Shape.Of(count, before, 1, entries, after))
            |> Build.broadcastTo "Gather" (Shape.Of(count, before, chosen, entries, after))

        let numbers =
            index
            |> Build.reshape (Shape.Of(count, 1, chosen, 1))
            |> Build.broadcastTo "Gather" (Shape.Of(count, before, chosen, after))

        Build.pick 3 table numbers |> Build.reshape (batched count node.Shape)

    /// The adjoint of a gather with each example's own numbers: Σₖ where(number k is the entry, gₖ, 0).
    let private scatterOwn count axis (g: Expr) (index: Expr) (node: Expr) =
        let dims = node.Shape.Dims
        let product = Array.fold (*) 1

        let before, entries, after =
            product dims[.. axis - 1], dims[axis], product dims[axis + 1 ..]

        let chosen = node.Args[1].Shape.Size
        let whole = Shape.Of(count, before, chosen, entries, after)

        let hit =
            Build.oneHot g.DType entries (Build.reshape (Shape.Of(count, chosen)) index)
            |> Build.reshape (Shape.Of(count, 1, chosen, entries, 1))
            |> Build.broadcastTo "ScatterAdd" whole

        let value =
            g
            |> Build.reshape (Shape.Of(count, before, chosen, 1, after))
            |> Build.broadcastTo "ScatterAdd" whole

        Build.sum [| 2 |] (Build.select hit value (Build.zeros value))
        |> Build.reshape (batched count node.Shape)

    /// Entry i of the leading axis, which goes.
    let private example i (x: Expr) =
        let rank = x.Shape.Rank
        let size = x.Shape.ToArray()
        size[0] <- 1

        Build.slice (Array.init rank (fun a -> if a = 0 then i else 0)) (Array.create rank 1) size x
        |> Build.reshape (Shape.Of size[1..])

    /// The batched form of a node with some batched argument.
    let private rule count (node: Expr) (args: Expr[]) (isBatched: bool[]) : Expr =
        let shape = batched count node.Shape

        let whole i =
            if isBatched[i] then args[i] else spread count args[i]

        /// The same op on arguments that all are batched.
        let same op =
            Expr.make op (Array.init args.Length whole) shape node.DType

        match node.Op with
        | Op.Constant _
        | Op.Data _
        | Op.Variable _ -> node
        | Op.Unary _
        | Op.Binary _
        | Op.Select
        | Op.Cast
        | Op.StopGradient
        | Op.OneHot
        | Op.Broadcast
        | Op.Custom _ -> same node.Op
        | Op.Barrier -> Expr.make Op.Barrier args args[0].Shape node.DType
        | Op.Reduce(op, axes) -> same (Op.Reduce(op, later axes))
        | Op.ArgMax axis -> same (Op.ArgMax(axis + 1))
        | Op.MatMul(false, tb) when node.Shape.Rank = 2 && not isBatched[1] ->
            sharedRight tb args[0] args[1] node count
        | Op.MatMul _ -> same node.Op
        | Op.Reshape -> Build.reshape shape args[0]
        | Op.Permute order -> Build.permute (Array.append [| 0 |] (later order)) args[0]
        | Op.Slice(start, step) ->
            Build.slice
                (Array.append [| 0 |] start)
                (Array.append [| 1 |] step)
                (shape.ToArray())
                args[0]
        | Op.Pad(start, step) ->
            same (Op.Pad(Array.append [| 0 |] start, Array.append [| 1 |] step))
        | Op.Concat axis -> same (Op.Concat(axis + 1))
        | Op.Gather axis when not isBatched[1] -> Build.gather (axis + 1) args[0] args[1]
        | Op.Gather axis when not isBatched[0] ->
            let gathered = Build.gather axis args[0] args[1]

            // The examples stand where the axis was.
            Build.permute
                (Array.init gathered.Shape.Rank (fun i ->
                    if i = 0 then axis
                    elif i <= axis then i - 1
                    else i))
                gathered
        | Op.Gather axis -> gatherOwn count axis args[0] args[1] node
        | Op.ScatterAdd axis when not isBatched[1] ->
            Build.scatterAdd (axis + 1) shape args[0] args[1]
        | Op.ScatterAdd axis -> scatterOwn count axis (whole 0) args[1] node
        | Op.Pick axis -> same (Op.Pick(axis + 1))
        | Op.Random distribution ->
            // Element i of a random tensor depends on its key and i alone: each key's numbers are drawn apart.
            let drawn i =
                Build.random distribution node.DType node.Shape (example i args[0])
                |> Build.reshape (batched 1 node.Shape)

            if count = 0 then
                Expr.constant node.DType shape 0.0
            else
                Build.concat 0 (Array.init count drawn)

    /// The roots for `count` examples, on a new leading axis. `examples` says what stands for a variable of one example
    /// when all are taken together.
    let run count (examples: (Expr * Expr)[]) (roots: Expr[]) : Expr[] =
        let images = Dictionary<Expr, struct (Expr * bool)>(HashIdentity.Reference)
        let order = Expr.topological roots
        let touched = HashSet<Expr>(HashIdentity.Reference)

        for variable, all in examples do
            images[variable] <- struct (all, true)
            touched.Add variable |> ignore

        // A rule of one's own is written in terms of a cotangent, of which each example has one too.
        for node in order do
            if Array.exists touched.Contains node.Args then
                touched.Add node |> ignore

                match node.Op with
                | Op.Custom _ ->
                    let zeros = Expr.constant node.DType (batched count node.Shape) 0.0

                    images[node.Args[1]] <- struct (Expr.variable "cotangent" zeros, true)
                | _ -> ()

        for node in order do
            if not (images.ContainsKey node) then
                let parts = node.Args |> Array.map (fun a -> images[a])
                let args = parts |> Array.map (fun (struct (e, _)) -> e)
                let isBatched = parts |> Array.map (fun (struct (_, b)) -> b)

                images[node] <-
                    match node.Op with
                    // A barrier may wait for something batched and yet be the same for every example.
                    | Op.Barrier when not isBatched[0] -> struct (Expr.withArgs node args, false)
                    | _ when Array.contains true isBatched ->
                        struct (rule count node args isBatched, true)
                    | _ -> struct (Expr.withArgs node args, false)

        roots
        |> Array.map (fun root ->
            match images[root] with
            | struct (e, true) -> e
            | struct (e, false) -> spread count e)
