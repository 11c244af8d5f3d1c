using SoftmaxScripting.Core;
using SoftmaxScripting.Kernels;

namespace SoftmaxScripting.Toolkit;

/// <content>Steps that change what a model sees of the rows.</content>
public sealed partial class Samples
{
    /// <summary>Inputs through a formula of one's own.</summary>
    /// <param name="inputs">Of a batch of inputs [n, …]; must keep the rows.</param>
    public Samples Map(Func<Tensor, Tensor> inputs) => WithInputStep(new FormulaStep(inputs));

    /// <summary>Targets through a formula of one's own.</summary>
    /// <param name="targets">Of a batch of targets [n] or [n, …]; must keep the rows.</param>
    public Samples MapTargets(Func<Tensor, Tensor> targets) => WithTargetStep(new FormulaStep(targets));

    /// <summary>Each row's input as one line of numbers: [n, …] → [n, product of the others].</summary>
    public Samples Flatten() => Map(x => x.Flatten());

    /// <summary>Labels as rows that are 1 at the label and 0 elsewhere: [n] → [n, classes].</summary>
    /// <param name="classes">How many there are.</param>
    public Samples OneHot(int classes) => MapTargets(labels => Tensor.OneHot(labels, classes));

    /// <summary>(x − mean)/deviation for each number of a row on its own: standardised features.</summary>
    /// <param name="mean">[…] as one row's input.</param>
    /// <param name="deviation">[…] as one row's input; nowhere 0.</param>
    public Samples Standardize(Tensor mean, Tensor deviation)
    {
        var reciprocal = deviation.Reciprocal();
        return Map(x => (x - mean) * reciprocal);
    }

    /// <summary>
    /// Images in another size, by bilinear interpolation between pixel centres: the centre of pixel i of n lies at (i + ½)/n,
    /// and beyond the outermost centres the edge goes on. [n, …, h, w] → [n, …, height, width].
    /// </summary>
    /// <param name="height">At least 1.</param>
    /// <param name="width">At least 1.</param>
    /// <exception cref="DataException">A size is below 1, or the rows are no images.</exception>
    public Samples Resize(int height, int width)
    {
        if (height < 1 || width < 1)
            throw new DataException($"Resize: {height}×{width} pixels; both sizes must be at least 1.");
        var (leading, h, w) = ImageShape("Resize");
        var across = Interpolation(w, width);
        var down = Interpolation(h, height);
        int[] channels = leading;
        return Map(x =>
        {
            var n = x.Shape[0];
            var images = channels.Aggregate(n, (product, size) => product * size);
            var wide = x.Reshape(images * h, w).MatMul(across).Reshape(images, h, width).Permute(0, 2, 1);
            var resized = wide.Reshape(images * width, h).MatMul(down).Reshape(images, width, height).Permute(0, 2, 1);
            return resized.Reshape([n, .. channels, height, width]);
        });
    }

    /// <summary>Mirrors images left to right, each with a probability, anew in each pass.</summary>
    /// <param name="probability">From 0 to 1.</param>
    /// <exception cref="DataException">The probability is out of range, or the rows are no images.</exception>
    public Samples Flip(double probability = 0.5)
    {
        RequireShare("Flip", "probability", probability);
        var (_, _, width) = ImageShape("Flip");
        return WithInputStep(new DrawnStep((x, draws) => ByRow(x, (row, values) =>
        {
            Span<float> draw = stackalloc float[1];
            draws.Uniform(row, draw);
            if (draw[0] >= probability)
                return;
            for (var line = 0; line < values.Length; line += width)
                values.Slice(line, width).Reverse();
        })));
    }

    /// <summary>Moves images by up to some pixels in both directions, anew in each pass; what comes in is 0.</summary>
    /// <param name="pixels">The most, each way; every whole number up to it is equally likely.</param>
    /// <exception cref="DataException">The number is negative, or the rows are no images.</exception>
    public Samples Shift(int pixels)
    {
        if (pixels < 0)
            throw new DataException($"Shift: {pixels} pixels; the number must not be negative.");
        var (_, height, width) = ImageShape("Shift");
        return WithInputStep(new DrawnStep((x, draws) =>
        {
            var before = new float[height * width];
            return ByRow(x, (row, values) =>
            {
                Span<float> draw = stackalloc float[2];
                draws.Uniform(row, draw);
                var down = (int)(draw[0] * ((2 * pixels) + 1)) - pixels;
                var right = (int)(draw[1] * ((2 * pixels) + 1)) - pixels;
                for (var start = 0; start < values.Length; start += before.Length)
                    Move(values.Slice(start, before.Length), before, width, down, right);
            });
        }));
    }

    /// <summary>Adds N(0, σ²) to every number of the inputs, anew in each pass.</summary>
    /// <param name="standardDeviation">σ, not negative, in the units of the inputs as they are at this step.</param>
    /// <exception cref="DataException">σ is negative.</exception>
    public Samples Noise(double standardDeviation)
    {
        if (!(standardDeviation >= 0))
            throw new DataException($"Noise: the standard deviation is {standardDeviation}; it must not be negative.");
        return WithInputStep(new DrawnStep((x, draws) =>
        {
            var noise = new float[x.Shape[0] == 0 ? 0 : x.Size / x.Shape[0]];
            return ByRow(x, (row, values) =>
            {
                draws.Normal(row, noise);
                for (var i = 0; i < values.Length; i++)
                    values[i] += (float)standardDeviation * noise[i];
            });
        }));
    }

    /// <summary>
    /// Wrong labels put in on purpose: each label, on its own, becomes one of the other classes with a probability. The same
    /// seed gives the same labels in every pass.
    /// </summary>
    /// <param name="share">The probability, from 0 to 1.</param>
    /// <param name="classes">How many classes there are; at least 2.</param>
    /// <param name="seed">Which labels, and which classes.</param>
    /// <exception cref="DataException">The share is out of range, there is one class, or the targets are no labels.</exception>
    public Samples LabelNoise(double share, int classes, ulong seed = 0)
    {
        RequireShare("LabelNoise", "share", share);
        if (classes < 2)
            throw new DataException($"LabelNoise: {classes} classes; a wrong label needs at least 2.");
        return WithTargetStep(new DrawnStep((labels, draws) =>
        {
            if (labels.DType != DType.Int32 || labels.Rank != 1)
                throw new DataException($"LabelNoise: the targets are {labels.DType} {labels.Shape}; it is for class labels, before OneHot.");
            var values = labels.ToInts();
            Span<float> draw = stackalloc float[2];
            for (var i = 0; i < values.Length; i++)
            {
                Philox.Uniform(seed, RandomUse.LabelNoise | (uint)draws.Rows[i], 0, draw);
                if (draw[0] < share)
                    values[i] = (values[i] + 1 + (int)(draw[1] * (classes - 1))) % classes;
            }

            return Tensor.Of(values);
        }));
    }

    /// <summary>The same rows without what is drawn anew in each pass: to judge by.</summary>
    internal Samples WithoutAugmentation() =>
        new(source, scale, shift) { InputSteps = InputSteps.RemoveAll(step => step is DrawnStep), TargetSteps = TargetSteps };

    private delegate void RowChange(int row, Span<float> values);

    private static Tensor ByRow(Tensor x, RowChange change)
    {
        var values = x.ToArray();
        var rows = x.Shape[0];
        var width = rows == 0 ? 0 : values.Length / rows;
        for (var row = 0; row < rows; row++)
            change(row, values.AsSpan(row * width, width));
        return Tensor.Of(values).Reshape(x.Shape.ToArray());
    }

    private static void Move(Span<float> image, float[] before, int width, int down, int right)
    {
        image.CopyTo(before);
        image.Clear();
        var height = before.Length / width;
        var columns = width - Math.Abs(right);
        if (columns <= 0)
            return;
        for (var row = Math.Max(0, down); row < Math.Min(height, height + down); row++)
        {
            var from = ((row - down) * width) + Math.Max(0, -right);
            before.AsSpan(from, columns).CopyTo(image[((row * width) + Math.Max(0, right))..]);
        }
    }

    /// <summary>[from, to]: column j holds the weights of the old pixels in new pixel j.</summary>
    private static Tensor Interpolation(int from, int to)
    {
        var weights = new float[from, to];
        for (var j = 0; j < to; j++)
        {
            var place = Math.Clamp(((j + 0.5) * from / to) - 0.5, 0, from - 1);
            var left = (int)place;
            var right = Math.Min(left + 1, from - 1);
            weights[left, j] += (float)(1 - (place - left));
            weights[right, j] += (float)(place - left);
        }

        return Tensor.Of(weights);
    }

    private (int[] Leading, int Height, int Width) ImageShape(string step)
    {
        int[] shape = [.. InputShape];
        return shape.Length >= 2
            ? (shape[..^2], shape[^2], shape[^1])
            : throw new DataException(
                $"{step} is for images, [rows, height, width]; a row here is [{string.Join(", ", shape)}]. Put it before Flatten(), or reshape with Map.");
    }

    private static void RequireShare(string step, string what, double share)
    {
        if (!(share >= 0 && share <= 1))
            throw new DataException($"{step}: the {what} is {share}; it must be from 0 to 1.");
    }
}
