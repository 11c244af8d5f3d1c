using System.Numerics;

namespace SoftmaxScripting.Toolkit.Tests;

/// <summary>
/// Softmax regression in forty plain lines, independent of the toolkit: it measures how hard a data set is.
/// </summary>
internal static class PlainSoftmaxRegression
{
    /// <summary>
    /// Test accuracy after stochastic gradient descent on pixels / 255, weights from N(0, 0.01²), biases 0.
    /// </summary>
    public static double TestAccuracy(LabelledImages data, int epochs, int batch, float learningRate)
    {
        var (features, classes) = (data.Train.Height * data.Train.Width, data.ClassNames.Count);
        var (train, test) = (Scale(data.Train), Scale(data.Test));
        var random = new Random(1);
        var weights = new float[classes * features];
        var biases = new float[classes];
        for (var i = 0; i < weights.Length; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            weights[i] = 0.01f * (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        var order = Enumerable.Range(0, data.Train.Count).ToArray();
        var (gradient, biasGradient, p) = (new float[weights.Length], new float[classes], new float[classes]);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order);
            for (var start = 0; start < order.Length; start += batch)
            {
                Array.Clear(gradient);
                Array.Clear(biasGradient);
                var rows = order.AsSpan(start, Math.Min(batch, order.Length - start));
                foreach (var row in rows)
                {
                    var x = train.AsSpan(row * features, features);
                    Logits(weights, biases, x, p);
                    var largest = p.Max();
                    for (var k = 0; k < classes; k++) p[k] = MathF.Exp(p[k] - largest);
                    var sum = p.Sum();
                    for (var k = 0; k < classes; k++)
                    {
                        var difference = p[k] / sum - (k == data.Train.Labels[row] ? 1f : 0f);
                        biasGradient[k] += difference;
                        AddScaled(gradient.AsSpan(k * features, features), difference, x);
                    }
                }
                AddScaled(weights, -learningRate / rows.Length, gradient);
                AddScaled(biases, -learningRate / rows.Length, biasGradient);
            }
        }
        var right = 0;
        for (var row = 0; row < data.Test.Count; row++)
        {
            Logits(weights, biases, test.AsSpan(row * features, features), p);
            if (Array.IndexOf(p, p.Max()) == data.Test.Labels[row]) right++;
        }
        return right / (double)data.Test.Count;
    }

    private static float[] Scale(ImageSet images) => Array.ConvertAll(images.Pixels, pixel => pixel / 255f);

    private static void Logits(float[] weights, float[] biases, ReadOnlySpan<float> x, float[] logits)
    {
        for (var k = 0; k < logits.Length; k++)
        {
            var row = weights.AsSpan(k * x.Length, x.Length);
            var (sum, i) = (Vector<float>.Zero, 0);
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
                sum += new Vector<float>(row[i..]) * new Vector<float>(x[i..]);
            logits[k] = biases[k] + Vector.Sum(sum);
            for (; i < x.Length; i++) logits[k] += row[i] * x[i];
        }
    }

    private static void AddScaled(Span<float> target, float factor, ReadOnlySpan<float> x)
    {
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + factor * new Vector<float>(x[i..])).CopyTo(target[i..]);
        for (; i < x.Length; i++) target[i] += factor * x[i];
    }
}
