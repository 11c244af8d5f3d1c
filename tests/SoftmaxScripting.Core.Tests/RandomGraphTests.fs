/// Random expressions: plans of rewritten graphs mean what the interpreter makes of the graphs as they were built.
module SoftmaxScripting.Core.Tests.RandomGraphTests

open FsCheck.FSharp
open SoftmaxScripting.Core
open Xunit

/// The largest number met anywhere below some roots: what rounding errors are measured by.
let private magnitude (roots: Expr[]) =
    Expr.topological roots
    |> Seq.filter (fun node -> node.DType.IsFloat)
    |> Seq.toArray
    |> Interpreter.evaluate
    |> Seq.collect id
    |> Seq.fold (fun m v -> max m (abs v)) 1.0

let private planMatchesInterpreter dtype tolerance (program: RandomProgram) =
    let leaves = RandomGraphs.leaves dtype program
    let loss = RandomGraphs.build program leaves

    let roots =
        Trace.Run(fun () -> Array.append [| loss |] (Gradient.derive loss leaves))

    let scale = magnitude roots
    let expected = Interpreter.evaluate roots

    // As a transformation does it: rewritten, derived, rewritten again, planned.
    let derive (roots: Expr[]) =
        Array.append roots (Gradient.derive roots[0] leaves)

    let compiled =
        Evaluator.run [| 1000; leaves.Length |] derive [| loss |] leaves
        |> Array.map (fun (struct (value, _)) -> value.ToDoubles())

    let direct = Evaluator.evaluate roots |> Array.map (fun s -> s.ToDoubles())

    for i in 0 .. roots.Length - 1 do
        let name = if i = 0 then "value" else $"gradient in leaf {i - 1}"
        Near.arrays $"{name}, derived graph" (tolerance * scale) tolerance expected[i] direct[i]
        Near.arrays $"{name}, rewritten first" (tolerance * scale) tolerance expected[i] compiled[i]

[<Fact>]
let ``value and gradient of random graphs in float64`` () =
    Properties.checkShown
        "plan = interpreter, float64"
        250
        (RandomGraphs.show DType.Float64)
        RandomGraphs.programs
        (planMatchesInterpreter DType.Float64 1e-10)

[<Fact>]
let ``value and gradient of random graphs in float32`` () =
    Properties.checkShown
        "plan = interpreter, float32"
        250
        (RandomGraphs.show DType.Float32)
        RandomGraphs.programs
        (planMatchesInterpreter DType.Float32 1e-4)

[<Fact>]
let ``value and gradient of random graphs over many blocks and pieces`` () =
    for dtype, tolerance in [ DType.Float64, 1e-10; DType.Float32, 1e-4 ] do
        Properties.checkShown
            $"plan = interpreter, large, {dtype}"
            12
            (RandomGraphs.show dtype)
            RandomGraphs.largePrograms
            (planMatchesInterpreter dtype tolerance)

[<Fact>]
let ``the gradient of random graphs agrees with differences`` () =
    Properties.checkShown
        "gradient = differences"
        100
        (RandomGraphs.show DType.Float64)
        RandomGraphs.programs
        (fun program ->
            let leaves = RandomGraphs.leaves DType.Float64 program
            let loss = RandomGraphs.build program leaves

            let hasStop =
                Expr.topological [| loss |] |> Seq.exists (fun n -> n.Op.IsStopGradient)

            if not hasStop then
                let gradients = Gradient.derive loss leaves
                let scale = magnitude (Array.append [| loss |] gradients)
                let values = Interpreter.evaluate gradients
                // The same graph with other numbers in one leaf: steps must not be chosen anew.
                let at which (x: float[]) =
                    let map =
                        System.Collections.Generic.Dictionary<Expr, Expr>(HashIdentity.Reference)

                    map[leaves[which]] <-
                        Expr.data (Storage.OfDoubles(DType.Float64, x)) leaves[which].Shape

                    let moved = Interpreter.evaluate (Expr.substitute map [| loss |])
                    moved[0][0]

                for i in 0 .. leaves.Length - 1 do
                    let expected = Graph.differences (at i) (Graph.interpret leaves[i])
                    Near.arrays $"gradient in leaf {i}" (1e-5 * scale) 1e-5 expected values[i])

[<Fact>]
let ``random graphs reach every operation`` () =
    let programs =
        Gen.sampleWithSeed (FsCheck.Rnd 1UL) 50 400 RandomGraphs.programs.Generator

    let met =
        programs
        |> Seq.collect (fun program ->
            Expr.topological
                [| RandomGraphs.build program (RandomGraphs.leaves DType.Float64 program) |])
        |> Seq.map (fun node ->
            match node.Op with
            | Op.Unary op -> $"{op}"
            | Op.Binary op -> $"{op}"
            | Op.Reduce(op, _) -> $"Reduce {op}"
            | Op.MatMul(left, right) -> $"MatMul {left} {right}"
            | other -> (string other).Split(' ')[0])
        |> Set.ofSeq

    let expected =
        Seq.concat
            [ OpTable.unaries.Value |> Seq.map (fun r -> $"{r.Op}")
              OpTable.binaries.Value |> Seq.map (fun r -> $"{r.Op}")
              Seq.ofList [ "Sum"; "Max"; "Min"; "LogSumExp" ]
              |> Seq.map (fun r -> $"Reduce {r}")
              Seq.allPairs [ true; false ] [ true; false ]
              |> Seq.map (fun (l, r) -> $"MatMul {l} {r}")
              Seq.ofList
                  [ "Select"
                    "StopGradient"
                    "ArgMax"
                    "OneHot"
                    "Reshape"
                    "Broadcast"
                    "Permute"
                    "Slice"
                    "Pad"
                    "Concat"
                    "Gather"
                    "ScatterAdd"
                    "Pick" ] ]

    let missing =
        expected |> Seq.filter (fun name -> not (met.Contains name)) |> Seq.toList

    Assert.True(missing.IsEmpty, $"never met: %A{missing}")
