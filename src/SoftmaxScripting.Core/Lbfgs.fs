namespace SoftmaxScripting.Core

open System
open System.Collections.Generic
open System.Runtime.InteropServices

/// <summary>
/// L-BFGS for all rows at once (Liu and Nocedal 1989, "On the limited memory BFGS method for large scale optimization"), with a
/// line search for the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6). Each epoch of Train makes some
/// iterations; training stops when the gradient vanishes.
/// </summary>
/// <param name="learningRate">The first length tried on every line but the first; 1 is Newton's.</param>
/// <param name="iterations">Iterations per epoch.</param>
/// <param name="memory">So many earlier steps tell the curvature.</param>
/// <param name="tolerance">The Euclidean norm of the gradient at which training stops.</param>
/// <param name="evaluations">At most so many evaluations of the loss on one line.</param>
[<Sealed>]
type Lbfgs
    (
        [<Optional; DefaultParameterValue(1.0)>] learningRate: float,
        [<Optional; DefaultParameterValue(20)>] iterations: int,
        [<Optional; DefaultParameterValue(10)>] memory: int,
        [<Optional; DefaultParameterValue(1e-7)>] tolerance: float,
        [<Optional; DefaultParameterValue(25)>] evaluations: int
    ) =
    inherit Optimizer("Lbfgs", learningRate)

    let atLeastOne what value =
        if value < 1 then
            raise (SoftmaxException $"Lbfgs: the {what} is {value}; it must be at least 1.")

    do
        atLeastOne "number of iterations" iterations
        atLeastOne "memory" memory
        atLeastOne "number of evaluations" evaluations
        UpdateChecks.notNegative "Lbfgs" "tolerance" tolerance

    /// <summary>Iterations per epoch.</summary>
    member _.Iterations = iterations

    /// <summary>So many earlier steps tell the curvature.</summary>
    member _.Memory = memory

    /// <summary>The Euclidean norm of the gradient at which training stops.</summary>
    member _.Tolerance = tolerance

    /// <summary>At most so many evaluations of the loss on one line.</summary>
    member _.Evaluations = evaluations

/// What an iteration came to.
[<RequireQualifiedAccess>]
type internal Progress =
    | Moved
    | Converged
    | Stuck

/// The iterations of L-BFGS in plain float64 numbers.
[<Sealed>]
type internal Minimizer
    (
        settings: Lbfgs,
        evaluate: Func<float[], struct (float * float[])>,
        start: float[],
        pairs: IEnumerable<struct (float[] * float[])>,
        noise: float
    ) =

    // Plain loops in order: the same bits everywhere.
    let dot (a: float[]) (b: float[]) =
        let mutable sum = 0.0

        for i in 0 .. a.Length - 1 do
            sum <- sum + a[i] * b[i]

        sum

    let mutable x = start
    let struct (firstValue, firstGradient) = evaluate.Invoke start
    let mutable value = firstValue
    let mutable gradient = firstGradient

    /// Steps and the changes of the gradient over them, the oldest first.
    let history = List<struct (float[] * float[])> pairs

    /// −H·g: algorithm 7.4 of Nocedal and Wright, with H₀ = sᵀy/yᵀy.
    let direction () =
        let q = Array.map (~-) gradient
        let weights = Array.zeroCreate<float> history.Count

        for k in history.Count - 1 .. -1 .. 0 do
            let struct (s, y) = history[k]
            let weight = dot s q / dot s y
            weights[k] <- weight

            for i in 0 .. q.Length - 1 do
                q[i] <- q[i] - weight * y[i]

        if history.Count > 0 then
            let struct (s, y) = history[history.Count - 1]
            let scale = dot s y / dot y y

            for i in 0 .. q.Length - 1 do
                q[i] <- scale * q[i]

        for k in 0 .. history.Count - 1 do
            let struct (s, y) = history[k]
            let weight = weights[k] - dot y q / dot s y

            for i in 0 .. q.Length - 1 do
                q[i] <- q[i] + weight * s[i]

        q

    let along (p: float[]) (step: float) =
        Array.map2 (fun x p -> x + step * p) x p

    /// Goes to the end of a line search; false where that is no better than the beginning.
    let advance (p: float[]) (slope: float) (first: float) =
        let origin =
            { Step = 0.0
              Value = value
              Slope = slope
              Gradient = gradient }

        let at step =
            let struct (value, gradient) = evaluate.Invoke(along p step)

            { Step = step
              Value = if Double.IsNaN value then infinity else value
              Slope = dot gradient p
              Gradient = gradient }

        let found = LineSearch.find at origin first noise settings.Evaluations

        if found.Step = 0.0 then
            false
        else
            let s = Array.map (fun p -> found.Step * p) p
            let y = Array.map2 (-) found.Gradient gradient

            // Without curvature along the step the inverse would not stay positive definite.
            if dot s y > 1e-16 * Math.Sqrt(dot s s * dot y y) then
                history.Add(struct (s, y))

                if history.Count > settings.Memory then
                    history.RemoveAt 0

            x <- along p found.Step
            value <- found.Value
            gradient <- found.Gradient
            true

    member _.Point = x
    member _.Value = value
    member _.History: IReadOnlyList<struct (float[] * float[])> = history
    member _.GradientNorm = Math.Sqrt(dot gradient gradient)

    /// One line search along the direction that the curvature known so far suggests.
    member this.Iterate(firstStep: float) : Progress =
        if this.GradientNorm <= settings.Tolerance then
            Progress.Converged
        else
            let p = direction ()
            let slope = dot gradient p
            // The first step has no scale of its own yet.
            let modest () =
                min 1.0 (1.0 / Array.sumBy abs gradient) * firstStep

            let isKnown = history.Count > 0

            if slope < 0.0 && advance p slope (if isKnown then firstStep else modest ()) then
                Progress.Moved
            elif isKnown then
                history.Clear()
                let steepest = Array.map (~-) gradient

                if advance steepest (dot gradient steepest) (modest ()) then
                    Progress.Moved
                else
                    Progress.Stuck
            else
                Progress.Stuck
