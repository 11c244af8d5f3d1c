using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <summary>result[i] = f(x[i]). All spans have one length; the result may be the very memory of the argument.</summary>
public delegate void UnaryKernel<T>(ReadOnlySpan<T> x, Span<T> result);

/// <summary>
/// result[i] = f(x[i], y[i]). All spans have one length; the result may be the very memory of an argument.
/// </summary>
public delegate void BinaryKernel<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

/// <summary>A function of one number in both precisions.</summary>
public sealed class UnaryFunction
{
    private UnaryFunction(Type @operator, UnaryKernel<float> single, UnaryKernel<double> @double)
    {
        Operator = @operator;
        Single = single;
        Double = @double;
    }

    /// <summary>The <see cref="IUnaryOperator"/> behind the kernels, for loops that are made at run time.</summary>
    public Type Operator { get; }

    /// <summary>The kernel for 32-bit numbers.</summary>
    public UnaryKernel<float> Single { get; }

    /// <summary>The kernel for 64-bit numbers.</summary>
    public UnaryKernel<double> Double { get; }

    internal static UnaryFunction Of<TOperator>()
        where TOperator : struct, IUnaryOperator
    {
        var factory = new Factory<TOperator>();
        return new(
            typeof(TOperator),
            (UnaryKernel<float>)Widest.Create<float>(factory),
            (UnaryKernel<double>)Widest.Create<double>(factory));
    }

    private sealed class Factory<TOperator> : IKernelFactory
        where TOperator : struct, IUnaryOperator
    {
        public object Create<TVector, T>()
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            new UnaryKernel<T>(ElementwiseLoops.Unary<TOperator, TVector, T>);
    }
}

/// <summary>A function of two numbers in both precisions.</summary>
public sealed class BinaryFunction
{
    private BinaryFunction(Type @operator, BinaryKernel<float> single, BinaryKernel<double> @double)
    {
        Operator = @operator;
        Single = single;
        Double = @double;
    }

    /// <summary>The <see cref="IBinaryOperator"/> behind the kernels, for loops that are made at run time.</summary>
    public Type Operator { get; }

    /// <summary>The kernel for 32-bit numbers.</summary>
    public BinaryKernel<float> Single { get; }

    /// <summary>The kernel for 64-bit numbers.</summary>
    public BinaryKernel<double> Double { get; }

    internal static BinaryFunction Of<TOperator>()
        where TOperator : struct, IBinaryOperator
    {
        var factory = new Factory<TOperator>();
        return new(
            typeof(TOperator),
            (BinaryKernel<float>)Widest.Create<float>(factory),
            (BinaryKernel<double>)Widest.Create<double>(factory));
    }

    private sealed class Factory<TOperator> : IKernelFactory
        where TOperator : struct, IBinaryOperator
    {
        public object Create<TVector, T>()
            where TVector : unmanaged, ISimd<TVector, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            new BinaryKernel<T>(ElementwiseLoops.Binary<TOperator, TVector, T>);
    }
}
