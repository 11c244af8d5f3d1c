/// Loops made as machine code give the bits of the interpreted ones.
module SoftmaxScripting.Core.Tests.EmitTests

open System
open SoftmaxScripting.Core
open Xunit

/// The bits of the roots' values, with code made for every loop or for none; one NaN is as good as another.
let private bits isEmitted (roots: Expr[]) =
    let before = Emit.worthwhile
    Emit.worthwhile <- (if isEmitted then -1L else Int64.MaxValue)

    try
        Evaluator.evaluate roots
        |> Array.map (fun s ->
            s.ToDoubles()
            |> Array.map (fun v ->
                if Double.IsNaN v then
                    0L
                else
                    BitConverter.DoubleToInt64Bits v))
    finally
        Emit.worthwhile <- before

let private agree name (roots: Expr[]) =
    Assert.True(
        (bits false roots = bits true roots),
        $"{name}: interpreted and emitted bits differ"
    )

let private specials =
    [| 0.0
       -0.0
       1.0
       -1.0
       infinity
       -infinity
       nan
       1e-40
       -1e-40
       1e30
       -1e30
       0.5
       3.0
       -2.5 |]

let private sample dtype length shift =
    let random = Random(17 + shift)

    let values =
        Array.init length (fun i ->
            if (i + shift) % 3 = 0 then
                specials[(i / 3 + shift) % specials.Length]
            else
                8.0 * random.NextDouble() - 4.0)

    Expr.data (Storage.OfDoubles(dtype, values)) (Shape.Of length)

let private lengths =
    [ 1; 2; 7; 8; 15; 16; 17; 31; 33; 63; 67; 1023; 1024; 1025; 3000 ]

[<Theory>]
[<InlineData(false)>]
[<InlineData(true)>]
let ``every elementwise op, at every length, with special values`` isDouble =
    let dtype = if isDouble then DType.Float64 else DType.Float32

    for length in lengths do
        let x, y, z = sample dtype length 0, sample dtype length 1, sample dtype length 2

        for row in OpTable.unaries.Value do
            agree $"{row.Name}, {length}" [| Build.unary row.Op x |]

        for row in OpTable.binaries.Value do
            agree $"{row.Name}, {length}" [| Build.binary row.Op x y |]

        agree $"select, {length}" [| Build.select (Build.less x y) y z |]

[<Fact>]
let ``stored, reduced, repeated and constant values in one loop`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        for length in lengths do
            let x = sample dtype length 3
            let scalar = Expr.data (Storage.OfDouble(dtype, 1.5)) Shape.Scalar
            let scaled = Build.mul (Build.broadcastTo "test" x.Shape scalar) x
            let shifted = Build.add scaled (Build.scalar dtype 0.25)
            let wave = Build.unary Unary.Tanh shifted

            agree
                $"one axis, {length}"
                [| shifted
                   wave
                   Build.sum [| 0 |] wave
                   Build.reduce ReduceOp.Max [| 0 |] scaled |]

        for rows, columns in [ 3, 5; 64, 10; 7, 1500; 300, 33 ] do
            let x = Build.reshape (Shape.Of(rows, columns)) (sample dtype (rows * columns) 4)
            let offset = Build.reshape (Shape.Of(1, columns)) (sample dtype columns 5)
            let y = Build.add x (Build.broadcastTo "test" x.Shape offset)

            agree
                $"rows, {rows}×{columns}"
                [| Build.softmax [| 1 |] y; Build.sum [| 0 |] (Build.mul y y) |]

[<Fact>]
let ``random graphs and their gradients`` () =
    for dtype in [ DType.Float32; DType.Float64 ] do
        Properties.checkShown
            "emitted = interpreted"
            100
            (RandomGraphs.show dtype)
            RandomGraphs.programs
            (fun program ->
                let leaves = RandomGraphs.leaves dtype program
                let loss = RandomGraphs.build program leaves

                let roots =
                    Trace.Run(fun () -> Array.append [| loss |] (Gradient.derive loss leaves))

                agree "graph" roots)
