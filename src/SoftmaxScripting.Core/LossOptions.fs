namespace SoftmaxScripting.Core

open System

/// <summary>What becomes of the losses of the single elements or rows.</summary>
type Reduction =
    /// <summary>They are returned as they are, times their weights; 0 where they are masked.</summary>
    | None = 0
    /// <summary>
    /// Their weighted mean Σwl / Σw over what is neither masked nor ignored; without weights w is 1, so that the divisor is
    /// the number of losses. Where nothing is left it is 0, with gradient 0.
    /// </summary>
    | Mean = 1
    /// <summary>Their weighted sum Σwl.</summary>
    | Sum = 2

/// What losses share: weights, masks, reductions and the axis of the classes, so that each loss is one formula.
module internal LossGrammar =

    let number (value: float) = Tensor.op_Implicit value

    /// Masked predictions and targets are replaced by a number that every loss accepts, so that whatever they held
    /// reaches neither the value nor the gradient.
    let private placeholder = number 0.5

    /// Records the formula as a whole: the rewrites see it also where a loss is called outside a transformation.
    let recorded (formula: unit -> Tensor) =
        Tensor.Wrap(Trace.Run(fun () -> formula().Expr))

    let isIndices (target: Tensor) =
        target.DType = DType.Int32 || target.DType = DType.UInt8

    /// Elements pair up one to one: broadcasting a loss's target is nearly always a mistake.
    let paired name (prediction: Tensor) (target: Tensor) =
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

    /// A parameter that must lie above 0.
    let positive name parameter (value: float) =
        if not (value > 0.0) then
            raise (SoftmaxException $"{name}: {parameter} is {value}; it must be above 0.")

    /// Weights or a mask in the shape of the losses: its leading axes, one entry per row, or all of them.
    let private spread name what (losses: Shape) (x: Tensor) =
        let fits =
            x.Rank <= losses.Rank
            && Seq.forall
                (fun a -> x.Shape[a] = losses[a] || x.Shape[a] = 1)
                (seq { 0 .. x.Rank - 1 })

        if not fits then
            raise (
                ShapeException(
                    name,
                    $"{what} of shape {x.Shape} do not fit losses of shape {losses}; give one for each, or one per entry of the leading axes"
                )
            )

        let padded =
            Array.append (x.Shape.ToArray()) (Array.create (losses.Rank - x.Rank) 1)

        x.Reshape(padded).BroadcastTo(losses.ToArray())

    /// 1 where a loss counts; null where all do.
    let kept name (mask: Tensor) (losses: Shape) : Tensor =
        if isNull mask then
            null
        else
            (spread name "the mask's entries" losses mask).NotEqualTo(number 0.0)

    let hide (keep: Tensor) (x: Tensor) =
        if isNull keep then
            x
        else
            Tensor.Where(keep, x, placeholder)

    /// The reduction of losses that contain their own factors. `share` is what each of them adds to the divisor of a mean
    /// besides its sample weight (the weight of its class); null stands for 1 everywhere.
    let reduce
        name
        (reduction: Reduction)
        (weight: Tensor)
        (keep: Tensor)
        (share: Tensor)
        (losses: Tensor)
        =
        let weight =
            if isNull weight then
                if isNull keep then null else keep.To losses.DType
            else
                let weight = (spread name "the weights" losses.Shape weight).To losses.DType

                if isNull keep then
                    weight
                else
                    Tensor.Where(keep, weight, number 0.0)

        let weighted = if isNull weight then losses else weight * losses

        match reduction with
        | Reduction.None -> weighted
        | Reduction.Sum -> weighted.Sum()
        | Reduction.Mean when isNull weight && isNull share -> losses.Mean()
        | Reduction.Mean ->
            let divisor =
                if isNull share then weight.Sum()
                elif isNull weight then share.Sum()
                else (weight * share).Sum()

            let isPositive = divisor.NotEqualTo(number 0.0)
            weighted.Sum() / Tensor.Where(isPositive, divisor, number 1.0)
        | other ->
            raise (SoftmaxException $"Reduction {int other} is unknown; use None, Mean or Sum.")

    /// A loss of each element.
    let elements
        name
        (prediction: Tensor)
        (target: Tensor)
        (reduction: Reduction)
        (weight: Tensor)
        (mask: Tensor)
        (formula: Tensor -> Tensor -> Tensor)
        =
        recorded (fun () ->
            paired name prediction target
            let keep = kept name mask prediction.Shape

            formula (hide keep prediction) (hide keep target)
            |> reduce name reduction weight keep null)

    /// The tensor with this axis as its last, which is that of the classes.
    let private lastAxis axis (x: Tensor) =
        let others = [| 0 .. x.Rank - 1 |] |> Array.filter (fun a -> a <> axis)
        x.Permute(Array.append others [| axis |])

    let private classAxis name (prediction: Tensor) (axis: int) =
        if prediction.Rank = 0 then
            raise (ShapeException(name, "a scalar has no classes; give [rows, classes]"))

        Shapes.axis name prediction.Shape axis

    let private rowsOf (x: Tensor) = Shapes.without x.Shape [| x.Rank - 1 |]

    /// One more axis of size 1, along the classes.
    let private column (x: Tensor) : Tensor =
        if isNull x then
            null
        else
            x.Reshape(Array.append (x.Shape.ToArray()) [| 1 |])

    /// A loss of each row of a pair of tensors of one shape; the formula gets the rows along the last axis.
    let rows
        name
        (prediction: Tensor)
        (target: Tensor)
        (axis: int)
        (reduction: Reduction)
        (weight: Tensor)
        (mask: Tensor)
        (formula: Tensor -> Tensor -> Tensor)
        =
        recorded (fun () ->
            paired name prediction target
            let axis = classAxis name prediction axis
            let p, t = lastAxis axis prediction, lastAxis axis target
            let keep = kept name mask (rowsOf p)
            let column = column keep

            formula (hide column p) (hide column t)
            |> reduce name reduction weight keep null)

    /// The weights of the classes, [classes], or null.
    let checkedClassWeight name (classWeight: Tensor) (p: Tensor) : Tensor =
        if isNull classWeight then
            null
        elif not (classWeight.Shape.Equals(Shape.Of p.Shape[-1])) then
            raise (
                ShapeException(
                    name,
                    $"class weights of shape {classWeight.Shape} do not fit {p.Shape[-1]} classes; expected [{p.Shape[-1]}]"
                )
            )
        else
            classWeight.To p.DType

    /// A loss of each row from class labels; the formula gets the rows along the last axis, and labels that are all
    /// within the classes (0 where the row is masked or ignored).
    let labelled
        name
        (prediction: Tensor)
        (target: Tensor)
        (ignoreIndex: Nullable<int>)
        (axis: int)
        (reduction: Reduction)
        (weight: Tensor)
        (mask: Tensor)
        (formula: Tensor -> Tensor -> struct (Tensor * Tensor))
        =
        recorded (fun () ->
            let p = lastAxis (classAxis name prediction axis) prediction
            let shape = rowsOf p

            if not (target.Shape.Equals shape) then
                raise (
                    ShapeException(
                        name,
                        $"class labels of shape {target.Shape} do not fit prediction {prediction.Shape}; expected {shape}, one label per row"
                    )
                )

            let keep = kept name mask shape

            let keep =
                if not ignoreIndex.HasValue then
                    keep
                else
                    let isLabel = target.NotEqualTo(number (float ignoreIndex.Value))
                    if isNull keep then isLabel else keep * isLabel

            let labels =
                if isNull keep then
                    target
                else
                    (target.ToFloat() * keep).To DType.Int32

            let struct (losses, share) = formula (hide (column keep) p) labels
            reduce name reduction weight keep share losses)

    /// log p with −∞ raised to the lowest finite number, so that 0 · log 0 is 0 and the gradient in y is −log p everywhere.
    let lift (logProbability: Tensor) =
        Tensor.Wrap(Build.lift logProbability.Expr)

    /// What a prediction along the last axis is.
    [<RequireQualifiedAccess>]
    type Scale =
        | Logits
        | Probabilities
        | LogProbabilities

    /// The expected surprise Σ y f(log p) of each row, for labels or a distribution y, with weights of classes and label
    /// smoothing: y becomes (1 − ε)·y + ε/K. The divisor of a mean is Σ w·c, c the weight of the row's class,
    /// or Σ y c for a distribution.
    let expectedSurprise
        name
        scale
        (prediction: Tensor)
        (target: Tensor)
        (smoothing: float)
        (reduction: Reduction)
        (weight: Tensor)
        (mask: Tensor)
        (classWeight: Tensor)
        (ignoreIndex: Nullable<int>)
        (axis: int)
        (surprise: Tensor -> Tensor)
        =
        if not (smoothing >= 0.0 && smoothing <= 1.0) then
            raise (SoftmaxException $"{name}: label smoothing {smoothing} is outside 0..1.")

        let logarithm (p: Tensor) =
            match scale with
            | Scale.Logits -> p.LogSoftmax()
            | Scale.Probabilities -> p.Log()
            | Scale.LogProbabilities -> p

        let smoothed (classWeight: Tensor) (p: Tensor) (losses: Tensor) =
            if smoothing = 0.0 then
                losses
            else
                let each = surprise (logarithm p)

                let uniform: Tensor =
                    (if isNull classWeight then each else classWeight * each).Mean -1

                number (1.0 - smoothing) * losses + number smoothing * uniform

        if isIndices target then
            labelled name prediction target ignoreIndex axis reduction weight mask (fun p labels ->
                let classWeight = checkedClassWeight name classWeight p

                // The logarithm of the chosen probability alone: that of others may be −∞.
                let own =
                    match scale with
                    | Scale.Probabilities -> surprise (p.Pick(labels).Log())
                    | _ -> surprise ((logarithm p).Pick labels)

                if isNull classWeight then
                    struct (smoothed null p own, null)
                else
                    let share = classWeight.Gather labels
                    struct (smoothed classWeight p (share * own), share))
        elif ignoreIndex.HasValue then
            raise (
                DTypeException(
                    name,
                    $"ignoreIndex {ignoreIndex.Value} belongs to class labels (int32), and the target of shape {target.Shape} holds distributions; use a mask"
                )
            )
        else
            recorded (fun () ->
                let axis = classAxis name prediction axis
                paired name prediction target
                let p, y = lastAxis axis prediction, lastAxis axis target
                let keep = kept name mask (rowsOf p)
                let p, y = hide (column keep) p, hide (column keep) y
                let classWeight = checkedClassWeight name classWeight p
                let y' = if isNull classWeight then y else y * classWeight

                let each: Tensor =
                    match scale with
                    | Scale.Probabilities ->
                        // 0 · log 0 counts as 0, also in the derivative.
                        let isHeld = y'.NotEqualTo(number 0.0)
                        let held = Tensor.Where(isHeld, p, number 1.0)
                        Tensor.Where(isHeld, y' * surprise (held.Log()), number 0.0)
                    | _ -> y' * surprise (lift (logarithm p))

                let share = if isNull classWeight then null else y'.Sum -1

                each.Sum -1 |> smoothed classWeight p |> reduce name reduction weight keep share)
