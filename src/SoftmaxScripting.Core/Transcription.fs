namespace SoftmaxScripting.Core

open System
open System.Collections.Generic
open Pattern

/// An expression written down: the formula, and the names it uses for what it mentions more than once.
type internal Written =
    {
        Body: Formula
        /// Each uses only those before it.
        Definitions: (Formula * Formula) list
    }

    /// The names and what they stand for, one line each.
    member this.DefinitionLines =
        [ for name, meaning in this.Definitions ->
              $"with {Formula.text name} = {Formula.text meaning}" ]

    /// The formula, then one line per name.
    member this.Text = String.Join("\n  ", Formula.text this.Body :: this.DefinitionLines)

/// Writes expressions as formulas. One object serves formulas that are shown together: what they share has one name.
/// `sizes` are numbers to be shown by name, such as 143 as n·k.
[<Sealed>]
type internal Transcription(sizes: (int * Formula) list, reserved: string seq) =

    /// Shorter formulas are repeated rather than named; longer ones are named even if they occur once.
    let worthNaming = 10
    let longest = 240

    let scales = sizes |> List.map snd
    let taken = HashSet<string> reserved
    let names = Dictionary<Expr, Formula>(HashIdentity.Reference)

    // ---- names ----

    let name (stem: string) (e: Expr) =
        match names.TryGetValue e with
        | true, known -> known
        | _ ->
            let mutable number = 1

            let candidate () =
                if number = 1 then
                    Formula.named stem
                else
                    Formula.numbered stem number

            while taken.Contains(Formula.text (candidate ())) do
                number <- number + 1

            let chosen = candidate ()
            taken.Add(Formula.text chosen) |> ignore
            names[e] <- chosen
            chosen

    /// The letter that a textbook would take.
    let stem (e: Expr) =
        match e with
        | Softmax _ -> "p"
        | LogSoftmax _ -> "q"
        | LogSumExp _ -> "m"
        | Sigmoid _ -> "s"
        | Sub _ -> "r"
        | Exp _ -> "e"
        | Abs _ -> "a"
        | _ ->
            match e.Op with
            | Op.MatMul _ -> "z"
            | Op.Data _ -> "c"
            | _ -> "t"

    // ---- numbers ----

    let magnitude (value: float) =
        match sizes |> List.tryFind (fun (size, _) -> float size = value) with
        | Some(_, symbol) -> symbol
        | None -> Formula.Number value

    /// Few digits: a number that a person wrote rather than a quotient.
    let isShort (value: float) =
        value <> 0.0
        && (Formula.digits value |> Seq.filter Char.IsDigit |> Seq.length) <= 4

    /// c as p / N for a short p and a known size N, or a whole one; as c / 1 where it is short itself.
    let fraction (counts: float list) (c: float) : struct (float * float) =
        let over n =
            let p = c * n
            let whole = Math.Round p

            let p =
                if abs (p - whole) < 1e-9 * abs p then
                    whole
                else
                    float (float32 p)

            if isShort p && abs (p - c * n) <= 1e-6 * abs p then
                Some(struct (p, n))
            else
                None

        let known = counts @ (sizes |> List.map (fun (size, _) -> float size))

        if isShort c then
            struct (c, 1.0)
        else
            known
            |> List.choose over
            |> List.sortBy (fun (struct (p, _)) -> (Formula.digits p).Length)
            |> List.tryHead
            |> Option.orElseWith (fun () ->
                [ 1.0; 2.0; 3.0; 4.0; 6.0 ]
                |> List.tryPick (fun p ->
                    let n = Math.Round(p / abs c)

                    if n > 1.0 && n < 1e10 && abs (p / abs c - n) < 1e-9 * n then
                        Some(struct (p * float (sign c), n))
                    else
                        None))
            |> Option.defaultValue (struct (c, 1.0))

    let rec number (value: float) =
        if value < 0.0 then
            Formula.Neg(number -value)
        else
            match magnitude value with
            | Formula.Number _ when not (isShort value) && value <> 0.0 && Double.IsFinite value ->
                let struct (p, n) = fraction [] value

                if n = 1.0 then
                    Formula.Number p
                else
                    Formula.Div(magnitude p, magnitude n)
            | shown -> shown

    let rec scaled (p: float) (n: float) (x: Formula) =
        if p < 0.0 then
            Formula.Neg(scaled -p n x)
        else
            let product =
                if p = 1.0 then
                    x
                else
                    Formula.Product(ProductSign.Dot, magnitude p, x)

            if n = 1.0 then
                product
            else
                Formula.Div(product, magnitude n)

    // ---- structure ----

    /// What only makes shapes and dtypes fit goes unseen.
    let rec resolve (e: Expr) =
        let withoutUnits (s: Shape) = s.ToArray() |> Array.filter ((<>) 1)

        match e.Op with
        | Op.Broadcast
        | Op.Cast
        | Op.Barrier
        | Op.Unary Unary.Lift -> resolve e.Args[0]
        | Op.Reshape when withoutUnits e.Shape = withoutUnits e.Args[0].Shape -> resolve e.Args[0]
        | _ -> e

    /// The axes that need saying: none where all are meant.
    let reducedAxes (shape: Shape) (axes: int[]) =
        let counted = seq { 0 .. shape.Rank - 1 } |> Seq.filter (fun a -> shape[a] <> 1)

        if Seq.forall (fun a -> Array.contains a axes) counted then
            []
        else
            List.ofArray axes

    /// Row-wise functions work along the last axis unless it is said otherwise.
    let rowAxes (shape: Shape) (axes: int[]) =
        if axes = [| shape.Rank - 1 |] then
            []
        else
            reducedAxes shape axes

    let count (shape: Shape) (axes: int[]) =
        axes |> Array.fold (fun n a -> n * float shape[a]) 1.0

    let isTranspose (order: int[]) =
        let r = order.Length

        r >= 2
        && order[r - 1] = r - 2
        && order[r - 2] = r - 1
        && Array.forall (fun i -> order[i] = i) [| 0 .. r - 3 |]

    let symbol text =
        Formula.Symbol(text, $@"\text{{{text}}}")

    let shapeSymbol (shape: Shape) =
        let part n = number (float n)

        let shown (render: Formula -> string) =
            let dims: string[] = shape.ToArray() |> Array.map (part >> render)
            "[" + String.Join(", ", dims) + "]"

        Formula.Symbol(shown Formula.text, shown Formula.latex)

    let ranges (node: Expr) (start: int[]) (step: int[]) =
        let x = node.Args[0]

        [ for a in 0 .. start.Length - 1 do
              let count = node.Shape[a]

              symbol (
                  if count = x.Shape[a] && step[a] = 1 then
                      ".."
                  elif count = 1 then
                      string start[a]
                  else
                      let stop = start[a] + (count - 1) * step[a]
                      let stop = if step[a] > 0 then stop + 1 else stop
                      $"{start[a]}..{stop}" + (if step[a] = 1 then "" else $" step {step[a]}")
              ) ]

    /// What one node shows: other nodes, and how they are put together. `product` is the sign between tensors.
    let layer (product: ProductSign) (e: Expr) : struct (Expr list * (Formula list -> Formula)) =
        let leaf formula = struct ([], (fun _ -> formula))
        let one x (f: Formula -> Formula) = struct ([ x ], List.head >> f)

        let two a b (f: Formula -> Formula -> Formula) =
            struct ([ a; b ], (fun (parts: Formula list) -> f (parts[0]) (parts[1])))

        let call name axes args =
            struct (args, (fun parts -> Formula.Call(name, axes, parts)))

        let isNumber (x: Expr) =
            match resolve x with
            | Num _ -> true
            | _ -> false

        /// c · x, with a mean where x is a sum and c one over the number of its terms.
        let factor c (x: Expr) =
            match resolve x with
            | Sum(axes, terms) ->
                let count = count terms.Shape axes
                let axes = reducedAxes terms.Shape axes

                let struct (p, n) =
                    if abs (c * count - 1.0) < 1e-9 then
                        struct (1.0, count)
                    else
                        fraction [ count ] c

                if n = count && n <> 1.0 then
                    one terms (fun t -> scaled p 1.0 (Formula.Call("mean", axes, [ t ])))
                else
                    one x (scaled p n)
            | _ ->
                let struct (p, n) = fraction [] c
                one x (scaled p n)

        /// x / c, likewise.
        let rec quotient (x: Expr) c =
            match resolve x with
            | _ when c < 0.0 ->
                let struct (parts, assemble) = quotient x -c
                struct (parts, assemble >> Formula.Neg)
            | Sum(axes, terms) when count terms.Shape axes = c -> factor (1.0 / c) x
            | _ -> one x (fun t -> Formula.Div(t, number c))

        match e with
        | Softmax(axes, x) -> call "softmax" (rowAxes x.Shape axes) [ x ]
        | LogSoftmax(axes, x) -> call "log softmax" (rowAxes x.Shape axes) [ x ]
        | Mul(Num c, x)
        | Mul(x, Num c) when not (isNumber x) && abs c <> 1.0 -> factor c x
        | Div(x, Num c) when not (isNumber x) -> quotient x c
        | Mul(a, b) when same (resolve a) (resolve b) ->
            one a (fun t -> Formula.Power(t, Formula.Number 2.0))
        | Reciprocal x -> one x (fun t -> Formula.Div(Formula.Number 1.0, t))
        | Add(a, Num c) when c < 0.0 -> one a (fun t -> Formula.Sub(t, magnitude -c))
        | _ ->
            let sign a b =
                if isNumber a || isNumber b then
                    ProductSign.Dot
                else
                    product

            match e.Op with
            | Op.Constant c -> leaf (number c)
            | Op.Variable v -> leaf (Formula.named v.Name)
            | Op.Data storage when e.Shape.Size = 1 && e.DType.IsFloat ->
                leaf (number (storage.Read 0))
            | Op.Data _ -> leaf (name "c" e)
            | Op.Unary op ->
                let row = OpTable.unary op

                match op with
                | Unary.Neg -> one e.Args[0] Formula.Neg
                | _ ->
                    let text =
                        if Formula.isBracketed row.Text 1 then
                            row.Text
                        else
                            row.Name + "(x)"

                    one e.Args[0] (fun t -> Formula.Template(text, row.Latex, [ t ]))
            | Op.Binary op ->
                let row = OpTable.binary op
                let a, b = e.Args[0], e.Args[1]
                let infix (s: string) = s.Substring(1, s.Length - 2).Trim()

                match op with
                | Binary.Add -> two a b Formula.add
                | Binary.Sub -> two a b Formula.sub
                | Binary.Mul -> two a b (Formula.product scales (sign a b))
                | Binary.Div -> two a b (fun s t -> Formula.Div(s, t))
                | Binary.Pow -> two a b (fun s t -> Formula.Power(s, t))
                | Binary.Less
                | Binary.LessEqual
                | Binary.Equal
                | Binary.NotEqual ->
                    two a b (fun s t -> Formula.Compare(infix row.Text, infix row.Latex, s, t))
                | Binary.Min
                | Binary.Max
                | Binary.LogAddExp ->
                    two a b (fun s t -> Formula.Template(row.Text, row.Latex, [ s; t ]))
            | Op.Select ->
                struct (List.ofArray e.Args,
                        (fun parts -> Formula.Where(parts[0], parts[1], parts[2])))
            | Op.StopGradient -> call "stopgradient" [] [ e.Args[0] ]
            | Op.Custom _ -> call "customgradient" [] [ e.Args[0] ]
            | Op.Barrier -> one e.Args[0] id
            | Op.Reduce(op, axes) ->
                let shape = e.Args[0].Shape

                match op with
                | ReduceOp.Sum -> call "sum" (reducedAxes shape axes) [ e.Args[0] ]
                | ReduceOp.Max -> call "max" (reducedAxes shape axes) [ e.Args[0] ]
                | ReduceOp.Min -> call "min" (reducedAxes shape axes) [ e.Args[0] ]
                | ReduceOp.LogSumExp -> call "logsumexp" (rowAxes shape axes) [ e.Args[0] ]
            | Op.ArgMax axis -> call "argmax" (rowAxes e.Args[0].Shape [| axis |]) [ e.Args[0] ]
            | Op.MatMul(left, right) ->
                let turned isTurned t =
                    if isTurned then Formula.Transposed t else t

                two e.Args[0] e.Args[1] (fun s t ->
                    Formula.product scales ProductSign.Matrix (turned left s) (turned right t))
            | Op.Reshape ->
                one e.Args[0] (fun t -> Formula.Call("reshape", [], [ t; shapeSymbol e.Shape ]))
            | Op.Permute order when isTranspose order -> one e.Args[0] Formula.Transposed
            | Op.Permute order -> call "permute" (List.ofArray order) [ e.Args[0] ]
            | Op.Slice(start, step) ->
                one e.Args[0] (fun t -> Formula.Index(t, ranges e start step))
            | Op.Pad _ ->
                one e.Args[0] (fun t -> Formula.Call("pad", [], [ t; shapeSymbol e.Shape ]))
            | Op.Concat axis -> call "concat" [ axis ] (List.ofArray e.Args)
            | Op.Gather 0 -> two e.Args[0] e.Args[1] (fun s t -> Formula.Index(s, [ t ]))
            | Op.Gather axis -> call "gather" [ axis ] (List.ofArray e.Args)
            | Op.ScatterAdd axis -> call "scatteradd" [ axis ] (List.ofArray e.Args)
            | Op.Pick axis when axis = e.Args[0].Shape.Rank - 1 ->
                two e.Args[0] e.Args[1] (fun s t -> Formula.Index(s, [ t ]))
            | Op.Pick axis -> call "pick" [ axis ] (List.ofArray e.Args)
            | Op.OneHot -> call "onehot" [] [ e.Args[0] ]
            | Op.Random Distribution.Uniform -> call "uniform" [] []
            | Op.Random Distribution.Normal -> call "normal" [] []
            | Op.Broadcast
            | Op.Cast -> one e.Args[0] id

    /// Formula by formula from the leaves up; what occurs often and is long, or is very long, gets a name on the way.
    let write (root: Expr) : Written =
        let root = resolve root

        let product =
            let isMatrixProduct (e: Expr) =
                match e.Op with
                | Op.MatMul _ -> true
                | _ -> false

            if Seq.exists isMatrixProduct (Expr.topological [| root |]) then
                ProductSign.Hadamard
            else
                ProductSign.Dot

        let layers =
            Dictionary<Expr, struct (Expr list * (Formula list -> Formula))>(HashIdentity.Reference)

        let uses = Dictionary<Expr, int>(HashIdentity.Reference)
        let order = List<Expr>()
        let stack = Stack<struct (Expr * Expr list)>()

        let enter (e: Expr) =
            let struct (parts, assemble) = layer product e
            let parts = parts |> List.map resolve
            layers[e] <- struct (parts, assemble)

            for part in parts do
                uses[part] <- 1 + uses.GetValueOrDefault part

            stack.Push(struct (e, parts))

        enter root

        while stack.Count > 0 do
            match stack.Pop() with
            | struct (e, []) -> order.Add e
            | struct (e, part :: rest) ->
                stack.Push(struct (e, rest))

                if not (layers.ContainsKey part) then
                    enter part

        let shown = Dictionary<Expr, Formula>(HashIdentity.Reference)
        let definitions = List<Formula * Formula>()

        for e in order do
            let struct (parts, assemble) = layers[e]
            let formula = assemble (parts |> List.map (fun part -> shown[part]))

            shown[e] <-
                if parts.IsEmpty || same e root then
                    formula
                else
                    let length = (Formula.text formula).Length

                    if length > longest || (length >= worthNaming && uses[e] > 1) then
                        let name = name (stem e) e
                        definitions.Add((name, formula))
                        name
                    else
                        formula

        { Body = shown[root]
          Definitions = List.ofSeq definitions }

    /// The expression as a formula, with names for what is long and occurs more than once.
    member _.Write(e: Expr) = write e

    /// Captured tensors that the formulas written so far mention, by name.
    member _.Captured =
        [ for pair in names do
              match pair.Key.Op with
              | Op.Data _ -> struct (Formula.text pair.Value, pair.Key.Shape)
              | _ -> () ]
