namespace SoftmaxScripting.Core

open System
open System.Collections.Generic
open System.Globalization

/// Finds the operation that makes NaN or an infinity out of finite numbers, and says what to write in its place.
module internal NonFinite =

    /// An operation, the first element of its result that is not finite, and what it was made of.
    type private Finding =
        {
            Node: Expr
            Position: int
            Value: float
            /// The arguments' elements at the same place; empty where an element is made of many.
            Arguments: float[]
        }

    // ---- finding ----

    /// Whether some element is NaN or infinite.
    let isIn (storage: Storage) =
        let mutable found = false

        match storage.DType with
        | DType.Float32 ->
            for x in storage.Span<float32>() do
                found <- found || not (Single.IsFinite x)
        | DType.Float64 ->
            for x in storage.Span<float>() do
                found <- found || not (Double.IsFinite x)
        | DType.Int32
        | DType.UInt8 -> ()

        System.GC.KeepAlive storage
        found

    let private isElementwise (node: Expr) =
        match node.Op with
        | Op.Unary _
        | Op.Binary _
        | Op.Select
        | Op.Cast -> true
        | _ -> false

    /// One operation at a time, each with the kernels and in the dtype that a plan uses: what overflows there
    /// overflows here.
    let private find (roots: Expr[]) : Finding voption =
        let values = Dictionary<Expr, Expr>(HashIdentity.Reference)
        let doubles = Dictionary<Expr, float[]>(HashIdentity.Reference)

        let elements (node: Expr) =
            match doubles.TryGetValue node with
            | true, known -> known
            | _ ->
                let content =
                    match values[node].Op with
                    | Op.Data storage -> storage.ToDoubles()
                    | Op.Constant c -> Array.create node.Shape.Size c
                    | _ -> [||]

                doubles[node] <- content
                content

        let examine (node: Expr) (result: Storage) =
            let content = result.ToDoubles()
            doubles[node] <- content

            if isElementwise node then
                let isNew i =
                    not (Double.IsFinite content[i])
                    && node.Args |> Array.forall (fun a -> Double.IsFinite((elements a)[i]))

                match Seq.tryFindIndex isNew (seq { 0 .. content.Length - 1 }) with
                | Some i ->
                    ValueSome
                        { Node = node
                          Position = i
                          Value = content[i]
                          Arguments = node.Args |> Array.map (fun a -> (elements a)[i]) }
                | None -> ValueNone
            elif node.Args |> Array.forall (elements >> Array.forall Double.IsFinite) then
                let i = content |> Array.findIndex (Double.IsFinite >> not)

                ValueSome
                    { Node = node
                      Position = i
                      Value = content[i]
                      Arguments = [||] }
            else
                ValueNone

        let mutable found = ValueNone
        let order = Expr.topological roots
        let mutable at = 0

        while found.IsNone && at < order.Count do
            let node = order[at]
            at <- at + 1

            match node.Op with
            | Op.Constant _ -> values[node] <- node
            | Op.Data _
            | Op.Variable _ -> values[node] <- Expr.data (Evaluator.valueOf node) node.Shape
            | _ ->
                let args = node.Args |> Array.map (fun a -> values[a])
                let result = (Evaluator.evaluate [| Expr.withArgs node args |])[0]
                values[node] <- Expr.data result node.Shape

                if isIn result then
                    found <- examine node result

        found

    // ---- telling ----

    let private number (value: float) =
        if Double.IsNaN value then
            "NaN"
        elif Double.IsInfinity value then
            (if value > 0.0 then "∞" else "−∞")
        else
            value.ToString("G6", CultureInfo.InvariantCulture).Replace("-", "−").Replace("E", "e")

    let private place (shape: Shape) (position: int) =
        if shape.Size = 1 then
            ""
        else
            let strides = Shapes.strides shape
            let index = Array.init shape.Rank (fun a -> position / strides[a] % shape[a])
            " at [" + String.Join(", ", index) + "]"

    /// The operation as a script writes it.
    let private name (node: Expr) =
        match node.Op with
        | Op.Unary Unary.Reciprocal
        | Op.Binary Binary.Div -> "Division"
        | Op.Unary op -> string op
        | Op.Binary Binary.Add -> "Addition"
        | Op.Binary Binary.Sub -> "Subtraction"
        | Op.Binary Binary.Mul -> "Multiplication"
        | Op.Binary op -> string op
        | Op.Reduce(op, _) -> string op
        | Op.MatMul _ -> "MatMul"
        | Op.Cast -> $"The conversion to {node.DType}"
        | Op.ScatterAdd _ -> "ScatterAdd"
        | _ -> "An operation"

    let private applied (finding: Finding) =
        let args = finding.Arguments |> Array.map number

        match finding.Node.Op, args with
        | _, [||] -> ""
        | Op.Unary Unary.Reciprocal, _ -> $": 1 / {args[0]}"
        | Op.Binary Binary.Add, _ -> $": {args[0]} + {args[1]}"
        | Op.Binary Binary.Sub, _ -> $": {args[0]} − {args[1]}"
        | Op.Binary Binary.Mul, _ -> $": {args[0]} · {args[1]}"
        | Op.Binary Binary.Div, _ -> $": {args[0]} / {args[1]}"
        | Op.Binary Binary.Pow, _ -> $": {args[0]} to the power {args[1]}"
        | _ -> " for " + String.Join(" and ", args)

    let private largest dtype =
        if dtype = DType.Float32 then "3.4e38" else "1.8e308"

    /// What to write in place of it.
    let private hint (finding: Finding) =
        let first =
            if finding.Arguments.Length > 0 then
                finding.Arguments[0]
            else
                nan

        match finding.Node.Op with
        | Op.Unary Unary.Log when first < 0.0 ->
            "The logarithm is defined for positive numbers: pass what is positive by its nature, such as Softmax, "
            + "Exp or a square, or Clamp before it."
        | Op.Unary Unary.Log ->
            "Where the argument is a softmax or a sigmoid, take LogSoftmax(logits), Loss.CrossEntropy or "
            + "Loss.BceWithLogits of the logits instead; otherwise keep it above 0, as in Log(Clamp(x, 1e-12, 1))."
        | Op.Unary Unary.Log1p -> "1 + x must be positive: keep x above −1."
        | Op.Unary Unary.Exp
        | Op.Unary Unary.Expm1 ->
            let limit =
                if finding.Node.DType = DType.Float32 then
                    "88.7"
                else
                    "709.8"

            $"exp x is beyond {finding.Node.DType} from x = {limit} on: inside a quotient or a logarithm take Softmax, "
            + "LogSoftmax, LogSumExp, Sigmoid or Softplus, which shift by the maximum; Traced(f) does it for a "
            + "formula as it is written."
        | Op.Unary Unary.Reciprocal
        | Op.Binary Binary.Div ->
            "The divisor is 0, or too small: add a small number to it, or choose another divisor with "
            + "Where before the division (afterwards is too late for the gradient)."
        | Op.Unary Unary.Sqrt ->
            "The square root is defined from 0 on: Sqrt(Relu(x)) or Sqrt(x + 1e-12), where rounding made x negative."
        | Op.Binary Binary.Pow ->
            "A negative number has no fractional power, and 0 no negative one: take Abs(x).Pow(p), or Where."
        | Op.Binary Binary.Add
        | Op.Binary Binary.Sub
        | Op.Binary Binary.Mul
        | Op.Cast
        | Op.Reduce _
        | Op.MatMul _
        | Op.ScatterAdd _ ->
            $"The result is beyond the largest number of {finding.Node.DType}, {largest finding.Node.DType}: "
            + "scale the inputs, or take a smaller learning rate if the numbers have grown while training."
        | _ -> "Look at the arguments of this line."

    /// The formula, where there is more of it than the operation itself, and it is short enough to be read.
    let private formula (node: Expr) =
        let longest = 160

        let isLeaf (e: Expr) = e.Args.Length = 0

        if Array.forall isLeaf node.Args then
            ""
        else
            let text = Formula.text (Transcription([], []).Write node).Body
            if text.Length > longest then "" else $", in {text}"

    let private tell (isDerived: bool) (finding: Finding) =
        let node = finding.Node
        let where = if isDerived then "In the derivative: " else ""

        let error =
            NonFiniteException(
                $"{where}{name node} gives {number finding.Value}{place node.Shape finding.Position}"
                + $"{applied finding}{formula node}.\n{hint finding}"
            )

        error.Site <- CallSites.Of node
        error

    // ---- watching ----

    [<AbstractClass; Sealed>]
    type private Attention private () =
        /// Looking for a culprit evaluates too.
        [<ThreadStatic; DefaultValue>]
        static val mutable private isBusy: bool

        static member IsBusy
            with get () = Attention.isBusy
            and set value = Attention.isBusy <- value

    let private undisturbed body =
        let before = Attention.IsBusy
        Attention.IsBusy <- true

        try
            body ()
        finally
            Attention.IsBusy <- before

    /// Runs a function while the places of new nodes are recorded.
    let recording (body: unit -> 'T) : 'T =
        CallSites.Start()

        try
            body ()
        finally
            CallSites.Stop()

    /// The error of the first operation of a computation that makes a number which is not finite out of finite ones; none
    /// where each has inherited it.
    let explain (derivation: Evaluator.Derivation) : NonFiniteException option =
        undisturbed (fun () ->
            Trace.Run(fun () ->
                match find derivation.Stable with
                | ValueSome finding -> Some(tell false finding)
                | ValueNone ->
                    match find derivation.Final with
                    | ValueNone -> None
                    | ValueSome final ->
                        // Rewriting draws what belongs to several lines together; before it, each node has its own.
                        match find derivation.Raw with
                        | ValueSome raw -> Some(tell true raw)
                        | ValueNone -> Some(tell true final)))

    /// The error of a parameter that a step has left without finite values.
    let ofParameter (variable: Expr) =
        let name =
            match variable.Op with
            | Op.Variable v -> v.Name
            | _ -> "A parameter"

        NonFiniteException(
            $"The parameter {name} was no longer finite before it: the gradient or the update of an earlier step was "
            + "too large. Take a smaller learning rate; with --strict the run stops at the operation."
        )

    let private look (graph: Func<Evaluator.Derivation>) (values: Storage[]) =
        if not Attention.IsBusy && Array.exists isIn values then
            match undisturbed (fun () -> explain (graph.Invoke())) with
            | None -> ()
            | Some error -> raise error

    /// Stops, from now on, at the operation that makes NaN or an infinity out of finite numbers in what is evaluated.
    let setStrict (isStrict: bool) =
        let wasStrict = not (isNull Evaluator.watch)

        if isStrict && not wasStrict then
            CallSites.Start()
            Evaluator.watch <- Action<_, _> look
        elif wasStrict && not isStrict then
            Evaluator.watch <- null
            CallSites.Stop()

    let isStrict () = not (isNull Evaluator.watch)

/// <summary>How far a program trusts its numbers.</summary>
[<AbstractClass; Sealed>]
type NumericalTrust private () =

    /// <summary>
    /// When true, an evaluation whose result holds NaN or an infinity that the numbers it began with did not hold ends
    /// in a <see cref="T:SoftmaxScripting.Core.NonFiniteException"/>, which names the operation, the numbers it had, the
    /// place in the script and what to write instead. Results are looked at, not what a formula passes through on the
    /// way to a finite one. It is for finding errors: operations take several times as long. For the whole process.
    /// </summary>
    static member IsStrict
        with get () = NonFinite.isStrict ()
        and set value = NonFinite.setStrict value
