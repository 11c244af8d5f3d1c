/// Plans: whatever kernels are chosen, the values are those of the interpreter.
module SoftmaxScripting.Core.Tests.PlanTests

open System
open SoftmaxScripting.Core
open Xunit

let private agrees label (e: Expr) =
    Near.arrays label 1e-6 1e-6 (Graph.interpret e) (Graph.plan e)

let private dtypes = [ DType.Float32; DType.Float64 ]

[<Fact>]
let ``rows gathered within a loop are found wherever they begin`` () =
    for dtype in dtypes do
        let x = Graph.random 1 dtype [ 5; 4 ] -2.0 2.0
        let index = Graph.indices [ 3 ] [ 4; 0; 2 ]
        agrees "rows" (Build.neg (Build.gather 0 x index))
        agrees "columns" (Build.neg (Build.gather 1 x (Graph.indices [ 3 ] [ 3; 1; 1 ])))
        agrees "single elements" (Build.neg (Build.gather 0 (Build.reshape (Shape.Of 20) x) index))

[<Fact>]
let ``bytes gathered within a loop are converted`` () =
    let x =
        Graph.data DType.UInt8 [ 300; 7 ] (Array.init 2100 (fun i -> float (i * 37 % 256)))

    let rows = Graph.indices [ 4 ] [ 299; 0; 17; 17 ]
    agrees "bytes" (Build.scale (1.0 / 255.0) (Build.gather 0 x rows))

[<Fact>]
let ``the largest of an axis of size one is its only element`` () =
    for dtype in dtypes do
        for shape in [ [ 3; 1 ]; [ 1 ]; [ 1; 1 ]; [ 2; 1; 4 ]; [ 1; 5 ] ] do
            for axis in 0 .. shape.Length - 1 do
                agrees
                    $"argmax of {shape} along {axis}"
                    (Build.argMax axis (Graph.random 1 dtype shape -2.0 2.0))

let rec private subsets (axes: int list) =
    match axes with
    | [] -> [ [] ]
    | a :: rest ->
        [ for s in subsets rest do
              s
              a :: s ]

let private reductions =
    [ ReduceOp.Sum; ReduceOp.Max; ReduceOp.Min; ReduceOp.LogSumExp ]

[<Fact>]
let ``reductions across blocks, pieces and slabs`` () =
    // Blocks hold 1024 elements, pieces 16384: shapes on both sides of each.
    for shape in
        [ [ 1023 ]
          [ 1025 ]
          [ 40000 ]
          [ 3; 1024 ]
          [ 3; 1025 ]
          [ 1025; 3 ]
          [ 3; 20000 ]
          [ 20000; 3 ]
          [ 7; 11; 500 ]
          [ 5; 700; 9 ]
          [ 600; 7; 9 ]
          [ 3; 40; 5; 60 ]
          [ 2; 3; 9000 ]
          [ 2; 9000; 3 ] ] do
        for dtype in dtypes do
            let x = Graph.random 3 dtype shape -1.0 1.0

            for axes in subsets [ 0 .. shape.Length - 1 ] do
                for op in reductions do
                    let e = Build.reduce op (List.toArray axes |> Array.sort) x
                    // The sums are of numbers around 0: their error is that of rounding the result.
                    Near.arrays
                        $"{op} of {shape} {dtype} over {axes}"
                        (if dtype = DType.Float32 then 2e-5 else 1e-11)
                        1e-6
                        (Graph.interpret e)
                        (Graph.plan e)

[<Fact>]
let ``several reductions of one computed value in one pass`` () =
    for shape in
        [ [ 3; 4 ]
          [ 70; 50 ]
          [ 300; 200 ]
          [ 2; 2000 ]
          [ 2000; 2 ]
          [ 4; 5; 6 ]
          [ 9; 40; 60 ] ] do
        for dtype in dtypes do
            let x = Graph.random 3 dtype shape -1.0 1.0
            let y = Build.unary Unary.Tanh (Build.scale 2.0 x)
            let rank = shape.Length
            let all = [| 0 .. rank - 1 |]

            let roots =
                [| y
                   Build.sum all y
                   Build.sum [| 0 |] y
                   Build.sum [| rank - 1 |] y
                   Build.reduce ReduceOp.Max all y
                   Build.reduce ReduceOp.Min [| 0 |] y
                   Build.reduce ReduceOp.LogSumExp [| rank - 1 |] y
                   Build.reduce ReduceOp.LogSumExp [| 0 |] y
                   Build.argMax (rank - 1) y
                   Build.argMax 0 y
                   Build.softmax [| rank - 1 |] y
                   Build.softmax [| 0 |] y
                   Build.sum [| 1 |] (Build.mul y y) |]

            let expected = Interpreter.evaluate roots
            let actual = Evaluator.evaluate roots

            for i in 0 .. roots.Length - 1 do
                Near.arrays
                    $"root {i} of {shape} {dtype}"
                    (if dtype = DType.Float32 then 3e-4 else 1e-10)
                    1e-6
                    expected[i]
                    (actual[i].ToDoubles())

[<Fact>]
let ``special values pass through reductions at every place`` () =
    for dtype in dtypes do
        for special in [ nan; infinity; -infinity ] do
            for length in [ 1; 2; 3; 8; 15; 16; 17; 33; 64; 67; 1030 ] do
                for place in List.distinct [ 0; length / 2; length - 1 ] do
                    let row = Values.fill length -1.0 1.0 length
                    row[place] <- special

                    for shape, axis in
                        [ [ 1; length ], 1
                          [ length ], 0
                          [ length; 1 ], 0
                          [ 2; length ], 1
                          [ length; 2 ], 0 ] do
                        let values =
                            if shape = [ 2; length ] then
                                Array.append row row
                            elif shape = [ length; 2 ] then
                                row |> Array.collect (fun v -> [| v; v |])
                            else
                                row

                        for op in reductions do
                            let e = Build.reduce op [| axis |] (Graph.data dtype shape values)

                            Near.arrays
                                $"{op} of {shape} {dtype} with {special} at {place}"
                                1e-3
                                1e-6
                                (Graph.interpret e)
                                (Graph.plan e)

[<Fact>]
let ``a million float32 terms add up to seven digits`` () =
    let n = 1_000_000
    let values = Values.fill 5 0.0 1.0 n |> Array.map (fun v -> float (float32 v))
    let exact = Array.sum values

    for shape, axes in
        [ [ n ], [| 0 |]
          [ 1; n ], [| 1 |]
          [ n; 1 ], [| 0 |]
          [ 1000; 1000 ], [| 0; 1 |] ] do
        Near.arrays
            $"{shape}"
            0.0
            1e-7
            [| exact |]
            (Graph.plan (Build.sum axes (Graph.data DType.Float32 shape values)))

    let columns =
        Graph.plan (Build.sum [| 0 |] (Graph.data DType.Float32 [ 500_000; 2 ] values))

    let column c =
        values
        |> Array.indexed
        |> Array.sumBy (fun (i, v) -> if i % 2 = c then v else 0.0)

    Near.arrays "columns" 0.0 1e-7 [| column 0; column 1 |] columns

[<Fact>]
let ``empty axes and axes of size one`` () =
    for dtype in dtypes do
        for shape in [ [ 0 ]; [ 0; 3 ]; [ 3; 0 ]; [ 1; 0 ]; [ 2; 0; 3 ]; [ 1 ]; [ 1; 1 ]; [ 1; 3 ] ] do
            let x = Graph.random 1 dtype shape -1.0 1.0
            let rank = shape.Length
            agrees $"exp {shape}" (Build.exp x)
            agrees $"add {shape}" (Build.add x (Build.scalar dtype 1.0))
            agrees $"reshape {shape}" (Build.reshape (Shape.Of(Array.rev (List.toArray shape))) x)
            agrees $"permute {shape}" (Build.exp (Build.permute (Array.rev [| 0 .. rank - 1 |]) x))
            agrees $"concat {shape}" (Build.concat 0 [| x; x |])

            for axes in subsets [ 0 .. rank - 1 ] do
                let axes = Array.sort (List.toArray axes)
                agrees $"sum {shape} %A{axes}" (Build.sum axes x)
                agrees $"lse {shape} %A{axes}" (Build.reduce ReduceOp.LogSumExp axes x)
                agrees $"softmax {shape} %A{axes}" (Build.softmax axes x)

            let loss =
                Build.sum [| 0 .. rank - 1 |] (Build.mul x (Build.softmax [| rank - 1 |] x))

            agrees $"gradient {shape}" (Array.head (Gradient.derive loss [| x |]))

    for n, k, m in [ 0, 3, 2; 2, 0, 3; 2, 3, 0; 0, 0, 0; 0, 0, 2 ] do
        for ta in [ false; true ] do
            for tb in [ false; true ] do
                let shape turned r c = if turned then [ c; r ] else [ r; c ]
                let a = Graph.random 1 DType.Float32 (shape ta n k) -1.0 1.0
                let b = Graph.random 2 DType.Float32 (shape tb k m) -1.0 1.0
                agrees $"{n}×{k}×{m} {ta} {tb}" (Build.matMul ta tb a b)
                let loss = Build.sum [| 0; 1 |] (Build.matMul ta tb a b)
                agrees $"{n}×{k}×{m} gradient" (Array.head (Gradient.derive loss [| a |]))

    agrees
        "no batch"
        (Build.matMul
            false
            false
            (Graph.double [ 0; 2; 3 ] [||])
            (Graph.random 1 DType.Float64 [ 3; 2 ] 0.0 1.0))

    for op in [ ReduceOp.Max; ReduceOp.Min ] do
        let error =
            Assert.Throws<ShapeException>(fun () ->
                Build.reduce op [| 1 |] (Graph.double [ 3; 0 ] [||]) |> ignore)

        Assert.Contains("[3, 0]", error.Message)

[<Fact>]
let ``matrix products of many sizes, in both precisions and all orientations`` () =
    let sizes =
        [ 1, 1, 1
          5, 7, 3
          16, 16, 16
          17, 33, 65
          64, 10, 784
          100, 1, 50
          1, 300, 1
          130, 70, 90
          3, 1000, 2 ]

    for n, k, m in sizes do
        for dtype in dtypes do
            for ta in [ false; true ] do
                for tb in [ false; true ] do
                    let shape turned r c = if turned then [ c; r ] else [ r; c ]
                    let a = Graph.random 1 dtype (shape ta n k) -1.0 1.0
                    let b = Graph.random 2 dtype (shape tb k m) -1.0 1.0
                    let e = Build.matMul ta tb a b

                    Near.arrays
                        $"{n}×{k}×{m} {dtype} {ta} {tb}"
                        (if dtype = DType.Float32 then
                             1e-5 * sqrt (float k)
                         else
                             1e-13 * float k)
                        1e-6
                        (Graph.interpret e)
                        (Graph.plan e)

[<Fact>]
let ``random tensors are the same in a plan, alone, in part, and as the interpreter draws them``
    ()
    =
    let key = Graph.data DType.Int32 [ 4 ] [| 1.0; 2.0; 3.0; 4.0 |]

    for dtype in dtypes do
        for distribution in [ Distribution.Uniform; Distribution.Normal ] do
            let x = Build.random distribution dtype (Shape.Of(40, 70)) key
            let expected = Graph.interpret x
            Near.arrays "alone" 0.0 0.0 expected (Graph.plan x)

            Near.arrays
                "in a loop"
                0.0
                0.0
                (expected |> Array.map (fun v -> -v))
                (Graph.plan (Build.neg x))

            for into in dtypes do
                agrees $"cast to {into}" (Build.cast into x)

                Near.arrays
                    $"cast to {into}, in a loop"
                    1e-7
                    1e-7
                    (expected |> Array.map (fun v -> -v))
                    (Graph.plan (Build.neg (Build.cast into x)))

            let part = Build.slice [| 3; 5 |] [| 2; 3 |] [| 10; 11 |] x
            Near.arrays "part" 0.0 0.0 (Graph.interpret part) (Graph.plan part)

[<Fact>]
let ``numbers, arguments and views as results`` () =
    let x = Graph.random 1 DType.Float32 [ 2; 3 ] -1.0 1.0

    for name, e in
        [ "number", Build.scalar DType.Float32 3.0
          "numbers", Expr.constant DType.Float64 (Shape.Of(2, 3)) 3.0
          "the argument", x
          "reshaped", Build.reshape (Shape.Of 6) x
          "transposed", Build.transpose x
          "slice", Build.slice [| 1; 0 |] [| -1; 1 |] [| 2; 2 |] x
          "first row", Build.slice [| 0; 0 |] [| 1; 1 |] [| 1; 3 |] x
          "repeated", Build.broadcastTo "test" (Shape.Of(4, 2, 3)) x
          "twice transposed", Build.transpose (Build.transpose x)
          "stopped", Build.stopGradient (Build.exp x)
          "cast", Build.cast DType.Float64 x
          "cast slice", Build.cast DType.Float64 (Build.slice [| 1; 0 |] [| -1; 1 |] [| 2; 2 |] x)
          "transposed sum", Build.transpose (Build.sum [| 0 |] x)
          "bytes of a slice",
          Build.slice [| 2 |] [| -1 |] [| 3 |] (Graph.data DType.UInt8 [ 3 ] [| 1.0; 2.0; 250.0 |])
          "indices of a slice",
          Build.slice [| 2 |] [| -1 |] [| 3 |] (Graph.indices [ 3 ] [ 1; 2; 3 ])
          "gathered indices",
          Build.gather 0 (Graph.indices [ 3 ] [ 5; 6; 7 ]) (Graph.indices [ 2 ] [ 2; 0 ])
          "gathered bytes",
          Build.gather
              0
              (Graph.data DType.UInt8 [ 3 ] [| 1.0; 2.0; 250.0 |])
              (Graph.indices [ 2 ] [ 2; 0 ])
          "joined indices",
          Build.concat 0 [| Graph.indices [ 2 ] [ 5; 6 ]; Graph.indices [ 1 ] [ 9 ] |]
          "indices from bytes",
          Build.cast DType.Int32 (Graph.data DType.UInt8 [ 3 ] [| 1.0; 2.0; 250.0 |])
          "picked by computed indices", Build.pick 1 x (Build.argMax 1 x)
          "picked by bytes", Build.pick 1 x (Graph.data DType.UInt8 [ 2 ] [| 2.0; 0.0 |])
          "gathered by part of an argument",
          Build.gather
              0
              (Build.reshape (Shape.Of 6) x)
              (Build.slice [| 2 |] [| -2 |] [| 2 |] (Graph.indices [ 3 ] [ 5; 6; 1 ]))
          "largest numbers",
          Build.reduce ReduceOp.Max [| 0 |] (Expr.constant DType.Float32 (Shape.Of(2, 3)) 1.5)
          "index of a number", Build.argMax 0 (Expr.constant DType.Float32 (Shape.Of(2, 3)) 1.5)
          "product of numbers",
          Build.matMul
              false
              false
              (Expr.constant DType.Float32 (Shape.Of(2, 3)) 1.5)
              (Expr.constant DType.Float32 (Shape.Of(3, 2)) 2.0)
          "padded number",
          Build.pad [| 1 |] [| 2 |] (Shape.Of 6) (Expr.constant DType.Float32 (Shape.Of 2) 1.5)
          "gathered number",
          Build.gather
              0
              (Expr.constant DType.Float32 (Shape.Of(4, 2)) 1.5)
              (Graph.indices [ 2 ] [ 3; 0 ])
          "scattered number",
          Build.scatterAdd
              0
              (Shape.Of(4, 2))
              (Expr.constant DType.Float32 (Shape.Of(2, 2)) 1.5)
              (Graph.indices [ 2 ] [ 3; 3 ])
          "chain of gathers",
          Build.exp (
              Build.gather
                  1
                  (Build.gather 0 x (Graph.indices [ 3 ] [ 1; 0; 1 ]))
                  (Graph.indices [ 2 ] [ 2; 0 ])
          )
          "gather of a cast",
          Build.exp (Build.gather 0 (Build.cast DType.Float64 x) (Graph.indices [ 3 ] [ 1; 0; 1 ])) ] do
        agrees name e

    let y = Build.exp x
    let roots = [| y; y; Build.reshape (Shape.Of 6) y; x; Build.transpose y |]
    let actual = Evaluator.evaluate roots

    Array.iteri2
        (fun i e (s: Storage) -> Near.arrays $"shared root {i}" 1e-6 1e-6 e (s.ToDoubles()))
        (Interpreter.evaluate roots)
        actual

[<Fact>]
let ``one plan serves every call of the same structure and only those`` () =
    let f (x: Expr) =
        Build.sum [| 1 |] (Build.mul x (Build.exp x))

    let run (x: Expr) =
        let struct (plan, leaves) = Evaluator.prepare [| 2001 |] id [| f x |] [||]
        let values = plan.Run(leaves |> Array.map Evaluator.valueOf, null)
        plan, values[0].ToDoubles()

    let a, b =
        Graph.random 1 DType.Float32 [ 3; 4 ] -1.0 1.0,
        Graph.random 2 DType.Float32 [ 3; 4 ] -1.0 1.0

    let other = Graph.random 3 DType.Float32 [ 4; 3 ] -1.0 1.0
    let wide = Graph.random 3 DType.Float64 [ 3; 4 ] -1.0 1.0
    let planA, valueA = run a
    let planB, valueB = run b
    let planOther, valueOther = run other
    let planWide, valueWide = run wide
    Assert.Same(planA, planB)
    Assert.NotSame(planA, planOther)
    Assert.NotSame(planA, planWide)

    for x, value in [ a, valueA; b, valueB; other, valueOther; wide, valueWide ] do
        Near.arrays "value" 1e-6 1e-6 (Graph.interpret (f x)) value

    // Numbers in the formula are structure, values of tensors are not.
    for c in [ 2.0; 3.0; -0.0 ] do
        Near.arrays
            "number"
            1e-6
            1e-6
            (Graph.interpret (Build.scale c a))
            (Graph.plan (Build.scale c a))

[<Fact>]
let ``one leaf used twice and two leaves of equal values are different structures`` () =
    let a, b =
        Graph.random 1 DType.Float64 [ 3 ] -1.0 1.0, Graph.random 2 DType.Float64 [ 3 ] -1.0 1.0

    agrees "once" (Build.sub a b)
    agrees "twice" (Build.sub a a)
    agrees "swapped" (Build.sub b a)
    agrees "once more" (Build.sub a b)

[<Fact>]
let ``deep graphs neither overflow the stack nor take exponential time`` () =
    let x = Graph.random 1 DType.Float64 [ 4 ] 0.1 0.2

    let chain depth (step: Expr -> Expr) =
        let mutable e = x

        for _ in 1..depth do
            e <- step e

        e

    let deep =
        [ "sines", 20_000, Build.unary Unary.Sin
          "sums with the argument", 20_000, (fun e -> Build.add (Build.scale 0.5 e) x)
          // The factors of the gradient, 2 for each square, multiply to more than float64 holds; it is 0 all the same.
          "squares", 2_000, (fun e -> Build.mul e e)
          "doublings", 900, (fun e -> Build.add e e)
          "halved doublings", 20_000, (fun e -> Build.scale 0.5 (Build.add e e))
          "means with a sine",
          20_000,
          (fun e -> Build.scale 0.5 (Build.add e (Build.unary Unary.Sin e)))
          "products with the argument", 500, (fun e -> Build.mul e x)
          "negations", 20_000, Build.neg
          "differences of negations", 20_000, (fun e -> Build.sub x (Build.neg (Build.scale 0.5 e)))
          "quotients", 500, (fun e -> Build.div e (Build.add x (Build.ones x)))
          "selects", 5_000, (fun e -> Build.select (Build.less x e) e (Build.unary Unary.Cos e)) ]

    for name, depth, step in deep do
        let e = Build.sum [| 0 |] (chain depth step)
        let gradient = Trace.Run(fun () -> Array.head (Gradient.derive e [| x |]))
        let expected = Interpreter.evaluate [| e; gradient |]
        let actual = Evaluator.evaluate [| e; gradient |]

        for i in 0..1 do
            Near.arrays $"{name}, root {i}" 1e-9 1e-7 expected[i] (actual[i].ToDoubles())

[<Fact>]
let ``chains of views are as deep as they need to be`` () =
    let x = Graph.random 1 DType.Float64 [ 2; 3 ] 0.1 2.0
    let mutable e = x

    for i in 1..5_000 do
        e <-
            if i % 2 = 0 then
                Build.transpose e
            else
                Build.slice [| e.Shape[0] - 1; 0 |] [| -1; 1 |] (e.Shape.ToArray()) e

    agrees "views" e
    agrees "a function of views" (Build.log e)
