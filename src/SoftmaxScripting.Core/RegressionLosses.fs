namespace SoftmaxScripting.Core

open System.Runtime.InteropServices
open LossGrammar

/// <summary>
/// Losses of numbers, element by element. Each takes (prediction, target, its own parameters, reduction, weight, mask):
/// weights and mask have the shape of the losses or of their leading axes; a mean divides by Σ weights over what the mask
/// (not 0) keeps, and is 0 where nothing is kept.
/// </summary>
[<AbstractClass>]
type RegressionLosses internal () =

    /// y · log x, 0 where y is 0, also in the derivative.
    static let timesLog (y: Tensor) (x: Tensor) =
        let isHeld = y.NotEqualTo(number 0.0)
        Tensor.Where(isHeld, y * Tensor.Where(isHeld, x, number 1.0).Log(), number 0.0)

    /// <summary>
    /// Half the squared error ½(ŷ − y)²; gradient ŷ − y.
    /// </summary>
    static member L2
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "L2" prediction target reduction weight mask (fun p y ->
            let r = p - y
            number 0.5 * r * r)

    /// <summary>
    /// The squared error (ŷ − y)²; gradient 2(ŷ − y).
    /// </summary>
    static member Mse
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "Mse" prediction target reduction weight mask (fun p y ->
            let r = p - y
            r * r)

    /// <summary>
    /// The absolute error |ŷ − y|; gradient sign(ŷ − y), 0 at the kink ŷ = y.
    /// </summary>
    static member L1
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "L1" prediction target reduction weight mask (fun p y -> (p - y).Abs())

    /// <summary>
    /// Huber's loss of r = ŷ − y: ½r² where |r| ≤ δ, else δ(|r| − ½δ); gradient clamp(r, −δ, δ), whose own derivative
    /// jumps at ±δ (Huber 1964).
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">δ is not above 0.</exception>
    static member Huber
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(1.0)>] delta: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        positive "Huber" "delta" delta

        elements "Huber" prediction target reduction weight mask (fun p y ->
            let r = p - y
            let a = r.Abs()

            Tensor.Where(
                Tensor.op_LessThanOrEqual (a, number delta),
                number 0.5 * r * r,
                number delta * (a - number (0.5 * delta))
            ))

    /// <summary>
    /// Huber's loss divided by its joint β: r²/(2β) where |r| ≤ β, else |r| − ½β, r = ŷ − y; gradient clamp(r/β, −1, 1)
    /// (Girshick 2015, "Fast R-CNN").
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">β is not above 0.</exception>
    static member SmoothL1
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(1.0)>] beta: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        positive "SmoothL1" "beta" beta

        elements "SmoothL1" prediction target reduction weight mask (fun p y ->
            let r = p - y
            let a = r.Abs()

            Tensor.Where(
                Tensor.op_LessThanOrEqual (a, number beta),
                number (0.5 / beta) * r * r,
                a - number (0.5 * beta)
            ))

    /// <summary>
    /// log cosh(ŷ − y): ½r² for small r, |r| − log 2 for large; gradient tanh(ŷ − y).
    /// </summary>
    static member LogCosh
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "LogCosh" prediction target reduction weight mask (fun p y ->
            let r = p - y
            let a = r.Abs()
            let isSmall = Tensor.op_LessThan (a, number 1.0)
            // Either form loses its digits where the other keeps them; log cosh itself overflows.
            let t = Tensor.Where(isSmall, r, number 0.0).Tanh()

            Tensor.Where(
                isSmall,
                number -0.5 * (-(t * t)).Log1p(),
                a + (number -2.0 * a).Softplus() - number (System.Math.Log 2.0)
            ))

    /// <summary>
    /// The quantile (pinball) loss τ·max(y − ŷ, 0) + (1 − τ)·max(ŷ − y, 0), least at the τ-quantile; gradient −τ below y,
    /// 1 − τ above, 0 at the kink ŷ = y (Koenker and Bassett 1978).
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">τ is outside 0..1.</exception>
    static member Quantile
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(0.5)>] tau: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        if not (tau >= 0.0 && tau <= 1.0) then
            raise (SoftmaxException $"Quantile: tau is {tau}; it must lie in 0..1.")

        elements "Quantile" prediction target reduction weight mask (fun p y ->
            let r = p - y
            number tau * (-r).Relu() + number (1.0 - tau) * r.Relu())

    /// <summary>
    /// The absolute relative error |ŷ − y| / max(|y|, floor), a fraction rather than per cent; gradient
    /// sign(ŷ − y) / max(|y|, floor), 0 at the kink ŷ = y.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">The floor is not above 0.</exception>
    static member Mape
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(1e-7)>] floor: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        positive "Mape" "floor" floor

        elements "Mape" prediction target reduction weight mask (fun p y ->
            (p - y).Abs() / y.Abs().Maximum(number floor))

    /// <summary>
    /// The squared error of logarithms (log(1 + ŷ) − log(1 + y))², for ŷ, y above −1; gradient
    /// 2(log(1 + ŷ) − log(1 + y)) / (1 + ŷ).
    /// </summary>
    static member Msle
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "Msle" prediction target reduction weight mask (fun p y ->
            let r = p.Log1p() - y.Log1p()
            r * r)

    /// <summary>
    /// The Poisson negative log-likelihood without log y!: eᶻ − y·z of the log-mean z, gradient eᶻ − y; or with
    /// fromLog: false μ − y·log μ of the mean μ, gradient 1 − y/μ. 0 · log 0 counts as 0.
    /// </summary>
    static member PoissonNll
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(true)>] fromLog: bool,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "PoissonNll" prediction target reduction weight mask (fun p y ->
            if fromLog then p.Exp() - y * p else p - timesLog y p)

    /// <summary>
    /// The Gamma negative log-likelihood of shape 1 without terms in y alone: z + y·e⁻ᶻ of the log-mean z, gradient
    /// 1 − y·e⁻ᶻ; or with fromLog: false log μ + y/μ, gradient (μ − y)/μ².
    /// </summary>
    static member GammaNll
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(true)>] fromLog: bool,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "GammaNll" prediction target reduction weight mask (fun p y ->
            if fromLog then p + y * (-p).Exp() else p.Log() + y / p)

    /// <summary>
    /// The Tweedie negative log-likelihood of variance power ρ without terms in y alone: μ^(2−ρ)/(2−ρ) − y·μ^(1−ρ)/(1−ρ), its
    /// limits Poisson at ρ = 1 and Gamma at ρ = 2; gradient (μ − y)·μ^(−ρ) in μ, and times μ in the log-mean z = log μ, which
    /// the prediction is by default (Jørgensen 1987).
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">ρ lies between 0 and 1.</exception>
    static member TweedieNll
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(1.5)>] power: float,
            [<Optional; DefaultParameterValue(true)>] fromLog: bool,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        if power > 0.0 && power < 1.0 then
            raise (
                SoftmaxException
                    $"TweedieNll: no distribution has variance power {power}; it must not lie between 0 and 1."
            )

        if power = 1.0 then
            RegressionLosses.PoissonNll(prediction, target, fromLog, reduction, weight, mask)
        elif power = 2.0 then
            RegressionLosses.GammaNll(prediction, target, fromLog, reduction, weight, mask)
        else
            let a, b = 2.0 - power, 1.0 - power

            let raised (p: Tensor) (exponent: float) =
                if fromLog then
                    (number exponent * p).Exp()
                else
                    p.Pow(number exponent)

            elements "TweedieNll" prediction target reduction weight mask (fun p y ->
                raised p a / number a - y * raised p b / number b)

    /// <summary>
    /// The Gaussian negative log-likelihood without ½ log 2π: ½(log v + (ŷ − y)²/v) of mean ŷ and variance v > 0; gradients
    /// (ŷ − y)/v and ½(1/v − (ŷ − y)²/v²).
    /// </summary>
    static member GaussianNll
        (
            prediction: Tensor,
            target: Tensor,
            variance: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        recorded (fun () ->
            paired "GaussianNll" prediction target
            paired "GaussianNll" prediction variance
            let keep = kept "GaussianNll" mask prediction.Shape
            let r = hide keep prediction - hide keep target
            let v = hide keep variance

            number 0.5 * (v.Log() + r * r / v)
            |> reduce "GaussianNll" reduction weight keep null)
