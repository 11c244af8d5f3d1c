using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <summary>A function of one number, as a type, so that each gets a loop of its own.</summary>
public interface IUnaryOperator
{
    /// <summary>Applies the function to every lane.</summary>
    static abstract TVector Apply<TVector, T>(TVector x)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A function of two numbers, as a type, so that each gets a loop of its own.</summary>
public interface IBinaryOperator
{
    /// <summary>Applies the function to every lane.</summary>
    static abstract TVector Apply<TVector, T>(TVector x, TVector y)
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
