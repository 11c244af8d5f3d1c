namespace SoftmaxScripting.Core

open System

/// A point on a line: how far along, the value there, the slope along the line and the gradient.
[<Struct>]
type internal LinePoint =
    { Step: float
      Value: float
      Slope: float
      Gradient: float[] }

/// Step lengths that satisfy the strong Wolfe conditions f(α) ≤ f(0) + c₁αf'(0) and |f'(α)| ≤ c₂|f'(0)|: algorithms 3.5
/// (bracketing) and 3.6 (zoom) of Nocedal and Wright, "Numerical Optimization" (2006), with cubic interpolation (3.59).
module internal LineSearch =

    let private sufficient = 1e-4
    let private curvature = 0.9

    /// Where the cubic through two points with their slopes is smallest; NaN where it has no minimum.
    let private cubicMinimum (a: LinePoint) (b: LinePoint) =
        let d1 = a.Slope + b.Slope - 3.0 * (a.Value - b.Value) / (a.Step - b.Step)
        let d2 = float (Math.Sign(b.Step - a.Step)) * Math.Sqrt(d1 * d1 - a.Slope * b.Slope)

        b.Step
        - (b.Step - a.Step) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2.0 * d2)

    /// A step well inside of an interval.
    let private between (a: LinePoint) (b: LinePoint) =
        let low, high = min a.Step b.Step, max a.Step b.Step
        let margin = 0.1 * (high - low)
        let guess = cubicMinimum a b

        if guess >= low + margin && guess <= high - margin then
            guess
        else
            (low + high) / 2.0

    /// The point found, or the best one if none satisfies the conditions after so many evaluations; `noise` is how much of a
    /// value's size is rounding: values closer than that are judged by their slopes alone, as the approximate conditions of
    /// Hager and Zhang (2005) do.
    let find
        (evaluate: float -> LinePoint)
        (origin: LinePoint)
        (first: float)
        (noise: float)
        (most: int)
        =
        let tolerance = noise * abs origin.Value
        let mutable evaluations = 0
        let mutable best = origin

        let at step =
            evaluations <- evaluations + 1
            let point = evaluate step

            if point.Value < best.Value || (best.Step = 0.0 && point.Value <= best.Value) then
                best <- point

            point

        let isLow (p: LinePoint) =
            p.Value <= origin.Value + sufficient * p.Step * origin.Slope
            || (p.Value <= origin.Value + tolerance
                && p.Slope <= (2.0 * sufficient - 1.0) * origin.Slope)

        let isFlat (p: LinePoint) =
            abs p.Slope <= -curvature * origin.Slope

        let rec zoom (low: LinePoint) (high: LinePoint) =
            if evaluations >= most || abs (high.Step - low.Step) <= 1e-16 * abs low.Step then
                best
            else
                let point =
                    at (
                        if Double.IsFinite high.Value then
                            between low high
                        else
                            (low.Step + high.Step) / 2.0
                    )

                if not (isLow point) || point.Value >= low.Value + tolerance then
                    zoom low point
                elif isFlat point then
                    point
                elif point.Slope * (high.Step - low.Step) >= 0.0 then
                    zoom point low
                else
                    zoom point high

        let rec bracket (before: LinePoint) (step: float) =
            let point = at step

            if
                not (isLow point)
                || (before.Step > 0.0 && point.Value >= before.Value + tolerance)
            then
                zoom before point
            elif isFlat point then
                point
            elif point.Slope >= 0.0 then
                zoom point before
            elif evaluations >= most then
                best
            else
                bracket point (2.0 * step)

        bracket origin first
