/// Steps whose rows go through their kernels some at a time: the same values as the interpreter's, the same bits whatever
/// the threads, and the shapes of steps that must be found.
module SoftmaxScripting.Core.Tests.StreamTests

open System
open FsCheck.FSharp
open SoftmaxScripting.Core
open SoftmaxScripting.Kernels
open Xunit

/// Runs with streams from so many rows on, and chunks of at most so many bytes.
let private streaming rows bytes (body: unit -> 'T) =
    let rowsBefore, bytesBefore = Streaming.leastRows, Streaming.chunkBytes
    Streaming.leastRows <- rows
    Streaming.chunkBytes <- bytes

    try
        body ()
    finally
        Streaming.leastRows <- rowsBefore
        Streaming.chunkBytes <- bytesBefore

/// What follows a layer.
type Activation =
    | Relu
    | Tanh
    | Sigmoid
    | RowSoftmax
    | RowNorm
    | Scaled

/// How the last layer's outputs become one number.
type Objective =
    | CrossEntropy
    | SoftCrossEntropy
    | Squares
    | LargestOnly
    | Hinge

type Step =
    {
        Rows: int
        Stored: int
        Features: int
        Widths: int list
        Activations: Activation list
        Objective: Objective
        /// Inputs are bytes, chosen by row numbers.
        IsGathered: bool
        /// A penalty on the weights, which has nothing to do with the rows.
        HasPenalty: bool
        Seed: int
    }

let private steps: FsCheck.Arbitrary<Step> =
    let generator =
        gen {
            let! rows = Gen.frequency [ 4, Gen.choose (2, 40); 1, Gen.choose (60, 200) ]
            let! extra = Gen.choose (0, 10)
            let! features = Gen.choose (1, 40)
            let! depth = Gen.choose (1, 3)
            let! widths = Gen.listOfLength depth (Gen.choose (1, 20))

            let! activations =
                Gen.listOfLength
                    depth
                    (Gen.elements [ Relu; Tanh; Sigmoid; RowSoftmax; RowNorm; Scaled ])

            let! objective =
                Gen.elements [ CrossEntropy; SoftCrossEntropy; Squares; LargestOnly; Hinge ]

            let! isGathered = Gen.elements [ true; false ]
            let! hasPenalty = Gen.elements [ true; false ]
            let! seed = Gen.choose (0, 1_000_000)

            return
                { Rows = rows
                  Stored = rows + extra
                  Features = features
                  Widths = widths
                  Activations = activations
                  Objective = objective
                  IsGathered = isGathered
                  HasPenalty = hasPenalty
                  Seed = seed }
        }

    let shrink (step: Step) =
        seq {
            if step.Widths.Length > 1 then
                { step with
                    Widths = List.tail step.Widths
                    Activations = List.tail step.Activations }

            if step.Rows > 2 then
                { step with
                    Rows = max 2 (step.Rows / 2) }

            if step.Features > 1 then
                { step with
                    Features = step.Features / 2 }

            if step.IsGathered then
                { step with IsGathered = false }

            if step.HasPenalty then
                { step with HasPenalty = false }
        }

    Arb.fromGenShrink (generator, shrink)

/// Value and gradients of a step as nodes over data.
let private build dtype (step: Step) : Expr[] =
    let random = Random step.Seed
    let normal () = random.NextDouble() * 2.0 - 1.0

    let data (values: float[]) dtype (shape: Shape) =
        Expr.data (Storage.OfDoubles(dtype, values)) shape

    let floats (dims: int list) =
        let shape = Shape.Of(List.toArray dims)
        data (Array.init shape.Size (fun _ -> normal ())) dtype shape

    let index count below =
        data
            (Array.init count (fun _ -> float (random.Next below)))
            DType.Int32
            (Shape.Of(count: int))

    let inputs =
        if step.IsGathered then
            let bytes =
                data
                    (Array.init (step.Stored * step.Features) (fun _ -> float (random.Next 256)))
                    DType.UInt8
                    (Shape.Of(step.Stored, step.Features))

            let chosen = Build.gather 0 bytes (index step.Rows step.Stored)
            Build.mul (Build.cast dtype chosen) (Build.scalar dtype (1.0 / 255.0))
        else
            floats [ step.Rows; step.Features ]

    let layers =
        List.zip (step.Features :: List.take (step.Widths.Length - 1) step.Widths) step.Widths
        |> List.map (fun (m, n) ->
            Expr.variable "w" (floats [ m; n ]), Expr.variable "b" (floats [ n ]))

    let activate kind (x: Expr) =
        match kind with
        | Relu -> Build.unary Unary.Relu x
        | Tanh -> Build.unary Unary.Tanh x
        | Sigmoid -> Build.unary Unary.Sigmoid x
        | Scaled -> Build.mul x (Build.scalar dtype 0.5)
        | RowSoftmax ->
            let e = Build.unary Unary.Exp x

            Build.div
                e
                (Build.reshape (Shape.Of(x.Shape[0], 1)) (Build.reduce ReduceOp.Sum [| 1 |] e))
        | RowNorm ->
            let squares = Build.reduce ReduceOp.Sum [| 1 |] (Build.mul x x)
            let length = Build.unary Unary.Sqrt (Build.add squares (Build.scalar dtype 1.0))
            Build.div x (Build.reshape (Shape.Of(x.Shape[0], 1)) length)

    let output =
        List.zip layers step.Activations
        |> List.fold
            (fun (x: Expr) ((w, b), kind) ->
                activate kind (Build.add (Build.matMul false false x w) b))
            inputs

    let classes = List.last step.Widths
    let labels = index step.Rows classes

    let total (x: Expr) =
        Build.reduce ReduceOp.Sum [| 0 .. x.Shape.Rank - 1 |] x

    let logSoftmax (x: Expr) =
        let lse = Build.reduce ReduceOp.LogSumExp [| 1 |] x
        Build.sub x (Build.reshape (Shape.Of(step.Rows, 1)) lse)

    let loss =
        match step.Objective with
        | CrossEntropy -> Build.neg (total (Build.pick 1 (logSoftmax output) labels))
        | SoftCrossEntropy ->
            let target = floats [ step.Rows; classes ]
            Build.neg (total (Build.mul target (logSoftmax output)))
        | Squares ->
            let r = Build.sub output (floats [ step.Rows; classes ])
            total (Build.mul r r)
        | LargestOnly -> total (Build.reduce ReduceOp.Max [| 1 |] output)
        | Hinge ->
            let own = Build.oneHot dtype classes labels

            total (
                Build.unary Unary.Relu (Build.sub (Build.scalar dtype 1.0) (Build.mul own output))
            )

    let loss =
        if step.HasPenalty then
            layers
            |> List.fold (fun sum (w, _) -> Build.add sum (total (Build.mul w w))) loss
        else
            loss

    let leaves = layers |> List.collect (fun (w, b) -> [ w; b ]) |> List.toArray
    Array.append [| loss; Build.argMax 1 output |] (Gradient.derive loss leaves)

/// A plan of just these roots, not one found in the cache; and what it runs on.
let private planOf (roots: Expr[]) =
    let struct (_, leaves) = Structure.encode [| 0 |] roots [||]
    let plan = Plan(Scheduling.plan roots leaves, roots |> Array.map (fun r -> r.Shape))
    plan, leaves |> Array.map Evaluator.valueOf

let private isStreamed (plan: Plan) =
    plan.Schedule.Kernels |> Array.exists (fun kernel -> kernel.IsStream)

let private values (plan: Plan) (inputs: Storage[]) =
    plan.Run(inputs, null) |> Array.map (fun s -> s.ToDoubles())

let private matchesInterpreter dtype tolerance (step: Step) =
    let roots = Trace.Run(fun () -> build dtype step)
    let expected = Interpreter.evaluate roots

    let scale =
        Expr.topological roots
        |> Seq.filter (fun node -> node.DType.IsFloat)
        |> Seq.toArray
        |> Interpreter.evaluate
        |> Seq.collect id
        |> Seq.fold (fun m v -> max m (abs v)) 1.0

    streaming 2 64 (fun () ->
        let plan, inputs = planOf roots
        // Rows of one number leave nothing to reduce, and sometimes nothing to stream.
        if step.Widths |> List.forall (fun width -> width > 1) then
            Assert.True(isStreamed plan, "no stream was found")

        let values = values plan inputs

        for i in 0 .. roots.Length - 1 do
            // The largest of nearly equal numbers is a matter of rounding.
            if roots[i].DType.IsFloat then
                Near.arrays $"root {i}" (tolerance * scale) tolerance expected[i] values[i])

[<Fact>]
let ``streamed steps mean what the interpreter says, in float64`` () =
    Properties.check
        "stream = interpreter, float64"
        300
        steps
        (matchesInterpreter DType.Float64 1e-10)

[<Fact>]
let ``streamed steps mean what the interpreter says, in float32`` () =
    Properties.check
        "stream = interpreter, float32"
        300
        steps
        (matchesInterpreter DType.Float32 1e-4)

/// A step of a usual size: byte images chosen by number, two layers, cross-entropy.
let private usual rows =
    { Rows = rows
      Stored = rows + 50
      Features = 130
      Widths = [ 33; 10 ]
      Activations = [ Relu; Scaled ]
      Objective = CrossEntropy
      IsGathered = true
      HasPenalty = false
      Seed = 3 }

[<Fact>]
let ``the bits are the same for any number of threads`` () =
    let before = ThreadTeam.Threads
    let roots = Trace.Run(fun () -> build DType.Float32 (usual 1000))
    let plan, inputs = planOf roots
    Assert.True(isStreamed plan)

    try
        let run threads =
            ThreadTeam.Threads <- threads
            values plan inputs

        let first = run 1

        for threads in [ 2; 3; 8 ] do
            Assert.Equal<float[][]>(first, run threads)
    finally
        ThreadTeam.Threads <- before

[<Fact>]
let ``all kernels of a usual step that have rows go together`` () =
    let plan, _ = planOf (Trace.Run(fun () -> build DType.Float32 (usual 256)))

    let stream =
        plan.Schedule.Kernels
        |> Array.pick (fun kernel ->
            match kernel with
            | Kernel.Stream stream -> Some stream
            | _ -> None)

    let count isOf =
        stream.Stages |> Array.filter isOf |> Array.length
    // Forward two, the cotangent of the hidden layer one; the gradients of both weights are sums over rows.
    Assert.Equal(3, count (fun stage -> stage.IsProduct))
    Assert.Equal(2, count (fun stage -> stage.IsSum))
    // No other kernel has rows to go through.
    for kernel in plan.Schedule.Kernels do
        match kernel with
        | Kernel.Loop loop -> Assert.NotEqual(0, loop.Size % 256)
        | Kernel.Product _ -> Assert.Fail "a product was left out"
        | _ -> ()

[<Fact>]
let ``few rows and graphs without products are not streamed`` () =
    let plan, _ = planOf (Trace.Run(fun () -> build DType.Float32 (usual 20)))
    Assert.False(isStreamed plan)

[<Fact>]
let ``weights that are computed are whole before the first row`` () =
    // As many rows as the weights have, so that sizes alone do not tell them apart.
    let n = 6
    let random = Random 5

    let data () =
        Expr.data
            (Storage.OfDoubles(DType.Float64, Array.init (n * n) (fun _ -> random.NextDouble())))
            (Shape.Of(n, n))

    let roots =
        Trace.Run(fun () ->
            let x, w = data (), data ()
            let scaled = Build.unary Unary.Tanh w
            let z = Build.matMul false false (Build.unary Unary.Sin x) scaled
            [| Build.matMul false false (Build.unary Unary.Relu z) scaled |])

    streaming 2 64 (fun () ->
        let plan, inputs = planOf roots
        Near.arrays "" 1e-12 1e-12 ((Interpreter.evaluate roots).[0]) ((values plan inputs).[0]))

[<Fact>]
let ``a row of NaN or infinities stays in its row`` () =
    let rows, features, classes = 9, 5, 4
    let random = Random 7

    let numbers count =
        Array.init count (fun _ -> random.NextDouble() - 0.5)

    let x = numbers (rows * features)
    x[2 * features] <- nan
    x[5 * features + 1] <- infinity

    let data values (shape: int[]) =
        Expr.data (Storage.OfDoubles(DType.Float32, values)) (Shape.Of shape)

    let roots =
        Trace.Run(fun () ->
            let z =
                Build.matMul
                    false
                    false
                    (data x [| rows; features |])
                    (data (numbers (features * classes)) [| features; classes |])

            let lse = Build.reduce ReduceOp.LogSumExp [| 1 |] z
            [| lse; Build.argMax 1 z |])

    streaming 2 16 (fun () ->
        let plan, inputs = planOf roots
        Assert.True(isStreamed plan)
        let lse = (values plan inputs)[0]
        let expected = (Interpreter.evaluate roots)[0]

        for row in 0 .. rows - 1 do
            if row = 2 || row = 5 then
                Assert.False(Double.IsFinite lse[row])
            else
                Near.arrays $"row {row}" 1e-6 1e-6 [| expected[row] |] [| lse[row] |])

[<Fact>]
let ``a label that is out of range is named before anything is read`` () =
    let roots =
        Trace.Run(fun () ->
            let step = usual 300

            let x =
                Expr.data
                    (Storage.OfDoubles(DType.Float32, Array.zeroCreate (300 * 4)))
                    (Shape.Of(300, 4))

            let w =
                Expr.data (Storage.OfDoubles(DType.Float32, Array.zeroCreate 12)) (Shape.Of(4, 3))

            let labels = Array.init step.Rows (fun i -> if i = 299 then 3.0 else 1.0)
            let y = Expr.data (Storage.OfDoubles(DType.Int32, labels)) (Shape.Of step.Rows)
            [| Build.pick 1 (Build.matMul false false x w) y |])

    let plan, inputs = planOf roots
    Assert.True(isStreamed plan)

    let error =
        Assert.Throws<IndexException>(fun () -> plan.Run(inputs, null) |> ignore)

    Assert.Contains("index 3 at position 299", error.Message)
