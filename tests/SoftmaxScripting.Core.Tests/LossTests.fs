/// Losses against closed forms in plain F#, with every reduction, in both precisions.
module SoftmaxScripting.Core.Tests.LossTests

open System
open SoftmaxScripting.Core
open Xunit

let private number (value: float) = Tensor.op_Implicit value

let private reduced (reduction: Reduction) (losses: float[]) =
    match reduction with
    | Reduction.None -> losses
    | Reduction.Mean -> [| Array.average losses |]
    | Reduction.Sum -> [| Array.sum losses |]
    | other -> failwith $"{other}"

let private reductions = [ Reduction.None; Reduction.Mean; Reduction.Sum ]
let private dtypes = [ DType.Float32; DType.Float64 ]

/// Value under every reduction and gradient of the sum, in both precisions.
let private check
    label
    (shape: int[])
    (prediction: float[])
    (loss: Tensor -> Reduction -> Tensor)
    (values: float[] -> float[])
    (gradient: float[] -> float[])
    =
    for dtype in dtypes do
        let x = Tensor.Of(prediction).Reshape(shape).To dtype
        let held = x.ToDoubles()
        let absolute = if dtype = DType.Float32 then 2e-6 else 1e-13
        let relative = if dtype = DType.Float32 then 5e-6 else 1e-12

        for reduction in reductions do
            let expected = reduced reduction (values held)
            let name = $"{label} {dtype} {reduction}"
            Near.tensor name absolute relative expected (loss x reduction)
            let traced = Recording.Run(fun () -> [| loss x reduction |])
            Near.tensor $"{name}, traced" absolute relative expected traced[0]

        let actual = Differentiation.Gradient((fun x -> loss x Reduction.Sum), x)
        Near.tensor $"{label} {dtype}, gradient" absolute relative (gradient held) actual
        Assert.Equal(dtype, actual.DType)

let private predictions = Values.vector 1 -5.0 5.0

/// Targets that go with some predictions and keep away from the kinks of their differences.
let private targetsFor (predictions: float[]) =
    let shifts = Values.fill predictions.Length -3.0 3.0 predictions.Length

    Array.map2
        (fun (p: float) s ->
            let r =
                if abs s < 0.1 || abs (abs s - 1.0) < 0.01 then
                    s + 0.2
                else
                    s

            float (float32 (p - r)))
        predictions
        shifts

[<Fact>]
let ``regression losses`` () =
    Properties.check "regression" 50 predictions (fun p ->
        let y = targetsFor p
        let target = Tensor.Of y
        let shape = [| p.Length |]
        let residual (x: float[]) = Array.map2 (-) x y
        let each f (x: float[]) = residual x |> Array.map f

        check
            "L2"
            shape
            p
            (fun x r -> Loss.L2(x, target.To x.DType, r))
            (each (fun r -> 0.5 * r * r))
            residual

        check
            "Mse"
            shape
            p
            (fun x r -> Loss.Mse(x, target.To x.DType, r))
            (each (fun r -> r * r))
            (each (fun r -> 2.0 * r))

        check
            "L1"
            shape
            p
            (fun x r -> Loss.L1(x, target.To x.DType, r))
            (each abs)
            (each (fun r -> float (sign r)))

        for delta in [ 1.0; 0.25; 2.5 ] do
            check
                $"Huber {delta}"
                shape
                p
                (fun x r -> Loss.Huber(x, target.To x.DType, delta, r))
                (each (fun r ->
                    if abs r <= delta then
                        0.5 * r * r
                    else
                        delta * (abs r - 0.5 * delta)))
                (each (fun r -> max -delta (min delta r))))

[<Fact>]
let ``Huber lies under half the square and under δ times the absolute value`` () =
    Properties.check "Huber's bounds" 200 (Values.vector 1 -10.0 10.0) (fun r ->
        for delta in [ 0.1; 1.0; 3.0 ] do
            let losses =
                Loss
                    .Huber(
                        Tensor.Of r,
                        Tensor.Of(Array.zeroCreate<float> r.Length),
                        delta,
                        Reduction.None
                    )
                    .ToDoubles()

            Array.iter2
                (fun r h ->
                    Assert.True(h >= 0.0)

                    Assert.True(
                        h <= min (0.5 * r * r) (delta * abs r) * (1.0 + 1e-14),
                        $"Huber({r}) = {h}"
                    ))
                r
                losses)

[<Fact>]
let ``Huber's derivatives at its joints`` () =
    let slope (r: float) =
        Differentiation
            .Gradient((fun x -> Loss.Huber(x, Tensor.Of [| 0.0 |])), Tensor.Of [| r |])
            .Item()

    for r, expected in [ 1.0, 1.0; -1.0, -1.0; 0.0, 0.0; 1e-300, 1e-300; 1e300, 1.0; -1e300, -1.0 ] do
        Assert.Equal(expected, slope r)

    // The branch that was not taken overflows; neither value nor gradient may notice.
    let huge = Tensor.Of [| 1e30f; -1e30f |]
    let zero = Tensor.Of [| 0.0f; 0.0f |]

    Near.tensor
        "value"
        0.0
        1e-6
        [| 1e30; 1e30 |]
        (Loss.Huber(huge, zero, reduction = Reduction.None))

    Near.tensor
        "gradient"
        0.0
        1e-6
        [| 1.0; -1.0 |]
        (Differentiation.Gradient((fun x -> Loss.Huber(x, zero, 1.0, Reduction.Sum)), huge))

let private softmaxOf (row: float[]) =
    let top = Array.max row
    let e = row |> Array.map (fun v -> exp (v - top))
    let s = Array.sum e
    e |> Array.map (fun v -> v / s)

let private lseOf (row: float[]) =
    let top = Array.max row
    top + Math.Log(row |> Array.sumBy (fun v -> exp (v - top)))

let private rows k (values: float[]) = Array.chunkBySize k values

[<Fact>]
let ``cross-entropy with labels, distributions and smoothing`` () =
    Properties.check "cross-entropy" 40 (Values.vector 4 -6.0 6.0) (fun values ->
        let k = 4
        let n = values.Length / k
        let logits = values[.. n * k - 1]
        let labels = Array.init n (fun i -> (i * 7 + 1) % k)

        let hot =
            labels
            |> Array.collect (fun l -> Array.init k (fun j -> if j = l then 1.0 else 0.0))

        let soft =
            Values.fill n 0.0 2.0 (n * k)
            |> rows k
            |> Array.collect softmaxOf
            |> Array.map (fun v -> float (float32 v))

        let lossesOf (y: float[]) (x: float[]) =
            Array.map2
                (fun z t -> Array.sum t * lseOf z - Array.fold2 (fun s u v -> s + u * v) 0.0 t z)
                (rows k x)
                (rows k y)

        let gradientOf (y: float[]) (x: float[]) =
            Array.map2
                (fun z t -> Array.map2 (fun p q -> Array.sum t * p - q) (softmaxOf z) t)
                (rows k x)
                (rows k y)
            |> Array.concat

        let shape = [| n; k |]
        let indices = Tensor.Of labels

        check
            "labels"
            shape
            logits
            (fun x r -> Loss.CrossEntropy(x, indices, 0.0, r))
            (lossesOf hot)
            (gradientOf hot)

        check
            "labels as bytes"
            shape
            logits
            (fun x r -> Loss.CrossEntropy(x, indices.To DType.UInt8, 0.0, r))
            (lossesOf hot)
            (gradientOf hot)

        check
            "one-hot"
            shape
            logits
            (fun x r -> Loss.CrossEntropy(x, Tensor.OneHot(indices, k), 0.0, r))
            (lossesOf hot)
            (gradientOf hot)

        check
            "soft"
            shape
            logits
            (fun x r -> Loss.CrossEntropy(x, Tensor.Of(soft).Reshape(shape).To x.DType, 0.0, r))
            (lossesOf soft)
            (gradientOf soft)

        for smoothing in [ 0.1; 0.5; 1.0 ] do
            let smoothed (y: float[]) =
                y |> Array.map (fun v -> (1.0 - smoothing) * v + smoothing / float k)

            check
                $"smoothed {smoothing}"
                shape
                logits
                (fun x r -> Loss.CrossEntropy(x, indices, smoothing, r))
                (lossesOf (smoothed hot))
                (gradientOf (smoothed hot))

            check
                $"smoothed soft {smoothing}"
                shape
                logits
                (fun x r ->
                    Loss.CrossEntropy(x, Tensor.Of(soft).Reshape(shape).To x.DType, smoothing, r))
                (lossesOf (smoothed soft))
                (gradientOf (smoothed soft))

        let logs =
            logits
            |> rows k
            |> Array.collect (fun z -> let l = lseOf z in z |> Array.map (fun v -> v - l))

        check
            "Nll"
            shape
            logs
            (fun x r -> Loss.Nll(x, indices, r))
            (fun x -> rows k x |> Array.mapi (fun i row -> -row[labels[i]]))
            (fun _ -> hot |> Array.map (fun v -> -v))

        check
            "Nll of a distribution"
            shape
            logs
            (fun x r -> Loss.Nll(x, Tensor.Of(soft).Reshape(shape).To x.DType, r))
            (fun x ->
                Array.map2
                    (fun a b -> -(Array.fold2 (fun s u v -> s + u * v) 0.0 a b))
                    (rows k x)
                    (rows k soft))
            (fun _ -> soft |> Array.map (fun v -> -v)))

[<Fact>]
let ``cross-entropy along the last axis of more than two`` () =
    let x = Values.fill 1 -2.0 2.0 24
    let labels = [| 0; 1; 2; 3; 3; 2 |]

    check
        "images of classes"
        [| 2; 3; 4 |]
        x
        (fun x r -> Loss.CrossEntropy(x, Tensor.Of(labels).Reshape(2, 3), 0.0, r))
        (fun x -> rows 4 x |> Array.mapi (fun i z -> lseOf z - z[labels[i]]))
        (fun x ->
            rows 4 x
            |> Array.mapi (fun i z ->
                softmaxOf z |> Array.mapi (fun j p -> if j = labels[i] then p - 1.0 else p))
            |> Array.concat)

    check
        "one row"
        [| 4 |]
        x[..3]
        (fun x r -> Loss.CrossEntropy(x, Tensor.Of([| 2 |]).Reshape(), 0.0, r))
        (fun z -> [| lseOf z - z[2] |])
        (fun z -> softmaxOf z |> Array.mapi (fun j p -> if j = 2 then p - 1.0 else p))

[<Fact>]
let ``binary cross-entropy of probabilities and of logits`` () =
    Properties.check "binary" 50 (Values.vector 1 -8.0 8.0) (fun z ->
        let n = z.Length
        let y = Array.init n (fun i -> [| 0.0; 1.0; 0.25; 0.5 |][i % 4])
        let target = Tensor.Of y
        let shape = [| n |]
        let sigma v = 1.0 / (1.0 + exp -v)

        let losses (z: float[]) =
            Array.map2 (fun z y -> max z 0.0 - z * y + Math.Log(1.0 + exp -(abs z))) z y

        let gradient (z: float[]) = Array.map2 (fun z y -> sigma z - y) z y

        check
            "logits"
            shape
            z
            (fun x r -> Loss.BceWithLogits(x, target.To x.DType, r))
            losses
            gradient

        let p = z |> Array.map (fun v -> 0.02 + 0.96 * sigma v)

        let ofP (p: float[]) =
            Array.map2 (fun p y -> -(y * Math.Log p + (1.0 - y) * Math.Log(1.0 - p))) p y

        let gradientP (p: float[]) =
            Array.map2 (fun p y -> (p - y) / (p * (1.0 - p))) p y

        check "probabilities" shape p (fun x r -> Loss.Bce(x, target.To x.DType, r)) ofP gradientP

        // Through σ, recorded as a whole: the stable form.
        for dtype in dtypes do
            let x = Tensor.Of(z).To dtype
            let t = target.To dtype

            let naive =
                Differentiation.Gradient((fun x -> Loss.Bce(x.Sigmoid(), t, Reduction.Sum)), x)

            Near.tensor $"through σ {dtype}" 1e-6 1e-5 (gradient (x.ToDoubles())) naive)

[<Fact>]
let ``binary cross-entropy at logits of ±10⁴ in every notation`` () =
    for dtype in dtypes do
        let z = (Tensor.Of [| 1e4; -1e4; 1e4; -1e4; 100.0; -100.0; 0.0 |]).To dtype
        let y = (Tensor.Of [| 1.0; 1.0; 0.0; 0.0; 0.3; 0.3; 0.5 |]).To dtype
        let one = number 1.0

        let run (f: Tensor -> Tensor) =
            let struct (value, g) =
                Differentiation.ValueAndGrad((fun (a: Tensor[]) -> f a[0]), [| z |])

            Array.append [| value.Item() |] (g[0].ToDoubles())

        let stable = run (fun z -> Loss.BceWithLogits(z, y, Reduction.Sum))
        let expected = [| 0.0; 1e4; 1e4; 0.0; 70.0; 30.0; Math.Log 2.0 |]
        Near.number "loss" 1e-6 1e-6 (Array.sum expected) stable[0]
        Near.arrays "gradient" 1e-6 1e-6 [| 0.0; -1.0; 1.0; 0.0; 0.7; -0.3; 0.0 |] stable[1..]
        let textbookSigma (z: Tensor) = one / (one + (-z).Exp())

        let forms: (string * (Tensor -> Tensor)) list =
            [ "Bce of σ", (fun z -> Loss.Bce(z.Sigmoid(), y, Reduction.Sum))
              "Bce of the textbook σ", (fun z -> Loss.Bce(textbookSigma z, y, Reduction.Sum))
              "by hand",
              (fun z -> -(y * z.Sigmoid().Log() + (one - y) * (one - z.Sigmoid()).Log()).Sum())
              "by hand, textbook σ",
              (fun z ->
                  -(y * (textbookSigma z).Log() + (one - y) * (one - textbookSigma z).Log()).Sum())
              "log(1 + eᶻ) − y·z", (fun z -> ((one + z.Exp()).Log() - y * z).Sum())
              "max form",
              (fun z -> (z.Maximum(number 0.0) - z * y + (one + (-(z.Abs())).Exp()).Log()).Sum()) ]

        for name, f in forms do
            let actual = run f
            Near.isFinite $"{name} {dtype}" actual
            Near.arrays $"{name} {dtype}" 1e-5 1e-5 stable actual

[<Fact>]
let ``worked examples`` () =
    let close = Near.number
    let probabilities = Tensor.Of([| 0.7; 0.2; 0.1 |]).Reshape(1, 3)
    let target = Tensor.Of([| 1.0; 0.0; 0.0 |]).Reshape(1, 3)
    close "−log 0.7" 5e-5 0.0 0.3567 (Loss.Nll(probabilities.Log(), target).Item())

    close
        "logits that are log-probabilities"
        5e-5
        0.0
        0.3567
        (Loss.CrossEntropy(probabilities.Log(), target).Item())

    let two = Tensor.Of([| 0.1; 0.3; 0.6; 0.3; 0.2; 0.5 |]).Reshape(2, 3)
    let labels = Tensor.Of [| 0; 2 |]

    Near.tensor
        "two rows"
        5e-5
        0.0
        [| 2.3026; 0.6931 |]
        (Loss.Nll(two.Log(), labels, Reduction.None))

    Assert.Equal(0.5, Metrics.Accuracy(two, labels).Item())
    Assert.Equal(1.0, Metrics.Correct(two, labels).Item())
    Assert.Equal(0.5, Metrics.Accuracy(two, Tensor.OneHot(labels, 3)).Item())

[<Fact>]
let ``a certain and correct prediction costs nothing, a certain and wrong one is infinite`` () =
    let p = Tensor.Of [| 1.0; 0.0; 1.0; 0.0 |]
    let y = Tensor.Of [| 1.0; 0.0; 0.0; 1.0 |]
    Near.tensor "Bce" 0.0 0.0 [| 0.0; 0.0; infinity; infinity |] (Loss.Bce(p, y, Reduction.None))
    let traced = Recording.Run(fun () -> [| Loss.Bce(p, y, Reduction.None) |])
    Near.tensor "Bce, traced" 0.0 0.0 [| 0.0; 0.0; infinity; infinity |] traced[0]
    let logits = Tensor.Of([| 0.0; -infinity; 0.0; -infinity |]).Reshape(2, 2)

    Near.tensor
        "cross-entropy"
        0.0
        0.0
        [| 0.0; infinity |]
        (Loss.CrossEntropy(logits, Tensor.Of [| 0; 1 |], 0.0, Reduction.None))

    let hot = Tensor.Of([| 1.0; 0.0; 1.0; 0.0 |]).Reshape(2, 2)

    Near.tensor
        "one-hot"
        0.0
        0.0
        [| 0.0; 0.0 |]
        (Loss.CrossEntropy(logits, hot, 0.0, Reduction.None))

    let traced =
        Recording.Run(fun () -> [| Loss.CrossEntropy(logits, hot, 0.0, Reduction.None) |])

    Near.tensor "one-hot, traced" 0.0 0.0 [| 0.0; 0.0 |] traced[0]

[<Fact>]
let ``what does not fit is refused with both shapes`` () =
    let x = Tensor.Of([| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |]).Reshape(2, 3)

    let refused (parts: string list) (f: unit -> Tensor) =
        let error = Assert.Throws<ShapeException>(fun () -> f () |> ignore)

        for part in parts do
            Assert.Contains(part, error.Message)

    let column = Tensor.Of([| 1.0; 2.0 |]).Reshape(2, 1)

    for loss in
        [ fun (p: Tensor) (t: Tensor) -> Loss.L2(p, t)
          fun p t -> Loss.Mse(p, t)
          fun p t -> Loss.L1(p, t)
          fun p t -> Loss.Huber(p, t)
          fun p t -> Loss.Bce(p, t)
          fun p t -> Loss.BceWithLogits(p, t) ] do
        refused [ "[2, 3]"; "[2, 1]" ] (fun () -> loss x column)
        refused [ "[2, 1]"; "[2]"; "reshape" ] (fun () -> loss column (column.Reshape 2))

    refused [ "[3]"; "[2, 3]"; "[2]" ] (fun () -> Loss.CrossEntropy(x, Tensor.Of [| 0; 1; 2 |]))
    refused [ "[2, 1]"; "[2, 3]" ] (fun () -> Loss.CrossEntropy(x, column))
    refused [ "scalar" ] (fun () -> Loss.CrossEntropy(number 1.0, Tensor.Of [| 0 |]))

    for f in
        [ fun () -> Loss.Huber(x, x, 0.0)
          fun () -> Loss.Huber(x, x, nan)
          fun () -> Loss.CrossEntropy(x, x, 1.5)
          fun () -> Loss.CrossEntropy(x, x, -0.1)
          fun () -> Loss.L2(x, x, enum<Reduction> 9) ] do
        Assert.ThrowsAny<SoftmaxException>(fun () -> f () |> ignore) |> ignore
