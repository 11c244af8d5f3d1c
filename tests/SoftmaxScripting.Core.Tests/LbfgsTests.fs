/// L-BFGS against the inverse Hessian written out as a matrix, and its line search against the strong Wolfe conditions.
module SoftmaxScripting.Core.Tests.LbfgsTests

open System
open SoftmaxScripting.Core
open Xunit

let private n = 5

let private dot (a: float[]) (b: float[]) =
    Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

/// A curved function of five numbers without symmetry, and its gradient.
let private evaluate (x: float[]) =
    let mutable value = 0.0
    let gradient = Array.zeroCreate<float> n

    for i in 0 .. n - 1 do
        let c = float (1 <<< i)
        value <- value + 0.5 * c * (x[i] - 1.0) ** 2.0 + 0.25 * x[i] ** 4.0
        gradient[i] <- gradient[i] + c * (x[i] - 1.0) + x[i] ** 3.0

    for i in 0 .. n - 2 do
        let d = x[i + 1] - Math.Sin x[i]
        value <- value + d * d
        gradient[i + 1] <- gradient[i + 1] + 2.0 * d
        gradient[i] <- gradient[i] - 2.0 * d * Math.Cos x[i]

    struct (value, gradient)

/// (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ, one pair after another from γI: the BFGS formula in its dense form.
let private inverseHessian (pairs: (float[] * float[]) list) =
    let start =
        match List.tryLast pairs with
        | Some(s, y) -> dot s y / dot y y
        | None -> 1.0

    let identity = Array2D.init n n (fun i j -> if i = j then 1.0 else 0.0)

    let multiply (a: float[,]) (b: float[,]) =
        Array2D.init n n (fun i j -> Seq.sum (seq { for k in 0 .. n - 1 -> a[i, k] * b[k, j] }))

    pairs
    |> List.fold
        (fun h (s, y) ->
            let rho = 1.0 / dot s y
            let left = Array2D.init n n (fun i j -> identity[i, j] - rho * s[i] * y[j])
            let right = Array2D.init n n (fun i j -> identity[i, j] - rho * y[i] * s[j])

            multiply (multiply left h) right
            |> Array2D.mapi (fun i j v -> v + rho * s[i] * s[j]))
        (identity |> Array2D.map (fun v -> start * v))

[<Fact>]
let ``each of the first steps goes along -H g and satisfies the strong Wolfe conditions`` () =
    let memory = 3
    let start = [| -1.0; 2.0; 0.5; -0.3; 3.0 |]
    let settings = Lbfgs(memory = memory, tolerance = 1e-12)
    let minimizer = Minimizer(settings, evaluate, start, [], 1e-14)
    let mutable x = start
    let mutable pairs: (float[] * float[]) list = []

    for k in 1..8 do
        let struct (value, gradient) = evaluate x
        Assert.Equal(Progress.Moved, minimizer.Iterate 1.0)
        let next = minimizer.Point
        let struct (nextValue, nextGradient) = evaluate next
        let step = Array.map2 (-) next x
        let h = inverseHessian pairs

        let expected =
            Array.init n (fun i -> -Seq.sum(seq { for j in 0 .. n - 1 -> h[i, j] * gradient[j] }))

        // The length is the line search's; the direction is the method's.
        let scale = Math.Sqrt(dot step step / dot expected expected)

        Near.arrays
            $"direction of step {k}"
            (1e-12 * Math.Sqrt(dot step step) + 1e-15)
            0.0
            (expected |> Array.map (fun d -> scale * d))
            step

        Assert.True(nextValue <= value + 1e-4 * dot gradient step, $"step {k} goes down enough")

        Assert.True(
            abs (dot nextGradient step) <= 0.9 * abs (dot gradient step),
            $"step {k} ends where the line is flat enough"
        )

        pairs <- pairs @ [ step, Array.map2 (-) nextGradient gradient ]
        pairs <- List.skip (max 0 (pairs.Length - memory)) pairs
        x <- next

[<Fact>]
let ``the minimum is reached, and then nothing moves`` () =
    let minimizer =
        Minimizer(Lbfgs(tolerance = 1e-10), evaluate, Array.create n 2.5, [], 1e-14)

    let mutable count = 0

    while minimizer.Iterate 1.0 = Progress.Moved do
        count <- count + 1

    Assert.Equal(Progress.Converged, minimizer.Iterate 1.0)
    Assert.InRange(count, 5, 40)
    Assert.True(minimizer.GradientNorm <= 1e-10)

[<Fact>]
let ``lines with a barrier, a far minimum or only rounding left are searched safely`` () =
    // −log(1 − x) + … is infinite from 1 on; the far minimum of the second is at 1000; the third does not fall any more.
    let along (f: float -> struct (float * float)) step =
        let struct (value, slope) = f step

        { Step = step
          Value = (if Double.IsNaN value then infinity else value)
          Slope = slope
          Gradient = [| slope |] }

    let find f first =
        LineSearch.find (along f) (along f 0.0) first 1e-14 25

    let barrier (x: float) =
        struct (-Math.Log(1.0 - x) - 3.0 * x, 1.0 / (1.0 - x) - 3.0)

    let point = find barrier 5.0
    Assert.InRange(point.Step, 0.0, 1.0)
    Assert.True(abs point.Slope <= 0.9 * 2.0 && point.Value < 0.0)

    let far (x: float) =
        struct ((x - 1000.0) ** 2.0, 2.0 * (x - 1000.0))

    let point = find far 0.01
    Assert.True(abs point.Slope <= 0.9 * 2000.0 && point.Value < 1e6)

    let flat (_: float) = struct (1.0, -1e-20)
    Assert.True((find flat 1.0).Value <= 1.0)
