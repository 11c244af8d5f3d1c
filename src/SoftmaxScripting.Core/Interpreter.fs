namespace SoftmaxScripting.Core

open System
open System.Collections.Generic

/// What a graph means: float64, one op at a time, plain loops. Slow on purpose; every plan is tested against it.
module internal Interpreter =

    /// Calls `visit flat index` for every index of a shape in row-major order; `index` is reused.
    let private forEach (shape: Shape) (visit: int -> int[] -> unit) =
        let index = Array.zeroCreate<int> shape.Rank

        for flat in 0 .. shape.Size - 1 do
            visit flat index
            let mutable axis = shape.Rank - 1
            let mutable carry = true

            while carry && axis >= 0 do
                index[axis] <- index[axis] + 1

                if index[axis] = shape[axis] then
                    index[axis] <- 0
                    axis <- axis - 1
                else
                    carry <- false

    let private offset (strides: int[]) (index: int[]) =
        let mutable sum = 0

        for a in 0 .. strides.Length - 1 do
            sum <- sum + strides[a] * index[a]

        sum

    let private tabulate (shape: Shape) (element: int[] -> float) =
        let result = Array.zeroCreate shape.Size
        forEach shape (fun flat index -> result[flat] <- element index)
        result

    let private checkIndex operation (value: float) size position =
        if not (value >= 0.0 && value < float size) then
            raise (
                IndexException(
                    operation,
                    $"index {value} at position {position} is outside 0..{size - 1}, the {size} entries that it chooses from"
                )
            )

        int value

    let private logSumExp (values: float seq) =
        let values = Seq.toArray values

        if values |> Array.exists Double.IsNaN then
            nan
        else
            let top = if values.Length = 0 then -infinity else Array.max values

            if Double.IsInfinity top then
                top
            else
                top + Math.Log(values |> Array.sumBy (fun v -> Math.Exp(v - top)))

    let private reduceWith op (values: float seq) =
        match op with
        | ReduceOp.Sum -> Seq.sum values
        | ReduceOp.Max -> values |> Seq.fold (fun a b -> Math.Max(a, b)) -infinity
        | ReduceOp.Min -> values |> Seq.fold (fun a b -> Math.Min(a, b)) infinity
        | ReduceOp.LogSumExp -> logSumExp values

    let private randomNumbers distribution (shape: Shape) dtype (key: float[]) =
        let key = key |> Array.map int
        let result = Storage.Allocate(dtype, shape.Size)
        let key = ReadOnlySpan<int> key

        match dtype with
        | DType.Float64 -> Randoms.fillDouble distribution key 0L (result.Span<float>())
        | _ -> Randoms.fillSingle distribution key 0L (result.Span<float32>())

        result.ToDoubles()

    let private apply (node: Expr) (values: float[][]) : float[] =
        let shapeOf i = node.Args[i].Shape
        let stridesOf i = Shapes.strides (shapeOf i)

        match node.Op with
        | Op.Constant c -> Array.create node.Shape.Size c
        | Op.Data storage -> storage.ToDoubles()
        | Op.Variable v -> invalidOp $"The variable {v.Name} has no value: ground the graph first."
        | Op.Unary op -> values[0] |> Array.map (OpTable.unary op).Reference
        | Op.Binary op -> Array.map2 (OpTable.binary op).Reference values[0] values[1]
        | Op.Select ->
            Array.init node.Shape.Size (fun i ->
                if values[0][i] <> 0.0 then values[1][i] else values[2][i])
        | Op.Cast ->
            match node.DType with
            | DType.Int32 -> values[0] |> Array.map Math.Truncate
            | DType.UInt8 -> values[0] |> Array.map (fun v -> float (byte v))
            | DType.Float32
            | DType.Float64 -> values[0]
        | Op.StopGradient
        | Op.Custom _
        | Op.Barrier
        | Op.Reshape -> values[0]
        | Op.Broadcast ->
            let strides =
                Array.mapi (fun a s -> if (shapeOf 0)[a] = 1 then 0 else s) (stridesOf 0)

            tabulate node.Shape (fun index -> values[0][offset strides index])
        | Op.Permute order ->
            let strides = stridesOf 0
            let permuted = order |> Array.map (fun a -> strides[a])
            tabulate node.Shape (fun index -> values[0][offset permuted index])
        | Op.Slice(start, step) ->
            let strides = stridesOf 0

            tabulate node.Shape (fun index ->
                values[0][offset strides (Array.mapi (fun a i -> start[a] + i * step[a]) index)])
        | Op.Pad(start, step) ->
            let strides = Shapes.strides node.Shape
            let result = Array.zeroCreate node.Shape.Size

            forEach (shapeOf 0) (fun flat index ->
                let target = Array.mapi (fun a i -> start[a] + i * step[a]) index
                result[offset strides target] <- values[0][flat])

            result
        | Op.Concat axis ->
            let strides = Shapes.strides node.Shape
            let result = Array.zeroCreate node.Shape.Size
            let mutable at = 0

            for i in 0 .. values.Length - 1 do
                let start = at * strides[axis]

                forEach (shapeOf i) (fun flat index ->
                    result[start + offset strides index] <- values[i][flat])

                at <- at + (shapeOf i)[axis]

            result
        | Op.Reduce(op, axes) ->
            let lengths = Shape.Of(axes |> Array.map (fun a -> (shapeOf 0)[a]))
            let strides = stridesOf 0

            tabulate node.Shape (fun index ->
                let start = offset strides index
                let inner = axes |> Array.map (fun a -> strides[a])
                let line = Array.zeroCreate lengths.Size

                forEach lengths (fun flat position ->
                    line[flat] <- values[0][start + offset inner position])

                reduceWith op line)
        | Op.ArgMax axis ->
            let strides = stridesOf 0

            let kept =
                strides
                |> Array.indexed
                |> Array.filter (fun (a, _) -> a <> axis)
                |> Array.map snd

            tabulate node.Shape (fun index ->
                let start = offset kept index

                let line =
                    Array.init ((shapeOf 0).[axis]) (fun i -> values[0][start + i * strides[axis]])

                let mutable best = 0

                for i in 1 .. line.Length - 1 do
                    if
                        not (Double.IsNaN line[best])
                        && (line[i] > line[best] || Double.IsNaN line[i])
                    then
                        best <- i

                float best)
        | Op.MatMul(ta, tb) ->
            let sa, sb = stridesOf 0, stridesOf 1
            let r = node.Shape.Rank
            let inner = if ta then (shapeOf 0)[-2] else (shapeOf 0)[-1]

            let swap turned (strides: int[]) =
                if turned then
                    strides[r - 1], strides[r - 2]
                else
                    strides[r - 2], strides[r - 1]

            let (rowA, innerA), (innerB, columnB) = swap ta sa, swap tb sb

            tabulate node.Shape (fun index ->
                let mutable baseA, baseB = index[r - 2] * rowA, index[r - 1] * columnB

                for a in 0 .. r - 3 do
                    baseA <- baseA + index[a] * sa[a]
                    baseB <- baseB + index[a] * sb[a]

                let mutable sum = 0.0

                for k in 0 .. inner - 1 do
                    sum <- sum + values[0][baseA + k * innerA] * values[1][baseB + k * innerB]

                sum)
        | Op.Gather axis
        | Op.ScatterAdd axis ->
            let isGather =
                match node.Op with
                | Op.Gather _ -> true
                | _ -> false
            // The long side is indexed by rows; the wide side holds one element for each index.
            let long, wide =
                if isGather then
                    shapeOf 0, node.Shape
                else
                    node.Shape, shapeOf 0

            let longStrides, indexStrides = Shapes.strides long, stridesOf 1
            let rankIndex = (shapeOf 1).Rank
            let result = Array.zeroCreate node.Shape.Size
            let name = if isGather then "Gather" else "ScatterAdd"

            forEach wide (fun flat index ->
                let position = offset indexStrides (index[axis .. axis + rankIndex - 1])
                let row = checkIndex name (values[1][position]) (long[axis]) position

                let at =
                    offset
                        longStrides
                        (Array.concat [ index[.. axis - 1]; [| row |]; index[axis + rankIndex ..] ])

                if isGather then
                    result[flat] <- values[0][at]
                else
                    result[at] <- result[at] + values[0][flat])

            result
        | Op.Pick axis ->
            let strides = stridesOf 0

            let kept =
                strides
                |> Array.indexed
                |> Array.filter (fun (a, _) -> a <> axis)
                |> Array.map snd

            let indexStrides = stridesOf 1

            tabulate node.Shape (fun index ->
                let position = offset indexStrides index
                let row = checkIndex "Pick" (values[1][position]) ((shapeOf 0).[axis]) position
                values[0][offset kept index + row * strides[axis]])
        | Op.OneHot ->
            let depth = node.Shape[-1]
            let result = Array.zeroCreate node.Shape.Size

            values[0]
            |> Array.iteri (fun i v -> result[i * depth + checkIndex "OneHot" v depth i] <- 1.0)

            result
        | Op.Random distribution -> randomNumbers distribution node.Shape node.DType values[0]

    /// The values of the roots in row-major order. Variables take the values they stand for.
    let evaluate (roots: Expr[]) : float[][] =
        let roots = Expr.ground roots
        let values = Dictionary<Expr, float[]>(HashIdentity.Reference)

        for node in Expr.topological roots do
            values[node] <- apply node (node.Args |> Array.map (fun a -> values[a]))

        roots |> Array.map (fun r -> values[r])
