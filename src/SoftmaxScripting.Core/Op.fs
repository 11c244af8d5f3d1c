namespace SoftmaxScripting.Core

open System.Collections.Generic

/// Functions of one number, applied to each element.
[<RequireQualifiedAccess>]
type internal Unary =
    | Neg
    | Abs
    | Sign
    | Exp
    | Expm1
    | Log
    | Log1p
    /// log(1 − exp x) for x < 0.
    | Log1mexp
    | Sqrt
    | Reciprocal
    | Sin
    | Cos
    | Tanh
    | Sigmoid
    | Relu
    | Softplus
    | Erf
    | Floor
    /// −∞ raised to the lowest finite number, everything else as it is.
    | Lift

/// Functions of two numbers, applied to each pair of elements. Comparisons give 1 or 0.
[<RequireQualifiedAccess>]
type internal Binary =
    | Add
    | Sub
    | Mul
    | Div
    | Pow
    | Min
    | Max
    /// log(exp a + exp b)
    | LogAddExp
    | Less
    | LessEqual
    | Equal
    | NotEqual

/// What becomes of the elements along reduced axes, which stay as axes of size 1.
[<RequireQualifiedAccess>]
type internal ReduceOp =
    | Sum
    | Max
    | Min
    /// log Σ exp x, a primitive: softmax is its derivative, and the shift by the row's maximum is inside.
    | LogSumExp

/// Random numbers per element, from counters: element i depends on the key and i alone.
[<RequireQualifiedAccess>]
type internal Distribution =
    /// Uniform on [0, 1).
    | Uniform
    /// Normal with mean 0 and standard deviation 1.
    | Normal

/// What a node of an expression does with its arguments. The node's own shape and dtype complete it: they say what
/// Reshape, Broadcast, Cast, Random, Slice, Pad and ScatterAdd produce.
[<RequireQualifiedAccess; CustomEquality; NoComparison>]
type internal Op =
    /// The same number everywhere; as a scalar it takes the dtype of what it meets.
    | Constant of value: float
    /// Values at hand: an argument of the plan, not part of its structure.
    | Data of Storage
    /// A traced argument of a transformation.
    | Variable of Variable
    | Unary of Unary
    | Binary of Binary
    /// condition ≠ 0 ? a : b
    | Select
    | Cast
    /// The argument, with derivative zero.
    | StopGradient
    | Reduce of ReduceOp * axes: int[]
    /// The index (int32) of the first largest element along an axis, which goes.
    | ArgMax of axis: int
    /// Products of the last two axes, either side transposed; leading axes are equal batch axes.
    | MatMul of transposeLeft: bool * transposeRight: bool
    | Reshape
    /// Sizes 1 are repeated; the ranks agree.
    | Broadcast
    /// Axis i of the result is axis order[i] of the argument.
    | Permute of order: int[]
    /// Element i of an axis is element start + i·step of the argument; steps may be negative.
    | Slice of start: int[] * step: int[]
    /// The adjoint of Slice: element i goes to start + i·step of a tensor of zeros.
    | Pad of start: int[] * step: int[]
    | Concat of axis: int
    /// x, indices: the axis is replaced by the axes of the indices.
    | Gather of axis: int
    /// g, indices: the adjoint of Gather; equal indices add up.
    | ScatterAdd of axis: int
    /// x, indices (x's shape without the axis): the one element along the axis that each index names.
    | Pick of axis: int
    /// indices: a last axis is added, 1 at the index and 0 elsewhere.
    | OneHot
    /// key (int32, 4 numbers: seed and stream): random numbers.
    | Random of Distribution
    /// value, cotangent, then so many arguments and as many gradients: the value, with a derivative of its own. The
    /// cotangent is a variable in whose terms the gradients are written, so that rewriting, nesting and the plan's key
    /// see the rule as they see any formula. A rule that is the function's own derivative, computed anew, is marked so.
    | Custom of arguments: int * isRecomputed: bool
    /// x, after: x, not before the other is known, and never joined with what computes x. What is made of it is computed
    /// anew rather than kept.
    | Barrier

    override this.Equals other =
        match other with
        | :? Op as other -> Op.Same(this, other)
        | _ -> false

    /// Structure, with data and variables by identity and numbers by their bits (so that −0 is not 0 and NaN is NaN).
    static member Same(a: Op, b: Op) =
        match a, b with
        | Constant x, Constant y ->
            System.BitConverter.DoubleToInt64Bits x = System.BitConverter.DoubleToInt64Bits y
        | Data x, Data y -> obj.ReferenceEquals(x, y)
        | Variable x, Variable y -> obj.ReferenceEquals(x, y)
        | Unary x, Unary y -> x = y
        | Binary x, Binary y -> x = y
        | Reduce(x, i), Reduce(y, j) -> x = y && i = j
        | ArgMax i, ArgMax j
        | Concat i, Concat j
        | Gather i, Gather j
        | ScatterAdd i, ScatterAdd j
        | Pick i, Pick j -> i = j
        | Custom(i, j), Custom(k, l) -> i = k && j = l
        | MatMul(i, j), MatMul(k, l) -> i = k && j = l
        | Permute i, Permute j -> i = j
        | Slice(i, j), Slice(k, l)
        | Pad(i, j), Pad(k, l) -> i = k && j = l
        | Random x, Random y -> x = y
        | Select, Select
        | Cast, Cast
        | StopGradient, StopGradient
        | Reshape, Reshape
        | Broadcast, Broadcast
        | Barrier, Barrier
        | OneHot, OneHot -> true
        | _ -> false

    /// Writes down the numbers that tell one op from another, apart from data and variables; the first names the case.
    member this.Sign(numbers: List<int>) =
        let addAll (values: int[]) =
            numbers.Add values.Length
            numbers.AddRange values

        match this with
        | Constant value ->
            let bits = System.BitConverter.DoubleToInt64Bits value
            numbers.Add 0
            numbers.Add(int bits)
            numbers.Add(int (bits >>> 32))
        | Data _ -> numbers.Add 1
        | Variable _ -> numbers.Add 2
        | Unary u ->
            numbers.Add 3
            numbers.Add(hash u)
        | Binary b ->
            numbers.Add 4
            numbers.Add(hash b)
        | Select -> numbers.Add 5
        | Cast -> numbers.Add 6
        | StopGradient -> numbers.Add 7
        | Reduce(r, axes) ->
            numbers.Add 8
            numbers.Add(hash r)
            addAll axes
        | ArgMax axis ->
            numbers.Add 9
            numbers.Add axis
        | MatMul(l, r) ->
            numbers.Add 10
            numbers.Add((if l then 1 else 0) + (if r then 2 else 0))
        | Reshape -> numbers.Add 11
        | Broadcast -> numbers.Add 12
        | Permute order ->
            numbers.Add 13
            addAll order
        | Slice(start, step) ->
            numbers.Add 14
            addAll start
            addAll step
        | Pad(start, step) ->
            numbers.Add 15
            addAll start
            addAll step
        | Concat axis ->
            numbers.Add 16
            numbers.Add axis
        | Gather axis ->
            numbers.Add 17
            numbers.Add axis
        | ScatterAdd axis ->
            numbers.Add 18
            numbers.Add axis
        | Pick axis ->
            numbers.Add 19
            numbers.Add axis
        | OneHot -> numbers.Add 20
        | Random d ->
            numbers.Add 21
            numbers.Add(hash d)
        | Custom(arguments, isRecomputed) ->
            numbers.Add 22
            numbers.Add arguments
            numbers.Add(if isRecomputed then 1 else 0)
        | Barrier -> numbers.Add 23

    /// Quick rather than thorough: nodes of the same op differ in their arguments, which their key counts in.
    override this.GetHashCode() =
        let first (values: int[]) =
            if values.Length > 0 then values[0] else 0

        match this with
        | Constant value -> value.GetHashCode()
        | Data s -> System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode s
        | Variable v -> System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode v
        | Unary u -> 31 + hash u
        | Binary b -> 131 + hash b
        | Select -> 5
        | Cast -> 6
        | StopGradient -> 7
        | Reduce(r, axes) -> 8 + 11 * hash r + first axes
        | ArgMax axis -> 307 + axis
        | MatMul _ -> 10
        | Reshape -> 11
        | Broadcast -> 12
        | Permute order -> 401 + first order
        | Slice(start, _) -> 503 + first start
        | Pad(start, _) -> 601 + first start
        | Concat axis -> 701 + axis
        | Gather axis -> 801 + axis
        | ScatterAdd axis -> 901 + axis
        | Pick axis -> 1009 + axis
        | OneHot -> 20
        | Random _ -> 21
        | Custom(arguments, _) -> 1103 + arguments
        | Barrier -> 23

/// A node of an expression: an operation on other nodes, with its shape and dtype. Immutable; within one trace equal
/// nodes are the same object, so identity is equality.
and [<Sealed; AllowNullLiteral>] internal Expr
    (id: int64, op: Op, args: Expr[], shape: Shape, dtype: DType, isTraced: bool) =
    member _.Id = id
    member _.Op = op
    member _.Args = args
    member _.Shape = shape
    member _.DType = dtype
    /// Some leaf below is a variable.
    member _.IsTraced = isTraced

/// An argument of a traced function. It carries the value it stands for in this call, so that a traced tensor can be
/// looked at: C# control flow may depend on it.
and [<Sealed; AllowNullLiteral>] internal Variable(name: string, binding: Expr) =
    member _.Name = name

    /// What it stands for; itself traced when transformations are nested. One example of many stands for no value.
    member _.Binding =
        if isNull binding then
            raise (
                SoftmaxException(
                    $"{name} is one of many examples inside Vectorize and has no value of its own; Item() and C# conditions "
                    + "on it cannot be vectorised: choose with Where"
                )
            )

        binding
