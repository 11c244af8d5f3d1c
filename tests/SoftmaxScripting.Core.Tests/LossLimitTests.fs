/// Losses where a formula as written loses its digits or overflows: right and certain predictions, logits up to ±10³⁰.
module SoftmaxScripting.Core.Tests.LossLimitTests

open System
open SoftmaxScripting.Core
open Xunit

let private dtypes = [ DType.Float32; DType.Float64 ]

/// Σ over j ≠ y of exp(o_j − o_y), summed in two stages for its last digits, and the loss log1p of it.
let private surprise (row: float[]) y =
    let rest =
        row
        |> Array.mapi (fun j v -> if j = y then 0.0 else Math.Exp(v - row[y]))
        |> Array.chunkBySize 50
        |> Array.sumBy Array.sum

    (Dual.log1p (Dual.number rest)).V

[<Fact>]
let ``cross-entropy keeps its relative precision where the true class is far ahead`` () =
    let row = [| -1.5; 0.25; 2.0; -0.75 |]

    for dtype in dtypes do
        for lead in [ 0.0; 1.0; 5.0; 10.0; 17.5; 30.0; 60.0; 80.0 ] do
            for length in [ 4; 70; 3000 ] do
                let held =
                    Array.init length (fun j ->
                        if j = 1 then
                            lead + 2.0
                        else
                            row[j % 4] - (if j < 4 then 0.0 else 1.0))

                let logits = Tensor.Of(held).Reshape(1, length).To dtype
                let labels = Tensor.Of [| 1 |]
                let hot = Tensor.OneHot(labels, length).To dtype
                let expected = surprise held 1
                // An ulp of the logits' difference is a relative error of its exponential.
                let relative =
                    (if dtype = DType.Float32 then 1.2e-7 else 2.3e-16)
                    * (8.0 + 2.0 * lead + float length / 64.0)

                let check form (loss: Tensor -> Tensor) =
                    let label = $"{form} {dtype}, {length} classes, ahead by {lead}"
                    Near.number label 0.0 relative expected ((loss logits).Item())

                    let struct (value, _) =
                        Differentiation.ValueAndGrad((fun (x: Tensor[]) -> loss x[0]), [| logits |])

                    Near.number $"{label}, with its gradient" 0.0 relative expected (value.Item())

                check "labels" (fun o -> Loss.CrossEntropy(o, labels))
                check "one-hot" (fun o -> Loss.CrossEntropy(o, hot))

                check "Nll" (fun o ->
                    Recording.Run(fun () -> [| Loss.Nll(o.LogSoftmax(), labels) |])[0])

                check "weighted" (fun o ->
                    Loss.CrossEntropy(o, labels, weight = Tensor.Of [| 3.0 |]))

                check "first axis" (fun o -> Loss.CrossEntropy(o.T, labels, axis = 0))

[<Fact>]
let ``binary cross-entropy keeps its relative precision on either side`` () =
    for dtype in dtypes do
        for z in [ 0.0; 0.5; 3.0; 17.5; 40.0; 80.0 ] do
            let x = (Tensor.Of [| z; -z |]).To dtype
            let y = (Tensor.Of [| 1.0; 0.0 |]).To dtype
            let expected = (Dual.log1p (Dual.number (Math.Exp -z))).V
            let relative = if dtype = DType.Float32 then 1e-6 else 1e-14
            let none = Reduction.None

            let check name (f: Tensor -> Tensor) =
                Near.tensor $"{name} {dtype} {z}" 0.0 relative [| expected; expected |] (f x)

                let struct (value, _) =
                    Differentiation.ValueAndGrad((fun (x: Tensor[]) -> (f x[0]).Sum()), [| x |])

                Near.number
                    $"{name} {dtype} {z}, with its gradient"
                    0.0
                    relative
                    (2.0 * expected)
                    (value.Item())

            check "logits" (fun z -> Loss.BceWithLogits(z, y, none))

            check "positive weight 1" (fun z ->
                Loss.BceWithLogits(z, y, none, posWeight = Tensor.op_Implicit 1.0))

            check "soft margin" (fun z ->
                Loss.SoftMargin(z, (Tensor.Of [| 1.0; -1.0 |]).To dtype, none))

            check "Bce of σ" (fun z ->
                Recording.Run(fun () -> [| Loss.Bce(z.Sigmoid(), y, none) |])[0])

            // The textbook's log(1 + eᶻ) − z·y, recorded as a whole.
            check "by hand" (fun z -> Recording.Run(fun () -> [| z.Softplus() - z * y |])[0])

let private finite label (f: Tensor -> Tensor) (x: Tensor) =
    let struct (value, gradient) =
        Differentiation.ValueAndGrad((fun (x: Tensor[]) -> f x[0]), [| x |])

    Near.isFinite $"{label}, value" [| value.Item() |]
    Near.isFinite $"{label}, gradient" (gradient[0].ToDoubles())
    value.Item(), gradient[0].ToDoubles()

[<Fact>]
let ``logits of ±10³⁰ give the limits`` () =
    let big = 1e30

    for dtype in dtypes do
        let relative = if dtype = DType.Float32 then 1e-6 else 1e-14
        let z = [| big; big; -big; -big |]
        let y = Tensor.Of([| 1.0; 0.0; 1.0; 0.0 |]).To dtype
        let x = (Tensor.Of z).To dtype
        let signs = Tensor.Of([| 1.0; -1.0; 1.0; -1.0 |]).To dtype

        let elementwise name (f: Tensor -> Tensor) (values: float[]) (slopes: float[]) =
            let _, gradient = finite $"{name} {dtype}" (fun x -> (f x).Sum()) x
            Near.arrays $"{name} {dtype}, gradient" 1e-6 relative slopes gradient
            Near.tensor $"{name} {dtype}" 0.0 relative values (f x)

        let none = Reduction.None
        let wrong = [| 0.0; big; big; 0.0 |]
        let slopes = [| 0.0; 1.0; -1.0; 0.0 |]
        elementwise "BceWithLogits" (fun z -> Loss.BceWithLogits(z, y, none)) wrong slopes

        elementwise
            "posWeight"
            (fun z -> Loss.BceWithLogits(z, y, none, posWeight = Tensor.op_Implicit 2.0))
            [| 0.0; big; 2.0 * big; 0.0 |]
            [| 0.0; 1.0; -2.0; 0.0 |]

        elementwise
            "BinaryFocal"
            (fun z -> Loss.BinaryFocal(z, y, 0.5, 0.25, none))
            [| 0.0; 0.75 * big; 0.25 * big; 0.0 |]
            [| 0.0; 0.75; -0.25; 0.0 |]

        elementwise "Hinge" (fun z -> Loss.Hinge(z, signs, 1.0, none)) wrong slopes
        elementwise "SoftMargin" (fun z -> Loss.SoftMargin(z, signs, none)) wrong slopes

        elementwise
            "LogCosh"
            (fun z -> Loss.LogCosh(z, (Tensor.Of [| 0.0; 0.0; 0.0; 0.0 |]).To dtype, none))
            (Array.map abs z)
            [| 1.0; 1.0; -1.0; -1.0 |]

        elementwise
            "MultiLabel"
            (fun z -> Loss.MultiLabel(z.Reshape(4, 1), y.Reshape(4, 1), none).Reshape 4)
            wrong
            slopes

        let logits =
            Tensor.Of([| big; -big; 0.0; -big; big; 1.0; 5.0; -big; -big |]).Reshape(3, 3).To dtype

        for name, target in
            [ "right", [| 0; 1; 0 |]; "wrong", [| 1; 0; 1 |]; "middle", [| 2; 2; 2 |] ] do
            let labels = Tensor.Of target
            let hot = Tensor.OneHot(labels, 3).To dtype
            let held = logits.ToDoubles()

            let expected =
                target
                |> Array.mapi (fun i t -> (Array.max held[3 * i .. 3 * i + 2]) - held[3 * i + t])

            let bothTargets form (f: Tensor -> Tensor -> Tensor) (limits: float[]) =
                for kind, target in [ "labels", labels; "one-hot", hot ] do
                    let label = $"{form} {dtype} {name} {kind}"
                    finite label (fun o -> (f o target).Sum()) logits |> ignore
                    Near.tensor label 1e-30 relative limits (f logits target)

            let r = Reduction.None
            bothTargets "CrossEntropy" (fun o t -> Loss.CrossEntropy(o, t, 0.0, r)) expected
            bothTargets "Focal" (fun o t -> Loss.Focal(o, t, 0.5, 0.0, r)) expected

            bothTargets
                "Poly"
                (fun o t -> Loss.Poly(o, t, 1.0, 0.0, r))
                (expected |> Array.map (fun l -> if l = 0.0 then 0.0 else l + 1.0))

            bothTargets
                "GeneralizedCrossEntropy"
                (fun o t -> Loss.GeneralizedCrossEntropy(o, t, 0.5, 0.0, r))
                (expected |> Array.map (fun l -> if l = 0.0 then 0.0 else 2.0))

            finite $"smoothed {dtype} {name}" (fun o -> Loss.CrossEntropy(o, labels, 0.1)) logits
            |> ignore

            finite $"margin {dtype} {name}" (fun o -> Loss.MultiClassMargin(o, labels)) logits
            |> ignore

            finite $"Kl {dtype} {name}" (fun o -> Loss.Kl(o, hot)) logits |> ignore
            Near.tensor $"Kl {dtype} {name}" 0.0 relative expected (Loss.Kl(logits, hot, r))

            let apart = expected |> Array.map (fun l -> if l = 0.0 then 0.0 else Math.Log 2.0)

            finite $"JensenShannon {dtype} {name}" (fun o -> Loss.JensenShannon(o, hot)) logits
            |> ignore

            Near.tensor
                $"JensenShannon {dtype} {name}"
                1e-7
                relative
                apart
                (Loss.JensenShannon(logits, hot, r))

        // Two classes equally far ahead: log 2, although log 2 is lost beside 10³⁰.
        let tie = Tensor.Of([| big; big; -big |]).Reshape(1, 3).To dtype

        Near.number
            $"tie {dtype}"
            0.0
            relative
            (Math.Log 2.0)
            (Loss.CrossEntropy(tie, Tensor.Of [| 0 |]).Item())

[<Fact>]
let ``kinks have the gradient that the table states`` () =
    let zero = Tensor.Of [| 0.0 |]

    let slope (f: Tensor -> Tensor) (x: Tensor) =
        Differentiation.Gradient((fun x -> (f x).Sum()), x).ToDoubles()

    Assert.Equal<float>([| 0.0 |], slope (fun x -> Loss.L1(x, zero)) zero)
    Assert.Equal<float>([| 0.0 |], slope (fun x -> Loss.Quantile(x, zero, 0.25)) zero)

    Assert.Equal<float>(
        [| 0.0 |],
        slope (fun x -> Loss.Mape(x, Tensor.Of [| 2.0 |])) (Tensor.Of [| 2.0 |])
    )

    Assert.Equal<float>(
        [| 0.0 |],
        slope (fun x -> Loss.Hinge(x, Tensor.Of [| 1.0 |])) (Tensor.Of [| 1.0 |])
    )

    let vector (values: float list) =
        Tensor.Of(List.toArray values).Reshape(1, values.Length)

    let nothing = vector [ 0.0; 0.0 ]

    Assert.Equal<float>(
        [| 0.0; 0.0 |],
        slope (fun x -> Loss.Cosine(x, vector [ 1.0; 2.0 ])) nothing
    )

    Assert.Equal<float>([| 0.0; 0.0 |], slope (fun x -> Loss.Triplet(x, nothing, nothing)) nothing)
    // Vectors whose squares overflow or underflow have angles and lengths all the same.
    for size in [ 1e-200; 1e200 ] do
        Near.number
            "angle"
            1e-15
            0.0
            1.0
            (Loss.Cosine(vector [ size; 0.0 ], vector [ 0.0; size ]).Item())

    Near.number
        "length"
        0.0
        1e-14
        5e200
        (Loss.Triplet(nothing, vector [ 3e200; 4e200 ], nothing).Item())
