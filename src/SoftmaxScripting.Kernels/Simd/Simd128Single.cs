using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SoftmaxScripting.Kernels;

#pragma warning disable CS1591 // Every member is documented by the interface.

/// <summary>128-bit vector of floats.</summary>
/// <param name="value">The register.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Simd128Single(Vector128<float> value) : ISimd<Simd128Single, float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The register.</summary>
    public Vector128<float> Value { get; } = value;

    public static int Count => Vector128<float>.Count;

    public static int TileRows => 6;

    [MethodImpl(Inline)]
    public static Simd128Single Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(Inline)]
    public static Simd128Single LoadPartial(float* source, int count)
    {
        if (Avx.IsSupported) return new(Avx.MaskLoad(source, FirstLanes(count).Value));
        Vector128<float> lanes = default;
        for (int i = 0; i < count; i++) ((float*)&lanes)[i] = source[i];
        return new(lanes);
    }

    [MethodImpl(Inline)]
    public static void Store(Simd128Single value, float* destination) => value.Value.Store(destination);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd128Single value, float* destination, int count)
    {
        Vector128<float> lanes = value.Value;
        for (int i = 0; i < count; i++) destination[i] = ((float*)&lanes)[i];
    }

    [MethodImpl(Inline)]
    public static Simd128Single Create(double value) => new(Vector128.Create((float)value));

    [MethodImpl(Inline)]
    public static Simd128Single Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Simd128Single CreateBits(long bits) => new(Vector128.Create((int)bits).AsSingle());

    [MethodImpl(Inline)]
    public static Simd128Single FirstLanes(int count) =>
        new(Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle());

    [MethodImpl(Inline)]
    public static Simd128Single operator +(Simd128Single a, Simd128Single b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Simd128Single operator -(Simd128Single a, Simd128Single b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Simd128Single operator *(Simd128Single a, Simd128Single b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Simd128Single operator /(Simd128Single a, Simd128Single b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Simd128Single operator -(Simd128Single a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Simd128Single operator &(Simd128Single a, Simd128Single b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    public static Simd128Single operator |(Simd128Single a, Simd128Single b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    public static Simd128Single operator ~(Simd128Single a) => new(~a.Value);

    [MethodImpl(Inline)]
    public static Simd128Single FusedMultiplyAdd(Simd128Single a, Simd128Single b, Simd128Single c) =>
        new(Vector128.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd128Single MultiplyAdd(Simd128Single a, Simd128Single b, Simd128Single c) =>
        new(Vector128.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd128Single Abs(Simd128Single a) => new(Vector128.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Simd128Single Sqrt(Simd128Single a) => new(Vector128.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Simd128Single Floor(Simd128Single a) => new(Vector128.Floor(a.Value));

    [MethodImpl(Inline)]
    public static Simd128Single Round(Simd128Single a) => new(Vector128.Round(a.Value));

    [MethodImpl(Inline)]
    public static Simd128Single Max(Simd128Single a, Simd128Single b) => new(Vector128.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Single Min(Simd128Single a, Simd128Single b) => new(Vector128.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Single MaxOrSecond(Simd128Single a, Simd128Single b) =>
        Sse.IsSupported
            ? new(Sse.Max(a.Value, b.Value))
            : new(Vector128.ConditionalSelect(Vector128.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Single MinOrSecond(Simd128Single a, Simd128Single b) =>
        Sse.IsSupported
            ? new(Sse.Min(a.Value, b.Value))
            : new(Vector128.ConditionalSelect(Vector128.LessThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Single LessThan(Simd128Single a, Simd128Single b) => new(Vector128.LessThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Single LessThanOrEqual(Simd128Single a, Simd128Single b) =>
        new(Vector128.LessThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Single Equal(Simd128Single a, Simd128Single b) => new(Vector128.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Single Select(Simd128Single mask, Simd128Single whenTrue, Simd128Single whenFalse) =>
        new(Vector128.ConditionalSelect(mask.Value, whenTrue.Value, whenFalse.Value));

    [MethodImpl(Inline)]
    public static bool All(Simd128Single mask) => Vector128.EqualsAll(mask.Value.AsInt32(), Vector128<int>.AllBitsSet);

    [MethodImpl(Inline)]
    public static Simd128Single AddBits(Simd128Single a, Simd128Single b) =>
        new((a.Value.AsInt32() + b.Value.AsInt32()).AsSingle());

    [MethodImpl(Inline)]
    public static Simd128Single SubtractBits(Simd128Single a, Simd128Single b) =>
        new((a.Value.AsInt32() - b.Value.AsInt32()).AsSingle());

    [MethodImpl(Inline)]
    public static Simd128Single ShiftLeftBits(Simd128Single a, int count) =>
        new((a.Value.AsInt32() << count).AsSingle());

    [MethodImpl(Inline)]
    public static Simd128Single ShiftRightBits(Simd128Single a, int count) =>
        new((a.Value.AsInt32() >> count).AsSingle());

    [MethodImpl(Inline)]
    public static Simd128Single Scale(Simd128Single a, Simd128Single n) =>
        VectorMath.ScaleInTwoSteps<Simd128Single, float>(a, n);

    [MethodImpl(Inline)]
    public static float Sum(Simd128Single a) => Vector128.Sum(a.Value);

    [MethodImpl(Inline)]
    public static float MaxLanes(Simd128Single a)
    {
        Vector128<float> pairs = Vector128.Max(a.Value, Vector128.Shuffle(a.Value, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(Inline)]
    public static float MinLanes(Simd128Single a)
    {
        Vector128<float> pairs = Vector128.Min(a.Value, Vector128.Shuffle(a.Value, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Min(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(Inline)]
    public static Simd128Single ThroughDouble<TOperator>(Simd128Single a, Simd128Single b)
        where TOperator : struct, IBinaryOperator
    {
        (var aLow, var aHigh) = Vector128.Widen(a.Value);
        (var bLow, var bHigh) = Vector128.Widen(b.Value);
        Simd128Double low = TOperator.Apply<Simd128Double, double>(new(aLow), new(bLow));
        Simd128Double high = TOperator.Apply<Simd128Double, double>(new(aHigh), new(bHigh));
        return new(Vector128.Narrow(low.Value, high.Value));
    }
}
