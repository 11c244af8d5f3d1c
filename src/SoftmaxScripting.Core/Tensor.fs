namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices

/// <summary>
/// A rectangular array of numbers: a value that never changes. Outside a transformation an operation runs at once; inside
/// Grad, ValueAndGrad, Train, Explain and their kin it is recorded, and <see cref="M:SoftmaxScripting.Core.Tensor.Item"/>
/// still gives this call's number. Shapes broadcast as NumPy's do. A number literal takes the dtype of the tensor it meets.
/// </summary>
[<Sealed; AllowNullLiteral; System.Reflection.DefaultMember("At")>]
type Tensor internal (expr: Expr) =

    let mutable value: Storage = null

    static let wrap (e: Expr) =
        if isNull Trace.Current && not e.IsTraced then
            Tensor(Expr.data ((Evaluator.evaluate [| e |])[0]) e.Shape)
        else
            Tensor e

    static let map op (x: Tensor) = wrap (Build.unary op x.Expr)
    static let zip op (a: Tensor) (b: Tensor) = wrap (Build.binary op a.Expr b.Expr)

    /// A reduction whose axes go, or stay with size 1.
    static let reduce name op (x: Tensor) (axes: int[]) keepDims =
        let axes = Shapes.axes name x.Shape axes
        let reduced: Expr = op axes x.Expr

        wrap (
            if keepDims then
                reduced
            else
                Build.reshape (Shapes.without x.Shape axes) reduced
        )

    static let count (shape: Shape) axes =
        axes |> Array.fold (fun n a -> n * float shape[a]) 1.0

    static let ofSpan dtype (values: 'T[]) (shape: Shape) =
        if values.Length <> shape.Size then
            raise (
                ShapeException(
                    "Tensor.Of",
                    $"{values.Length} values do not fit shape {shape}, which has {shape.Size} elements"
                )
            )

        Tensor(Expr.data (Storage.OfSpan(dtype, ReadOnlySpan<'T> values)) shape)

    /// An index of an axis, which goes, or a range of it.
    let choose (choices: struct (int * int * bool)[]) =
        // start, count, keep
        let rank = expr.Shape.Rank

        let start =
            Array.init rank (fun a ->
                if a < choices.Length then
                    (let struct (s, _, _) = choices[a] in s)
                else
                    0)

        let length =
            Array.init rank (fun a ->
                if a < choices.Length then
                    (let struct (_, n, _) = choices[a] in n)
                else
                    expr.Shape[a])

        let gone =
            [| for a in 0 .. choices.Length - 1 do
                   let struct (_, _, keep) = choices[a]

                   if not keep then
                       a |]

        let part = Build.slice start (Array.create rank 1) length expr
        wrap (Build.reshape (Shapes.without part.Shape gone) part)

    let at axis (index: int) =
        if axis >= expr.Shape.Rank then
            raise (ShapeException("Index", $"shape {expr.Shape} has no axis {axis}"))

        let size = expr.Shape[axis]
        let i = if index < 0 then index + size else index

        if i < 0 || i >= size then
            raise (
                IndexException(
                    "Index",
                    $"{index} is outside axis {axis} of shape {expr.Shape}, which has {size} entries"
                )
            )

        struct (i, 1, false)

    let within axis (range: Range) =
        if axis >= expr.Shape.Rank then
            raise (ShapeException("Index", $"shape {expr.Shape} has no axis {axis}"))

        let size = expr.Shape[axis]
        let first, last = range.Start.GetOffset size, range.End.GetOffset size

        if first < 0 || last > size || first > last then
            raise (
                IndexException(
                    "Index",
                    $"{range} is outside axis {axis} of shape {expr.Shape}, which has {size} entries"
                )
            )

        struct (first, last - first, true)

    member internal _.Expr = expr

    member internal _.Storage: Storage =
        if isNull value then
            value <-
                match expr.Op with
                | Op.Data storage -> storage
                | _ -> (Evaluator.evaluate [| expr |])[0]

        value

    /// Runs now, or stays symbolic inside a transformation.
    static member internal Wrap(e: Expr) = wrap e

    // ---- what it is ----

    /// <summary>The sizes of the axes.</summary>
    member _.Shape = expr.Shape

    /// <summary>The number of axes.</summary>
    member _.Rank = expr.Shape.Rank

    /// <summary>The number of elements.</summary>
    member _.Size = expr.Shape.Size

    /// <summary>The type of the elements.</summary>
    member _.DType = expr.DType

    /// <summary>True inside a transformation, where operations are recorded.</summary>
    member _.IsTraced = expr.IsTraced

    /// <summary>The one element of a tensor of size 1.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">There is more than one element, or none.</exception>
    member this.Item() : float =
        if expr.Shape.Size <> 1 then
            raise (
                ShapeException(
                    "Item",
                    $"shape {expr.Shape} has {expr.Shape.Size} elements; Item() reads a tensor of one"
                )
            )

        this.Storage.Read 0

    /// <summary>The elements in row-major order, as float32.</summary>
    member this.ToArray() : float32[] =
        if expr.DType = DType.Float32 then
            let storage = this.Storage
            let values = storage.Span<float32>().ToArray()
            System.GC.KeepAlive storage
            values
        else
            this.Storage.ToDoubles() |> Array.map float32

    /// <summary>The elements in row-major order, as float64.</summary>
    member this.ToDoubles() : float[] = this.Storage.ToDoubles()

    /// <summary>The elements in row-major order, as whole numbers (truncated).</summary>
    member this.ToInts() : int[] =
        this.Storage.ToDoubles() |> Array.map int

    override this.ToString() =
        let storage = this.Storage
        TensorFormat.text expr.DType expr.Shape (fun i -> storage.Read i)

    // ---- creation ----

    /// <summary>A number as a tensor of shape [] that takes the dtype of whatever it meets.</summary>
    static member op_Implicit(number: float) : Tensor =
        Tensor(Build.scalar DType.Float32 number)

    /// <summary>A float32 vector of these numbers.</summary>
    static member Of([<ParamArray>] values: float32[]) =
        ofSpan DType.Float32 values (Shape.Of values.Length)

    /// <summary>A float64 vector of these numbers.</summary>
    static member Of([<ParamArray>] values: float[]) =
        ofSpan DType.Float64 values (Shape.Of values.Length)

    /// <summary>An int32 vector: class labels or row numbers.</summary>
    static member Of([<ParamArray>] values: int[]) =
        ofSpan DType.Int32 values (Shape.Of values.Length)

    /// <summary>A float32 matrix.</summary>
    static member Of(values: float32[,]) =
        ofSpan
            DType.Float32
            (Seq.cast<float32> values |> Seq.toArray)
            (Shape.Of(values.GetLength 0, values.GetLength 1))

    /// <summary>A float64 matrix.</summary>
    static member Of(values: float[,]) =
        ofSpan
            DType.Float64
            (Seq.cast<float> values |> Seq.toArray)
            (Shape.Of(values.GetLength 0, values.GetLength 1))

    /// <summary>Bytes, such as the pixels of images, in row-major order. They are shared, not copied.</summary>
    static member OfBytes(values: Memory<byte>, [<ParamArray>] shape: int[]) =
        let shape = Shape.Of shape

        if values.Length <> shape.Size then
            raise (
                ShapeException(
                    "Tensor.OfBytes",
                    $"{values.Length} bytes do not fit shape {shape}, which has {shape.Size} elements"
                )
            )

        Tensor(Expr.data (Storage.OfBytes values) shape)

    /// <summary>The same number everywhere.</summary>
    static member Full(value: float, [<ParamArray>] shape: int[]) =
        let shape = Shape.Of shape
        let storage = Storage.Allocate(DType.Float32, shape.Size)
        storage.Fill value
        Tensor(Expr.data storage shape)

    /// <summary>Zeros in float32.</summary>
    static member Zeros([<ParamArray>] shape: int[]) = Tensor.Full(0.0, shape)

    /// <summary>Ones in float32.</summary>
    static member Ones([<ParamArray>] shape: int[]) = Tensor.Full(1.0, shape)

    /// <summary>The identity matrix of n rows, float32.</summary>
    static member Eye(n: int) =
        ofSpan
            DType.Float32
            (Array.init (n * n) (fun i -> if i / n = i % n then 1.0f else 0.0f))
            (Shape.Of(n, n))

    /// <summary>start, start + step, … below stop, float32.</summary>
    static member Arange
        (start: float, stop: float, [<Optional; DefaultParameterValue(1.0)>] step: float)
        =
        if step = 0.0 || Double.IsNaN(start + stop + step) then
            raise (
                ShapeException(
                    "Arange",
                    $"from {start} to {stop} in steps of {step} has no end; the step must not be 0"
                )
            )

        let n = max 0 (int (Math.Ceiling((stop - start) / step)))
        ofSpan DType.Float32 (Array.init n (fun i -> float32 (start + float i * step))) (Shape.Of n)

    /// <summary>count numbers from start to stop, both included, float32.</summary>
    static member Linspace(start: float, stop: float, count: int) =
        if count < 2 then
            raise (
                ShapeException(
                    "Linspace",
                    $"{count} points do not include both ends; at least 2 are needed"
                )
            )

        let step = (stop - start) / float (count - 1)

        ofSpan
            DType.Float32
            (Array.init count (fun i -> float32 (start + float i * step)))
            (Shape.Of count)

    /// <summary>
    /// Rows that are 1 at the label and 0 elsewhere: labels [n] (int32) → [n, classes], float32.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.IndexException">A label is outside 0..classes−1.</exception>
    static member OneHot(labels: Tensor, classes: int) =
        wrap (Build.oneHot DType.Float32 classes labels.Expr)

    /// <summary>Uniform random numbers in [0, 1), float32, from the next random stream.</summary>
    static member Uniform([<ParamArray>] shape: int[]) =
        wrap (
            Build.random
                Distribution.Uniform
                DType.Float32
                (Shape.Of shape)
                (RandomSource.NextKey())
        )

    /// <summary>Normal random numbers with mean 0 and standard deviation 1, float32, from the next random stream.</summary>
    static member Normal([<ParamArray>] shape: int[]) =
        wrap (
            Build.random Distribution.Normal DType.Float32 (Shape.Of shape) (RandomSource.NextKey())
        )

    // ---- element types ----

    /// <summary>The same elements in another dtype; floating point is truncated on its way to whole numbers.</summary>
    member _.To(dtype: DType) = wrap (Build.cast dtype expr)

    /// <summary>The same elements in float32.</summary>
    member this.ToFloat() = this.To DType.Float32

    /// <summary>The same elements in float64, the precision for checking.</summary>
    member this.ToDouble() = this.To DType.Float64

    // ---- operators ----

    static member (~-)(x: Tensor) = map Unary.Neg x
    static member (+)(a: Tensor, b: Tensor) = zip Binary.Add a b
    static member (-)(a: Tensor, b: Tensor) = zip Binary.Sub a b
    static member (*)(a: Tensor, b: Tensor) = zip Binary.Mul a b
    static member (/)(a: Tensor, b: Tensor) = zip Binary.Div a b

    /// <summary>1 where a &lt; b, else 0.</summary>
    static member op_LessThan(a: Tensor, b: Tensor) = zip Binary.Less a b
    /// <summary>1 where a &gt; b, else 0.</summary>
    static member op_GreaterThan(a: Tensor, b: Tensor) = zip Binary.Less b a
    /// <summary>1 where a ≤ b, else 0.</summary>
    static member op_LessThanOrEqual(a: Tensor, b: Tensor) = zip Binary.LessEqual a b
    /// <summary>1 where a ≥ b, else 0.</summary>
    static member op_GreaterThanOrEqual(a: Tensor, b: Tensor) = zip Binary.LessEqual b a
    /// <summary>1 where the elements are equal, else 0.</summary>
    member a.EqualTo(b: Tensor) = zip Binary.Equal a b
    /// <summary>1 where the elements differ, else 0.</summary>
    member a.NotEqualTo(b: Tensor) = zip Binary.NotEqual a b

    // ---- elementwise functions ----

    /// <summary>|x|; derivative sign(x), 0 at 0.</summary>
    member x.Abs() = map Unary.Abs x
    /// <summary>−1, 0 or 1; derivative 0.</summary>
    member x.Sign() = map Unary.Sign x
    /// <summary>eˣ.</summary>
    member x.Exp() = map Unary.Exp x
    /// <summary>eˣ − 1, accurate near 0.</summary>
    member x.Expm1() = map Unary.Expm1 x
    /// <summary>ln x.</summary>
    member x.Log() = map Unary.Log x
    /// <summary>ln(1 + x), accurate near 0.</summary>
    member x.Log1p() = map Unary.Log1p x
    /// <summary>√x.</summary>
    member x.Sqrt() = map Unary.Sqrt x
    /// <summary>1/x.</summary>
    member x.Reciprocal() = map Unary.Reciprocal x
    /// <summary>sin x, x in radians.</summary>
    member x.Sin() = map Unary.Sin x
    /// <summary>cos x, x in radians.</summary>
    member x.Cos() = map Unary.Cos x
    /// <summary>tanh x.</summary>
    member x.Tanh() = map Unary.Tanh x
    /// <summary>σ(x) = 1/(1 + e⁻ˣ).</summary>
    member x.Sigmoid() = map Unary.Sigmoid x
    /// <summary>max(x, 0); derivative 0 at 0.</summary>
    member x.Relu() = map Unary.Relu x
    /// <summary>ln(1 + eˣ).</summary>
    member x.Softplus() = map Unary.Softplus x
    /// <summary>The error function 2/√π ∫₀ˣ e^−t² dt.</summary>
    member x.Erf() = map Unary.Erf x
    /// <summary>The largest whole number not above x; derivative 0.</summary>
    member x.Floor() = map Unary.Floor x
    /// <summary>x^p, elementwise.</summary>
    member x.Pow(p: Tensor) = zip Binary.Pow x p
    /// <summary>The smaller of each pair; a tie shares its gradient.</summary>
    member a.Minimum(b: Tensor) = zip Binary.Min a b
    /// <summary>The larger of each pair; a tie shares its gradient.</summary>
    member a.Maximum(b: Tensor) = zip Binary.Max a b
    /// <summary>x with low and high as bounds.</summary>
    member x.Clamp(low: Tensor, high: Tensor) = x.Maximum(low).Minimum(high)

    /// <summary>a where the condition is not 0, else b; broadcasts. Only the chosen side's derivative counts.</summary>
    static member Where(condition: Tensor, a: Tensor, b: Tensor) =
        wrap (Build.select condition.Expr a.Expr b.Expr)

    /// <summary>The same values with derivative 0.</summary>
    member _.StopGradient() = wrap (Build.stopGradient expr)

    // ---- reductions ----

    /// <summary>The sum of all elements.</summary>
    member x.Sum() = reduce "Sum" Build.sum x [||] false

    /// <summary>Sums along an axis.</summary>
    member x.Sum(axis: int, [<Optional; DefaultParameterValue(false)>] keepDims: bool) =
        reduce "Sum" Build.sum x [| axis |] keepDims

    /// <summary>Sums along axes.</summary>
    member x.Sum(axes: int[], [<Optional; DefaultParameterValue(false)>] keepDims: bool) =
        reduce "Sum" Build.sum x axes keepDims

    /// <summary>The mean of all elements.</summary>
    member x.Mean() = x.Mean([||], false)

    /// <summary>Means along an axis.</summary>
    member x.Mean(axis: int, [<Optional; DefaultParameterValue(false)>] keepDims: bool) =
        x.Mean([| axis |], keepDims)

    /// <summary>Means along axes.</summary>
    member x.Mean(axes: int[], [<Optional; DefaultParameterValue(false)>] keepDims: bool) =
        let mean axes e =
            let total = Build.sum axes e
            Build.div total (Build.scalar total.DType (count x.Shape axes))

        reduce "Mean" mean x axes keepDims

    /// <summary>The largest element; ties share the gradient.</summary>
    member x.Max() =
        reduce "Max" (Build.reduce ReduceOp.Max) x [||] false

    /// <summary>Largest elements along an axis; ties share the gradient.</summary>
    member x.Max(axis: int, [<Optional; DefaultParameterValue(false)>] keepDims: bool) =
        reduce "Max" (Build.reduce ReduceOp.Max) x [| axis |] keepDims

    /// <summary>The smallest element; ties share the gradient.</summary>
    member x.Min() =
        reduce "Min" (Build.reduce ReduceOp.Min) x [||] false

    /// <summary>Smallest elements along an axis; ties share the gradient.</summary>
    member x.Min(axis: int, [<Optional; DefaultParameterValue(false)>] keepDims: bool) =
        reduce "Min" (Build.reduce ReduceOp.Min) x [| axis |] keepDims

    /// <summary>log Σ exp x along an axis (the last by default), without overflow.</summary>
    member x.LogSumExp
        (
            [<Optional; DefaultParameterValue(-1)>] axis: int,
            [<Optional; DefaultParameterValue(false)>] keepDims: bool
        ) =
        reduce "LogSumExp" (Build.reduce ReduceOp.LogSumExp) x [| axis |] keepDims

    /// <summary>exp(x)/Σ exp(x) along an axis (the last by default).</summary>
    member x.Softmax([<Optional; DefaultParameterValue(-1)>] axis: int) =
        wrap (
            Build.softmax [| Shapes.axis "Softmax" x.Shape axis |] (Build.floating "Softmax" expr)
        )

    /// <summary>x − log Σ exp x along an axis (the last by default).</summary>
    member x.LogSoftmax([<Optional; DefaultParameterValue(-1)>] axis: int) =
        wrap (
            Build.logSoftmax
                [| Shapes.axis "LogSoftmax" x.Shape axis |]
                (Build.floating "LogSoftmax" expr)
        )

    /// <summary>The index (int32) of the largest element along an axis (the last by default); the first of equals.</summary>
    member x.ArgMax([<Optional; DefaultParameterValue(-1)>] axis: int) =
        wrap (Build.argMax (Shapes.axis "ArgMax" x.Shape axis) expr)

    /// <summary>The mean squared distance from the mean, Σ(x − x̄)²/(n − correction), over all elements.</summary>
    member x.Variance([<Optional; DefaultParameterValue(1)>] correction: int) =
        let d = x - x.Mean()
        (d * d).Sum() / Tensor.op_Implicit (float (x.Size - correction))

    /// <summary>The Euclidean norm √Σx² of all elements; derivative 0 where all are 0.</summary>
    member x.Norm() =
        let squares: Tensor = (x * x).Sum()
        let zero, one = Tensor.op_Implicit 0.0, Tensor.op_Implicit 1.0
        let isPositive = squares.NotEqualTo zero
        Tensor.Where(isPositive, Tensor.Where(isPositive, squares, one).Sqrt(), zero)

    // ---- products ----

    /// <summary>
    /// The matrix product: [n, k] × [k, m] → [n, m]; leading axes are batches and broadcast; a vector counts as a row on
    /// the left and a column on the right, and its axis goes.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">The inner sizes differ.</exception>
    member a.MatMul(b: Tensor) =
        let left, right = a.Expr, b.Expr

        if left.Shape.Rank = 0 || right.Shape.Rank = 0 then
            raise (
                ShapeException(
                    "MatMul",
                    $"{left.Shape} × {right.Shape}: a scalar is no matrix; use * to scale"
                )
            )

        let row = left.Shape.Rank = 1
        let column = right.Shape.Rank = 1

        let left =
            if row then
                Build.reshape (Shape.Of(1, left.Shape[0])) left
            else
                left

        let right =
            if column then
                Build.reshape (Shape.Of(right.Shape[0], 1)) right
            else
                right

        let product = Build.matMul false false left right

        let gone =
            [| if row then
                   product.Shape.Rank - 2
               if column then
                   product.Shape.Rank - 1 |]

        wrap (Build.reshape (Shapes.without product.Shape gone) product)

    /// <summary>Σ aᵢbᵢ over all elements of two tensors of one shape.</summary>
    member a.Dot(b: Tensor) =
        if not (a.Shape.Equals b.Shape) then
            raise (ShapeException("Dot", $"{a.Shape} and {b.Shape} differ"))

        (a * b).Sum()

    /// <summary>aᵢbⱼ: [n], [m] → [n, m].</summary>
    member a.Outer(b: Tensor) =
        a.Reshape(a.Size, 1) * b.Reshape(1, b.Size)

    /// <summary>The sum of a square matrix's diagonal.</summary>
    member x.Trace() =
        if x.Rank <> 2 || x.Shape[0] <> x.Shape[1] then
            raise (ShapeException("Trace", $"shape {x.Shape} is not a square matrix"))

        (x
         * Tensor(Build.cast (Build.floating "Trace" expr).DType (Tensor.Eye x.Shape[0]).Expr))
            .Sum()

    // ---- arrangement ----

    /// <summary>The same elements in another shape; one size may be −1 and is then worked out.</summary>
    member x.Reshape([<ParamArray>] shape: int[]) =
        let known = shape |> Array.filter (fun d -> d <> -1) |> Array.fold (*) 1

        let dims =
            shape
            |> Array.map (fun d ->
                if d <> -1 then
                    d
                elif known > 0 && x.Size % known = 0 then
                    x.Size / known
                else
                    let wanted = String.Join(", ", shape)

                    raise (
                        ShapeException(
                            "Reshape",
                            $"{x.Shape} has {x.Size} elements, which [{wanted}] does not divide"
                        )
                    ))

        wrap (Build.reshape (Shape.Of dims) expr)

    /// <summary>[n, …] → [n, product of the others].</summary>
    member x.Flatten() =
        if x.Rank = 0 then
            x.Reshape 1
        else
            x.Reshape(x.Shape[0], x.Shape.ToArray()[1..] |> Array.fold (*) 1)

    /// <summary>The last two axes exchanged.</summary>
    member _.Transpose() = wrap (Build.transpose expr)

    /// <summary>The last two axes exchanged.</summary>
    member x.T = x.Transpose()

    /// <summary>Axis i of the result is axis order[i] of this tensor.</summary>
    member _.Permute([<ParamArray>] order: int[]) =
        wrap (Build.permute (order |> Array.map (Shapes.axis "Permute" expr.Shape)) expr)

    /// <summary>Sizes 1 repeated until the shape is this.</summary>
    member _.BroadcastTo([<ParamArray>] shape: int[]) =
        wrap (Build.broadcastTo "BroadcastTo" (Shape.Of shape) expr)

    /// <summary>Tensors joined along an existing axis.</summary>
    static member Concat(parts: Tensor[], [<Optional; DefaultParameterValue(0)>] axis: int) =
        if parts.Length = 0 then
            raise (ShapeException("Concat", "there is nothing to join"))

        wrap (
            Build.concat
                (Shapes.axis "Concat" parts[0].Shape axis)
                (parts |> Array.map (fun p -> p.Expr))
        )

    /// <summary>Tensors of one shape joined along a new axis.</summary>
    static member Stack(parts: Tensor[], [<Optional; DefaultParameterValue(0)>] axis: int) =
        if parts.Length = 0 then
            raise (ShapeException("Stack", "there is nothing to join"))

        let at = if axis < 0 then axis + parts[0].Rank + 1 else axis

        if at < 0 || at > parts[0].Rank then
            raise (
                ShapeException(
                    "Stack",
                    $"axis {axis} does not exist in the stack of shape {parts[0].Shape} tensors"
                )
            )

        let widen (p: Tensor) =
            let dims = p.Shape.ToArray()
            Build.reshape (Shape.Of(Array.concat [ dims[.. at - 1]; [| 1 |]; dims[at..] ])) p.Expr

        wrap (Build.concat at (parts |> Array.map widen))

    /// <summary>Entries of an axis by number (int32), in the order of the numbers.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.IndexException">A number is outside the axis.</exception>
    member x.Gather(indices: Tensor, [<Optional; DefaultParameterValue(0)>] axis: int) =
        wrap (Build.gather (Shapes.axis "Gather" x.Shape axis) expr indices.Expr)

    /// <summary>
    /// The one element along an axis (the last by default) that each index names: x [n, k], labels [n] → [n].
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.IndexException">A label is outside 0..k−1.</exception>
    member x.Pick(labels: Tensor, [<Optional; DefaultParameterValue(-1)>] axis: int) =
        wrap (Build.pick (Shapes.axis "Pick" x.Shape axis) (Build.floating "Pick" expr) labels.Expr)

    /// <summary>One entry of the first axis, which goes.</summary>
    member _.At
        with get (index: int) = choose [| at 0 index |]

    /// <summary>A range of the first axis.</summary>
    member _.At
        with get (range: Range) = choose [| within 0 range |]

    /// <summary>One element of a matrix, or one row of each entry of the second axis.</summary>
    member _.At
        with get (row: int, column: int) = choose [| at 0 row; at 1 column |]

    /// <summary>A range of rows and a range of columns.</summary>
    member _.At
        with get (rows: Range, columns: Range) = choose [| within 0 rows; within 1 columns |]

    /// <summary>A range of rows of one column.</summary>
    member _.At
        with get (rows: Range, column: int) = choose [| within 0 rows; at 1 column |]

    /// <summary>A range of columns of one row.</summary>
    member _.At
        with get (row: int, columns: Range) = choose [| at 0 row; within 1 columns |]
