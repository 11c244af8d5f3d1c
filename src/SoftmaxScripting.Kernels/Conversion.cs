using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SoftmaxScripting.Kernels;

/// <summary>Conversion between number types, rounding to nearest where the target is narrower.</summary>
public static class Conversion
{
    /// <summary>
    /// result[i] = source[i] as <typeparamref name="T"/>. Sources: byte, int, float, double; targets: float, double.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Convert<TSource, T>(ReadOnlySpan<TSource> source, Span<T> result)
        where TSource : unmanaged, INumberBase<TSource>
        where T : unmanaged, INumberBase<T>
    {
        Require.SameLength(source.Length, result.Length);
        if (typeof(TSource) == typeof(T))
            MemoryMarshal.Cast<TSource, T>(source).CopyTo(result);
        else if (typeof(T) == typeof(float) && typeof(TSource) == typeof(byte))
            ByteToSingle(MemoryMarshal.Cast<TSource, byte>(source), MemoryMarshal.Cast<T, float>(result));
        else if (typeof(T) == typeof(float) && typeof(TSource) == typeof(int))
            Int32ToSingle(MemoryMarshal.Cast<TSource, int>(source), MemoryMarshal.Cast<T, float>(result));
        else if (typeof(T) == typeof(float) && typeof(TSource) == typeof(double))
            DoubleToSingle(MemoryMarshal.Cast<TSource, double>(source), MemoryMarshal.Cast<T, float>(result));
        else if (typeof(T) == typeof(double) && typeof(TSource) == typeof(float))
            SingleToDouble(MemoryMarshal.Cast<TSource, float>(source), MemoryMarshal.Cast<T, double>(result));
        else
            OneByOne(source, result);
    }

    /// <summary>One number; both types are known when this is compiled, so that only a conversion instruction remains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T One<TSource, T>(TSource value)
        where TSource : unmanaged, INumberBase<TSource>
        where T : unmanaged, INumberBase<T> =>
        typeof(TSource) == typeof(T) ? Unsafe.BitCast<TSource, T>(value) : T.CreateTruncating(value);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneByOne<TSource, T>(ReadOnlySpan<TSource> source, Span<T> result)
        where TSource : unmanaged, INumberBase<TSource>
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < result.Length; i++) result[i] = One<TSource, T>(source[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ByteToSingle(ReadOnlySpan<byte> source, Span<float> result)
    {
        int i = 0;
        int part = Vector<float>.Count;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            Vector.ConvertToSingle(Vector.AsVectorInt32(first)).CopyTo(result[i..]);
            Vector.ConvertToSingle(Vector.AsVectorInt32(second)).CopyTo(result[(i + part)..]);
            Vector.ConvertToSingle(Vector.AsVectorInt32(third)).CopyTo(result[(i + (2 * part))..]);
            Vector.ConvertToSingle(Vector.AsVectorInt32(fourth)).CopyTo(result[(i + (3 * part))..]);
        }

        for (; i < source.Length; i++) result[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Int32ToSingle(ReadOnlySpan<int> source, Span<float> result)
    {
        int i = 0;
        for (; i <= source.Length - Vector<int>.Count; i += Vector<int>.Count)
            Vector.ConvertToSingle(new Vector<int>(source[i..])).CopyTo(result[i..]);
        for (; i < source.Length; i++) result[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DoubleToSingle(ReadOnlySpan<double> source, Span<float> result)
    {
        int i = 0;
        for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var low = new Vector<double>(source[i..]);
            var high = new Vector<double>(source[(i + Vector<double>.Count)..]);
            Vector.Narrow(low, high).CopyTo(result[i..]);
        }

        for (; i < source.Length; i++) result[i] = (float)source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SingleToDouble(ReadOnlySpan<float> source, Span<double> result)
    {
        int i = 0;
        for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(source[i..]), out Vector<double> low, out Vector<double> high);
            low.CopyTo(result[i..]);
            high.CopyTo(result[(i + Vector<double>.Count)..]);
        }

        for (; i < source.Length; i++) result[i] = source[i];
    }
}
