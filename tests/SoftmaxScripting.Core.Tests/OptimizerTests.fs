/// Each optimiser against its published rule, written out in plain float64 numbers by other means.
module SoftmaxScripting.Core.Tests.OptimizerTests

open System
open SoftmaxScripting.Core
open Xunit

let private number (value: float) = Tensor.op_Implicit value

let private c = [| 1.0; 3.0; 0.5; 0.25 |]
let private target = [| 0.5; -1.0; 2.0; 0.3 |]
let private start = [| 1.0; 2.0; -3.0; 0.7 |]

/// The slope of ½Σ c(p − t)² + ⅒Σ p⁴.
let private slope (p: float[]) =
    Array.map3 (fun c p t -> c * (p - t) + 0.4 * p * p * p) c p target

let private objective (p: Tensor) (dtype: DType) =
    let r = p - (Tensor.Of target).To dtype

    [| number 0.5 * ((Tensor.Of c).To dtype * r * r).Sum()
       + number 0.1 * p.Pow(number 4.0).Sum() |]

/// Five steps of an optimiser on one parameter of four numbers and the same ones by a rule: t, p and its gradient to p.
let private follow
    (make: unit -> ChainedOptimizer)
    (makeRule: unit -> int -> float[] -> float[] -> float[])
    =
    for dtype, tolerance in [ DType.Float64, 1e-12; DType.Float32, 1e-5 ] do
        let optimizer = make ()
        let p = Parameter("p", (Tensor.Of start).To dtype)
        let step = TrainingStep([| p |], optimizer)
        let rule = makeRule ()
        let mutable expected = start

        for t in 1..5 do
            step.Run(fun () -> objective p.Value dtype) |> ignore
            expected <- rule t expected (slope expected)

            Near.tensor
                $"{optimizer.Name} after step {t} in {dtype}"
                tolerance
                tolerance
                expected
                p.Value

/// A rule for each number by itself, with some numbers of state that begin as zeros.
let private each
    (stateCount: int)
    (rule: float -> float -> float -> float[] -> float * float[])
    ()
    =
    let state = Array.init 4 (fun _ -> Array.zeroCreate<float> stateCount)

    fun (t: int) (p: float[]) (g: float[]) ->
        Array.init 4 (fun k ->
            let moved, kept = rule (float t) p[k] g[k] state[k]
            state[k] <- kept
            moved)

[<Fact>]
let ``stochastic gradient descent`` () =
    follow (fun () -> Sgd 0.1) (each 0 (fun _ p g s -> p - 0.1 * g, s))

    follow
        (fun () -> Sgd(0.1, weightDecay = 0.05))
        (each 0 (fun _ p g s -> p - 0.1 * (g + 0.05 * p), s))

    follow
        (fun () -> Sgd(0.05, momentum = 0.9))
        (each 1 (fun _ p g s ->
            let v = 0.9 * s[0] + g
            p - 0.05 * v, [| v |]))

    follow
        (fun () -> Sgd(0.05, momentum = 0.9, weightDecay = 0.05))
        (each 1 (fun _ p g s ->
            let v = 0.9 * s[0] + (g + 0.05 * p)
            p - 0.05 * v, [| v |]))

    follow
        (fun () -> Sgd(0.05, momentum = 0.8, nesterov = true, weightDecay = 0.05))
        (each 1 (fun _ p g s ->
            let g = g + 0.05 * p
            let v = 0.8 * s[0] + g
            p - 0.05 * (g + 0.8 * v), [| v |]))

/// Algorithm 1 of the paper.
let private adam rate b1 b2 epsilon decay decoupled =
    each 2 (fun t p g s ->
        let g = if decoupled then g else g + decay * p
        let m = b1 * s[0] + (1.0 - b1) * g
        let v = b2 * s[1] + (1.0 - b2) * g * g
        let first = m / (1.0 - Math.Pow(b1, t))
        let second = v / (1.0 - Math.Pow(b2, t))
        let shrunk = if decoupled then p - rate * decay * p else p
        shrunk - rate * first / (Math.Sqrt second + epsilon), [| m; v |])

[<Fact>]
let ``the rule of Adam`` () =
    follow (fun () -> Adam()) (adam 0.001 0.9 0.999 1e-8 0.0 false)

    follow
        (fun () -> Adam(0.1, 0.8, 0.95, 1e-4, weightDecay = 0.1))
        (adam 0.1 0.8 0.95 1e-4 0.1 false)

[<Fact>]
let ``the rule of AdamW`` () =
    follow (fun () -> AdamW()) (adam 0.001 0.9 0.999 1e-8 0.01 true)

    follow
        (fun () -> AdamW(0.1, 0.8, 0.95, 1e-4, weightDecay = 0.2))
        (adam 0.1 0.8 0.95 1e-4 0.2 true)

[<Fact>]
let ``the rule of RMSprop`` () =
    follow
        (fun () -> RmsProp())
        (each 1 (fun _ p g s ->
            let v = 0.99 * s[0] + 0.01 * g * g
            p - 0.01 * g / (Math.Sqrt v + 1e-8), [| v |]))

    follow
        (fun () -> RmsProp(0.02, 0.9, 1e-6, momentum = 0.7, centered = true, weightDecay = 0.1))
        (each 3 (fun _ p g s ->
            let g = g + 0.1 * p
            let v = 0.9 * s[0] + 0.1 * g * g
            let a = 0.9 * s[1] + 0.1 * g
            let b = 0.7 * s[2] + g / (Math.Sqrt(v - a * a) + 1e-6)
            p - 0.02 * b, [| v; a; b |]))

[<Fact>]
let ``the rule of Adagrad`` () =
    follow
        (fun () -> Adagrad())
        (each 1 (fun _ p g s ->
            let sum = s[0] + g * g
            p - 0.01 * g / (Math.Sqrt sum + 1e-10), [| sum |]))

    follow
        (fun () -> Adagrad(0.1, rateDecay = 0.2, initial = 0.3, epsilon = 1e-6, weightDecay = 0.1))
        (each 1 (fun t p g s ->
            let g = g + 0.1 * p
            let sum = (if t = 1.0 then 0.3 else s[0]) + g * g
            p - 0.1 / (1.0 + (t - 1.0) * 0.2) * g / (Math.Sqrt sum + 1e-6), [| sum |]))

/// As PyTorch states it: the last number of the state is the product of the momenta.
let private nadam rate b1 b2 epsilon decay psi =
    each 3 (fun t p g s ->
        let g = g + decay * p

        let momentum t =
            b1 * (1.0 - 0.5 * Math.Pow(0.96, t * psi))

        let product = (if t = 1.0 then 1.0 else s[2]) * momentum t
        let m = b1 * s[0] + (1.0 - b1) * g
        let v = b2 * s[1] + (1.0 - b2) * g * g
        let next = momentum (t + 1.0)

        let first =
            next * m / (1.0 - product * next) + (1.0 - momentum t) * g / (1.0 - product)

        let second = v / (1.0 - Math.Pow(b2, t))
        p - rate * first / (Math.Sqrt second + epsilon), [| m; v; product |])

[<Fact>]
let ``the rule of Nadam`` () =
    follow (fun () -> Nadam()) (nadam 0.002 0.9 0.999 1e-8 0.0 0.004)

    follow
        (fun () -> Nadam(0.05, 0.8, 0.95, 1e-5, weightDecay = 0.1, momentumDecay = 0.5))
        (nadam 0.05 0.8 0.95 1e-5 0.1 0.5)

[<Fact>]
let ``the rule of Lion`` () =
    let lion rate b1 b2 decay =
        each 1 (fun _ p g s ->
            let direction = float (Math.Sign(b1 * s[0] + (1.0 - b1) * g))
            p - rate * (direction + decay * p), [| b2 * s[0] + (1.0 - b2) * g |])

    follow (fun () -> Lion()) (lion 0.0001 0.9 0.99 0.0)
    follow (fun () -> Lion(0.05, 0.7, 0.8, weightDecay = 0.3)) (lion 0.05 0.7 0.8 0.3)

[<Fact>]
let ``clipping by value and by norm`` () =
    follow
        (fun () -> Sgd(0.1).ClipValue 0.4)
        (each 0 (fun _ p g s -> p - 0.1 * Math.Clamp(g, -0.4, 0.4), s))

    let byNorm limit () =
        fun (_: int) (p: float[]) (g: float[]) ->
            let norm = Math.Sqrt(Array.sumBy (fun g -> g * g) g)
            let factor = if norm > limit then limit / norm else 1.0
            Array.map2 (fun p g -> p - 0.1 * factor * g) p g

    // The first gradients are longer than 2, the last ones shorter than 1000.
    follow (fun () -> Sgd(0.1).ClipNorm 2.0) (byNorm 2.0)
    follow (fun () -> Sgd(0.1).ClipNorm 1000.0) (byNorm 1000.0)

[<Fact>]
let ``the norm is that of all parameters together, whatever their precisions`` () =
    let p = Parameter("p", Tensor.Of [| 1.0f; 2.0f |])
    let q = Parameter("q", Tensor.Of [| 3.0 |])
    let step = TrainingStep([| p; q |], Sgd(1.0).ClipNorm 6.5)
    // The gradient is (3, 4, 12), of norm 13.
    step.Run(fun () ->
        [| (p.Value * Tensor.Of [| 3.0f; 4.0f |]).Sum().ToDouble()
           + number 12.0 * q.Value.Sum() |])
    |> ignore

    Near.tensor "p" 1e-6 0.0 [| -0.5; 0.0 |] p.Value
    Near.tensor "q" 1e-12 0.0 [| -3.0 |] q.Value

[<Fact>]
let ``groups have learning rates and weight decay of their own`` () =
    let weight = Parameter("0.weight", Tensor.Of [| 2.0 |])
    let bias = Parameter("0.bias", Tensor.Of [| 2.0 |])
    let last = Parameter("1.weight", Tensor.Of [| 2.0 |])

    let run (optimizer: ChainedOptimizer) =
        let all = [| weight; bias; last |]

        for p in all do
            p.Value <- Tensor.Of [| 2.0 |]

        let step = TrainingStep(all, optimizer)
        step.RateFactor <- 0.5

        step.Run(fun () -> [| (weight.Value + bias.Value + last.Value).Sum() |])
        |> ignore

        all |> Array.map (fun p -> p.Value.Item())

    let near label expected actual =
        Near.arrays label 1e-12 0.0 expected actual

    near "one group" [| 1.94; 1.94; 1.94 |] (run (Sgd(0.1, weightDecay = 0.1)))

    near
        "biases are not decayed"
        [| 1.94; 1.95; 1.94 |]
        (run (Sgd(0.1, weightDecay = 0.1).KeepBiases()))

    near
        "a learning rate and a decay by name"
        [| 1.95; 1.95; 1.6 |]
        (run (Sgd(0.1).For("1.*", learningRate = 0.4, weightDecay = 0.5)))

    near
        "the first group that contains a parameter counts"
        [| 1.9; 1.85; 1.95 |]
        (run (Sgd(0.1).For("*.bias", learningRate = 0.3).For("0.*", learningRate = 0.2)))

    let wrong =
        Assert.Throws<SoftmaxException>(fun () ->
            run (Sgd(0.1).For("*.bais", learningRate = 0.3)) |> ignore)

    Assert.Contains("'*.bais'", wrong.Message)
    Assert.Contains("0.bias", wrong.Message)

[<Fact>]
let ``the average follows the parameters`` () =
    let p = Parameter("p", Tensor.Of [| 1.0; -2.0 |])
    let step = TrainingStep([| p |], Sgd(0.1, momentum = 0.5), 0.75)
    let mutable expected = [| 1.0; -2.0 |]

    for _ in 1..5 do
        step.Run(fun () -> [| (p.Value * p.Value).Sum() |]) |> ignore

        expected <- Array.map2 (fun a v -> 0.75 * a + 0.25 * v) expected (p.Value.ToDoubles())

        Near.tensor "average" 1e-14 0.0 expected step.Averages[0]

[<Fact>]
let ``gathered gradients make the step of all their rows`` () =
    let rows = Values.fill 3 -1.0 1.0 7

    let loss (p: Parameter) (part: float[]) =
        let r = p.Value - Tensor.Of part
        [| (r * r * r * r).Mean() |]

    for make in
        [ fun () -> Sgd(0.1, momentum = 0.9) :> ChainedOptimizer
          fun () -> Adam(0.1).ClipNorm 0.5 ] do
        let whole = Parameter("p", Tensor.Of [| 0.3 |])
        let parts = Parameter("p", Tensor.Of [| 0.3 |])
        let byWhole = TrainingStep([| whole |], make (), 0.9)
        let byParts = TrainingStep([| parts |], make (), 0.9, true)

        for _ in 1..4 do
            byWhole.Run(fun () -> loss whole rows) |> ignore
            let held = parts.Value.ToDoubles()

            for first, last in [ 0, 2; 3, 4; 5, 6 ] do
                byParts.Run(
                    (fun () -> loss parts rows[first..last]),
                    float (last - first + 1),
                    (last = 6)
                )
                |> ignore

                if last < 6 then
                    Near.sameBits "no update before the last part" held (parts.Value.ToDoubles())

            Near.tensor "parameter" 1e-13 0.0 (whole.Value.ToDoubles()) parts.Value
            Near.tensor "average" 1e-13 0.0 (byWhole.Averages[0].ToDoubles()) byParts.Averages[0]

        Assert.Equal(4L, byParts.Steps)

[<Fact>]
let ``a step continues with the same bits from its tensors, at any point`` () =
    let optimizers: (unit -> ChainedOptimizer) list =
        [ fun () -> Sgd(0.1, momentum = 0.9)
          fun () -> Adam 0.1
          fun () -> Nadam 0.1
          fun () -> RmsProp(0.01, momentum = 0.5, centered = true)
          fun () -> Adagrad(0.1, rateDecay = 0.1)
          fun () -> Lion 0.1 ]

    for make in optimizers do
        let fresh () =
            let parameters =
                [| Parameter("p", Tensor.Of start); Parameter("p", Tensor.Of [| 4.0f |]) |]

            parameters, TrainingStep(parameters, make (), 0.9, true)

        let go (parameters: Parameter[]) (step: TrainingStep) first last =
            for t in first..last do
                step.Run(
                    (fun () ->
                        [| (objective parameters[0].Value DType.Float64)[0]
                           + parameters[1].Value.Sum().ToDouble() |]),
                    float t,
                    (t % 2 = 0)
                )
                |> ignore

        let state (step: TrainingStep) =
            step.Tensors |> Array.collect (fun pair -> pair.Value.ToDoubles())

        let parameters, undisturbed = fresh ()
        go parameters undisturbed 1 9

        for stop in 0..8 do
            let parameters, first = fresh ()
            go parameters first 1 stop

            let saved =
                dict (first.Tensors |> Seq.map (fun pair -> pair.Key, pair.Value))
                |> System.Collections.Generic.Dictionary

            let parameters, second = fresh ()
            second.Restore(saved, first.Steps, first.GatheredWeight)
            go parameters second (stop + 1) 9
            Near.sameBits $"stopped after {stop}" (state undisturbed) (state second)

[<Fact>]
let ``state of another model is refused`` () =
    let step = TrainingStep([| Parameter("p", Tensor.Of start) |], Adam())

    let restore (name: string) (tensor: Tensor) =
        let tensors =
            step.Tensors
            |> Seq.map (fun pair -> pair.Key, (if pair.Key = name then tensor else pair.Value))
            |> Seq.filter (fun (_, t) -> not (isNull t))
            |> dict

        Assert
            .Throws<SoftmaxException>(fun () ->
                step.Restore(System.Collections.Generic.Dictionary tensors, 1L, 0.0))
            .Message

    Assert.Contains("model.p is float64 of shape [2]", restore "model.p" (Tensor.Of [| 1.0; 2.0 |]))
    Assert.Contains("no tensor optimizer.p.first_moment", restore "optimizer.p.first_moment" null)

[<Fact>]
let ``optimisers refuse what cannot work`` () =
    let refused: (unit -> obj) list =
        [ fun () -> Sgd 0.0
          fun () -> Sgd -0.1
          fun () -> Sgd nan
          fun () -> Sgd infinity
          fun () -> Sgd(0.1, momentum = 1.0)
          fun () -> Sgd(0.1, momentum = -0.1)
          fun () -> Sgd(0.1, weightDecay = -1.0)
          fun () -> Sgd(0.1, nesterov = true)
          fun () -> Adam(0.1, beta1 = 1.0)
          fun () -> Adam(0.1, epsilon = -1.0)
          fun () -> AdamW(0.1, weightDecay = nan)
          fun () -> RmsProp(0.1, smoothing = 2.0)
          fun () -> Adagrad(0.1, initial = -1.0)
          fun () -> Nadam(0.1, momentumDecay = -1.0)
          fun () -> Lion(0.1, beta2 = 1.5)
          fun () -> Sgd(0.1).ClipNorm 0.0
          fun () -> Sgd(0.1).ClipValue -1.0
          fun () -> Sgd(0.1).For("*", learningRate = 0.0)
          fun () -> Sgd(0.1).For("*", weightDecay = -0.1) ]

    for make in refused do
        Assert.Throws<SoftmaxException>(fun () -> make () |> ignore) |> ignore

    let sgd = Sgd 0.1
    Assert.Throws<SoftmaxException>(fun () -> sgd.LearningRate <- 0.0) |> ignore
    Assert.Equal(0.1, sgd.LearningRate)

/// An update of one's own: the direction is halved.
type private Halved() =
    inherit ParameterUpdate()
    override _.Numbers(step, _) = [| 1.0 / float step |]

    override _.Apply site =
        struct (site.Numbers[0] * site.Direction, [||])

[<Fact>]
let ``a chain of one's own`` () =
    follow
        (fun () -> ChainedOptimizer("own", 0.1, Halved(), Momentum 0.5))
        (each 1 (fun t p g s ->
            let v = 0.5 * s[0] + g / t
            p - 0.1 * v, [| v |]))
