using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(result);
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            for (; i <= source.Length - 64; i += 64)
            {
                for (int part = 0; part < 64; part += 16)
                {
                    Vector512<int> whole = Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref from, (nuint)(i + part)));
                    Vector512.ConvertToSingle(whole).StoreUnsafe(ref to, (nuint)(i + part));
                }
            }
        }
        else if (Avx2.IsSupported)
        {
            for (; i <= source.Length - 16; i += 16)
            {
                Vector128<byte> bytes = Vector128.LoadUnsafe(ref from, (nuint)i);
                Vector256<int> low = Avx2.ConvertToVector256Int32(bytes);
                Vector256<int> high = Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(bytes, 8));
                Vector256.ConvertToSingle(low).StoreUnsafe(ref to, (nuint)i);
                Vector256.ConvertToSingle(high).StoreUnsafe(ref to, (nuint)(i + 8));
            }
        }
        else
        {
            for (; i <= source.Length - 16; i += 16)
            {
                (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
                (Vector128<uint> first, Vector128<uint> second) = Vector128.Widen(low);
                (Vector128<uint> third, Vector128<uint> fourth) = Vector128.Widen(high);
                Vector128.ConvertToSingle(first.AsInt32()).StoreUnsafe(ref to, (nuint)i);
                Vector128.ConvertToSingle(second.AsInt32()).StoreUnsafe(ref to, (nuint)(i + 4));
                Vector128.ConvertToSingle(third.AsInt32()).StoreUnsafe(ref to, (nuint)(i + 8));
                Vector128.ConvertToSingle(fourth.AsInt32()).StoreUnsafe(ref to, (nuint)(i + 12));
            }
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
