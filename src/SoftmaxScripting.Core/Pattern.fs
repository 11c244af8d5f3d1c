namespace SoftmaxScripting.Core

/// Active patterns over expressions: the vocabulary in which rewrites are written.
module internal Pattern =

    /// The same number in every element.
    [<return: Struct>]
    let (|Num|_|) (e: Expr) =
        match e.Op with
        | Op.Constant c -> ValueSome c
        | _ -> ValueNone

    [<return: Struct>]
    let (|Zero|_|) (e: Expr) =
        match e.Op with
        | Op.Constant 0.0 -> ValueSome()
        | _ -> ValueNone

    [<return: Struct>]
    let (|One|_|) (e: Expr) =
        match e.Op with
        | Op.Constant 1.0 -> ValueSome()
        | _ -> ValueNone

    [<return: Struct>]
    let private (|Of1|_|) op (e: Expr) =
        match e.Op with
        | Op.Unary u when u = op -> ValueSome e.Args[0]
        | _ -> ValueNone

    [<return: Struct>]
    let private (|Of2|_|) op (e: Expr) =
        match e.Op with
        | Op.Binary b when b = op -> ValueSome struct (e.Args[0], e.Args[1])
        | _ -> ValueNone

    [<return: Struct>]
    let (|Neg|_|) e = (|Of1|_|) Unary.Neg e

    [<return: Struct>]
    let (|Abs|_|) e = (|Of1|_|) Unary.Abs e

    [<return: Struct>]
    let (|Sign|_|) e = (|Of1|_|) Unary.Sign e

    [<return: Struct>]
    let (|Exp|_|) e = (|Of1|_|) Unary.Exp e

    [<return: Struct>]
    let (|Expm1|_|) e = (|Of1|_|) Unary.Expm1 e

    [<return: Struct>]
    let (|Log|_|) e = (|Of1|_|) Unary.Log e

    [<return: Struct>]
    let (|Log1p|_|) e = (|Of1|_|) Unary.Log1p e

    [<return: Struct>]
    let (|Sqrt|_|) e = (|Of1|_|) Unary.Sqrt e

    [<return: Struct>]
    let (|Reciprocal|_|) e = (|Of1|_|) Unary.Reciprocal e

    [<return: Struct>]
    let (|Sigmoid|_|) e = (|Of1|_|) Unary.Sigmoid e

    [<return: Struct>]
    let (|Relu|_|) e = (|Of1|_|) Unary.Relu e

    [<return: Struct>]
    let (|Lift|_|) e = (|Of1|_|) Unary.Lift e

    [<return: Struct>]
    let (|Add|_|) e = (|Of2|_|) Binary.Add e

    [<return: Struct>]
    let (|Sub|_|) e = (|Of2|_|) Binary.Sub e

    [<return: Struct>]
    let (|Mul|_|) e = (|Of2|_|) Binary.Mul e

    [<return: Struct>]
    let (|Div|_|) e = (|Of2|_|) Binary.Div e

    [<return: Struct>]
    let (|Pow|_|) e = (|Of2|_|) Binary.Pow e

    [<return: Struct>]
    let (|Max|_|) e = (|Of2|_|) Binary.Max e

    [<return: Struct>]
    let (|NotEqual|_|) e = (|Of2|_|) Binary.NotEqual e

    [<return: Struct>]
    let (|Select|_|) (e: Expr) =
        match e.Op with
        | Op.Select -> ValueSome struct (e.Args[0], e.Args[1], e.Args[2])
        | _ -> ValueNone

    [<return: Struct>]
    let (|Broadcast|_|) (e: Expr) =
        match e.Op with
        | Op.Broadcast -> ValueSome e.Args[0]
        | _ -> ValueNone

    [<return: Struct>]
    let (|Permute|_|) (e: Expr) =
        match e.Op with
        | Op.Permute order -> ValueSome struct (order, e.Args[0])
        | _ -> ValueNone

    [<return: Struct>]
    let private (|Reduced|_|) op (e: Expr) =
        match e.Op with
        | Op.Reduce(r, axes) when r = op -> ValueSome struct (axes, e.Args[0])
        | _ -> ValueNone

    [<return: Struct>]
    let (|Sum|_|) e = (|Reduced|_|) ReduceOp.Sum e

    [<return: Struct>]
    let (|LogSumExp|_|) e = (|Reduced|_|) ReduceOp.LogSumExp e

    /// A sum or difference with a number on the left or the right of a node: a + c, c + a.
    [<return: Struct>]
    let (|AddNum|_|) (e: Expr) =
        match e with
        | Add(x, Num c)
        | Add(Num c, x) -> ValueSome struct (x, c)
        | Sub(x, Num c) -> ValueSome struct (x, -c)
        | _ -> ValueNone

    /// c · x, x · c, x / c: the factor and x.
    [<return: Struct>]
    let (|Scaled|_|) (e: Expr) =
        match e with
        | Mul(Num c, x)
        | Mul(x, Num c) -> ValueSome struct (c, x)
        | Div(x, Num c) when c <> 0.0 -> ValueSome struct (1.0 / c, x)
        | Neg x -> ValueSome struct (-1.0, x)
        | _ -> ValueNone

    let same (a: Expr) (b: Expr) = obj.ReferenceEquals(a, b)

    /// a through the repetition along axes that it may need.
    let unspread (e: Expr) =
        match e with
        | Broadcast x -> x
        | _ -> e

    /// x − log Σ exp x.
    [<return: Struct>]
    let (|LogSoftmax|_|) (e: Expr) =
        match e with
        | Sub(x, l) ->
            match unspread l with
            | Lift(LogSumExp(axes, y))
            | LogSumExp(axes, y) when same x y -> ValueSome struct (axes, x)
            | _ -> ValueNone
        | _ -> ValueNone

    [<return: Struct>]
    let (|Softmax|_|) (e: Expr) =
        match e with
        | Exp(LogSoftmax(axes, x)) -> ValueSome struct (axes, x)
        | _ -> ValueNone

    /// An operation that only chooses and arranges elements of its first argument, so that an elementwise function may
    /// be applied before it as well as after.
    [<return: Struct>]
    let (|Arranged|_|) (e: Expr) =
        match e.Op with
        | Op.Reshape
        | Op.Broadcast
        | Op.Permute _
        | Op.Slice _
        | Op.Gather _
        | Op.Pick _ -> ValueSome e.Args[0]
        | _ -> ValueNone

    /// The same arrangement of another tensor of the same shape.
    let rearrange (arrangement: Expr) (x: Expr) =
        let args = Array.copy arrangement.Args
        args[0] <- x
        Expr.make arrangement.Op args arrangement.Shape x.DType

    /// Applies a partial function below any number of arrangements.
    let rec below (f: Expr -> Expr voption) (e: Expr) : Expr voption =
        match f e with
        | ValueSome result -> ValueSome result
        | ValueNone ->
            match e with
            | Arranged x -> below f x |> ValueOption.map (rearrange e)
            | _ -> ValueNone
