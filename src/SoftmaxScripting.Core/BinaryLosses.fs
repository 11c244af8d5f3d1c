namespace SoftmaxScripting.Core

open System.Runtime.InteropServices
open LossGrammar

/// <summary>Losses of two classes, element by element; options as in <see cref="T:SoftmaxScripting.Core.RegressionLosses"/>.</summary>
[<AbstractClass>]
type BinaryLosses internal () =
    inherit RegressionLosses()

    /// <summary>
    /// Binary cross-entropy −[y log p + (1 − y) log(1 − p)] of probabilities p; 0 · log 0 counts as 0. Where p is sigmoid(z)
    /// within the same formula, the rewrites turn it into the stable form in z. Gradient (p − y) / (p(1 − p)).
    /// </summary>
    static member Bce
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "Bce" prediction target reduction weight mask (fun p y ->
            let one, zero = number 1.0, number 0.0
            let hit = Tensor.Where(y.NotEqualTo zero, y * p.Log(), zero)
            let miss = Tensor.Where(y.NotEqualTo one, (one - y) * (one - p).Log(), zero)
            -(hit + miss))

    /// <summary>
    /// Binary cross-entropy of logits z: log(1 + eᶻ) − z·y, finite for every z, with all digits also where it is near 0;
    /// gradient σ(z) − y. A positive weight c counts the positive share c times: c·y·log(1 + e⁻ᶻ) + (1 − y)·log(1 + eᶻ).
    /// </summary>
    static member BceWithLogits
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] posWeight: Tensor
        ) =
        elements "BceWithLogits" prediction target reduction weight mask (fun p y ->
            if isNull posWeight then
                p.Softplus() - p * y
            else
                posWeight.To p.DType * y * (-p).Softplus() + (number 1.0 - y) * p.Softplus())

    /// <summary>
    /// Binary focal loss of logits z: y·α·σ(−z)^γ·log(1 + e⁻ᶻ) + (1 − y)·(1 − α)·σ(z)^γ·log(1 + eᶻ) (Lin et al. 2017). With
    /// γ = 0 and α = ½ it is half the binary cross-entropy.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">γ is below 0 or α outside 0..1.</exception>
    static member BinaryFocal
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(2.0)>] gamma: float,
            [<Optional; DefaultParameterValue(0.25)>] alpha: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        if not (gamma >= 0.0 && alpha >= 0.0 && alpha <= 1.0) then
            raise (
                SoftmaxException
                    $"BinaryFocal: gamma is {gamma} and alpha {alpha}; they must be at least 0 and in 0..1."
            )

        elements "BinaryFocal" prediction target reduction weight mask (fun p y ->
            let hit, miss = (-p).Softplus(), p.Softplus()
            // σ(−z)^γ = exp(−γ log(1 + eᶻ)): its derivative stays finite where σ is 0.
            let eased (other: Tensor) = (number -gamma * other).Exp()

            number alpha * (y * (eased miss * hit))
            + number (1.0 - alpha) * ((number 1.0 - y) * (eased hit * miss)))

    /// <summary>
    /// The hinge max(0, Δ − y·z) for labels y = ±1; gradient −y inside the margin, 0 outside and at the kink y·z = Δ.
    /// </summary>
    static member Hinge
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(1.0)>] margin: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "Hinge" prediction target reduction weight mask (fun p y ->
            (number margin - y * p).Relu())

    /// <summary>
    /// The squared hinge max(0, Δ − y·z)² for labels y = ±1; gradient −2y·max(0, Δ − y·z).
    /// </summary>
    static member SquaredHinge
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(1.0)>] margin: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "SquaredHinge" prediction target reduction weight mask (fun p y ->
            let h = (number margin - y * p).Relu()
            h * h)

    /// <summary>
    /// log(1 + exp(−y·z)) for labels y = ±1; gradient −y·σ(−y·z).
    /// </summary>
    static member SoftMargin
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        elements "SoftMargin" prediction target reduction weight mask (fun p y ->
            (-(y * p)).Softplus())
