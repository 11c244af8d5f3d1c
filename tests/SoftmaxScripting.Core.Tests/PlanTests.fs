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
