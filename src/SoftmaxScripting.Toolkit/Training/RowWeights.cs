using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>How much each training row counts.</summary>
internal static class RowWeights
{
    /// <summary>Sample weights times the weights of the rows' classes; null where neither is given.</summary>
    public static float[]? Of(Dataset data, TrainingOptions options)
    {
        if (options.SampleWeights is null && options.ClassWeights is null)
            return null;
        var samples = data.Train;
        var weights = Enumerable.Repeat(1f, samples.Count).ToArray();
        if (options.SampleWeights is { } own)
        {
            if (!own.Shape.Equals(Shape.Of(samples.Count)))
                throw new ShapeException(
                    "Train", $"the sample weights have shape {own.Shape}; there are {samples.Count} training rows, so it must be [{samples.Count}]");
            weights = own.ToArray();
        }

        if (options.ClassWeights is { } classes)
        {
            if (data.Classes == 0 || samples.Targets.DType != DType.Int32)
                throw new SoftmaxException($"Train: class weights need class labels; the targets of {data.Name} are {samples.Targets.DType} {samples.Targets.Shape}.");
            if (classes.Count != data.Classes)
                throw new SoftmaxException($"Train: {classes.Count} class weights for {data.Classes} classes; each class needs one.");
            RequireWeights("class weight", [.. classes.Select(weight => (float)weight)]);
            var labels = samples.Targets.ToInts();
            for (var row = 0; row < weights.Length; row++)
                weights[row] *= (float)classes[labels[row]];
        }

        RequireWeights("sample weight", weights);
        return weights;
    }

    private static void RequireWeights(string what, float[] weights)
    {
        var bad = Array.FindIndex(weights, weight => !(weight >= 0 && float.IsFinite(weight)));
        if (bad >= 0)
            throw new SoftmaxException($"Train: {what} {bad} is {weights[bad]}; weights must be finite and not negative.");
    }
}
