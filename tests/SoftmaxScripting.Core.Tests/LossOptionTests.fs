/// What only losses of elements take, against closed forms; targets of both kinds; options that are refused.
module SoftmaxScripting.Core.Tests.LossOptionTests

open System
open SoftmaxScripting.Core
open SoftmaxScripting.Core.Tests.LossReferences
open Xunit

let private single (x: float) = float (float32 x)

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
