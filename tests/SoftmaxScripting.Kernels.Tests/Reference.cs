using System.Numerics;

namespace SoftmaxScripting.Kernels.Tests;

/// <summary>The functions in double precision, from their definitions and System.Math.</summary>
internal static class Reference
{
    public static readonly Dictionary<string, Func<double, double>> Unary = new()
    {
        ["Neg"] = x => -x,
        ["Abs"] = Math.Abs,
        ["Sign"] = x => double.IsNaN(x) ? x : x > 0 ? 1 : x < 0 ? -1 : 0,
        ["Exp"] = Math.Exp,
        ["Expm1"] = Expm1,
        ["Log"] = Math.Log,
        ["Log1p"] = Log1p,
        ["Log1mexp"] = x => x > -0.5 ? Math.Log(-Expm1(x)) : Log1p(-Math.Exp(x)),
        ["Lift"] = x => double.IsNegativeInfinity(x) ? double.MinValue : x,
        ["Sqrt"] = Math.Sqrt,
        ["Reciprocal"] = x => 1 / x,
        ["Sin"] = Math.Sin,
        ["Cos"] = Math.Cos,
        ["Tanh"] = Math.Tanh,
        ["Sigmoid"] = x => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)),
        ["Relu"] = x => double.IsNaN(x) ? x : x > 0 ? x : 0,
        ["Softplus"] = x => double.IsNaN(x) ? x : Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))),
        ["Erf"] = Erf,
        ["Floor"] = Math.Floor,
    };

    public static readonly Dictionary<string, Func<double, double, double>> Binary = new()
    {
        ["Add"] = (x, y) => x + y,
        ["Sub"] = (x, y) => x - y,
        ["Mul"] = (x, y) => x * y,
        ["Div"] = (x, y) => x / y,
        ["Pow"] = Math.Pow,
        ["Min"] = Math.Min,
        ["Max"] = Math.Max,
        ["LogAddExp"] = (x, y) => x == y ? x + Math.Log(2) : Math.Max(x, y) + Log1p(Math.Exp(-Math.Abs(x - y))),
        ["Less"] = (x, y) => x < y ? 1 : 0,
        ["LessEqual"] = (x, y) => x <= y ? 1 : 0,
        ["Equal"] = (x, y) => x == y ? 1 : 0,
        ["NotEqual"] = (x, y) => x != y ? 1 : 0,
    };

    private static double Expm1(double x)
    {
        if (Math.Abs(x) > 0.5 || double.IsNaN(x)) return Math.Exp(x) - 1;
        double sum = 0;
        for (int n = 20; n >= 2; n--) sum = (sum + 1) * x / n;
        return x + (x * sum);
    }

    private static double Log1p(double x)
    {
        if (!(Math.Abs(x) < 0.25)) return x > 1e18 ? Math.Log(x) : Math.Log(1 + x) + LostByAddingOne(x);
        double s = x / (2 + x);
        double tail = 0;
        for (int n = 30; n >= 1; n--) tail = (tail + (1.0 / ((2 * n) + 1))) * s * s;

        // 2s = x − x²/(2 + x), which keeps a small x exact.
        return x - (s * x) + (2 * s * tail);
    }

    private static double LostByAddingOne(double x)
    {
        double u = 1 + x;
        if (u <= 0 || !double.IsFinite(u)) return 0;
        return (x >= 1 ? 1 - (u - x) : x - (u - 1)) / u;
    }

    /// <summary>Below 3 the Taylor series in exact fixed-point numbers, above it 1 less Boole's rule on the tail.</summary>
    private static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        if (Math.Abs(x) > 7) return Math.Sign(x);
        if (Math.Abs(x) < 1e-9) return 2 / Math.Sqrt(Math.PI) * x;
        if (Math.Abs(x) < 3) return 2 / Math.Sqrt(Math.PI) * TaylorOfErf(x);
        const int panels = 400;
        double start = Math.Abs(x);
        double h = 4.0 / (4 * panels);
        double sum = 0;
        for (int i = 0; i < panels; i++)
        {
            double t = start + (4 * i * h);
            sum += (7 * (F(t) + F(t + (4 * h)))) + (32 * (F(t + h) + F(t + (3 * h)))) + (12 * F(t + (2 * h)));
        }

        return Math.CopySign(1 - (2 / Math.Sqrt(Math.PI) * sum * 2 * h / 45), x);

        static double F(double t) => Math.Exp(-t * t);
    }

    /// <summary>Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)) with 300 binary digits after the point.</summary>
    private static double TaylorOfErf(double x)
    {
        const int digits = 300;
        int exponent = Math.ILogB(x) - 52;
        BigInteger fixedX = new BigInteger(Math.ScaleB(x, -exponent)) << (digits + exponent);
        BigInteger square = (fixedX * fixedX) >> digits;
        BigInteger power = fixedX;
        BigInteger sum = 0;
        for (int n = 0; !power.IsZero && power != -1; n++)
        {
            sum += power / ((2 * n) + 1);
            power = -((power * square) >> digits) / (n + 1);
        }

        return Math.ScaleB((double)(sum >> (digits - 100)), -100);
    }
}
