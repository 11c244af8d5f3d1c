using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SoftmaxScripting.Kernels;

#pragma warning disable CS1591 // Every member is documented by the interface.

/// <summary>512-bit vector of floats.</summary>
/// <param name="value">The register.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Simd512Single(Vector512<float> value) : ISimd<Simd512Single, float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The register.</summary>
    public Vector512<float> Value { get; } = value;

    public static int Count => Vector512<float>.Count;

    public static int TileRows => 12;

    [MethodImpl(Inline)]
    public static Simd512Single Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(Inline)]
    public static Simd512Single LoadPartial(float* source, int count)
    {
        if (Avx512F.IsSupported) return new(Avx512F.MaskLoad(source, FirstLanes(count).Value, default));
        Vector512<float> lanes = default;
        for (int i = 0; i < count; i++) ((float*)&lanes)[i] = source[i];
        return new(lanes);
    }

    [MethodImpl(Inline)]
    public static void Store(Simd512Single value, float* destination) => value.Value.Store(destination);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd512Single value, float* destination, int count)
    {
        Vector512<float> lanes = value.Value;
        for (int i = 0; i < count; i++) destination[i] = ((float*)&lanes)[i];
    }

    [MethodImpl(Inline)]
    public static Simd512Single Create(double value) => new(Vector512.Create((float)value));

    [MethodImpl(Inline)]
    public static Simd512Single Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Simd512Single CreateBits(long bits) => new(Vector512.Create((int)bits).AsSingle());

    [MethodImpl(Inline)]
    public static Simd512Single FirstLanes(int count) =>
        new(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle());

    [MethodImpl(Inline)]
    public static Simd512Single operator +(Simd512Single a, Simd512Single b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Simd512Single operator -(Simd512Single a, Simd512Single b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Simd512Single operator *(Simd512Single a, Simd512Single b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Simd512Single operator /(Simd512Single a, Simd512Single b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Simd512Single operator -(Simd512Single a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Simd512Single operator &(Simd512Single a, Simd512Single b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    public static Simd512Single operator |(Simd512Single a, Simd512Single b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    public static Simd512Single operator ~(Simd512Single a) => new(~a.Value);

    [MethodImpl(Inline)]
    public static Simd512Single FusedMultiplyAdd(Simd512Single a, Simd512Single b, Simd512Single c) =>
        new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd512Single MultiplyAdd(Simd512Single a, Simd512Single b, Simd512Single c) =>
        new(Vector512.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd512Single Abs(Simd512Single a) => new(Vector512.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Simd512Single Sqrt(Simd512Single a) => new(Vector512.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Simd512Single Floor(Simd512Single a) => new(Vector512.Floor(a.Value));

    [MethodImpl(Inline)]
    public static Simd512Single Round(Simd512Single a) => new(Vector512.Round(a.Value));

    [MethodImpl(Inline)]
    public static Simd512Single Max(Simd512Single a, Simd512Single b) => new(Vector512.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Single Min(Simd512Single a, Simd512Single b) => new(Vector512.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Single MaxOrSecond(Simd512Single a, Simd512Single b) =>
        Avx512F.IsSupported
            ? new(Avx512F.Max(a.Value, b.Value))
            : new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Single MinOrSecond(Simd512Single a, Simd512Single b) =>
        Avx512F.IsSupported
            ? new(Avx512F.Min(a.Value, b.Value))
            : new(Vector512.ConditionalSelect(Vector512.LessThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Single LessThan(Simd512Single a, Simd512Single b) => new(Vector512.LessThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Single LessThanOrEqual(Simd512Single a, Simd512Single b) =>
        new(Vector512.LessThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Single Equal(Simd512Single a, Simd512Single b) => new(Vector512.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Single Select(Simd512Single mask, Simd512Single whenTrue, Simd512Single whenFalse) =>
        new(Vector512.ConditionalSelect(mask.Value, whenTrue.Value, whenFalse.Value));

    [MethodImpl(Inline)]
    public static bool All(Simd512Single mask) => Vector512.EqualsAll(mask.Value.AsInt32(), Vector512<int>.AllBitsSet);

    [MethodImpl(Inline)]
    public static Simd512Single AddBits(Simd512Single a, Simd512Single b) =>
        new((a.Value.AsInt32() + b.Value.AsInt32()).AsSingle());

    [MethodImpl(Inline)]
    public static Simd512Single SubtractBits(Simd512Single a, Simd512Single b) =>
        new((a.Value.AsInt32() - b.Value.AsInt32()).AsSingle());

    [MethodImpl(Inline)]
    public static Simd512Single ShiftLeftBits(Simd512Single a, int count) =>
        new((a.Value.AsInt32() << count).AsSingle());

    [MethodImpl(Inline)]
    public static Simd512Single ShiftRightBits(Simd512Single a, int count) =>
        new((a.Value.AsInt32() >> count).AsSingle());

    [MethodImpl(Inline)]
    public static Simd512Single Scale(Simd512Single a, Simd512Single n) =>
        Avx512F.IsSupported ? new(Avx512F.Scale(a.Value, n.Value)) : VectorMath.ScaleInTwoSteps<Simd512Single, float>(a, n);

    [MethodImpl(Inline)]
    public static float Sum(Simd512Single a) => Vector512.Sum(a.Value);

    [MethodImpl(Inline)]
    public static float MaxLanes(Simd512Single a) =>
        Simd256Single.MaxLanes(new(Vector256.Max(a.Value.GetLower(), a.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static float MinLanes(Simd512Single a) =>
        Simd256Single.MinLanes(new(Vector256.Min(a.Value.GetLower(), a.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static Simd512Single ThroughDouble<TOperator>(Simd512Single a, Simd512Single b)
        where TOperator : struct, IBinaryOperator
    {
        (var aLow, var aHigh) = Vector512.Widen(a.Value);
        (var bLow, var bHigh) = Vector512.Widen(b.Value);
        Simd512Double low = TOperator.Apply<Simd512Double, double>(new(aLow), new(bLow));
        Simd512Double high = TOperator.Apply<Simd512Double, double>(new(aHigh), new(bHigh));
        return new(Vector512.Narrow(low.Value, high.Value));
    }
}
