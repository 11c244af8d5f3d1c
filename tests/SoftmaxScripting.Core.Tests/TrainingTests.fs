/// Layers, initialisers, dropout, optimisers and whole steps of training.
module SoftmaxScripting.Core.Tests.TrainingTests

open System
open SoftmaxScripting.Core
open SoftmaxScripting.Kernels
open Xunit

let private number (value: float) = Tensor.op_Implicit value

let private mean (values: float[]) = Array.average values

let private deviation values =
    let m = mean values
    sqrt (values |> Array.averageBy (fun v -> (v - m) * (v - m)))

[<Fact>]
let ``initialisers have the spread that their names say`` () =
    RandomSource.Reset 3UL
    let fanIn, fanOut = 400, 250
    let n = float (fanIn * fanOut)

    let check (initializer: Initializer) expectedDeviation (bound: float option) =
        let t = initializer.Create(fanIn, fanOut)
        Assert.Equal(Shape.Of(fanIn, fanOut), t.Shape)
        Assert.Equal(DType.Float32, t.DType)
        let values = t.ToDoubles()

        Near.number
            $"{initializer.Name}, mean"
            (6.0 * expectedDeviation / sqrt n)
            0.0
            0.0
            (mean values)

        Near.number
            $"{initializer.Name}, deviation"
            0.0
            (6.0 / sqrt n)
            expectedDeviation
            (deviation values)

        match bound with
        | Some b ->
            Assert.All(values, fun v -> Assert.InRange(v, -b * 1.000001, b * 1.000001))
            Assert.True(Array.max values > 0.99 * b && Array.min values < -0.99 * b)
        | None -> ()

    let uniform initializer bound =
        check initializer (bound / sqrt 3.0) (Some bound)

    check (Initializer.Normal 0.01) 0.01 None
    check (Initializer.Normal()) 0.01 None
    check Initializer.XavierNormal (sqrt (2.0 / 650.0)) None
    check Initializer.HeNormal (sqrt (2.0 / 400.0)) None
    uniform (Initializer.Uniform 0.3) 0.3
    uniform Initializer.FanInUniform (1.0 / sqrt 400.0)
    uniform Initializer.XavierUniform (sqrt (6.0 / 650.0))
    uniform Initializer.HeUniform (sqrt (6.0 / 400.0))
    Near.tensor "zeros" 0.0 0.0 [| 0.0; 0.0 |] (Initializer.Zeros.Create 2)
    Near.tensor "constant" 0.0 0.0 [| 0.5; 0.5 |] (Initializer.Constant(0.5).Create 2)

    Assert.Throws<SoftmaxException>(fun () -> Initializer.Normal -1.0 |> ignore)
    |> ignore

    Assert.Throws<SoftmaxException>(fun () -> Initializer.Uniform nan |> ignore)
    |> ignore

[<Fact>]
let ``a linear layer is x·W + b`` () =
    RandomSource.Reset 4UL
    let layer = Linear(3, 2, Initializer.Normal 1.0, Initializer.Normal 1.0)
    let x = Values.fill 1 -1.0 1.0 12
    let w, b = layer.Weight.Value.ToDoubles(), layer.Bias.Value.ToDoubles()

    let expected =
        Array.init 8 (fun k ->
            b[k % 2]
            + Seq.sum (seq { for j in 0..2 -> x[k / 2 * 3 + j] * w[2 * j + k % 2] }))

    Near.tensor "output" 1e-6 1e-6 expected (layer.Predict(Tensor.Of(x).Reshape(4, 3)))
    let plain = Linear(3, 2, Initializer.Zeros, Unchecked.defaultof<Initializer>)
    Assert.Null plain.Bias
    Assert.Single plain.Parameters |> ignore

    let model =
        Sequential(
            layer,
            Activation("Relu", (fun x -> x.Relu())),
            Linear(2, 1, Initializer.Zeros, Initializer.Zeros)
        )

    Assert.Equal<string>(
        [| "0.weight"; "0.bias"; "2.weight"; "2.bias" |],
        model.Parameters |> Array.map (fun p -> p.Name)
    )

    Assert.Equal("Linear(3, 2) → Relu → Linear(2, 1)", model.Describe())

[<Fact>]
let ``dropout keeps the mean, zeroes the share it says and is the identity outside training`` () =
    RandomSource.Reset 5UL
    let n = 200_000
    let x = Tensor.Full(2.0, n)

    for p in [ 0.0; 0.2; 0.5; 0.9 ] do
        let layer = Dropout p
        let out = layer.Forward(x, true).ToDoubles()
        let kept = 2.0 / (1.0 - p)
        Assert.All(out, fun v -> Assert.True(v = 0.0 || abs (v - kept) < 1e-5))
        let share = out |> Array.averageBy (fun v -> if v = 0.0 then 1.0 else 0.0)
        Near.number $"share dropped at {p}" (6.0 * 0.5 / sqrt (float n)) 0.0 p share
        Near.number $"mean at {p}" (6.0 * kept / sqrt (float n)) 0.0 2.0 (mean out)
        Assert.Same(x, layer.Forward(x, false))

    for bad in [ -0.1; 1.0; nan ] do
        Assert.Throws<SoftmaxException>(fun () -> Dropout bad |> ignore) |> ignore

[<Fact>]
let ``dropout draws the same mask from the same seed, another in each step, in value and gradient alike``
    ()
    =
    let x = Tensor.Ones 1000
    let layer = Dropout 0.5

    let run seed =
        RandomSource.Reset seed
        let first = layer.Forward(x, true).ToDoubles()
        first, layer.Forward(x, true).ToDoubles()

    let a, a2 = run 1UL
    let b, _ = run 1UL
    let c, _ = run 2UL
    Near.sameBits "same seed" a b
    Assert.NotEqual<float[]>(a, a2)
    Assert.NotEqual<float[]>(a, c)
    RandomSource.Reset 1UL

    let struct (value, gradient) =
        Differentiation.ValueAndGrad(
            (fun (t: Tensor[]) -> layer.Forward(t[0], true).Sum()),
            [| x |]
        )

    Near.number "value" 1e-3 0.0 (Array.sum a) (value.Item())
    Near.tensor "the gradient has the mask of the value" 1e-6 0.0 a gradient[0]

    // In float64 the mask is the same one.
    RandomSource.Reset 1UL
    Near.tensor "float64" 1e-12 0.0 a (layer.Forward(x.ToDouble(), true))

[<Fact>]
let ``the learning rate may change between steps without another plan`` () =
    let p = Parameter("p", Tensor.Of [| 1.0 |])
    let sgd = Sgd 0.5
    let step = TrainingStep([| p |], sgd)

    let run () =
        step.Run(fun () -> [| p.Value.Sum() |]) |> ignore

    run ()
    Near.tensor "first" 0.0 1e-15 [| 0.5 |] p.Value
    sgd.LearningRate <- 0.1
    run ()
    Near.tensor "second" 0.0 1e-14 [| 0.4 |] p.Value

// ---- the step ----

let private model seed =
    RandomSource.Reset seed

    Sequential(
        Linear(20, 16, Initializer.HeNormal, Initializer.Zeros),
        Activation("Relu", (fun x -> x.Relu())),
        Dropout 0.25,
        Linear(16, 5, Initializer.XavierNormal, Initializer.Zeros)
    )

let private images =
    Tensor.Of(Values.fill 1 -1.0 1.0 (300 * 20) |> Array.map float32).Reshape(300, 20)

let private labels = Tensor.Of(Array.init 300 (fun i -> i * i % 5))

/// Parameters and losses of a few steps.
let private train steps optimizer =
    let model = model 42UL
    let step = TrainingStep(model.Parameters, optimizer)

    let losses =
        Array.init steps (fun _ ->
            let r =
                step.Run(fun () ->
                    let logits = model.Forward(images, true)
                    [| Loss.CrossEntropy(logits, labels); Metrics.Accuracy(logits, labels) |])

            r[0].Item())

    Array.append losses (model.Parameters |> Array.collect (fun p -> p.Value.ToDoubles()))

[<Fact>]
let ``training steps have the same bits with any number of threads`` () =
    let before = ThreadTeam.Threads

    try
        ThreadTeam.Threads <- 1
        let expected = train 4 (Sgd(0.1, momentum = 0.9))

        for threads in [ 2; 3; 8 ] do
            ThreadTeam.Threads <- threads
            Near.sameBits $"{threads} threads" expected (train 4 (Sgd(0.1, momentum = 0.9)))
    finally
        ThreadTeam.Threads <- before

[<Fact>]
let ``a step is the gradient and the update that one would take by hand`` () =
    let model = model 7UL
    let held = model.Parameters |> Array.map (fun p -> p.Value)
    let stream = RandomSource.Stream

    let struct (loss, gradients) =
        Parameters.ValueAndGrad(
            model.Parameters,
            fun () -> Loss.CrossEntropy(model.Forward(images, true), labels)
        )

    RandomSource.Stream <- stream
    let step = TrainingStep(model.Parameters, Sgd 0.1)

    let reported =
        step.Run(fun () -> [| Loss.CrossEntropy(model.Forward(images, true), labels) |])

    Near.number "loss" 1e-6 1e-6 (loss.Item()) (reported[0].Item())

    for i in 0 .. held.Length - 1 do
        Near.tensor
            model.Parameters[i].Name
            1e-6
            1e-5
            (Array.map2 (fun p g -> p - 0.1 * g) (held[i].ToDoubles()) (gradients[i].ToDoubles()))
            model.Parameters[i].Value

[<Fact>]
let ``training learns`` () =
    RandomSource.Reset 1UL
    // Two classes that a line divides.
    let x = Values.fill 2 -1.0 1.0 400

    let y =
        Array.init 200 (fun i -> if x[2 * i] + 2.0 * x[2 * i + 1] > 0.1 then 1 else 0)

    let inputs, targets = Tensor.Of(x).Reshape(200, 2).ToFloat(), Tensor.Of y
    let linear = Linear(2, 2, Initializer.Zeros, Initializer.Zeros)
    let step = TrainingStep(linear.Parameters, Sgd(0.5, momentum = 0.9))

    let losses =
        Array.init 100 (fun _ ->
            let r = step.Run(fun () -> [| Loss.CrossEntropy(linear.Predict inputs, targets) |])
            r[0].Item())

    Near.number "first loss" 1e-6 0.0 (Math.Log 2.0) losses[0]
    Assert.True(losses[99] < 0.2, $"{losses[99]}")
    Assert.True(Metrics.Accuracy(linear.Predict inputs, targets).Item() > 0.95)

[<Fact>]
let ``what a step reports does not change in later steps`` () =
    let p = Parameter("p", Tensor.Of [| 1.0; 2.0 |])
    let step = TrainingStep([| p |], Sgd(0.1, momentum = 0.9))

    let reports =
        Array.init 4 (fun _ ->
            let r =
                step.Run(fun () -> [| (p.Value * p.Value).Sum(); p.Value; p.Value.Reshape(2, 1) |])

            r, r |> Array.map (fun t -> t.ToDoubles()))

    for tensors, values in reports do
        Array.iter2 (fun (t: Tensor) v -> Near.tensor "report" 0.0 0.0 v t) tensors values

[<Fact>]
let ``published values stay, and assigned values are taken`` () =
    let p = Parameter("p", Tensor.Of [| 1.0 |])
    let step = TrainingStep([| p |], Sgd 0.25)

    let run () =
        step.Run(fun () -> [| (p.Value * p.Value).Sum() |]) |> ignore

    run ()
    step.Publish()
    let kept = p.Value
    run ()
    run ()
    Near.tensor "kept" 0.0 0.0 [| 0.5 |] kept
    Near.tensor "current" 0.0 0.0 [| 0.125 |] p.Value
    p.Value <- Tensor.Of [| 8.0 |]
    run ()
    Near.tensor "assigned" 0.0 0.0 [| 4.0 |] p.Value
    p.Value <- Tensor.Of [| 2.0f |]
    run ()
    Near.tensor "assigned in float32" 0.0 0.0 [| 1.0 |] p.Value
    Assert.Equal(DType.Float64, p.Value.DType)

[<Fact>]
let ``a parameter that takes no part stays as it is`` () =
    let p, q =
        Parameter("p", Tensor.Of [| 1.0 |]), Parameter("q", Tensor.Of [| 5.0; 6.0 |])

    for optimizer in [ Sgd 0.25 :> ChainedOptimizer; Sgd(0.25, momentum = 0.5); Adam(); Lion() ] do
        let step = TrainingStep([| p; q |], optimizer)

        for _ in 1..3 do
            step.Run(fun () -> [| p.Value.Sum() |]) |> ignore

        Near.tensor "q" 0.0 0.0 [| 5.0; 6.0 |] q.Value

[<Fact>]
let ``a failed step changes nothing`` () =
    let p = Parameter("p", Tensor.Of(Array.init 6 float).Reshape(2, 3))
    let step = TrainingStep([| p |], Sgd 0.1)

    let good () =
        step.Run(fun () -> [| Loss.CrossEntropy(p.Value, Tensor.Of [| 0; 1 |]) |])
        |> ignore

    good ()
    let held = p.Value.ToDoubles()

    Assert.Throws<IndexException>(fun () ->
        step.Run(fun () -> [| Loss.CrossEntropy(p.Value, Tensor.Of [| 0; 3 |]) |])
        |> ignore)
    |> ignore

    Near.tensor "after a bad label" 0.0 0.0 held p.Value

    Assert.Throws<InvalidOperationException>(fun () ->
        step.Run(fun () -> raise (InvalidOperationException "stop")) |> ignore)
    |> ignore

    Near.tensor "after an exception" 0.0 0.0 held p.Value
    Assert.Null Trace.Current

    Assert.Throws<ShapeException>(fun () -> step.Run(fun () -> [| p.Value |]) |> ignore)
    |> ignore

    Near.tensor "after a loss of two numbers" 0.0 0.0 held p.Value
    good ()
    Assert.NotEqual<float[]>(held, p.Value.ToDoubles())

[<Fact>]
let ``control flow, batches of other sizes and captured values within steps`` () =
    let p = Parameter("p", Tensor.Of [| 2.0 |])
    let step = TrainingStep([| p |], Sgd 1.0)

    // The gradient is the mean of the batch while p is large, then 0.
    let run (batch: float[]) =
        step.Run(fun () ->
            let data = Tensor.Of batch

            [| (if p.Value.Item() > 0.0 then
                    (p.Value * data).Mean()
                else
                    (p.Value * number 0.0).Sum()) |])
        |> ignore

        p.Value.Item()

    Assert.Equal(1.0, run [| 1.0; 1.0 |])
    Assert.Equal(0.5, run [| 0.5; 0.25; 0.75 |])
    Assert.Equal(-0.5, run [| 1.0 |])
    Assert.Equal(-0.5, run [| 1.0 |])

[<Fact>]
let ``derivatives within a step`` () =
    // A penalty on the gradient: loss = (d/dx (p·x²) at x = 3)² = 36 p², whose gradient is 72 p.
    let p = Parameter("p", Tensor.Of [| 1.0 |])
    let step = TrainingStep([| p |], Sgd 0.01)

    step.Run(fun () ->
        let slope =
            Differentiation.Gradient((fun x -> (p.Value * x * x).Sum()), Tensor.Of [| 3.0 |])

        [| (slope * slope).Sum() |])
    |> ignore

    Near.tensor "after one step" 1e-12 1e-12 [| 1.0 - 0.72 |] p.Value

[<Fact>]
let ``parameters of both precisions keep them`` () =
    let p = Parameter("p", Tensor.Of [| 1.0f; 2.0f |])
    let q = Parameter("q", Tensor.Of [| 3.0; 4.0 |])

    for parameters in [ [| p; q |]; [| q; p |] ] do
        let step = TrainingStep(parameters, Sgd(0.25, momentum = 0.5))
        let before = parameters |> Array.map (fun p -> p.Value.ToDoubles())
        step.Run(fun () -> [| (p.Value + q.Value).Sum() |]) |> ignore
        Assert.Equal(DType.Float32, p.Value.DType)
        Assert.Equal(DType.Float64, q.Value.DType)

        Array.iter2
            (fun (p: Parameter) b ->
                Near.tensor p.Name 0.0 1e-7 (b |> Array.map (fun v -> v - 0.25)) p.Value)
            parameters
            before

[<Fact>]
let ``nothing to train is refused`` () =
    Assert.Throws<SoftmaxException>(fun () -> TrainingStep([||], Sgd 0.1) |> ignore)
    |> ignore
