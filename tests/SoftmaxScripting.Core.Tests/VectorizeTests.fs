/// Functions of one example over a leading axis: each op and each structural rule against a plain loop over examples.
module SoftmaxScripting.Core.Tests.VectorizeTests

open System
open SoftmaxScripting.Core
open Xunit

let private number (value: float) = Tensor.op_Implicit value
let private double (values: float[]) = Tensor.Of values

let private within seed (domain: Domain) (shape: int list) =
    Tensor(Graph.random seed DType.Float64 shape domain.Low domain.High)

let private random seed (shape: int list) =
    Tensor(Graph.random seed DType.Float64 shape -1.5 1.5)

let private labels (shape: int list) (values: int list) = Tensor(Graph.indices shape values)
let private derivative (f: Tensor -> Tensor) (x: Tensor) = Differentiation.Gradient(f, x)

let private vectorized (f: Tensor[] -> Tensor) (args: Tensor[]) isMapped =
    (Vectorization.Run((fun a -> [| f a |]), args, isMapped))[0]

/// The plain loop.
let private looped (f: Tensor[] -> Tensor) (args: Tensor[]) (isMapped: bool[]) =
    let count = (Array.zip args isMapped |> Array.find snd |> fst).Shape[0]

    Tensor.Stack(
        Array.init count (fun i ->
            f (Array.map2 (fun (a: Tensor) m -> if m then a[i] else a) args isMapped))
    )

/// All ways of mapping at least one of some arguments.
let private choices count =
    [ for bits in 1 .. (1 <<< count) - 1 -> Array.init count (fun i -> (bits >>> i) &&& 1 = 1) ]

/// Values and gradients against the loop. `args` are those of one example; where mapped they get three examples.
let private check name (f: Tensor[] -> Tensor) (make: int -> int list -> Tensor[]) =
    let plain = make 0 []

    for isMapped in choices plain.Length do
        let many = make 1 [ 3 ]

        let args =
            Array.init plain.Length (fun i -> if isMapped[i] then many[i] else plain[i])

        let label = $"%s{name} %A{isMapped}"
        let expected = looped f args isMapped
        let actual = vectorized f args isMapped
        Assert.Equal(expected.Shape, actual.Shape)
        Assert.Equal(expected.DType, actual.DType)
        Near.tensor label 1e-12 1e-12 (expected.ToDoubles()) actual

        if actual.DType.IsFloat && actual.Size > 0 then
            let weights = random 7 (List.ofArray (actual.Shape.ToArray()))

            let gradients over =
                let struct (_, g) =
                    Differentiation.ValueAndGrad((fun a -> (weights * over a).Sum()), args)

                g

            let byLoop = gradients (fun a -> looped f a isMapped)
            let byBatch = gradients (fun a -> vectorized f a isMapped)

            for i in 0 .. args.Length - 1 do
                if args[i].DType.IsFloat then
                    Near.tensor
                        $"{label}: gradient outside, {i}"
                        1e-11
                        1e-11
                        (byLoop[i].ToDoubles())
                        byBatch[i]

            // The gradient inside, of one example each.
            let own which (a: Tensor[]) =
                let struct (_, g) =
                    Differentiation.ValueAndGrad(
                        (fun a ->
                            let y = f a
                            (weights[0] * y * y).Sum()),
                        a
                    )

                g[which]

            for i in 0 .. args.Length - 1 do
                if args[i].DType.IsFloat then
                    Near.tensor
                        $"{label}: gradient inside, {i}"
                        1e-11
                        1e-11
                        ((looped (own i) args isMapped).ToDoubles())
                        (vectorized (own i) args isMapped)

/// A case from the shapes of one example's arguments.
let private case name (shapes: int list list) f =
    check name f (fun seed leading ->
        shapes
        |> List.mapi (fun i s -> random (10 * seed + i) (leading @ s))
        |> List.toArray)

[<Fact>]
let ``every unary op is vectorised`` () =
    for row in OpTable.unaries.Value do
        check row.Name (fun a -> Tensor.Wrap(Build.unary row.Op a[0].Expr)) (fun seed leading ->
            [| within seed row.Domain (leading @ [ 2; 4 ]) |])

[<Fact>]
let ``every binary op is vectorised, with broadcasting within an example`` () =
    for row in OpTable.binaries.Value do
        for left, right in [ [ 4 ], [ 4 ]; [ 3; 4 ], [ 4 ]; [], [ 2 ]; [ 3; 1 ], [ 1; 2 ] ] do
            check
                row.Name
                (fun a -> Tensor.Wrap(Build.binary row.Op a[0].Expr a[1].Expr))
                (fun seed leading ->
                    [| within seed row.Left (leading @ left)
                       within (seed + 5) row.Right (leading @ right) |])

[<Fact>]
let ``reductions are vectorised along every axis`` () =
    for axes in [ [| 0 |]; [| 1 |]; [| 2 |]; [| 0; 2 |]; [| 0; 1; 2 |] ] do
        for op in [ ReduceOp.Sum; ReduceOp.Max; ReduceOp.Min; ReduceOp.LogSumExp ] do
            case $"%A{op} %A{axes}" [ [ 2; 3; 4 ] ] (fun a ->
                Tensor.Wrap(Build.reduce op axes a[0].Expr))

    for axis in 0..1 do
        case $"ArgMax {axis}" [ [ 3; 4 ] ] (fun a -> a[0].ArgMax axis)
        case $"softmax {axis}" [ [ 3; 4 ] ] (fun a -> a[0].Softmax axis)

[<Fact>]
let ``products are vectorised, transposed and in batches`` () =
    for ta in [ false; true ] do
        for tb in [ false; true ] do
            for batch in [ []; [ 2 ] ] do
                let left = if ta then [ 4; 3 ] else [ 3; 4 ]
                let right = if tb then [ 5; 4 ] else [ 4; 5 ]

                case $"MatMul {ta} {tb} %A{batch}" [ batch @ left; batch @ right ] (fun a ->
                    Tensor.Wrap(Build.matMul ta tb a[0].Expr a[1].Expr))

    case "vector times matrix" [ [ 4 ]; [ 4; 3 ] ] (fun a -> a[0].MatMul a[1])
    case "matrix times vector" [ [ 3; 4 ]; [ 4 ] ] (fun a -> a[0].MatMul a[1])
    case "one batch for all" [ [ 2; 3; 4 ]; [ 4; 5 ] ] (fun a -> a[0].MatMul a[1])

[<Fact>]
let ``arrangements and choices are vectorised`` () =
    case "Reshape" [ [ 2; 6 ] ] (fun a -> a[0].Reshape(3, 4))
    case "Broadcast" [ [ 1; 3 ] ] (fun a -> a[0].BroadcastTo(2, 4, 3))
    case "Permute" [ [ 2; 3; 4 ] ] (fun a -> a[0].Permute(2, 0, 1))
    case "Transpose" [ [ 2; 3 ] ] (fun a -> a[0].T * number 2.0)

    case "Slice" [ [ 6; 5 ] ] (fun a ->
        Tensor.Wrap(Build.slice [| 5; 1 |] [| -2; 1 |] [| 3; 2 |] a[0].Expr))

    case "Pad" [ [ 2; 3 ] ] (fun a ->
        Tensor.Wrap(Build.pad [| 1; 0 |] [| 2; 1 |] (Shape.Of(5, 4)) a[0].Expr))

    case "Concat" [ [ 2; 3 ]; [ 4; 3 ] ] (fun a -> Tensor.Concat([| a[0]; a[1]; a[0] |], 0))

    case "Select" [ [ 4 ]; [ 4 ]; [ 1 ] ] (fun a ->
        Tensor.Where(Tensor.op_LessThan (a[0], number 0.2), a[1], a[2]))

    case "Cast" [ [ 4 ] ] (fun a -> a[0].ToFloat().ToDouble())
    case "Cast to indices" [ [ 4 ] ] (fun a -> a[0].To DType.Int32)
    case "StopGradient" [ [ 4 ] ] (fun a -> a[0].StopGradient() * a[0])
    case "Constant" [ [ 4 ] ] (fun a -> a[0] * number 0.0 + number 3.0)

    case "Custom" [ [ 4 ]; [ 4 ] ] (fun a ->
        CustomDerivative.Apply(
            (fun a -> a[0].Exp() * a[1]),
            (fun a y g -> [| g * y * number 2.0; g * a[0].Sin() |]),
            a
        ))

    case "Checkpoint" [ [ 4 ]; [ 4 ] ] (fun a ->
        CustomDerivative.Checkpoint((fun a -> (a[0].Sin() * a[1]).Exp()), a))

[<Fact>]
let ``choices by index are vectorised in the tensor, in the indices and in both`` () =
    let indexed (values: int list) (more: int list) seed shape =
        if seed = 0 then
            labels shape values
        else
            labels (3 :: shape) more

    for axis in 0..2 do
        check $"Gather {axis}" (fun a -> a[0].Gather(a[1], axis)) (fun seed leading ->
            [| random seed (leading @ [ 2; 3; 2 ])
               indexed [ 1; 0; 1; 1 ] [ 0; 0; 1; 1; 1; 0; 0; 1; 1; 1; 1; 1 ] seed [ 2; 2 ] |])

        check
            $"ScatterAdd {axis}"
            (fun a ->
                let dims = [| 2; 2; 2 |]
                dims[axis] <- 4
                Tensor.Wrap(Build.scatterAdd axis (Shape.Of dims) a[0].Expr a[1].Expr))
            (fun seed leading ->
                [| random seed (leading @ [ 2; 2; 2 ])
                   indexed [ 3; 3 ] [ 1; 0; 2; 2; 0; 3 ] seed [ 2 ] |])

    for axis in 0..1 do
        check $"Pick {axis}" (fun a -> a[0].Pick(a[1], axis)) (fun seed leading ->
            [| random seed (leading @ [ 2; 2 ])
               indexed [ 1; 0 ] [ 0; 0; 1; 1; 1; 0 ] seed [ 2 ] |])

    check "OneHot" (fun a -> Tensor.OneHot(a[0], 3)) (fun seed _ ->
        [| indexed [ 2; 0 ] [ 0; 0; 1; 2; 1; 0 ] seed [ 2 ] |])

    let table = random 1 [ 2; 3 ]

    let error =
        Assert.Throws<IndexException>(fun () ->
            vectorized
                (fun a -> a[0].Gather(a[1]))
                [| table; labels [ 2; 1 ] [ 1; 5 ] |]
                [| true; true |]
            |> ignore)

    Assert.Contains("5", error.Message)

[<Fact>]
let ``random numbers are one draw for all examples, or each key's own`` () =
    let x = random 1 [ 3; 4 ]
    let noisy = vectorized (fun a -> a[0] - a[0] + Tensor.Uniform 4) [| x |] [| true |]
    let values = noisy.ToDoubles()
    Assert.Equal<float>(values[0..3], values[4..7])
    Assert.True(values[0] <> values[1])

    let keys = labels [ 3; 4 ] [ 1; 0; 5; 0; 1; 0; 6; 0; 2; 0; 5; 0 ]

    let draw (key: Tensor) =
        Tensor.Wrap(Build.random Distribution.Normal DType.Float64 (Shape.Of 5) key.Expr)

    let drawn = vectorized (fun a -> draw a[0]) [| keys |] [| true |]

    Near.tensor
        "keys"
        0.0
        0.0
        ((looped (fun a -> draw a[0]) [| keys |] [| true |]).ToDoubles())
        drawn

[<Fact>]
let ``vectorisations nest in each other and in derivatives`` () =
    let a, b = random 1 [ 3; 4 ], random 2 [ 2; 4 ]

    // All pairs of rows: the matrix of inner products.
    let pairs =
        vectorized
            (fun u -> vectorized (fun v -> u[0].Dot v[0]) [| b |] [| true |])
            [| a |]
            [| true |]

    Near.tensor "inner products" 1e-14 1e-13 (a.MatMul(b.T).ToDoubles()) pairs

    // Hessians of each example: of Σ x⁴, 12x² on the diagonal.
    let hessians =
        vectorized
            (fun x -> Differentiation.Hessian((fun x -> (x * x * x * x).Sum()), x[0]))
            [| a |]
            [| true |]

    let at = a.ToDoubles()

    let expected =
        [| for n in 0..2 do
               for i in 0..3 do
                   for j in 0..3 do
                       if i = j then 12.0 * at[4 * n + i] * at[4 * n + i] else 0.0 |]

    Near.tensor "Hessians" 1e-13 1e-12 expected hessians

    // The third derivative by two gradients around a vectorised gradient: Σ d³/dx³ x⁵ = Σ 60x².
    let vectorizedDerivative f (x: Tensor) =
        vectorized (fun a -> derivative f a[0]) [| x |] [| true |]

    let third =
        derivative
            (fun x ->
                (derivative
                    (fun x -> (vectorizedDerivative (fun y -> y.Pow(number 5.0)) x).Sum())
                    x)
                    .Sum())
            (double [| 0.5; 2.0 |])

    Near.tensor "third" 0.0 1e-12 [| 15.0; 240.0 |] third

    // x · d/dy (x + y) with y over the examples: each derivative is 1.
    let confused =
        derivative
            (fun x ->
                x
                * (vectorized
                    (fun y -> derivative (fun z -> x + z) y[0])
                    [| double [| 1.0; 2.0; 3.0 |] |]
                    [| true |])
                    .Sum())
            ((double [| 2.0 |]).Reshape())

    Assert.Equal(3.0, confused.Item())

[<Fact>]
let ``gradients per example of softmax regression are those of a loop`` () =
    let weights, bias = random 1 [ 5; 3 ], random 2 [ 3 ]
    let x, y = random 3 [ 6; 5 ], labels [ 6 ] [ 0; 2; 1; 1; 0; 2 ]

    // As written, exp overflows in neither: the rewrites see the vectorised formula.
    let loss (p: Tensor[]) (example: Tensor[]) =
        let z = example[0].MatMul p[0] + p[1]
        -(z.Exp() / z.Exp().Sum()).Pick(example[1]).Log()

    let gradients = Vectorization.PerExampleGrad(loss, [| weights; bias |], [| x; y |])
    Assert.Equal(Shape.Of(6, 5, 3), gradients[0].Shape)
    Assert.Equal(Shape.Of(6, 3), gradients[1].Shape)

    for i in 0..5 do
        let struct (_, expected) =
            Differentiation.ValueAndGrad((fun p -> loss p [| x[i]; y[i] |]), [| weights; bias |])

        for p in 0..1 do
            Near.tensor
                $"example {i}, parameter {p}"
                1e-13
                1e-12
                (expected[p].ToDoubles())
                (gradients[p][i])

    let mean = derivative (fun w -> Loss.CrossEntropy(x.MatMul w + bias, y)) weights

    Near.tensor "mean" 1e-13 1e-12 (mean.ToDoubles()) (gradients[0].Mean 0)

    let large =
        Vectorization.PerExampleGrad(loss, [| number 1000.0 * weights; bias |], [| x; y |])

    Near.isFinite "large logits" (large[0].ToDoubles())

[<Fact>]
let ``the textbook form is stable when vectorised`` () =
    let x = (double [| 1000.0; 1001.0; -3000.0; -3000.0 |]).Reshape(2, 2)

    Near.tensor
        "log Σ exp"
        0.0
        1e-14
        (x.LogSumExp().ToDoubles())
        (vectorized (fun a -> a[0].Exp().Sum().Log()) [| x |] [| true |])

[<Fact>]
let ``no examples give no results`` () =
    let none = (double [||]).Reshape(0, 3)
    let result = vectorized (fun a -> a[0].Sin() * number 2.0) [| none |] [| true |]
    Assert.Equal(Shape.Of(0, 3), result.Shape)

[<Fact>]
let ``what cannot be vectorised is refused with a reason`` () =
    let x, y = random 1 [ 3; 2 ], random 2 [ 4; 2 ]

    let refused (wanted: string) (f: unit -> Tensor) =
        let error = Assert.ThrowsAny<SoftmaxException>(fun () -> f () |> ignore)
        Assert.Contains(wanted, error.Message)
        Assert.Null Trace.Current

    refused "[4, 2]" (fun () -> vectorized (fun a -> a[0] + a[1]) [| x; y |] [| true; true |])
    refused "no argument" (fun () -> vectorized (fun a -> a[0]) [| x |] [| false |])

    refused "scalar" (fun () ->
        vectorized (fun a -> a[0]) [| (double [| 1.0 |]).Reshape() |] [| true |])

    refused "null" (fun () -> vectorized (fun _ -> null) [| x |] [| true |])
    refused "2 answers" (fun () -> vectorized (fun a -> a[0]) [| x |] [| true; true |])
    refused "Where" (fun () -> vectorized (fun a -> number (a[0].Sum().Item())) [| x |] [| true |])

    refused "Where" (fun () ->
        vectorized
            (fun a -> derivative (fun v -> number (v.Sum().Item()) * v.Sum()) a[0])
            [| x |]
            [| true |])
