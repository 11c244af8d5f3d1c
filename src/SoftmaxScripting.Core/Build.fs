namespace SoftmaxScripting.Core

/// Constructors of nodes that check shapes and dtypes, broadcast, and fold constants. The names are those of the ops.
module internal Build =

    let private joined (shapes: seq<Shape>) = System.String.Join(" and ", shapes)

    // ---- leaves ----

    let scalar dtype value = Expr.constant dtype Shape.Scalar value

    /// The same number in the shape and dtype of another node.
    let like (x: Expr) value = Expr.constant x.DType x.Shape value
    let zeros (x: Expr) = like x 0.0
    let ones (x: Expr) = like x 1.0

    // ---- element types ----

    let cast dtype (x: Expr) =
        if x.DType = dtype then
            x
        else
            match x.Op with
            | Op.Constant c when dtype.IsFloat -> Expr.constant dtype x.Shape c
            | _ -> Expr.make Op.Cast [| x |] x.Shape dtype

    /// Floating point as it is, bytes as float32; class indices are refused.
    let floating (operation: obj) (x: Expr) =
        match x.DType with
        | DType.Float32
        | DType.Float64 -> x
        | DType.UInt8 -> cast DType.Float32 x
        | DType.Int32 ->
            raise (
                DTypeException(
                    string operation,
                    $"an int32 tensor of shape {x.Shape} holds class indices, which are names rather than numbers; "
                    + "use OneHot(labels, classes) for targets, or ToFloat() where arithmetic is meant"
                )
            )

    let private isWeak (x: Expr) =
        match x.Op with
        | Op.Constant _ -> x.Shape.Rank = 0
        | _ -> false

    /// Both sides in one floating type: a number literal takes the other side's, float64 wins over float32.
    let private promote (operation: obj) (a: Expr) (b: Expr) =
        let weakA, weakB = isWeak a, isWeak b

        if weakA && not weakB then
            let b = floating operation b
            cast b.DType a, b
        elif weakB && not weakA then
            let a = floating operation a
            a, cast a.DType b
        else
            let a, b = floating operation a, floating operation b

            if a.DType = b.DType then
                a, b
            else
                cast DType.Float64 a, cast DType.Float64 b

    // ---- views ----

    let rec reshape (shape: Shape) (x: Expr) =
        if x.Shape.Equals shape then
            x
        elif x.Shape.Size <> shape.Size then
            raise (
                ShapeException(
                    "Reshape",
                    $"{x.Shape} has {x.Shape.Size} elements and does not fit {shape}, which has {shape.Size}"
                )
            )
        else
            match x.Op with
            | Op.Constant c -> Expr.constant x.DType shape c
            | Op.Reshape -> reshape shape x.Args[0]
            | _ -> Expr.make Op.Reshape [| x |] shape x.DType

    /// Repeats axes of size 1; missing leading axes are added first.
    let broadcastTo (operation: obj) (shape: Shape) (x: Expr) =
        if x.Shape.Equals shape then
            x
        elif not ((Shapes.broadcast operation x.Shape shape).Equals shape) then
            raise (ShapeException(string operation, $"{x.Shape} does not broadcast to {shape}"))
        else
            match x.Op with
            | Op.Constant c -> Expr.constant x.DType shape c
            | _ ->
                let missing = shape.Rank - x.Shape.Rank

                let padded =
                    reshape (Shape.Of(Array.append (Array.create missing 1) (x.Shape.ToArray()))) x

                if padded.Shape.Equals shape then
                    padded
                else
                    Expr.make Op.Broadcast [| padded |] shape x.DType

    let permute (order: int[]) (x: Expr) =
        if Array.sort order <> Array.init x.Shape.Rank id then
            let given = System.String.Join(", ", order)

            raise (
                ShapeException("Permute", $"[{given}] does not name each axis of {x.Shape} once")
            )

        if order = Array.init order.Length id then
            x
        else
            let shape = Shape.Of(order |> Array.map (fun i -> x.Shape[i]))

            match x.Op with
            | Op.Constant c -> Expr.constant x.DType shape c
            | _ -> Expr.make (Op.Permute order) [| x |] shape x.DType

    /// The last two axes exchanged.
    let transpose (x: Expr) =
        if x.Shape.Rank < 2 then
            raise (ShapeException("Transpose", $"shape {x.Shape} has fewer than two axes"))

        let r = x.Shape.Rank

        permute
            (Array.init r (fun i ->
                if i = r - 1 then r - 2
                elif i = r - 2 then r - 1
                else i))
            x

    /// Per axis: the first index, the step and the count.
    let slice (start: int[]) (step: int[]) (count: int[]) (x: Expr) =
        for a in 0 .. x.Shape.Rank - 1 do
            let last = start[a] + (count[a] - 1) * step[a]

            if
                count[a] > 0
                && (start[a] < 0 || start[a] >= x.Shape[a] || last < 0 || last >= x.Shape[a])
            then
                raise (
                    ShapeException(
                        "Slice",
                        $"elements {start[a]} to {last} of axis {a} lie outside shape {x.Shape}"
                    )
                )

        let shape = Shape.Of count

        if shape.Equals x.Shape && Array.forall ((=) 0) start && Array.forall ((=) 1) step then
            x
        else
            match x.Op with
            | Op.Constant c -> Expr.constant x.DType shape c
            | _ -> Expr.make (Op.Slice(start, step)) [| x |] shape x.DType

    let pad (start: int[]) (step: int[]) (shape: Shape) (x: Expr) =
        Expr.make (Op.Pad(start, step)) [| x |] shape x.DType

    let stopGradient (x: Expr) =
        match x.Op with
        | Op.Constant _
        | Op.Data _
        | Op.StopGradient -> x
        | _ -> Expr.make Op.StopGradient [| x |] x.Shape x.DType

    /// x, not before `after` is known, and never joined with x itself.
    let barrier (after: Expr) (x: Expr) =
        match x.Op with
        | Op.Constant _ -> x
        | _ -> Expr.make Op.Barrier [| x; after |] x.Shape x.DType

    /// The value, whose derivative in each argument is the gradient, written in terms of the variable `cotangent`.
    let custom (cotangent: Expr) (value: Expr) (arguments: Expr[]) (gradients: Expr[]) =
        Expr.make
            (Op.Custom arguments.Length)
            (Array.concat [ [| value; cotangent |]; arguments; gradients ])
            value.Shape
            value.DType

    // ---- elementwise ----

    let unary op (x: Expr) =
        let x = floating op x
        Expr.make (Op.Unary op) [| x |] x.Shape x.DType

    let binary op (a: Expr) (b: Expr) =
        let name = box op

        let a, b =
            match op with
            | Binary.Less
            | Binary.LessEqual
            | Binary.Equal
            | Binary.NotEqual when a.DType = DType.Int32 || b.DType = DType.Int32 ->
                // Indices may be compared: exact in float32 up to 2^24 classes.
                let asFloat (x: Expr) =
                    if x.DType.IsFloat then x else cast DType.Float32 x

                promote name (asFloat a) (asFloat b)
            | _ -> promote name a b

        let shape = Shapes.broadcast name a.Shape b.Shape

        Expr.make
            (Op.Binary op)
            [| broadcastTo name shape a; broadcastTo name shape b |]
            shape
            a.DType

    let neg x = unary Unary.Neg x
    let exp x = unary Unary.Exp x
    let log x = unary Unary.Log x
    let add a b = binary Binary.Add a b
    let sub a b = binary Binary.Sub a b
    let mul a b = binary Binary.Mul a b
    let div a b = binary Binary.Div a b
    let less a b = binary Binary.Less a b
    let equal a b = binary Binary.Equal a b

    /// A number times a node.
    let scale (value: float) (x: Expr) = mul (scalar x.DType value) x

    let select (condition: Expr) (a: Expr) (b: Expr) =
        let a, b = promote "Where" a b
        let condition = cast a.DType condition

        let shape =
            Shapes.broadcast "Where" (Shapes.broadcast "Where" a.Shape b.Shape) condition.Shape

        Expr.make
            Op.Select
            [| broadcastTo "Where" shape condition
               broadcastTo "Where" shape a
               broadcastTo "Where" shape b |]
            shape
            a.DType

    // ---- reductions ----

    /// Axes stay with size 1.
    let reduce op (axes: int[]) (x: Expr) =
        let x = floating op x
        let axes = axes |> Array.filter (fun a -> x.Shape[a] <> 1)

        match op with
        | ReduceOp.Max
        | ReduceOp.Min when axes |> Array.exists (fun a -> x.Shape[a] = 0) ->
            raise (ShapeException(string op, $"shape {x.Shape} has no elements to choose from"))
        | _ when axes.Length = 0 -> x
        | _ -> Expr.make (Op.Reduce(op, axes)) [| x |] (Shapes.reduced x.Shape axes) x.DType

    let sum axes x = reduce ReduceOp.Sum axes x

    /// The sum over whatever axes make the node fit a smaller shape: the adjoint of broadcasting.
    let sumTo (shape: Shape) (x: Expr) =
        if x.Shape.Equals shape then
            x
        else
            let missing = x.Shape.Rank - shape.Rank

            let axes =
                [| for a in 0 .. x.Shape.Rank - 1 do
                       if a < missing || shape[a - missing] = 1 then
                           a |]

            reshape shape (sum axes x)

    let argMax axis (x: Expr) =
        let x = floating "ArgMax" x

        if x.Shape[axis] = 0 then
            raise (ShapeException("ArgMax", $"axis {axis} of shape {x.Shape} is empty"))

        Expr.make (Op.ArgMax axis) [| x |] (Shapes.without x.Shape [| axis |]) DType.Int32

    // ---- products ----

    /// Products of the last two axes of operands that have at least two; leading axes broadcast.
    let matMul (transposeLeft: bool) (transposeRight: bool) (a: Expr) (b: Expr) =
        let a, b = promote "MatMul" a b

        if a.Shape.Rank < 2 || b.Shape.Rank < 2 then
            raise (
                ShapeException(
                    "MatMul",
                    $"{a.Shape} × {b.Shape}: both sides need at least two axes; reshape a vector of n to [n, 1] or [1, n]"
                )
            )

        let rows, inner =
            if transposeLeft then
                a.Shape[-1], a.Shape[-2]
            else
                a.Shape[-2], a.Shape[-1]

        let inner', columns =
            if transposeRight then
                b.Shape[-1], b.Shape[-2]
            else
                b.Shape[-2], b.Shape[-1]

        if inner <> inner' then
            let mark t = if t then "ᵀ" else ""

            let hint =
                if not transposeRight && b.Shape[-1] = inner then
                    " (did you mean Transpose() of the right side?)"
                elif not transposeLeft && a.Shape[-2] = inner' then
                    " (did you mean Transpose() of the left side?)"
                else
                    ""

            raise (
                ShapeException(
                    "MatMul",
                    $"{a.Shape}{mark transposeLeft} × {b.Shape}{mark transposeRight} do not fit: "
                    + $"inner sizes {inner} and {inner'} differ{hint}"
                )
            )

        let batchOf (x: Expr) =
            Shape.Of(x.Shape.ToArray()[.. x.Shape.Rank - 3])

        let batch = Shapes.broadcast "MatMul" (batchOf a) (batchOf b)

        let spread (x: Expr) =
            let own = x.Shape.ToArray()[x.Shape.Rank - 2 ..]
            broadcastTo "MatMul" (Shape.Of(Array.append (batch.ToArray()) own)) x

        Expr.make
            (Op.MatMul(transposeLeft, transposeRight))
            [| spread a; spread b |]
            (Shape.Of(Array.append (batch.ToArray()) [| rows; columns |]))
            a.DType

    // ---- indexing ----

    let private indices operation (x: Expr) =
        match x.DType with
        | DType.Int32 -> x
        | DType.UInt8 -> cast DType.Int32 x
        | DType.Float32
        | DType.Float64 ->
            raise (
                DTypeException(
                    operation,
                    $"indices of shape {x.Shape} are {x.DType}; give whole numbers (int32), for instance Tensor.Of(new[] {{ 0, 2, 1 }})"
                )
            )

    let concat axis (parts: Expr[]) =
        let first = parts[0]

        let dtype =
            if parts |> Array.forall (fun p -> p.DType = first.DType) then
                first.DType
            else
                (parts |> Array.reduce (fun a b -> fst (promote "Concat" a b))).DType

        for p in parts do
            if
                p.Shape.Rank <> first.Shape.Rank
                || Seq.exists
                    (fun a -> a <> axis && p.Shape[a] <> first.Shape[a])
                    (seq { 0 .. first.Shape.Rank - 1 })
            then
                raise (
                    ShapeException(
                        "Concat",
                        $"{joined [ first.Shape; p.Shape ]} differ on another axis than {axis}, along which they are joined"
                    )
                )

        if parts.Length = 1 then
            first
        else
            let dims = first.Shape.ToArray()
            dims[axis] <- parts |> Array.sumBy (fun p -> p.Shape[axis])
            Expr.make (Op.Concat axis) (parts |> Array.map (cast dtype)) (Shape.Of dims) dtype

    let gather axis (x: Expr) (index: Expr) =
        let index = indices "Gather" index
        let dims = x.Shape.ToArray()

        let shape =
            Shape.Of(Array.concat [ dims[.. axis - 1]; index.Shape.ToArray(); dims[axis + 1 ..] ])

        Expr.make (Op.Gather axis) [| x; index |] shape x.DType

    let scatterAdd axis (shape: Shape) (g: Expr) (index: Expr) =
        Expr.make (Op.ScatterAdd axis) [| g; indices "ScatterAdd" index |] shape g.DType

    let pick axis (x: Expr) (index: Expr) =
        let index = indices "Pick" index
        let expected = Shapes.without x.Shape [| axis |]

        if not (index.Shape.Equals expected) then
            raise (
                ShapeException(
                    "Pick",
                    $"indices of shape {index.Shape} do not fit {x.Shape}: one index for each element of {expected} is needed"
                )
            )

        Expr.make (Op.Pick axis) [| x; index |] expected x.DType

    let oneHot dtype depth (index: Expr) =
        let index = indices "OneHot" index

        Expr.make
            Op.OneHot
            [| index |]
            (Shape.Of(Array.append (index.Shape.ToArray()) [| depth |]))
            dtype

    let random distribution dtype shape (key: Expr) =
        Expr.make (Op.Random distribution) [| key |] shape dtype

    // ---- composites that several layers need ----

    let reciprocal x = unary Unary.Reciprocal x
    let sigmoid x = unary Unary.Sigmoid x
    let softplus x = unary Unary.Softplus x

    /// −∞ raised to the lowest finite number, so that a row of −∞ minus its own log-sum-exp is −∞ and not NaN.
    let lift x = unary Unary.Lift x

    /// x − log Σ exp x along axes.
    let logSoftmax axes (x: Expr) =
        sub x (lift (reduce ReduceOp.LogSumExp axes x))

    /// exp(x − log Σ exp x) along axes.
    let softmax axes (x: Expr) = exp (logSoftmax axes x)
