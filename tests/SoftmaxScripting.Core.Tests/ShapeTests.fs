/// Shapes that do not fit give the stated error: the operation, every shape and the relation expected.
module SoftmaxScripting.Core.Tests.ShapeTests

open System
open SoftmaxScripting.Core
open Xunit

let private zeros ([<ParamArray>] shape: int[]) = Tensor.Zeros shape

let private refused (operation: string) (parts: string list) (f: unit -> obj) =
    let error = Assert.Throws<ShapeException>(fun () -> f () |> ignore)
    Assert.Equal(operation, error.Operation)
    Assert.StartsWith($"{operation}: ", error.Message)

    for part in parts do
        Assert.True(error.Message.Contains part, $"'{error.Message}' does not mention '{part}'")

[<Fact>]
let ``elementwise operands name both shapes and the axis`` () =
    let a, b = zeros [| 2; 3 |], zeros [| 2; 4 |]

    for name, f in
        [ "Add", (fun () -> box (a + b))
          "Sub", (fun () -> box (a - b))
          "Mul", (fun () -> box (a * b))
          "Div", (fun () -> box (a / b))
          "Pow", (fun () -> box (a.Pow b))
          "Max", (fun () -> box (a.Maximum b))
          "Less", (fun () -> box (Tensor.op_LessThan (a, b))) ] do
        refused name [ "[2, 3]"; "[2, 4]"; "3"; "4"; "axis -1" ] f

    refused "Where" [ "[2, 3]"; "[2, 4]" ] (fun () -> Tensor.Where(a, a, b))

[<Fact>]
let ``matrix products name both shapes and suggest a transpose`` () =
    refused
        "MatMul"
        [ "[256, 784]"; "[10, 784]"; "784 and 10"; "Transpose() of the right side" ]
        (fun () -> (zeros [| 256; 784 |]).MatMul(zeros [| 10; 784 |]))

    refused "MatMul" [ "[784, 256]"; "[784, 10]"; "Transpose() of the left side" ] (fun () ->
        (zeros [| 784; 256 |]).MatMul(zeros [| 784; 10 |]))

    refused "MatMul" [ "[2, 3]"; "[4, 5]"; "3 and 4" ] (fun () ->
        (zeros [| 2; 3 |]).MatMul(zeros [| 4; 5 |]))

    refused "MatMul" [ "[2]"; "[3]" ] (fun () -> (zeros [| 2; 2; 3 |]).MatMul(zeros [| 3; 3; 2 |]))

    refused "MatMul" [ "[]"; "scalar" ] (fun () ->
        (Tensor.op_Implicit 2.0).MatMul(zeros [| 2; 2 |]))

[<Fact>]
let ``arrangements`` () =
    let x = zeros [| 2; 3 |]
    refused "Reshape" [ "[2, 3]"; "6"; "[4]" ] (fun () -> x.Reshape 4)
    refused "Reshape" [ "[2, 3]"; "6"; "[4, -1]" ] (fun () -> x.Reshape(4, -1))
    refused "Permute" [ "[2, 3]"; "[0, 0]" ] (fun () -> x.Permute(0, 0))
    refused "Permute" [ "[2, 3]"; "2" ] (fun () -> x.Permute(0, 2))
    refused "Transpose" [ "[3]" ] (fun () -> (zeros [| 3 |]).Transpose())
    refused "BroadcastTo" [ "[2, 3]"; "[2, 4]" ] (fun () -> x.BroadcastTo(2, 4))
    refused "BroadcastTo" [ "[2, 3]"; "[3]" ] (fun () -> x.BroadcastTo 3)
    refused "Concat" [ "[2, 3]"; "[2, 4]" ] (fun () -> Tensor.Concat([| x; zeros [| 2; 4 |] |], 0))
    refused "Concat" [ "axis 2"; "[2, 3]" ] (fun () -> Tensor.Concat([| x; x |], 2))
    refused "Concat" [ "nothing" ] (fun () -> Tensor.Concat [||])
    refused "Stack" [ "axis 4"; "[2, 3]" ] (fun () -> Tensor.Stack([| x |], 4))
    refused "Trace" [ "[2, 3]" ] (fun () -> x.Trace())
    refused "Dot" [ "[2, 3]"; "[3]" ] (fun () -> x.Dot(zeros [| 3 |]))
    refused "Pick" [ "[3]"; "[2, 3]"; "[2]" ] (fun () -> x.Pick(Tensor.Of [| 0; 1; 2 |]))

[<Fact>]
let ``stacking shapes that differ`` () =
    // The parts are joined along a new axis, and all must agree.
    let error =
        Assert.Throws<ShapeException>(fun () ->
            Tensor.Stack [| zeros [| 2; 3 |]; zeros [| 2; 4 |] |] |> ignore)

    Assert.Contains("3", error.Message)
    Assert.Contains("4", error.Message)

[<Fact>]
let ``reductions name the axis and the shape`` () =
    let x = zeros [| 2; 3 |]
    refused "Sum" [ "axis 2"; "[2, 3]"; "-2 to 1" ] (fun () -> x.Sum 2)
    refused "Mean" [ "axis -3"; "[2, 3]" ] (fun () -> x.Mean -3)
    refused "Sum" [ "twice" ] (fun () -> x.Sum([| 0; -2 |]))
    refused "Softmax" [ "axis 5" ] (fun () -> x.Softmax 5)
    refused "ArgMax" [ "axis 5" ] (fun () -> x.ArgMax 5)
    refused "LogSumExp" [ "scalar" ] (fun () -> (Tensor.op_Implicit 2.0).LogSumExp())
    refused "Max" [ "[2, 0]" ] (fun () -> (zeros [| 2; 0 |]).Max 1)
    refused "ArgMax" [ "[2, 0]" ] (fun () -> (zeros [| 2; 0 |]).ArgMax 1)
    refused "Item" [ "[2, 3]"; "6" ] (fun () -> x.Item())

[<Fact>]
let ``creation`` () =
    refused "Shape" [ "-1" ] (fun () -> zeros [| 2; -1 |])
    refused "Shape" [ "2147483647" ] (fun () -> Shape.Of(70000, 70000))

    refused "Tensor.OfBytes" [ "3"; "[2, 2]"; "4" ] (fun () ->
        Tensor.OfBytes(Memory [| 1uy; 2uy; 3uy |], 2, 2))

    refused "Linspace" [ "1" ] (fun () -> Tensor.Linspace(0.0, 1.0, 1))
    refused "Arange" [ "0" ] (fun () -> Tensor.Arange(0.0, 1.0, 0.0))

[<Fact>]
let ``indexing out of range names the index, the axis and the shape`` () =
    let x = zeros [| 2; 3 |]

    for f in
        [ fun () -> box (x.At 2)
          fun () -> box (x.At -3)
          fun () -> box (x.At(0, 3))
          fun () -> box (x.At(Range(Index 1, Index 4)))
          fun () -> box (x.At(Range.All, 3)) ] do
        let error = Assert.Throws<IndexException>(fun () -> f () |> ignore)
        Assert.Contains("[2, 3]", error.Message)

    Assert.Throws<ShapeException>(fun () -> (zeros [| 2 |]).At(0, 0) |> ignore)
    |> ignore

[<Fact>]
let ``layers`` () =
    let linear = Linear(3, 2, Initializer.Zeros, Initializer.Zeros)
    refused "Linear" [ "[4, 2]"; "[rows, 3]" ] (fun () -> linear.Forward(zeros [| 4; 2 |], false))

    refused "Linear" [ "[4, 1, 3]"; "Flatten" ] (fun () ->
        linear.Forward(zeros [| 4; 1; 3 |], false))

    refused "Linear" [ "0" ] (fun () -> Linear(0, 2, Initializer.Zeros, Initializer.Zeros))

    refused "Parameter" [ "weight"; "[2, 3]"; "[3, 2]" ] (fun () ->
        Parameter("weight", zeros [| 2; 3 |]).Value <- zeros [| 3; 2 |]
        null)
