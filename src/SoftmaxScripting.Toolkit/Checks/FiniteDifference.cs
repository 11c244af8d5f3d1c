using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// Derivatives from values alone, in float64: an oracle that knows nothing of the rules of differentiation. Differences
/// are taken at seven steps that halve, the smallest about ε^⅓·max(1, |x|), and extrapolated to step 0 (Richardson
/// 1911, Ridders 1982). Right to 9 digits or more where the function is smooth and not the small difference of large
/// numbers.
/// </summary>
/// <remarks>
/// Arguments are converted to float64 first; number literals in the function follow. A function costs 14 calls for each
/// element of its argument, and about 20 for each pair of elements of a Hessian: for small tensors.
/// </remarks>
public static class FiniteDifference
{
    /// <summary>
    /// How many steps second differences take; they lose twice the digits to rounding that first ones do.
    /// </summary>
    private const int SecondLevels = 5;

    /// <summary>The smallest step of second differences, near ε^¼ as rounding and truncation balance there.</summary>
    private const double SecondStep = 1.0 / (1 << 12);

    private const double Epsilon = 1.0 / (1L << 52);

    /// <summary>The slope of a function of one number, with its error and both one-sided slopes.</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">The point.</param>
    public static Slope Derivative(Func<double, double> f, double x)
    {
        ArgumentNullException.ThrowIfNull(f);
        return SlopeSampler.Slope(t => f(x + t), Math.Max(1, Math.Abs(x)));
    }

    /// <summary>The gradient ∂f/∂xᵢ, in the shape of x.</summary>
    /// <param name="f">A function that returns one number.</param>
    /// <param name="x">The point.</param>
    /// <exception cref="ShapeException">f returns more than one number.</exception>
    public static Tensor Gradient(Func<Tensor, Tensor> f, Tensor x) => Gradient(f, x, out _);

    /// <summary>The gradient ∂f/∂xᵢ and an estimate of its error, both in the shape of x.</summary>
    /// <param name="f">A function that returns one number.</param>
    /// <param name="x">The point.</param>
    /// <param name="error">The estimated error of each element.</param>
    /// <exception cref="ShapeException">f returns more than one number.</exception>
    public static Tensor Gradient(Func<Tensor, Tensor> f, Tensor x, out Tensor error)
    {
        var slopes = GradientSlopes("FiniteDifference.Gradient", f, x);
        var shape = x.Shape.ToArray();
        error = Filled(slopes.Select(s => s.Error), shape);
        return Filled(slopes.Select(s => s.Value), shape);
    }

    /// <summary>
    /// The slopes to the left and to the right of every element, in the shape of x. They differ where f has a kink,
    /// such as |x| at 0: −1 and 1.
    /// </summary>
    /// <param name="f">A function that returns one number.</param>
    /// <param name="x">The point.</param>
    /// <exception cref="ShapeException">f returns more than one number.</exception>
    public static (Tensor Left, Tensor Right) OneSided(Func<Tensor, Tensor> f, Tensor x)
    {
        var slopes = GradientSlopes("FiniteDifference.OneSided", f, x);
        var shape = x.Shape.ToArray();
        return (Filled(slopes.Select(s => s.Left), shape), Filled(slopes.Select(s => s.Right), shape));
    }

    /// <summary>The Jacobian ∂fᵢ/∂xⱼ, of shape [output's…, x's…].</summary>
    /// <param name="f">A function whose result has the same shape everywhere.</param>
    /// <param name="x">The point.</param>
    public static Tensor Jacobian(Func<Tensor, Tensor> f, Tensor x) => Jacobian(f, x, out _);

    /// <summary>The Jacobian ∂fᵢ/∂xⱼ and an estimate of its error, both of shape [output's…, x's…].</summary>
    /// <param name="f">A function whose result has the same shape everywhere.</param>
    /// <param name="x">The point.</param>
    /// <param name="error">The estimated error of each element.</param>
    public static Tensor Jacobian(Func<Tensor, Tensor> f, Tensor x, out Tensor error)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        var (columns, output) = Columns(f, x);
        int[] shape = [.. output.ToArray(), .. x.Shape.ToArray()];
        var elements = Enumerable.Range(0, output.Size)
            .SelectMany(i => columns.Select(column => column[i]))
            .ToArray();
        error = Filled(elements.Select(s => s.Error), shape);
        return Filled(elements.Select(s => s.Value), shape);
    }

    /// <summary>
    /// The Hessian ∂²f/∂xᵢ∂xⱼ, of shape [x's…, x's…], symmetric by construction: second differences of values, right to
    /// 6 digits or more.
    /// </summary>
    /// <param name="f">A function that returns one number.</param>
    /// <param name="x">The point.</param>
    /// <exception cref="ShapeException">f returns more than one number.</exception>
    public static Tensor Hessian(Func<Tensor, Tensor> f, Tensor x) => Hessian(f, x, out _);

    /// <summary>The Hessian ∂²f/∂xᵢ∂xⱼ and an estimate of its error, both of shape [x's…, x's…].</summary>
    /// <param name="f">A function that returns one number.</param>
    /// <param name="x">The point.</param>
    /// <param name="error">The estimated error of each element.</param>
    /// <exception cref="ShapeException">f returns more than one number.</exception>
    public static Tensor Hessian(Func<Tensor, Tensor> f, Tensor x, out Tensor error)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        var point = x.ToDoubles();
        var shape = x.Shape.ToArray();
        var centre = One("FiniteDifference.Hessian", f(Filled(point, shape)));
        var n = point.Length;
        var values = new double[n * n];
        var errors = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var (value, spread) = Second(At, centre, point, i, j);
                values[i * n + j] = values[j * n + i] = value;
                errors[i * n + j] = errors[j * n + i] = spread;
            }
        }

        int[] both = [.. shape, .. shape];
        error = Filled(errors, both);
        return Filled(values, both);

        double At(double[] moved) => One("FiniteDifference.Hessian", f(Filled(moved, shape)));
    }

    /// <summary>∂f/∂x·tangent, in the shape of f(x): the slope of t ↦ f(x + t·tangent).</summary>
    /// <param name="f">A function whose result has the same shape everywhere.</param>
    /// <param name="x">The point.</param>
    /// <param name="tangent">The direction, in x's shape.</param>
    /// <exception cref="ShapeException">The tangent has another shape than x.</exception>
    public static Tensor Jvp(Func<Tensor, Tensor> f, Tensor x, Tensor tangent)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(tangent);
        Fits("FiniteDifference.Jvp", "the tangent", tangent.Shape, x.Shape);
        var (point, direction, shape) = (x.ToDoubles(), tangent.ToDoubles(), x.Shape.ToArray());
        var output = Result("FiniteDifference.Jvp", f(Filled(point, shape))).Shape;
        var length = direction.Select(Math.Abs).DefaultIfEmpty().Max();
        var size = point.Select(Math.Abs).Append(1).Max();
        var slopes = SlopeSampler.Slopes(
            t => Result("FiniteDifference.Jvp", f(Filled(point.Zip(direction, (p, d) => p + t * d), shape))).ToDoubles(),
            length > 0 ? size / length : 1);
        return Filled(slopes.Select(s => s.Value), output.ToArray());
    }

    /// <summary>cotangent·∂f/∂x, in the shape of x: the gradient of the outputs' weighted sum.</summary>
    /// <param name="f">A function whose result has the same shape everywhere.</param>
    /// <param name="x">The point.</param>
    /// <param name="cotangent">The weights, in f(x)'s shape.</param>
    /// <exception cref="ShapeException">The cotangent has another shape than f(x).</exception>
    public static Tensor Vjp(Func<Tensor, Tensor> f, Tensor x, Tensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(cotangent);
        var weights = cotangent.ToDouble();
        return Gradient(
            v =>
            {
                var y = Result("FiniteDifference.Vjp", f(v));
                Fits("FiniteDifference.Vjp", "the cotangent", cotangent.Shape, y.Shape);
                return (weights * y).Sum();
            },
            x);
    }

    /// <summary>The Hessian times a vector, in the shape of x.</summary>
    /// <param name="f">A function that returns one number.</param>
    /// <param name="x">The point.</param>
    /// <param name="v">The vector, in x's shape.</param>
    /// <exception cref="ShapeException">f returns more than one number, or v has another shape than x.</exception>
    public static Tensor HessianVector(Func<Tensor, Tensor> f, Tensor x, Tensor v)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(v);
        Fits("FiniteDifference.HessianVector", "the vector", v.Shape, x.Shape);
        var product = Hessian(f, x).Reshape(x.Size, x.Size).MatMul(v.ToDouble().Reshape(x.Size));
        return product.Reshape(x.Shape.ToArray());
    }

    /// <summary>The Laplacian Σᵢ ∂²f/∂xᵢ², from second differences along each axis.</summary>
    /// <param name="f">A function that returns one number.</param>
    /// <param name="x">The point.</param>
    /// <exception cref="ShapeException">f returns more than one number.</exception>
    public static Tensor Laplacian(Func<Tensor, Tensor> f, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        var (point, shape) = (x.ToDoubles(), x.Shape.ToArray());
        var centre = At(point);
        return Filled([Enumerable.Range(0, point.Length).Sum(i => Second(At, centre, point, i, i).Value)], []);

        double At(double[] moved) => One("FiniteDifference.Laplacian", f(Filled(moved, shape)));
    }

    /// <summary>The divergence Σᵢ ∂fᵢ/∂xᵢ.</summary>
    /// <param name="f">A vector field: f(x) has the shape of x.</param>
    /// <param name="x">The point.</param>
    /// <exception cref="ShapeException">f(x) and x differ in shape.</exception>
    public static Tensor Divergence(Func<Tensor, Tensor> f, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        var (columns, output) = Columns(f, x);
        Fits("FiniteDifference.Divergence", "the function's value", output, x.Shape);
        return Filled([columns.Select((column, i) => column[i].Value).Sum()], []);
    }

    /// <summary>The curl ∇ × f.</summary>
    /// <param name="f">A vector field in three dimensions: [3] → [3].</param>
    /// <param name="x">The point.</param>
    /// <exception cref="ShapeException">x or f(x) is not of shape [3].</exception>
    public static Tensor Curl(Func<Tensor, Tensor> f, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        Fits("FiniteDifference.Curl", "the argument", x.Shape, Shape.Of(3));
        var (columns, output) = Columns(f, x);
        Fits("FiniteDifference.Curl", "the function's value", output, x.Shape);
        return Filled([D(2, 1) - D(1, 2), D(0, 2) - D(2, 0), D(1, 0) - D(0, 1)], [3]);

        double D(int i, int j) => columns[j][i].Value;
    }

    /// <summary>
    /// dⁿf/dxⁿ by central differences Σₖ (−1)ᵏ C(n, k) f(x + (n/2 − k)h) / hⁿ, extrapolated to h = 0. Each order costs
    /// digits: about nine are right for the first derivative, five for the fourth.
    /// </summary>
    /// <param name="f">A function of one number that returns one number.</param>
    /// <param name="order">n; 0 is the function itself.</param>
    /// <param name="x">The point.</param>
    /// <exception cref="ShapeException">x or f(x) has more than one element.</exception>
    public static Tensor NthDerivative(Func<Tensor, Tensor> f, int order, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        var (point, shape) = (One("FiniteDifference.NthDerivative", x), x.Shape.ToArray());
        if (order == 0)
            return Filled([At(0)], []);

        // Rounding of about ε/hⁿ and truncation of about h² balance at h = ε^(1/(n + 2)).
        var scale = SlopeSampler.PowerOfTwo(Math.Max(1, Math.Abs(point)));
        var unit = Math.ScaleB(scale, -(int)Math.Round(52.0 / (order + 2)));
        Span<double> differences = stackalloc double[SecondLevels];
        Span<double> noise = stackalloc double[SecondLevels];
        for (var level = 0; level < SecondLevels; level++)
        {
            var step = Math.ScaleB(unit, SecondLevels - 1 - level);
            var (sum, largest, binomial) = (0.0, 0.0, 1.0);
            for (var k = 0; k <= order; k++)
            {
                var value = At((order / 2.0 - k) * step);
                sum += (k % 2 == 0 ? binomial : -binomial) * value;
                largest = Math.Max(largest, Math.Abs(value));
                binomial = binomial * (order - k) / (k + 1);
            }

            var size = Math.Pow(step, order);
            differences[level] = sum / size;
            noise[level] = Math.ScaleB(Epsilon, order) * largest / size;
        }

        return Filled([Richardson.Extrapolate(differences, noise, 2, 2).Value], []);

        double At(double distance) => One("FiniteDifference.NthDerivative", f(Filled([point + distance], shape)));
    }

    private static (double Value, double Error) Second(
        Func<double[], double> f, double centre, double[] point, int i, int j)
    {
        Span<double> differences = stackalloc double[SecondLevels];
        Span<double> noise = stackalloc double[SecondLevels];
        var unitI = SecondStep * SlopeSampler.PowerOfTwo(Math.Max(1, Math.Abs(point[i])));
        var unitJ = SecondStep * SlopeSampler.PowerOfTwo(Math.Max(1, Math.Abs(point[j])));
        for (var k = 0; k < SecondLevels; k++)
        {
            var a = Math.ScaleB(unitI, SecondLevels - 1 - k);
            var b = Math.ScaleB(unitJ, SecondLevels - 1 - k);
            double difference, area, largest;
            if (i == j)
            {
                var (above, below) = (Moved(a, 0), Moved(-a, 0));
                difference = above - 2 * centre + below;
                area = a * a;
                largest = Math.Max(Math.Abs(centre), Math.Max(Math.Abs(above), Math.Abs(below)));
            }
            else
            {
                var (pp, pm, mp, mm) = (Moved(a, b), Moved(a, -b), Moved(-a, b), Moved(-a, -b));
                difference = pp - pm - mp + mm;
                area = 4 * a * b;
                largest = Math.Max(
                    Math.Max(Math.Abs(pp), Math.Abs(pm)), Math.Max(Math.Abs(mp), Math.Abs(mm)));
            }

            differences[k] = difference / area;
            noise[k] = 2 * Epsilon * largest / area;
        }

        return Richardson.Extrapolate(differences, noise, 2, 2);

        double Moved(double a, double b)
        {
            var moved = (double[])point.Clone();
            moved[i] += a;
            moved[j] += b;
            return f(moved);
        }
    }

    private static Slope[] GradientSlopes(string operation, Func<Tensor, Tensor> f, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        var (columns, output) = Columns(f, x);
        return output.Size == 1
            ? [.. columns.Select(column => column[0])]
            : throw ManyNumbers(operation, output);
    }

    /// <summary>The slopes of every output for each element of x, and the output's shape.</summary>
    private static (Slope[][] Columns, Shape Output) Columns(Func<Tensor, Tensor> f, Tensor x)
    {
        var point = x.ToDoubles();
        var shape = x.Shape.ToArray();
        var output = Result("FiniteDifference", f(Filled(point, shape))).Shape;
        var columns = new Slope[point.Length][];
        for (var j = 0; j < point.Length; j++)
        {
            var moved = (double[])point.Clone();
            columns[j] = SlopeSampler.Slopes(
                t =>
                {
                    moved[j] = point[j] + t;
                    var values = Result("FiniteDifference", f(Filled(moved, shape)));
                    return values.Shape.Equals(output)
                        ? values.ToDoubles()
                        : throw new ShapeException(
                            "FiniteDifference",
                            $"the function returned shape {output} and, close by, {values.Shape}; "
                            + "a derivative needs one shape");
                },
                Math.Max(1, Math.Abs(point[j])));
        }

        return (columns, output);
    }

    private static void Fits(string operation, string what, Shape shape, Shape expected)
    {
        if (!shape.Equals(expected))
            throw new ShapeException(operation, $"{what} has shape {shape}; {expected} is needed");
    }

    private static Tensor Result(string operation, Tensor? result) =>
        result ?? throw new SoftmaxException($"{operation}: the function returned null instead of a tensor");

    private static double One(string operation, Tensor? result)
    {
        var value = Result(operation, result);
        return value.Size == 1 ? value.Item() : throw ManyNumbers(operation, value.Shape);
    }

    private static ShapeException ManyNumbers(string operation, Shape shape) =>
        new(operation, $"the function returned shape {shape}, not one number; end with Mean() or Sum(), "
            + "or ask for the Jacobian");

    private static Tensor Filled(IEnumerable<double> values, int[] shape) => Tensor.Of(values.ToArray()).Reshape(shape);
}
