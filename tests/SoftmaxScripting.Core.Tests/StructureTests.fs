/// Operations that arrange, choose and combine elements: value by plan against the interpreter, and first and second
/// derivatives against differences.
module SoftmaxScripting.Core.Tests.StructureTests

open System
open SoftmaxScripting.Core
open Xunit

let private x seed shape =
    Graph.random seed DType.Float64 shape -2.0 2.0

/// A function with curvature, so that second derivatives through an arrangement are not all zero.
let private curved (e: Expr) = Build.unary Unary.Sin e

let private check label (arguments: Expr list) (f: Expr[] -> Expr) =
    Graph.checkDerivatives label 1e-6 arguments f
    Graph.checkDerivatives $"sin of {label}" 1e-6 arguments (fun a -> curved (f a))

let rec private permutations (items: int list) =
    match items with
    | [] -> [ [] ]
    | _ ->
        [ for i in items do
              for rest in permutations (List.except [ i ] items) do
                  i :: rest ]

let private subsets n =
    [ for bits in 0 .. (1 <<< n) - 1 ->
          [| 0 .. n - 1 |] |> Array.filter (fun a -> (bits >>> a) &&& 1 = 1) ]

[<Fact>]
let ``reshape`` () =
    for target in [ [ 12 ]; [ 4; 3 ]; [ 2; 3; 2 ]; [ 1; 12; 1 ]; [ 3; 1; 4 ] ] do
        check $"reshape to {target}" [ x 1 [ 3; 4 ] ] (fun a ->
            Build.reshape (Shape.Of(List.toArray target)) a[0])

[<Fact>]
let ``reshape of views that strides cannot describe`` () =
    check "reshape of a transpose" [ x 1 [ 3; 4 ] ] (fun a ->
        Build.reshape (Shape.Of(2, 6)) (Build.transpose a[0]))

    check "reshape of a slice" [ x 1 [ 4; 4 ] ] (fun a ->
        Build.reshape (Shape.Of 6) (Build.slice [| 0; 3 |] [| 2; -1 |] [| 2; 3 |] a[0]))

    check "reshape of a broadcast" [ x 1 [ 3; 1 ] ] (fun a ->
        Build.reshape (Shape.Of 12) (Build.broadcastTo "test" (Shape.Of(3, 4)) a[0]))

[<Fact>]
let ``permute in every order`` () =
    for order in permutations [ 0; 1; 2 ] do
        check $"permute {order}" [ x 1 [ 2; 3; 4 ] ] (fun a ->
            Build.permute (List.toArray order) a[0])

[<Fact>]
let ``broadcast`` () =
    for from, target in
        [ [], [ 3 ]
          [], [ 2; 3 ]
          [ 1 ], [ 4 ]
          [ 3; 1 ], [ 3; 4 ]
          [ 1; 4 ], [ 3; 4 ]
          [ 4 ], [ 2; 3; 4 ]
          [ 2; 1; 4 ], [ 2; 3; 4 ]
          [ 1; 1 ], [ 3; 4 ] ] do
        check $"broadcast {from} to {target}" [ x 1 from ] (fun a ->
            Build.broadcastTo "test" (Shape.Of(List.toArray target)) a[0])

[<Fact>]
let ``operands broadcast as NumPy's do`` () =
    let shapes =
        [ []
          [ 1 ]
          [ 4 ]
          [ 3; 1 ]
          [ 3; 4 ]
          [ 1; 4 ]
          [ 2; 1; 1 ]
          [ 2; 3; 1 ]
          [ 1; 3; 4 ] ]

    for a in shapes do
        for b in shapes do
            // By definition: aligned at the last axis; element i of an axis of size 1 is its element 0.
            let rank = max a.Length b.Length
            let padded (s: int list) = List.replicate (rank - s.Length) 1 @ s
            let dims = List.map2 max (padded a) (padded b)
            let left, right = x 1 a, x 2 b
            let valuesA, valuesB = Graph.interpret left, Graph.interpret right

            let at (shape: int list) (index: int list) =
                List.fold2
                    (fun flat d i -> flat * d + (if d = 1 then 0 else i))
                    0
                    (padded shape)
                    index

            let rec indices (dims: int list) =
                match dims with
                | [] -> [ [] ]
                | d :: rest ->
                    [ for i in 0 .. d - 1 do
                          for tail in indices rest do
                              i :: tail ]

            let expected =
                indices dims
                |> List.map (fun i -> valuesA[at a i] - valuesB[at b i])
                |> List.toArray

            let actual = Build.sub left right
            Assert.Equal(Shape.Of(List.toArray dims), actual.Shape)
            Near.sameBits $"{a} − {b}" expected (Graph.plan actual)
            Near.sameBits $"{a} − {b}, interpreter" expected (Graph.interpret actual)

    check "product of a row and a column" [ x 1 [ 3; 1 ]; x 2 [ 4 ] ] (fun a -> Build.mul a[0] a[1])

[<Fact>]
let ``slice with steps of both signs`` () =
    for start, step, count in
        [ 0, 1, 3
          2, 1, 4
          5, -1, 6
          4, -1, 2
          0, 2, 3
          1, 2, 3
          5, -2, 3
          4, -3, 2
          3, 7, 1
          2, 1, 0 ] do
        check $"slice from {start} by {step}, {count} elements" [ x 1 [ 6 ] ] (fun a ->
            Build.slice [| start |] [| step |] [| count |] a[0])

    check "slice of a matrix" [ x 1 [ 5; 6 ] ] (fun a ->
        Build.slice [| 4; 1 |] [| -2; 2 |] [| 3; 2 |] a[0])

    check "slice of a slice of a transpose" [ x 1 [ 5; 6 ] ] (fun a ->
        Build.slice
            [| 2; 0 |]
            [| -1; 1 |]
            [| 2; 2 |]
            (Build.transpose (Build.slice [| 4; 1 |] [| -2; 2 |] [| 3; 3 |] a[0])))

[<Fact>]
let ``pad is the adjoint of slice`` () =
    check "pad" [ x 1 [ 3 ] ] (fun a -> Build.pad [| 1 |] [| 2 |] (Shape.Of 8) a[0])
    check "pad backwards" [ x 1 [ 3 ] ] (fun a -> Build.pad [| 6 |] [| -2 |] (Shape.Of 8) a[0])

    check "pad of a view" [ x 1 [ 2; 3 ] ] (fun a ->
        Build.pad [| 1; 0 |] [| 1; 2 |] (Shape.Of(4, 4)) (Build.transpose a[0]))

    // ⟨slice x, y⟩ = ⟨x, pad y⟩.
    let big, small = x 1 [ 5; 6 ], x 2 [ 3; 2 ]
    let start, step, count = [| 4; 1 |], [| -2; 3 |], [| 3; 2 |]

    let dot a b =
        Array.fold2 (fun s u v -> s + u * v) 0.0 (Graph.plan a) (Graph.plan b)

    Near.number
        "adjoint"
        1e-12
        1e-12
        (dot (Build.slice start step count big) small)
        (dot big (Build.pad start step big.Shape small))

[<Fact>]
let ``concat`` () =
    check "rows" [ x 1 [ 2; 3 ]; x 2 [ 1; 3 ]; x 3 [ 4; 3 ] ] (fun a -> Build.concat 0 a)
    check "columns" [ x 1 [ 3; 2 ]; x 2 [ 3; 1 ] ] (fun a -> Build.concat 1 a)
    check "middle" [ x 1 [ 2; 1; 3 ]; x 2 [ 2; 2; 3 ] ] (fun a -> Build.concat 1 a)
    check "the same twice" [ x 1 [ 2; 3 ] ] (fun a -> Build.concat 1 [| a[0]; a[0] |])
    check "with an empty part" [ x 1 [ 2; 3 ]; x 2 [ 0; 3 ] ] (fun a -> Build.concat 0 a)

    check "views" [ x 1 [ 2; 3 ]; x 2 [ 2; 3 ] ] (fun a ->
        Build.concat
            0
            [| Build.transpose a[0]
               Build.slice [| 2; 0 |] [| -1; 1 |] [| 3; 2 |] (Build.transpose a[1]) |])

    check "with numbers" [ x 1 [ 2; 3 ] ] (fun a ->
        Build.concat 0 [| a[0]; Expr.constant DType.Float64 (Shape.Of(1, 3)) 7.0 |])

    let mixed =
        Build.concat 0 [| Graph.random 1 DType.Float32 [ 2 ] 0.0 1.0; x 2 [ 2 ] |]

    Assert.Equal(DType.Float64, mixed.DType)
    Near.arrays "mixed" 0.0 0.0 (Graph.interpret mixed) (Graph.plan mixed)

[<Fact>]
let ``gather and scatter-add with repeated indices`` () =
    for axis in 0..2 do
        let shape = [ 3; 4; 2 ]

        for index in
            [ Graph.indices [] [ 1 ]
              Graph.indices [ 3 ] [ 1; 0; 1 ]
              Graph.indices [ 2; 2 ] [ 0; 1; 1; 1 ]
              Graph.indices [ 0 ] [] ] do
            check $"gather along {axis} by {index.Shape}" [ x 1 shape ] (fun a ->
                Build.gather axis a[0] index)

        let index =
            Graph.indices [ shape[axis] ] (List.init shape[axis] (fun i -> i * 3 % 5))

        let target = List.updateAt axis 5 shape

        check $"scatter-add along {axis}" [ x 1 shape ] (fun a ->
            Build.scatterAdd axis (Shape.Of(List.toArray target)) a[0] index)

    check "scatter-add onto one" [ x 1 [ 4; 2 ] ] (fun a ->
        Build.scatterAdd 0 (Shape.Of(3, 2)) a[0] (Graph.indices [ 4 ] [ 1; 1; 1; 1 ]))

    check "gather of a view" [ x 1 [ 3; 4 ] ] (fun a ->
        Build.gather 0 (Build.transpose a[0]) (Graph.indices [ 3 ] [ 3; 3; 0 ]))

[<Fact>]
let ``pick along every axis`` () =
    let shape = [ 3; 4; 2 ]

    for axis in 0..2 do
        let rest = List.removeAt axis shape
        let count = List.fold (*) 1 rest
        let index = Graph.indices rest (List.init count (fun i -> i * 7 % shape[axis]))
        check $"pick along {axis}" [ x 1 shape ] (fun a -> Build.pick axis a[0] index)

    check "pick from a vector" [ x 1 [ 4 ] ] (fun a -> Build.pick 0 a[0] (Graph.indices [] [ 2 ]))

    check "pick of a view" [ x 1 [ 3; 4 ] ] (fun a ->
        Build.pick 1 (Build.transpose a[0]) (Graph.indices [ 4 ] [ 2; 0; 1; 1 ]))

[<Fact>]
let ``one-hot rows by definition`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        let index = Graph.indices [ 2; 3 ] [ 0; 4; 2; 2; 1; 3 ]
        let hot = Build.oneHot dtype 5 index

        let expected =
            Graph.interpret index
            |> Array.collect (fun k -> Array.init 5 (fun i -> if float i = k then 1.0 else 0.0))

        Near.arrays "plan" 0.0 0.0 expected (Graph.plan hot)
        Near.arrays "interpreter" 0.0 0.0 expected (Graph.interpret hot)

        Near.arrays
            "in a loop"
            0.0
            0.0
            (expected |> Array.map (fun v -> -v))
            (Graph.plan (Build.neg hot))

    check "product with one-hot rows" [ x 1 [ 4; 2 ] ] (fun a ->
        Build.matMul
            false
            false
            (Build.oneHot DType.Float64 4 (Graph.indices [ 3 ] [ 3; 0; 3 ]))
            a[0])

[<Fact>]
let ``argmax gives the first of equals and the place of the first NaN`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        for values, expected in
            [ [ 1.0; 3.0; 3.0 ], 1.0
              [ 5.0; 3.0; 5.0 ], 0.0
              [ 1.0; nan; 3.0 ], 1.0
              [ nan; nan; 3.0 ], 0.0
              [ -infinity; -infinity; -infinity ], 0.0
              [ -infinity; 0.0; infinity ], 2.0
              [ -0.0; 0.0; 0.0 ], 0.0 ] do
            let e = Build.argMax 0 (Graph.data dtype [ 3 ] (List.toArray values))
            Assert.Equal(DType.Int32, e.DType)
            Near.arrays $"{values}" 0.0 0.0 [| expected |] (Graph.plan e)
            Near.arrays $"{values}, interpreter" 0.0 0.0 [| expected |] (Graph.interpret e)

        for length in [ 2; 17; 64; 1023; 1024; 1025; 5000 ] do
            for axis in [ 0; 1 ] do
                let shape = if axis = 1 then [ 3; length ] else [ length; 3 ]
                let e = Build.argMax axis (Graph.random length dtype shape -1.0 1.0)
                Near.arrays $"{shape} along {axis}" 0.0 0.0 (Graph.interpret e) (Graph.plan e)

    Near.arrays
        "an index has no derivative"
        0.0
        0.0
        [| 0.0; 0.0; 0.0 |]
        (let a = x 1 [ 3 ]

         Graph.plan (
             Array.head (Gradient.derive (Build.cast DType.Float64 (Build.argMax 0 a)) [| a |])
         ))

[<Fact>]
let ``select takes one side's value and derivative, broadcasting all three`` () =
    let condition = Graph.double [ 3; 1 ] [| 0.0; 1.0; -2.0 |]

    check "select" [ x 1 [ 3; 4 ]; x 2 [ 4 ] ] (fun a -> Build.select condition a[0] a[1])

    check "select with numbers" [ x 1 [ 3; 4 ] ] (fun a ->
        Build.select condition a[0] (Build.scalar DType.Float64 2.0))

    let nanChooses =
        Build.select
            (Graph.double [ 2 ] [| nan; -0.0 |])
            (Graph.double [ 2 ] [| 1.0; 1.0 |])
            (Graph.double [ 2 ] [| 2.0; 2.0 |])

    Near.arrays "NaN is not zero, −0 is" 0.0 0.0 [| 1.0; 2.0 |] (Graph.plan nanChooses)
    Near.arrays "NaN is not zero, interpreter" 0.0 0.0 [| 1.0; 2.0 |] (Graph.interpret nanChooses)

[<Fact>]
let ``cast between all dtypes`` () =
    let values = [| 0.0; 1.0; 2.0; 200.0; 255.0 |]
    let dtypes = [ DType.Float32; DType.Float64; DType.Int32; DType.UInt8 ]

    for from in dtypes do
        for into in dtypes do
            let e = Build.cast into (Graph.data from [ 5 ] values)
            Assert.Equal(into, e.DType)
            Near.arrays $"{from} to {into}" 0.0 0.0 values (Graph.plan e)
            Near.arrays $"{from} to {into}, interpreter" 0.0 0.0 values (Graph.interpret e)

    let truncated =
        Build.cast DType.Int32 (Graph.double [ 4 ] [| 1.9; -1.9; 0.5; -0.5 |])

    Near.arrays "truncation" 0.0 0.0 [| 1.0; -1.0; 0.0; 0.0 |] (Graph.plan truncated)

    Near.arrays
        "truncation, interpreter"
        0.0
        0.0
        [| 1.0; -1.0; 0.0; 0.0 |]
        (Graph.interpret truncated)

[<Fact>]
let ``gradients flow through casts in the argument's own dtype`` () =
    let a = Graph.random 1 DType.Float32 [ 4 ] -2.0 2.0
    let loss = Build.sum [| 0 |] (Build.unary Unary.Sin (Build.cast DType.Float64 a))
    let gradient = (Gradient.derive loss [| a |])[0]
    Assert.Equal(DType.Float32, gradient.DType)
    Near.arrays "cos" 1e-6 1e-6 (Graph.interpret a |> Array.map cos) (Graph.plan gradient)

[<Fact>]
let ``matrix products in every orientation, with batches and broadcasting`` () =
    for ta in [ false; true ] do
        for tb in [ false; true ] do
            let shapeOf (batch: int list) rows columns turned =
                batch @ (if turned then [ columns; rows ] else [ rows; columns ])

            for batchA, batchB in
                [ [], []
                  [ 2 ], [ 2 ]
                  [ 2 ], []
                  [], [ 2 ]
                  [ 2; 1 ], [ 3 ]
                  [ 1 ], [ 2 ]
                  [ 2; 1 ], [ 1; 3 ] ] do
                for n, k, m in [ 2, 3, 4; 1, 3, 1; 3, 1, 2 ] do
                    check
                        $"matmul {batchA}·{batchB} {n}×{k}×{m}, transposed {ta} {tb}"
                        [ x 1 (shapeOf batchA n k ta); x 2 (shapeOf batchB k m tb) ]
                        (fun a -> Build.matMul ta tb a[0] a[1])

[<Fact>]
let ``matrix products of views`` () =
    let views: (string * int list * (Expr -> Expr)) list =
        [ "transpose", [ 3; 4 ], Build.transpose
          "every second column", [ 4; 6 ], Build.slice [| 0; 1 |] [| 1; 2 |] [| 4; 3 |]
          "every second row", [ 8; 3 ], Build.slice [| 1; 0 |] [| 2; 1 |] [| 4; 3 |]
          "rows backwards", [ 4; 3 ], Build.slice [| 3; 0 |] [| -1; 1 |] [| 4; 3 |]
          "columns backwards", [ 4; 3 ], Build.slice [| 0; 2 |] [| 1; -1 |] [| 4; 3 |]
          "repeated row", [ 1; 3 ], Build.broadcastTo "test" (Shape.Of(4, 3))
          "repeated column", [ 4; 1 ], Build.broadcastTo "test" (Shape.Of(4, 3))
          "part of more", [ 6; 7 ], Build.slice [| 1; 2 |] [| 1; 1 |] [| 4; 3 |]
          "reshaped", [ 12 ], Build.reshape (Shape.Of(4, 3)) ]

    for name, shape, view in views do
        check $"left {name}" [ x 1 shape; x 2 [ 3; 2 ] ] (fun a ->
            Build.matMul false false (view a[0]) a[1])

        check $"right {name}" [ x 1 shape; x 2 [ 2; 4 ] ] (fun a ->
            Build.matMul false false a[1] (view a[0]))

        check $"both {name}" [ x 1 shape ] (fun a ->
            Build.matMul true false (view a[0]) (view a[0]))

    let batchViews: (string * int list * (Expr -> Expr)) list =
        [ "batch backwards", [ 3; 2; 4 ], Build.slice [| 2; 0; 0 |] [| -1; 1; 1 |] [| 3; 2; 4 |]
          "every second batch", [ 5; 2; 4 ], Build.slice [| 0; 0; 0 |] [| 2; 1; 1 |] [| 3; 2; 4 |]
          "batch last", [ 2; 4; 3 ], Build.permute [| 2; 0; 1 |]
          "batch in the middle", [ 2; 3; 4 ], Build.permute [| 1; 0; 2 |]
          "one batch repeated", [ 1; 2; 4 ], Build.broadcastTo "test" (Shape.Of(3, 2, 4)) ]

    for name, shape, view in batchViews do
        check $"{name}" [ x 1 shape; x 2 [ 3; 4; 2 ] ] (fun a ->
            Build.matMul false false (view a[0]) a[1])

        check $"{name}, right" [ x 1 shape; x 2 [ 3; 5; 2 ] ] (fun a ->
            Build.matMul false false a[1] (view a[0]))

[<Fact>]
let ``reductions over every set of axes`` () =
    for op in [ ReduceOp.Sum; ReduceOp.Max; ReduceOp.Min; ReduceOp.LogSumExp ] do
        for shape in [ [ 4 ]; [ 3; 4 ]; [ 2; 3; 4 ]; [ 2; 1; 3 ]; [ 1; 1 ]; [ 2; 3; 1; 2 ] ] do
            for axes in subsets shape.Length do
                check $"{op} of {shape} over %A{axes}" [ x 1 shape ] (fun a ->
                    Build.reduce op axes a[0])

[<Fact>]
let ``reductions of views`` () =
    for op in [ ReduceOp.Sum; ReduceOp.Max; ReduceOp.LogSumExp ] do
        for axes in subsets 2 do
            check $"{op} of a transpose" [ x 1 [ 3; 4 ] ] (fun a ->
                Build.reduce op axes (Build.transpose a[0]))

            check $"{op} of a slice" [ x 1 [ 5; 6 ] ] (fun a ->
                Build.reduce op axes (Build.slice [| 4; 1 |] [| -2; 2 |] [| 3; 3 |] a[0]))

    check "sum of a broadcast" [ x 1 [ 3; 1 ] ] (fun a ->
        Build.sum [| 0; 1 |] (Build.broadcastTo "test" (Shape.Of(3, 4)) a[0]))

[<Fact>]
let ``the trace of A·X·B·X has the gradient Aᵀ·Xᵀ·Bᵀ + Bᵀ·Xᵀ·Aᵀ`` () =
    Properties.check "tr(AXBX)" 50 (Values.vector 27 -2.0 2.0) (fun values ->
        let matrix i =
            Graph.double [ 3; 3 ] values[i * 9 .. i * 9 + 8]

        let a, b, x = matrix 0, matrix 1, matrix 2
        let times = Build.matMul false false

        let identity =
            Graph.double [ 3; 3 ] (Array.init 9 (fun i -> if i / 3 = i % 3 then 1.0 else 0.0))

        let loss = Build.sum [| 0; 1 |] (Build.mul identity (times (times (times a x) b) x))
        let gradient = (Gradient.derive loss [| x |])[0]
        // By hand, with loops.
        let m (e: Expr) = Graph.interpret e

        let product (p: float[]) (q: float[]) =
            Array.init 9 (fun i ->
                Seq.sum (seq { for k in 0..2 -> p[i / 3 * 3 + k] * q[k * 3 + i % 3] }))

        let t (p: float[]) =
            Array.init 9 (fun i -> p[i % 3 * 3 + i / 3])

        let first = product (product (t (m a)) (t (m x))) (t (m b))
        let second = product (product (t (m b)) (t (m x))) (t (m a))
        Near.arrays "gradient" 1e-11 1e-11 (Array.map2 (+) first second) (Graph.plan gradient))
