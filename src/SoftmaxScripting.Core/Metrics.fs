namespace SoftmaxScripting.Core

/// <summary>Figures of merit of predictions, as plain formulas over tensors.</summary>
[<AbstractClass; Sealed>]
type Metrics private () =

    /// <summary>
    /// How many rows have their largest entry at the label: prediction [rows, classes], target labels [rows] or one
    /// row of class weights per row (its largest entry counts).
    /// </summary>
    static member Correct(prediction: Tensor, target: Tensor) : Tensor =
        let labels =
            if target.DType.IsFloat && target.Rank = prediction.Rank then
                target.ArgMax()
            else
                target

        prediction.ArgMax().EqualTo(labels).Sum()

    /// <summary>The share of rows whose largest entry is at the label.</summary>
    static member Accuracy(prediction: Tensor, target: Tensor) : Tensor =
        Metrics.Correct(prediction, target)
        / Tensor.op_Implicit (float prediction.Shape[0])
