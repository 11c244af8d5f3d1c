using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>The usual pictures of a trained model.</summary>
internal static class ModelPictures
{
    private const int MostRows = 10_000, MostClasses = 30, ShownImages = 20, MostWeightImages = 20;

    /// <summary>For classes: confusion matrix, calibration, images with predictions, weights; else predictions against targets.</summary>
    public static IEnumerable<Figure> Of(Layer model, Dataset data)
    {
        var rows = data.Test.Count > 0 ? data.Test : data.Train;
        var part = data.Test.Count > 0 ? "test rows" : "training rows";
        if (rows.Count == 0)
            return [];
        rows = rows.Take(MostRows);
        var prediction = Prelude.Predict(model, rows);
        return data.Classes > 1 && prediction.Rank == 2 && prediction.Shape[1] == data.Classes
            ? OfClasses(model, data, rows, prediction, part)
            : [OfNumbers(rows.Targets, prediction, part)];
    }

    /// <summary>The weights of each output of the first layer, as images of one scale.</summary>
    public static ImageGrid? Weights(Layer model, Dataset data)
    {
        var linear = First(model);
        if (linear is null || data.Train.Count == 0)
            return null;
        var weight = linear.Weight.Value;
        var (inputs, outputs) = (weight.Shape[0], weight.Shape[1]);
        var image = data.Train.Batches(1, shuffle: false).First().Inputs.Shape;
        if (image.Rank < 3 || image[image.Rank - 1] * image[image.Rank - 2] != inputs)
            return null;
        var values = weight.Transpose().ToArray();
        var limit = values.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var isOutput = outputs == data.Classes;
        var pictures = Enumerable.Range(0, Math.Min(outputs, MostWeightImages)).Select(i =>
            Picture.Signed(new ArraySegment<float>(values, i * inputs, inputs), image[image.Rank - 2], image[image.Rank - 1], limit) with
            {
                Caption = isOutput ? data.ClassNames[i] : $"unit {i}",
            });
        return new ImageGrid(isOutput ? "Weights of each class" : "Weights of the first units", [.. pictures])
        {
            Description = $"Weights as images: blue below 0, white 0, red above, the fullest colour at {NumberText.Short(limit)}.",
        };
    }

    private static IEnumerable<Figure> OfClasses(Layer model, Dataset data, Samples rows, Tensor prediction, string part)
    {
        var truth = rows.Targets.DType.IsFloat ? rows.Targets.ArgMax().ToInts() : rows.Targets.ToInts();
        var predicted = prediction.ArgMax().ToInts();
        if (data.Classes <= MostClasses)
            yield return HeatMap.Confusion(truth, predicted, data.ClassNames, $"Confusion matrix of {truth.Length} {part}");
        double[] confidence = [.. prediction.Softmax().Max(1).ToArray().Select(p => Math.Clamp(p, 0.0, 1.0))];
        yield return Statistics.Calibration(confidence, [.. truth.Zip(predicted, (t, p) => t == p)]);
        var first = rows.Take(ShownImages).Batches(ShownImages, shuffle: false).First().Inputs;
        if (first.Rank is 3 or 4 && first.Shape[first.Rank - 1] > 1 && first.Shape[first.Rank - 2] > 1)
        {
            var count = first.Shape[0];
            yield return ImageGrid.Predictions($"The first {count} {part} and what they were taken for", first, truth[..count], predicted[..count], data.ClassNames);
        }

        if (Weights(model, data) is { } weights)
            yield return weights;
    }

    private static Chart OfNumbers(Tensor targets, Tensor prediction, string part)
    {
        double[] x = [.. targets.ToArray().Select(v => (double)v)], y = [.. prediction.ToArray().Select(v => (double)v)];
        var count = Math.Min(x.Length, y.Length);
        var finite = x.Take(count).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        double[] ends = [finite.Min(), finite.Max()];
        return new Chart(
            $"Predictions against targets, {part}",
            Series.Line("equal", ends, ends) with { IsGuide = true },
            Series.Points("rows", x[..count], y[..count]))
        {
            X = Axis.Linear("target"),
            Y = Axis.Linear("prediction"),
        };
    }

    private static Linear? First(Layer model) => model switch
    {
        Linear linear => linear,
        Sequential sequential => sequential.Layers.Select(First).FirstOrDefault(layer => layer is not null),
        _ => null,
    };
}
