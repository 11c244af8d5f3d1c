using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SoftmaxScripting.Kernels;

#pragma warning disable CS1591 // Every member is documented by the interface.

/// <summary>256-bit vector of floats.</summary>
/// <param name="value">The register.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Simd256Single(Vector256<float> value) : ISimd<Simd256Single, float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The register.</summary>
    public Vector256<float> Value { get; } = value;

    public static int Count => Vector256<float>.Count;

    public static int TileRows => 6;

    [MethodImpl(Inline)]
    public static Simd256Single Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(Inline)]
    public static Simd256Single LoadPartial(float* source, int count)
    {
        if (Avx.IsSupported) return new(Avx.MaskLoad(source, FirstLanes(count).Value));
        Vector256<float> lanes = default;
        for (int i = 0; i < count; i++) ((float*)&lanes)[i] = source[i];
        return new(lanes);
    }

    [MethodImpl(Inline)]
    public static void Store(Simd256Single value, float* destination) => value.Value.Store(destination);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd256Single value, float* destination, int count)
    {
        Vector256<float> lanes = value.Value;
        for (int i = 0; i < count; i++) destination[i] = ((float*)&lanes)[i];
    }

    [MethodImpl(Inline)]
    public static Simd256Single Create(double value) => new(Vector256.Create((float)value));

    [MethodImpl(Inline)]
    public static Simd256Single Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Simd256Single CreateBits(long bits) => new(Vector256.Create((int)bits).AsSingle());

    [MethodImpl(Inline)]
    public static Simd256Single FirstLanes(int count) =>
        new(Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle());

    [MethodImpl(Inline)]
    public static Simd256Single operator +(Simd256Single a, Simd256Single b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Simd256Single operator -(Simd256Single a, Simd256Single b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Simd256Single operator *(Simd256Single a, Simd256Single b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Simd256Single operator /(Simd256Single a, Simd256Single b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Simd256Single operator -(Simd256Single a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Simd256Single operator &(Simd256Single a, Simd256Single b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    public static Simd256Single operator |(Simd256Single a, Simd256Single b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    public static Simd256Single operator ~(Simd256Single a) => new(~a.Value);

    [MethodImpl(Inline)]
    public static Simd256Single FusedMultiplyAdd(Simd256Single a, Simd256Single b, Simd256Single c) =>
        new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd256Single MultiplyAdd(Simd256Single a, Simd256Single b, Simd256Single c) =>
        new(Vector256.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd256Single Abs(Simd256Single a) => new(Vector256.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Simd256Single Sqrt(Simd256Single a) => new(Vector256.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Simd256Single Floor(Simd256Single a) => new(Vector256.Floor(a.Value));

    [MethodImpl(Inline)]
    public static Simd256Single Round(Simd256Single a) => new(Vector256.Round(a.Value));

    [MethodImpl(Inline)]
    public static Simd256Single Max(Simd256Single a, Simd256Single b) => new(Vector256.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Single Min(Simd256Single a, Simd256Single b) => new(Vector256.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Single MaxOrSecond(Simd256Single a, Simd256Single b) =>
        Avx.IsSupported
            ? new(Avx.Max(a.Value, b.Value))
            : new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Single MinOrSecond(Simd256Single a, Simd256Single b) =>
        Avx.IsSupported
            ? new(Avx.Min(a.Value, b.Value))
            : new(Vector256.ConditionalSelect(Vector256.LessThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Single LessThan(Simd256Single a, Simd256Single b) => new(Vector256.LessThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Single LessThanOrEqual(Simd256Single a, Simd256Single b) =>
        new(Vector256.LessThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Single Equal(Simd256Single a, Simd256Single b) => new(Vector256.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Single Select(Simd256Single mask, Simd256Single whenTrue, Simd256Single whenFalse) =>
        new(Vector256.ConditionalSelect(mask.Value, whenTrue.Value, whenFalse.Value));

    [MethodImpl(Inline)]
    public static bool All(Simd256Single mask) => Vector256.EqualsAll(mask.Value.AsInt32(), Vector256<int>.AllBitsSet);

    [MethodImpl(Inline)]
    public static Simd256Single AddBits(Simd256Single a, Simd256Single b) =>
        new((a.Value.AsInt32() + b.Value.AsInt32()).AsSingle());

    [MethodImpl(Inline)]
    public static Simd256Single SubtractBits(Simd256Single a, Simd256Single b) =>
        new((a.Value.AsInt32() - b.Value.AsInt32()).AsSingle());

    [MethodImpl(Inline)]
    public static Simd256Single ShiftLeftBits(Simd256Single a, int count) =>
        new((a.Value.AsInt32() << count).AsSingle());

    [MethodImpl(Inline)]
    public static Simd256Single ShiftRightBits(Simd256Single a, int count) =>
        new((a.Value.AsInt32() >> count).AsSingle());

    [MethodImpl(Inline)]
    public static Simd256Single Scale(Simd256Single a, Simd256Single n) =>
        VectorMath.ScaleInTwoSteps<Simd256Single, float>(a, n);

    [MethodImpl(Inline)]
    public static float Sum(Simd256Single a) => Vector256.Sum(a.Value);

    [MethodImpl(Inline)]
    public static float MaxLanes(Simd256Single a) =>
        Simd128Single.MaxLanes(new(Vector128.Max(a.Value.GetLower(), a.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static float MinLanes(Simd256Single a) =>
        Simd128Single.MinLanes(new(Vector128.Min(a.Value.GetLower(), a.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static Simd256Single ThroughDouble<TOperator>(Simd256Single a, Simd256Single b)
        where TOperator : struct, IBinaryOperator
    {
        (var aLow, var aHigh) = Vector256.Widen(a.Value);
        (var bLow, var bHigh) = Vector256.Widen(b.Value);
        Simd256Double low = TOperator.Apply<Simd256Double, double>(new(aLow), new(bLow));
        Simd256Double high = TOperator.Apply<Simd256Double, double>(new(aHigh), new(bHigh));
        return new(Vector256.Narrow(low.Value, high.Value));
    }
}
