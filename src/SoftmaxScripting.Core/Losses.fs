namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices
open LossGrammar

/// <summary>
/// Losses as plain formulas over tensors, written as one would write one's own; the rewrites make them stable and fast.
/// Each takes (prediction, target, its own parameters, reduction, weight, mask, further options) and returns one number, or
/// with <see cref="F:SoftmaxScripting.Core.Reduction.None"/> one loss per element (regression, two classes) or per row
/// (classification; the classes lie along <c>axis</c>, the last by default). Weights and mask have the shape of the losses
/// or of their leading axes. A mean divides by the sum of the weights of what is neither masked nor ignored.
/// </summary>
[<AbstractClass>]
type Loss private () =
    inherit BinaryLosses()

    static let scaleOf fromLogits =
        if fromLogits then Scale.Logits else Scale.Probabilities

    static let logOf fromLogits (o: Tensor) =
        if fromLogits then o.LogSoftmax() else o.Log()

    /// log x where x counts, 0 elsewhere.
    static let logOfHeld isHeld (x: Tensor) =
        Tensor.Where(isHeld, x, number 1.0).Log()

    /// −(1 − p)^γ log p of l = log p, and its limit 0 at p = 1, where the derivative of the power alone may be infinite.
    static let focused (gamma: float) (l: Tensor) =
        let isOpen = Tensor.op_LessThan (l, number 0.0)
        let inside = Tensor.Where(isOpen, l, number -1.0)
        Tensor.Where(isOpen, (-(inside.Expm1())).Pow(number gamma) * -inside, number 0.0)

    /// ‖x‖ along the last axis, scaled so that no square overflows; derivative 0 at 0.
    static let length (x: Tensor) =
        let largest = x.Abs().Max(-1, true).StopGradient()
        let isZero = largest.EqualTo(number 0.0)
        let scale = Tensor.Where(isZero, number 1.0, largest)
        let y = x / scale
        let squares = Tensor.Where(isZero, number 1.0, (y * y).Sum(-1, true))
        (Tensor.Where(isZero, number 0.0, squares.Sqrt() * scale)).Sum -1

    /// x/‖x‖ along the last axis, 0 for a vector of zeros.
    static let direction (x: Tensor) =
        let largest = x.Abs().Max(-1, true).StopGradient()
        let isZero = largest.EqualTo(number 0.0)
        let y = x / Tensor.Where(isZero, number 1.0, largest)
        let squares = Tensor.Where(isZero, number 1.0, (y * y).Sum(-1, true))
        Tensor.Where(isZero, number 0.0, y / squares.Sqrt())

    /// <summary>
    /// Cross-entropy −Σ y log softmax(o) of logits [rows, classes]. The target is class labels (int32, [rows]) or a
    /// distribution per row (one-hot or soft, [rows, classes]). With label smoothing ε the target becomes
    /// (1 − ε)·y + ε/K (Szegedy et al. 2016, §7). Gradient in the logits: softmax(o) − y (for rows of y that sum to 1).
    /// The mean divides by the number of rows, or by Σ w·c with sample weights w and class weights c (of the label; Σ y c for a
    /// distribution). A label's loss keeps its relative precision also near 0.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">The smoothing is outside 0..1.</exception>
    static member CrossEntropy
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(0.0)>] labelSmoothing: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] classWeight: Tensor,
            [<Optional>] ignoreIndex: Nullable<int>,
            [<Optional; DefaultParameterValue(true)>] fromLogits: bool,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        expectedSurprise
            "CrossEntropy"
            (scaleOf fromLogits)
            prediction
            target
            labelSmoothing
            reduction
            weight
            mask
            classWeight
            ignoreIndex
            axis
            (~-)

    /// <summary>
    /// The negative log-likelihood −log p of log-probabilities [rows, classes]: −logp[y] for labels, −Σ y log p for a
    /// distribution per row. The mean divides as that of CrossEntropy.
    /// </summary>
    static member Nll
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] classWeight: Tensor,
            [<Optional>] ignoreIndex: Nullable<int>,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        expectedSurprise
            "Nll"
            Scale.LogProbabilities
            prediction
            target
            0.0
            reduction
            weight
            mask
            classWeight
            ignoreIndex
            axis
            (~-)

    /// <summary>
    /// Focal loss −(1 − p_y)^γ log p_y, p = softmax(o) (Lin et al. 2017); with γ = 0 it is the cross-entropy. For a
    /// distribution Σ y (1 − p)^γ (−log p). Weights α per class are the class weights. The mean divides as that of CrossEntropy.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">γ is below 0, or the smoothing outside 0..1.</exception>
    static member Focal
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(2.0)>] gamma: float,
            [<Optional; DefaultParameterValue(0.0)>] labelSmoothing: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] classWeight: Tensor,
            [<Optional>] ignoreIndex: Nullable<int>,
            [<Optional; DefaultParameterValue(true)>] fromLogits: bool,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        if not (gamma >= 0.0) then
            raise (SoftmaxException $"Focal: gamma is {gamma}; it must be at least 0.")

        expectedSurprise
            "Focal"
            (scaleOf fromLogits)
            prediction
            target
            labelSmoothing
            reduction
            weight
            mask
            classWeight
            ignoreIndex
            axis
            (focused gamma)

    /// <summary>
    /// Cross-entropy plus ε(1 − p_y), p = softmax(o) (Leng et al. 2022, "PolyLoss"); with ε = 0 it is the cross-entropy. The
    /// mean divides as that of CrossEntropy.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">The smoothing is outside 0..1.</exception>
    static member Poly
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(1.0)>] epsilon: float,
            [<Optional; DefaultParameterValue(0.0)>] labelSmoothing: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] classWeight: Tensor,
            [<Optional>] ignoreIndex: Nullable<int>,
            [<Optional; DefaultParameterValue(true)>] fromLogits: bool,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        expectedSurprise
            "Poly"
            (scaleOf fromLogits)
            prediction
            target
            labelSmoothing
            reduction
            weight
            mask
            classWeight
            ignoreIndex
            axis
            (fun l -> -l - number epsilon * l.Expm1())

    /// <summary>
    /// (1 − p_y^q)/q, p = softmax(o): the cross-entropy for q → 0, 1 − p_y for q = 1, less moved by wrong labels the larger q
    /// (Zhang and Sabuncu 2018). The mean divides as that of CrossEntropy.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">q is not in (0, 1], or the smoothing outside 0..1.</exception>
    static member GeneralizedCrossEntropy
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(0.7)>] q: float,
            [<Optional; DefaultParameterValue(0.0)>] labelSmoothing: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] classWeight: Tensor,
            [<Optional>] ignoreIndex: Nullable<int>,
            [<Optional; DefaultParameterValue(true)>] fromLogits: bool,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        if not (q > 0.0 && q <= 1.0) then
            raise (
                SoftmaxException
                    $"GeneralizedCrossEntropy: q is {q}; it must be above 0 and at most 1."
            )

        expectedSurprise
            "GeneralizedCrossEntropy"
            (scaleOf fromLogits)
            prediction
            target
            labelSmoothing
            reduction
            weight
            mask
            classWeight
            ignoreIndex
            axis
            (fun l -> (number q * l).Expm1() / number -q)

    /// <summary>
    /// The Kullback–Leibler divergence Σ y (log y − log p) of each row, p = softmax(o) (or the prediction itself with
    /// fromLogits: false); 0 · log 0 counts as 0. Gradient in the logits softmax(o) − y. The mean divides by the number of rows.
    /// </summary>
    static member Kl
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(true)>] fromLogits: bool,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        rows "Kl" prediction target axis reduction weight mask (fun o y ->
            let isHeld = y.NotEqualTo(number 0.0)
            let surplus = logOfHeld isHeld y - lift (logOf fromLogits o)
            Tensor.Where(isHeld, y * surplus, number 0.0).Sum -1)

    /// <summary>
    /// The reverse divergence Σ p (log p − log y) of each row, p = softmax(o); infinite where p is not 0 and y is. Gradient in the
    /// logits p_j (log p_j − log y_j − loss). The mean divides by the number of rows.
    /// </summary>
    static member ReverseKl
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(true)>] fromLogits: bool,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        rows "ReverseKl" prediction target axis reduction weight mask (fun o y ->
            let l = lift (logOf fromLogits o)
            (l.Exp() * (l - y.Log())).Sum -1)

    /// <summary>
    /// The Jensen–Shannon divergence ½KL(y‖m) + ½KL(p‖m) of each row, m = (y + p)/2, p = softmax(o): symmetric, in 0..log 2
    /// (Lin 1991). The mean divides by the number of rows.
    /// </summary>
    static member JensenShannon
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(true)>] fromLogits: bool,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        rows "JensenShannon" prediction target axis reduction weight mask (fun o y ->
            let isHeld = y.NotEqualTo(number 0.0)
            let l = lift (logOf fromLogits o)
            let p = l.Exp()
            let total = p + y

            let middle =
                number 0.5 * Tensor.Where(total.NotEqualTo(number 0.0), total, number 1.0)

            let middle = middle.Log()
            // Where a distribution is 0 it adds nothing, also to the derivative.
            let ofTarget = Tensor.Where(isHeld, y * (logOfHeld isHeld y - middle), number 0.0)
            let isPossible = p.NotEqualTo(number 0.0)
            let ofPrediction = Tensor.Where(isPossible, p * (l - middle), number 0.0)
            number 0.5 * (ofTarget + ofPrediction).Sum -1)

    /// <summary>
    /// The multi-class hinge Σ over j ≠ y of max(0, Δ − (o_y − o_j)) of each row, for class labels y (Weston and Watkins 1999); kinks
    /// where o_y − o_j = Δ, gradient 0 there. The mean divides as that of CrossEntropy.
    /// </summary>
    static member MultiClassMargin
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(1.0)>] margin: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] classWeight: Tensor,
            [<Optional>] ignoreIndex: Nullable<int>,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        labelled
            "MultiClassMargin"
            prediction
            target
            ignoreIndex
            axis
            reduction
            weight
            mask
            (fun o y ->
                let classWeight = checkedClassWeight "MultiClassMargin" classWeight o
                let own = o.Pick(y).Reshape(Array.append (y.Shape.ToArray()) [| 1 |])
                let violations = (number margin - (own - o)).Relu()
                let others = number 1.0 - Tensor.OneHot(y, o.Shape[-1])
                let losses = (Tensor.Where(others, violations, number 0.0)).Sum -1

                if isNull classWeight then
                    struct (losses, null)
                else
                    let share = classWeight.Gather y
                    struct (share * losses, share))

    /// <summary>
    /// One binary cross-entropy per class, averaged over the classes of each row: Σ c_j (log(1 + eᶻ) − z·y) / K for independent
    /// labels y in 0..1; gradient c_j (σ(z) − y)/K. The mean divides by the number of rows (or Σ w), not by class weights.
    /// </summary>
    static member MultiLabel
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] classWeight: Tensor,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        rows "MultiLabel" prediction target axis reduction weight mask (fun o y ->
            let classWeight = checkedClassWeight "MultiLabel" classWeight o
            let each = o.Softplus() - o * y
            (if isNull classWeight then each else classWeight * each).Mean -1)

    /// <summary>
    /// 1 − cos of the angle between prediction and target along an axis, computed as ½‖p/‖p‖ − t/‖t‖‖²; a vector of zeros has no
    /// direction: its loss is ½ against any other, with gradient 0. The mean divides by the number of vectors.
    /// </summary>
    static member Cosine
        (
            prediction: Tensor,
            target: Tensor,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor,
            [<Optional; DefaultParameterValue(-1)>] axis: int
        ) =
        rows "Cosine" prediction target axis reduction weight mask (fun o y ->
            let d = direction o - direction y
            number 0.5 * (d * d).Sum -1)

    /// <summary>
    /// The triplet loss max(0, Δ + ‖a − p‖ − ‖a − n‖) of anchor, positive and negative along the last axis (Schroff et al. 2015);
    /// kinks where it becomes 0 and where a distance is 0, gradient 0 there. The mean divides by the number of triplets.
    /// </summary>
    static member Triplet
        (
            anchor: Tensor,
            positive: Tensor,
            negative: Tensor,
            [<Optional; DefaultParameterValue(1.0)>] margin: float,
            [<Optional; DefaultParameterValue(Reduction.Mean)>] reduction: Reduction,
            [<Optional; DefaultParameterValue(null: Tensor)>] weight: Tensor,
            [<Optional; DefaultParameterValue(null: Tensor)>] mask: Tensor
        ) =
        recorded (fun () ->
            paired "Triplet" anchor positive
            paired "Triplet" anchor negative

            if anchor.Rank = 0 then
                raise (ShapeException("Triplet", "a scalar is no vector; give [rows, features]"))

            let keep = kept "Triplet" mask (Shapes.without anchor.Shape [| anchor.Rank - 1 |])

            let held: Tensor =
                if isNull keep then
                    null
                else
                    keep.Reshape(Array.append (keep.Shape.ToArray()) [| 1 |])

            let a = hide held anchor
            let distance (other: Tensor) = length (a - hide held other)

            (number margin + distance positive - distance negative).Relu()
            |> reduce "Triplet" reduction weight keep null)
