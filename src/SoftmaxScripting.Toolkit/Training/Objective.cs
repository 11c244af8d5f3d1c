using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A loss as training needs it: one number for a batch, weighted where rows have weights, with class labels as the loss
/// takes them.
/// </summary>
/// <param name="data">What is trained on.</param>
/// <param name="loss">(prediction, target, weights or null) → the loss.</param>
/// <param name="takesWeights">Whether the loss weights its rows itself.</param>
internal sealed class Objective(Dataset data, Func<Tensor, Tensor, Tensor?, Tensor> loss, bool takesWeights)
{
    private readonly bool classifies = data.Classes > 0;

    /// <summary>Whether the loss compares numbers and so gets class labels as one-hot rows; found out in the first step.</summary>
    private bool oneHotTargets;

    public static Objective Of(Dataset data, Func<Tensor, Tensor, Tensor> loss) => new(data, (p, y, _) => loss(p, y), takesWeights: false);

    public static Objective Of(Dataset data, Func<Tensor, Tensor, Tensor, Tensor> loss) =>
        new(data, (p, y, w) => loss(p, y, w ?? Tensor.Ones(p.Shape[0])), takesWeights: true);

    /// <summary>The loss, then for classification the number of right rows.</summary>
    public Tensor[] Figures(Tensor prediction, Tensor targets, Tensor? weights)
    {
        var value = weights is null || takesWeights
            ? Loss(prediction, targets, weights)
            : WeightedMean(prediction, targets, weights.To(prediction.DType));
        return classifies ? [value, Metrics.Correct(prediction, targets)] : [value];
    }

    private Tensor Loss(Tensor prediction, Tensor targets, Tensor? weights)
    {
        if (!oneHotTargets)
        {
            try
            {
                return loss(prediction, targets, weights);
            }
            catch (DTypeException) when (classifies && targets.DType == DType.Int32)
            {
                // The loss calculates with its target, so it means numbers and not class indices.
                oneHotTargets = true;
            }
        }

        return loss(prediction, Tensor.OneHot(targets, data.Classes), weights);
    }

    /// <summary>Σwl/Σw of the losses of the rows: as the loss returns them, or of each row as a batch of its own.</summary>
    private Tensor WeightedMean(Tensor prediction, Tensor targets, Tensor weights)
    {
        var rows = prediction.Shape[0];
        var losses = Loss(prediction, targets, null);
        if (losses.Rank == 0)
            losses = RowByRow(prediction, targets);
        else if (losses.Shape[0] != rows)
            throw new ShapeException(
                "Train", $"the loss returned shape {losses.Shape} for {rows} rows; weights need one loss for each row, or one number");
        while (losses.Rank > 1)
            losses = losses.Mean(-1);
        return (weights * losses).Sum() / weights.Sum();
    }

    private Tensor RowByRow(Tensor prediction, Tensor targets)
    {
        try
        {
            return Vectorization.Run(
                row => [Loss(Single(row[0]), Single(row[1]), null)], [prediction, targets], [true, true])[0];
        }
        catch (SoftmaxException exception)
        {
            throw new SoftmaxException(
                "Train: the weights of rows need the loss of each row, and this loss cannot be taken row by row: "
                + "let it return one number for each row (reduction: Reduction.None), or take the weights as a third argument, "
                + $"(prediction, target, weight) => … ({exception.Message})")
            {
                Site = exception.Site,
            };
        }
    }

    private static Tensor Single(Tensor row) => row.Reshape([1, .. row.Shape.ToArray()]);
}
