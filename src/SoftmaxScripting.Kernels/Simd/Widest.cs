using System.Numerics;
using System.Runtime.Intrinsics;

namespace SoftmaxScripting.Kernels;

/// <summary>The widest vectors this processor accelerates, chosen once.</summary>
public static class Widest
{
    /// <summary>Width in bits: 512, 256 or 128 (where nothing is accelerated, 128-bit vectors run in software).</summary>
    public static int Bits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>The vector type of that width for elements of float or double.</summary>
    /// <exception cref="NotSupportedException">The element type is neither.</exception>
    public static Type VectorOf(Type element) => (Bits, Type.GetTypeCode(element)) switch
    {
        (512, TypeCode.Single) => typeof(Simd512Single),
        (256, TypeCode.Single) => typeof(Simd256Single),
        (_, TypeCode.Single) => typeof(Simd128Single),
        (512, TypeCode.Double) => typeof(Simd512Double),
        (256, TypeCode.Double) => typeof(Simd256Double),
        (_, TypeCode.Double) => typeof(Simd128Double),
        _ => throw new NotSupportedException($"Kernels compute in float and double, not in {element.Name}."),
    };

    /// <summary>Lets a factory make its kernel for the widest vectors of <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    internal static object Create<T>(IKernelFactory factory)
    {
        if (typeof(T) == typeof(float))
        {
            return Bits switch
            {
                512 => factory.Create<Simd512Single, float>(),
                256 => factory.Create<Simd256Single, float>(),
                _ => factory.Create<Simd128Single, float>(),
            };
        }

        if (typeof(T) == typeof(double))
        {
            return Bits switch
            {
                512 => factory.Create<Simd512Double, double>(),
                256 => factory.Create<Simd256Double, double>(),
                _ => factory.Create<Simd128Double, double>(),
            };
        }

        throw new NotSupportedException($"Kernels compute in float and double, not in {typeof(T).Name}.");
    }
}

/// <summary>Makes a kernel, or a set of them, for one vector type.</summary>
internal interface IKernelFactory
{
    object Create<TVector, T>()
        where TVector : unmanaged, ISimd<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
