namespace SoftmaxScripting.Core.Tests

open System
open SoftmaxScripting.Core
open Xunit

/// A number with its derivative in one input: what the losses are compared with, independent of the library.
[<Struct>]
type Dual =
    { V: float
      D: float }

    static member (+)(a: Dual, b: Dual) = { V = a.V + b.V; D = a.D + b.D }
    static member (-)(a: Dual, b: Dual) = { V = a.V - b.V; D = a.D - b.D }

    static member (*)(a: Dual, b: Dual) =
        { V = a.V * b.V
          D = a.D * b.V + a.V * b.D }

    static member (/)(a: Dual, b: Dual) =
        { V = a.V / b.V
          D = (a.D - a.V / b.V * b.D) / b.V }

    static member (~-)(a: Dual) = { V = -a.V; D = -a.D }

module Dual =
    let number v = { V = v; D = 0.0 }
    let private map (x: Dual) value slope = { V = value; D = slope * x.D }
    let exp x = map x (Math.Exp x.V) (Math.Exp x.V)
    let log x = map x (Math.Log x.V) (1.0 / x.V)
    let abs x = map x (Math.Abs x.V) (float (sign x.V))

    let tanh x =
        map x (Math.Tanh x.V) (1.0 - Math.Tanh x.V * Math.Tanh x.V)

    let sqrt x =
        map x (Math.Sqrt x.V) (0.5 / Math.Sqrt x.V)

    let power (p: float) x =
        map x (Math.Pow(x.V, p)) (p * Math.Pow(x.V, p - 1.0))

    let positive x = if x.V > 0.0 then x else number 0.0
    let sum (xs: Dual seq) = Seq.fold (+) (number 0.0) xs

    /// log(1 + x), with the digits of a small x: the series of the logarithm of (1 + s)/(1 − s), s = x/(2 + x).
    let log1p x =
        let s = x.V / (2.0 + x.V)

        let value =
            if Math.Abs s > 0.1 then
                Math.Log(1.0 + x.V)
            else
                2.0
                * Seq.sum (
                    seq { for n in 0..20 -> Math.Pow(s, float (2 * n + 1)) / float (2 * n + 1) }
                )

        map x value (1.0 / (1.0 + x.V))

    /// log(1 + eˣ).
    let softplus x =
        let e = log1p (exp (-(abs x)))
        let slope = 1.0 / (1.0 + Math.Exp -x.V)
        map x (max x.V 0.0 + e.V) slope

    let logSoftmax (o: Dual[]) =
        let top = number (o |> Array.map (fun v -> v.V) |> Array.max)
        let total = log (sum (o |> Array.map (fun v -> exp (v - top))))
        o |> Array.map (fun v -> v - top - total)

/// Closed forms of every loss, by name: of an element, or of a row.
module internal LossReferences =
    open Dual

    type Form =
        /// prediction, target, third input
        | Element of (Dual -> Dual -> Dual -> Dual)
        /// prediction's and target's rows, third input's row
        | Row of (Dual[] -> Dual[] -> Dual[] -> Dual)
        /// log p of a row, target's row
        | Divergence of (Dual[] -> Dual[] -> Dual)
        /// f(log p), whose expectation under the target is the loss of a row
        | Surprise of (Dual -> Dual)
        /// the row, its label
        | Label of (Dual[] -> int -> Dual)

    let n = Dual.number

    let private huber joint (a: Dual) (b: Dual) inner outer =
        if abs(a - b).V <= joint then
            inner (a - b)
        else
            outer (a - b)

    /// y log(y/x), 0 at y = 0.
    let private relative (y: Dual) (logY: Dual) (logX: Dual) =
        if y.V = 0.0 then n 0.0 else y * (logY - logX)

    let private norm (x: Dual[]) =
        sqrt (sum (x |> Array.map (fun v -> v * v)))

    /// The multi-class hinge of a row with this label.
    let multiClassMargin margin (o: Dual[]) label =
        sum (
            seq {
                for j in 0 .. o.Length - 1 do
                    if j <> label then
                        positive (n margin - o[label] + o[j])
            }
        )

    /// The mean binary cross-entropy of the classes of a row, each with its weight.
    let multiLabel (classWeight: float[]) (o: Dual[]) (y: Dual[]) =
        let each =
            Array.map3
                (fun c z y -> n c * (y * softplus (-z) + (n 1.0 - y) * softplus z))
                classWeight
                o
                y

        sum each / n (float o.Length)

    /// Within 8 units of float32, or 1e-12, of the larger of the truth and the magnitude of what it was computed from.
    let near label dtype magnitude (expected: float[]) (actual: float[]) =
        Assert.Equal(expected.Length, actual.Length)

        for i in 0 .. expected.Length - 1 do
            let larger = max magnitude (Math.Abs expected[i])

            let allowed =
                if dtype = DType.Float32 then
                    8.0 * Math.Pow(2.0, -23.0) * larger
                else
                    1e-12 * max 1.0 larger

            if not (Math.Abs(actual[i] - expected[i]) <= allowed) then
                Assert.Fail
                    $"{label}: element {i} is {actual[i]:R}, by its closed form {expected[i]:R}"

    let forms: Map<string, Form> =
        Map
            [ "L2", Element(fun p y _ -> n 0.5 * (p - y) * (p - y))
              "Mse", Element(fun p y _ -> (p - y) * (p - y))
              "L1", Element(fun p y _ -> abs (p - y))
              "Huber",
              Element(fun p y _ ->
                  huber 0.75 p y (fun r -> n 0.5 * r * r) (fun r -> n 0.75 * (abs r - n 0.375)))
              "SmoothL1",
              Element(fun p y _ ->
                  huber 0.75 p y (fun r -> r * r / n 1.5) (fun r -> abs r - n 0.375))
              "LogCosh",
              Element(fun p y _ ->
                  let a = abs (p - y)
                  // cosh r = 1 + 2 sinh²(r/2)
                  let h = n 0.5 * (exp (n 0.5 * a) - exp (n -0.5 * a))
                  log1p (n 2.0 * h * h))
              "Quantile",
              Element(fun p y _ -> n 0.25 * positive (y - p) + n 0.75 * positive (p - y))
              "Mape", Element(fun p y _ -> abs (p - y) / abs y)
              "Msle",
              Element(fun p y _ ->
                  let r = log ((n 1.0 + p) / (n 1.0 + y))
                  r * r)
              "PoissonNll", Element(fun z y _ -> exp z - y * z)
              "GammaNll", Element(fun z y _ -> z + y / exp z)
              "TweedieNll", Element(fun z y _ -> n 2.0 * sqrt (exp z) + n 2.0 * y / sqrt (exp z))
              "GaussianNll", Element(fun p y v -> n 0.5 * (log v + (p - y) * (p - y) / v))
              "Bce",
              Element(fun p y _ ->
                  (if y.V = 0.0 then n 0.0 else -(y * log p))
                  - (if y.V = 1.0 then n 0.0 else (n 1.0 - y) * log1p (-p)))
              "BceWithLogits", Element(fun z y _ -> y * softplus (-z) + (n 1.0 - y) * softplus z)
              "BinaryFocal",
              Element(fun z y _ ->
                  let right, wrong = n 1.0 / (n 1.0 + exp (-z)), n 1.0 / (n 1.0 + exp z)

                  n 0.25 * y * power 1.5 wrong * softplus (-z)
                  + n 0.75 * (n 1.0 - y) * power 1.5 right * softplus z)
              "Hinge", Element(fun z y _ -> positive (n 1.25 - y * z))
              "SquaredHinge", Element(fun z y _ -> power 2.0 (positive (n 1.25 - y * z)))
              "SoftMargin", Element(fun z y _ -> softplus (-(y * z)))
              "CrossEntropy", Surprise(fun l -> -l)
              "Nll", Surprise(fun l -> -l)
              "Focal", Surprise(fun l -> power 1.5 (n 1.0 - exp l) * -l)
              "Poly", Surprise(fun l -> n 2.0 * (n 1.0 - exp l) - l)
              "GeneralizedCrossEntropy", Surprise(fun l -> (n 1.0 - exp (n 0.7 * l)) / n 0.7)
              "Kl",
              Divergence(fun l y -> Array.map2 (fun (y: Dual) l -> relative y (log y) l) y l |> sum)
              "ReverseKl",
              Divergence(fun l y -> Array.map2 (fun y l -> exp l * (l - log y)) y l |> sum)
              "JensenShannon",
              Divergence(fun l y ->
                  Array.map2
                      (fun (y: Dual) l ->
                          let m = log (n 0.5 * (y + exp l))
                          n 0.5 * (relative y (log y) m + relative (exp l) l m))
                      y
                      l
                  |> sum)
              "MultiClassMargin", Label(multiClassMargin 1.25)
              "MultiLabel", Row(fun o y _ -> multiLabel (Array.create o.Length 1.0) o y)
              "Cosine", Row(fun a b _ -> n 1.0 - (Array.map2 (*) a b |> sum) / (norm a * norm b))
              "Triplet",
              Row(fun a p q ->
                  positive (n 1.0 + norm (Array.map2 (-) a p) - norm (Array.map2 (-) a q))) ]
