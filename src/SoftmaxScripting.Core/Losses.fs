namespace SoftmaxScripting.Core

open System.Runtime.InteropServices

/// <summary>What becomes of the losses of the single elements or rows.</summary>
type Reduction =
    /// <summary>They are returned as they are.</summary>
    | None = 0
    /// <summary>Their mean: divided by the number of losses (elements, or rows for losses of rows).</summary>
    | Mean = 1
    /// <summary>Their sum.</summary>
    | Sum = 2

/// <summary>
/// Losses as plain formulas over tensors, written as one would write one's own; the rewrites make them stable and fast.
/// Each takes (prediction, target) and returns one number, or with <see cref="F:SoftmaxScripting.Core.Reduction.None"/>
/// one loss per element (regression) or per row (classification; rows lie along the last axis).
/// </summary>
[<AbstractClass; Sealed>]
type Loss private () =

    static let reduce (reduction: Reduction) (losses: Tensor) =
        match reduction with
        | Reduction.None -> losses
        | Reduction.Mean -> losses.Mean()
        | Reduction.Sum -> losses.Sum()
        | other ->
            raise (SoftmaxException $"Reduction {int other} is unknown; use None, Mean or Sum.")

    static let number (value: float) = Tensor.op_Implicit value

    /// Elements pair up one to one: broadcasting a loss's target is nearly always a mistake.
    static let paired name (prediction: Tensor) (target: Tensor) =
        if target.DType = DType.Int32 then
            raise (
                DTypeException(
                    name,
                    $"the target of shape {target.Shape} holds class indices (int32), and this loss compares numbers; use OneHot(labels, classes)"
                )
            )

        if not (prediction.Shape.Equals target.Shape) then
            raise (
                ShapeException(
                    name,
                    $"prediction {prediction.Shape} and target {target.Shape} must have the same shape"
                    + (if prediction.Size = target.Size then
                           "; reshape one of them"
                       else
                           "")
                )
            )

    static let isIndices (target: Tensor) =
        target.DType = DType.Int32 || target.DType = DType.UInt8

    /// log p with −∞ raised to the lowest finite number, so that 0 · log 0 is 0 and the gradient in y is −log p everywhere.
    static let lift (logProbability: Tensor) =
        Tensor.Wrap(Build.lift logProbability.Expr)

    /// −Σ y log p along the last axis, for labels or rows of probabilities; 0 · log 0 counts as 0.
    static let expectedSurprise name (logProbabilities: Tensor) (target: Tensor) =
        if logProbabilities.Rank = 0 then
            raise (ShapeException(name, "a scalar has no classes; give [rows, classes]"))

        if isIndices target then
            let expected = Shapes.without logProbabilities.Shape [| logProbabilities.Rank - 1 |]

            if not (target.Shape.Equals expected) then
                raise (
                    ShapeException(
                        name,
                        $"class labels of shape {target.Shape} do not fit prediction {logProbabilities.Shape}; expected {expected}, one label per row"
                    )
                )

            -(logProbabilities.Pick target)
        else
            paired name logProbabilities target

            -((target * lift logProbabilities).Sum(-1))

    /// <summary>Half the squared error ½(ŷ − y)²; gradient ŷ − y.</summary>
    static member L2
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction
        ) =
        paired "L2" prediction target
        let r = prediction - target
        reduce reduction (number 0.5 * r * r)

    /// <summary>The squared error (ŷ − y)²; gradient 2(ŷ − y).</summary>
    static member Mse
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction
        ) =
        paired "Mse" prediction target
        let r = prediction - target
        reduce reduction (r * r)

    /// <summary>The absolute error |ŷ − y|; gradient sign(ŷ − y), 0 at the kink ŷ = y.</summary>
    static member L1
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction
        ) =
        paired "L1" prediction target
        reduce reduction ((prediction - target).Abs())

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
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction
        ) =
        if not (delta > 0.0) then
            raise (SoftmaxException $"Huber: delta is {delta}; it must be above 0.")

        paired "Huber" prediction target
        let r = prediction - target
        let a = r.Abs()

        let losses =
            Tensor.Where(
                Tensor.op_LessThanOrEqual (a, number delta),
                number 0.5 * r * r,
                number delta * (a - number (0.5 * delta))
            )

        reduce reduction losses

    /// <summary>
    /// Cross-entropy −Σ y log softmax(o) of logits [rows, classes]. The target is class labels (int32, [rows]) or a
    /// distribution per row (one-hot or soft, [rows, classes]). With label smoothing ε the target becomes
    /// (1 − ε)·y + ε/K (Szegedy et al. 2016, §7). Gradient in the logits: softmax(o) − y (for rows of y that sum to 1).
    /// The mean divides by the number of rows.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">The smoothing is outside 0..1.</exception>
    /// <exception cref="T:SoftmaxScripting.Core.IndexException">A label is outside 0..K−1 (found when the loss is computed).</exception>
    static member CrossEntropy
        (
            logits: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(0.0)>] labelSmoothing: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction
        ) =
        if not (labelSmoothing >= 0.0 && labelSmoothing <= 1.0) then
            raise (
                SoftmaxException $"CrossEntropy: label smoothing {labelSmoothing} is outside 0..1."
            )

        let logProbabilities = logits.LogSoftmax()
        let losses = expectedSurprise "CrossEntropy" logProbabilities target

        if labelSmoothing = 0.0 then
            reduce reduction losses
        else
            // −Σ ((1 − ε) y + ε/K) log p: the second part is the mean surprise over all classes.
            let uniform = -(logProbabilities.Mean -1)

            reduce
                reduction
                (number (1.0 - labelSmoothing) * losses + number labelSmoothing * uniform)

    /// <summary>
    /// The negative log-likelihood −log p of log-probabilities [rows, classes]: −logp[y] for labels, −Σ y log p for a
    /// distribution per row. The mean divides by the number of rows.
    /// </summary>
    static member Nll
        (
            logProbabilities: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction
        ) =
        reduce reduction (expectedSurprise "Nll" logProbabilities target)

    /// <summary>
    /// Binary cross-entropy −[y log p + (1 − y) log(1 − p)] of probabilities p, element by element. Where p is
    /// sigmoid(z) within the same formula, the rewrites turn it into the stable form in z.
    /// </summary>
    static member Bce
        (
            probability: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction
        ) =
        paired "Bce" probability target
        let one = number 1.0
        let zero = number 0.0
        // 0 · log 0 counts as 0: a certain and correct prediction costs nothing.
        let hit = Tensor.Where(target.NotEqualTo zero, target * probability.Log(), zero)

        let miss =
            Tensor.Where(target.NotEqualTo one, (one - target) * (one - probability).Log(), zero)

        reduce reduction (-(hit + miss))

    /// <summary>
    /// Binary cross-entropy of logits z, element by element: log(1 + eᶻ) − z·y, finite for every z; gradient σ(z) − y.
    /// </summary>
    static member BceWithLogits
        (
            logits: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction
        ) =
        paired "BceWithLogits" logits target
        reduce reduction (logits.Softplus() - logits * target)
