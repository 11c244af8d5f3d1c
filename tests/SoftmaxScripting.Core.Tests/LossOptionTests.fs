/// What only some losses take: class weights, ignored labels, smoothing, probabilities, axes; every combination against
/// closed forms.
module SoftmaxScripting.Core.Tests.LossOptionTests

open System
open SoftmaxScripting.Core
open SoftmaxScripting.Core.Tests.LossReferences
open Xunit

let private single (x: float) = float (float32 x)
let private n, k = 4, 3

type private Options =
    { Smoothing: float
      Reduction: Reduction
      Weight: Tensor
      Mask: Tensor
      ClassWeight: Tensor
      Ignore: Nullable<int>
      FromLogits: bool
      Axis: int }

type private Call = Tensor -> Tensor -> Options -> Tensor

let private losses: (string * Call) list =
    [ "CrossEntropy",
      (fun p y o ->
          Loss.CrossEntropy(
              p,
              y,
              o.Smoothing,
              o.Reduction,
              o.Weight,
              o.Mask,
              o.ClassWeight,
              o.Ignore,
              o.FromLogits,
              o.Axis
          ))
      "Focal",
      (fun p y o ->
          Loss.Focal(
              p,
              y,
              1.5,
              o.Smoothing,
              o.Reduction,
              o.Weight,
              o.Mask,
              o.ClassWeight,
              o.Ignore,
              o.FromLogits,
              o.Axis
          ))
      "Poly",
      (fun p y o ->
          Loss.Poly(
              p,
              y,
              2.0,
              o.Smoothing,
              o.Reduction,
              o.Weight,
              o.Mask,
              o.ClassWeight,
              o.Ignore,
              o.FromLogits,
              o.Axis
          ))
      "GeneralizedCrossEntropy",
      (fun p y o ->
          Loss.GeneralizedCrossEntropy(
              p,
              y,
              0.7,
              o.Smoothing,
              o.Reduction,
              o.Weight,
              o.Mask,
              o.ClassWeight,
              o.Ignore,
              o.FromLogits,
              o.Axis
          )) ]

let private surpriseOf name =
    match forms[name] with
    | Surprise f -> f
    | _ -> failwith $"{name} is no expected surprise"

/// A mean's numerator over its divisor, and the other reductions, of rows' losses and what each adds to the divisor.
let private reduced reduction (weights: float[]) (shares: float[]) (rows: Dual[]) =
    let weighted = Array.map2 (fun w (l: Dual) -> Dual.number w * l) weights rows

    match reduction with
    | Reduction.None -> weighted
    | Reduction.Sum -> [| Dual.sum weighted |]
    | _ ->
        let divisor = Array.map2 (*) weights shares |> Array.sum
        [| Dual.sum weighted / Dual.number divisor |]

let private near label dtype magnitude (expected: float[]) (actual: float[]) =
    Assert.Equal(expected.Length, actual.Length)

    for i in 0 .. expected.Length - 1 do
        let larger = max magnitude (abs expected[i])

        let allowed =
            if dtype = DType.Float32 then
                8.0 * Math.Pow(2.0, -23.0) * larger
            else
                1e-12 * max 1.0 larger

        if not (abs (actual[i] - expected[i]) <= allowed) then
            Assert.Fail $"{label}: element {i} is {actual[i]:R}, by its closed form {expected[i]:R}"

/// Rows as a tensor with the classes along this axis of two.
let private arranged axis (rows: float[]) (dtype: DType) =
    let x = Tensor.Of(rows).Reshape(n, k).To dtype
    if axis = 0 then x.T else x

[<Fact>]
let ``classification losses are their closed forms over every combination of options`` () =
    let seed = Random.Shared.Next()
    let random = Random seed

    let fill count low high =
        Array.init count (fun _ -> single (low + (high - low) * random.NextDouble()))

    let logits = fill (n * k) -4.0 4.0
    let positive = fill (n * k) 0.1 1.0
    let labels = [| 2; 0; 1; 2 |]

    let soft =
        fill (n * k) 0.05 1.0
        |> Array.chunkBySize k
        |> Array.collect (fun r -> r |> Array.map (fun v -> single (v / Array.sum r)))

    let hot =
        labels
        |> Array.collect (fun l -> Array.init k (fun j -> if j = l then 1.0 else 0.0))

    let rowWeights = fill n 0.25 1.5
    let classWeights = fill k 0.25 2.0
    let ones count = Array.create count 1.0

    for name, call in losses do
        let f = surpriseOf name

        for fromLogits in [ true; false ] do
            let prediction = if fromLogits then logits else positive

            for targetKind in [ "labels"; "one-hot"; "soft" ] do
                let y = if targetKind = "soft" then soft else hot
                let isLabels = (targetKind = "labels")

                for smoothing in [ 0.0; 0.125 ] do
                    for classWeighted in [ false; true ] do
                        let c = if classWeighted then classWeights else ones k

                        // One row of losses by definition, with the derivative in each element.
                        let rowLosses seedIndex =
                            prediction
                            |> Array.mapi (fun i v ->
                                { V = v
                                  D = (if i = seedIndex then 1.0 else 0.0) })
                            |> Array.chunkBySize k
                            |> Array.mapi (fun i row ->
                                let l =
                                    if fromLogits then
                                        Dual.logSoftmax row
                                    else
                                        Array.map Dual.log row

                                Dual.sum (
                                    seq {
                                        for j in 0 .. k - 1 do
                                            let t =
                                                (1.0 - smoothing) * y[i * k + j]
                                                + smoothing / float k

                                            if t * c[j] <> 0.0 then
                                                Dual.number (t * c[j]) * f l[j]
                                    }
                                ))

                        let closed = [| for i in 0 .. n * k - 1 -> rowLosses i |]

                        let shares =
                            Array.init n (fun i ->
                                Seq.sum (seq { for j in 0 .. k - 1 -> y[i * k + j] * c[j] }))

                        let shares = if classWeighted then shares else ones n

                        for weighted in [ false; true ] do
                            for masked in [ false; true ] do
                                for ignored in (if isLabels then [ false; true ] else [ false ]) do
                                    let kept =
                                        Array.init n (fun i ->
                                            if (masked && i = 1) || (ignored && i = 2) then
                                                0.0
                                            else
                                                1.0)

                                    let weights =
                                        Array.map2
                                            (*)
                                            kept
                                            (if weighted then rowWeights else ones n)

                                    for dtype in [ DType.Float32; DType.Float64 ] do
                                        for axis in [ 0; -1 ] do
                                            for reduction in
                                                [ Reduction.None; Reduction.Mean; Reduction.Sum ] do
                                                let label =
                                                    $"seed {seed}: {name} {dtype} {targetKind} {reduction}, logits {fromLogits}, smoothing {smoothing}, "
                                                    + $"class weights {classWeighted}, weights {weighted}, mask {masked}, ignored {ignored}, axis {axis}"

                                                let target =
                                                    if isLabels then
                                                        Tensor.Of(
                                                            labels
                                                            |> Array.mapi (fun i l ->
                                                                if ignored && i = 2 then
                                                                    -100
                                                                else
                                                                    l)
                                                        )
                                                    else
                                                        arranged axis y dtype

                                                let options =
                                                    { Smoothing = smoothing
                                                      Reduction = reduction
                                                      Weight =
                                                        (if weighted then
                                                             Tensor.Of rowWeights
                                                         else
                                                             null)
                                                      Mask =
                                                        (if masked then
                                                             Tensor.Of [| 1.0f; 0.0f; 1.0f; 1.0f |]
                                                         else
                                                             null)
                                                      ClassWeight =
                                                        (if classWeighted then
                                                             Tensor.Of classWeights
                                                         else
                                                             null)
                                                      Ignore =
                                                        (if ignored then
                                                             Nullable -100
                                                         else
                                                             Nullable())
                                                      FromLogits = fromLogits
                                                      Axis = axis }

                                                let expected =
                                                    reduced reduction weights shares closed[0]
                                                    |> Array.map (fun d -> d.V)

                                                let x = arranged axis prediction dtype
                                                let value = call x target options
                                                Assert.Equal(dtype, value.DType)
                                                near label dtype 4.0 expected (value.ToDoubles())

                                                let slope =
                                                    closed
                                                    |> Array.map (fun rows ->
                                                        reduced reduction weights shares rows
                                                        |> Array.sumBy (fun d -> d.D))

                                                if reduction = Reduction.Mean then
                                                    let gradient =
                                                        Differentiation.Gradient(
                                                            (fun p -> (call p target options).Sum()),
                                                            x
                                                        )

                                                    let gradient =
                                                        if axis = 0 then gradient.T else gradient

                                                    near
                                                        $"{label}, gradient"
                                                        dtype
                                                        10.0
                                                        slope
                                                        (gradient.ToDoubles())

/// An elementwise loss of one option against its closed form, with the gradient in each of its inputs.
let private element label (inputs: float[][]) (loss: Tensor[] -> Tensor) (form: Dual[] -> Dual) =
    for dtype in [ DType.Float32; DType.Float64 ] do
        let inputs = inputs |> Array.map (Array.map single)
        let x = inputs |> Array.map (fun v -> Tensor.Of(v).To dtype)
        let magnitude = inputs |> Seq.collect id |> Seq.map abs |> Seq.max

        let at which i =
            form (
                inputs
                |> Array.mapi (fun k v ->
                    { V = v[i]
                      D = (if k = which then 1.0 else 0.0) })
            )

        let indices = [| 0 .. inputs[0].Length - 1 |]

        near
            $"{label} {dtype}"
            dtype
            magnitude
            (indices |> Array.map (fun i -> (at 0 i).V))
            ((loss x).ToDoubles())

        for which in 0 .. inputs.Length - 1 do
            let gradient =
                Differentiation.Gradient(
                    (fun p -> (loss (Array.updateAt which p x)).Sum()),
                    x[which]
                )

            near
                $"{label} {dtype}, gradient in input {which}"
                dtype
                magnitude
                (indices |> Array.map (fun i -> (at which i).D))
                (gradient.ToDoubles())

[<Fact>]
let ``own options of losses of elements`` () =
    let number = Dual.number
    let z = [| -3.0; -0.5; 0.25; 2.0; 4.0 |]
    let mean = [| 0.5; 1.5; 2.0; 3.0; 0.75 |]
    let y = [| 1.25; 0.5; 3.0; 0.25; 2.0 |]
    let share = [| 0.0; 1.0; 0.25; 0.75; 1.0 |]
    let none = Reduction.None

    element
        "Poisson of a mean"
        [| mean; y |]
        (fun x -> Loss.PoissonNll(x[0], x[1], false, none))
        (fun x -> x[0] - x[1] * Dual.log x[0])

    element
        "Gamma of a mean"
        [| mean; y |]
        (fun x -> Loss.GammaNll(x[0], x[1], false, none))
        (fun x -> Dual.log x[0] + x[1] / x[0])

    for power in [ 0.0; 1.25; 1.5; 3.0 ] do
        let a, b = 2.0 - power, 1.0 - power

        let raised p x =
            if p = 0.0 then number 1.0 else Dual.power p x

        element
            $"Tweedie {power} of a mean"
            [| mean; y |]
            (fun x -> Loss.TweedieNll(x[0], x[1], power, false, none))
            (fun x -> raised a x[0] / number a - x[1] * raised b x[0] / number b)

        element
            $"Tweedie {power} of a log-mean"
            [| z |> Array.map (fun v -> v / 4.0); y |]
            (fun x -> Loss.TweedieNll(x[0], x[1], power, true, none))
            (fun x ->
                let m = Dual.exp x[0]
                raised a m / number a - x[1] * raised b m / number b)

    element
        "Gaussian, with its variance"
        [| z; y; mean |]
        (fun x -> Loss.GaussianNll(x[0], x[1], x[2], none))
        (fun x ->
            let r = x[0] - x[1]
            number 0.5 * (Dual.log x[2] + r * r / x[2]))

    element
        "positive weight"
        [| z; share |]
        (fun x -> Loss.BceWithLogits(x[0], x[1], none, posWeight = Tensor.op_Implicit 2.5))
        (fun x ->
            number 2.5 * x[1] * Dual.softplus (-x[0])
            + (number 1.0 - x[1]) * Dual.softplus x[0])

    // Its limits: Poisson at 1, Gamma at 2.
    let a, b = Tensor.Of z, Tensor.Of y

    for power, limit in [ 1.0, Loss.PoissonNll(a, b); 2.0, Loss.GammaNll(a, b) ] do
        Assert.Equal(limit.Item(), Loss.TweedieNll(a, b, power).Item())

[<Fact>]
let ``one-hot targets and labels have the same weighted mean`` () =
    let logits = Tensor.Of([| 1.0; -2.0; 0.5; 0.25; 3.0; -1.0 |]).Reshape(2, 3)
    let labels = Tensor.Of [| 2; 1 |]
    let hot = Tensor.OneHot(labels, 3)
    let weight = Tensor.Of [| 0.5; 2.0 |]
    let classWeight = Tensor.Of [| 1.0; 3.0; 0.25 |]

    let mean (target: Tensor) =
        Loss.CrossEntropy(logits, target, weight = weight, classWeight = classWeight).Item()

    Near.number "mean" 1e-15 1e-14 (mean labels) (mean hot)

[<Fact>]
let ``options that do not fit are refused by name`` () =
    let logits = Tensor.Of([| 1.0f; 2.0f; 3.0f; 4.0f |]).Reshape(2, 2)
    let labels = Tensor.Of [| 0; 1 |]

    let refused part (f: unit -> Tensor) =
        let error = Assert.ThrowsAny<SoftmaxException>(fun () -> f () |> ignore)
        Assert.Contains(part, error.Message)

    refused "weights of shape" (fun () ->
        Loss.Mse(logits, logits, weight = Tensor.Of [| 1.0; 2.0; 3.0 |]))

    refused "mask" (fun () ->
        Loss.CrossEntropy(logits, labels, mask = Tensor.Of [| 1.0; 0.0; 1.0 |]))

    refused "class weights" (fun () ->
        Loss.CrossEntropy(logits, labels, classWeight = Tensor.Of [| 1.0 |]))

    refused "ignoreIndex" (fun () -> Loss.CrossEntropy(logits, logits, ignoreIndex = 1))
    refused "axis" (fun () -> Loss.CrossEntropy(logits, labels, axis = 2))
    refused "tau" (fun () -> Loss.Quantile(logits, logits, 1.5))
    refused "power" (fun () -> Loss.TweedieNll(logits, logits, 0.5))
    refused "q is" (fun () -> Loss.GeneralizedCrossEntropy(logits, labels, 0.0))
    refused "gamma" (fun () -> Loss.Focal(logits, labels, -1.0))
    refused "Reduction 7" (fun () -> Loss.Mse(logits, logits, enum 7))
