using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SoftmaxScripting.Kernels;

#pragma warning disable CS1591 // Every member is documented by the interface.

/// <summary>128-bit vector of doubles.</summary>
/// <param name="value">The register.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Simd128Double(Vector128<double> value) : ISimd<Simd128Double, double>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The register.</summary>
    public Vector128<double> Value { get; } = value;

    public static int Count => Vector128<double>.Count;

    public static int TileRows => 6;

    [MethodImpl(Inline)]
    public static Simd128Double Load(double* source) => new(Vector128.Load(source));

    [MethodImpl(Inline)]
    public static Simd128Double LoadPartial(double* source, int count)
    {
        if (Avx.IsSupported) return new(Avx.MaskLoad(source, FirstLanes(count).Value));
        Vector128<double> lanes = default;
        for (int i = 0; i < count; i++) ((double*)&lanes)[i] = source[i];
        return new(lanes);
    }

    [MethodImpl(Inline)]
    public static void Store(Simd128Double value, double* destination) => value.Value.Store(destination);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd128Double value, double* destination, int count)
    {
        Vector128<double> lanes = value.Value;
        for (int i = 0; i < count; i++) destination[i] = ((double*)&lanes)[i];
    }

    [MethodImpl(Inline)]
    public static Simd128Double Create(double value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Simd128Double Broadcast(double value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Simd128Double CreateBits(long bits) => new(Vector128.Create(bits).AsDouble());

    [MethodImpl(Inline)]
    public static Simd128Double FirstLanes(int count) =>
        new(Vector128.LessThan(Vector128<long>.Indices, Vector128.Create((long)count)).AsDouble());

    [MethodImpl(Inline)]
    public static Simd128Double operator +(Simd128Double a, Simd128Double b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Simd128Double operator -(Simd128Double a, Simd128Double b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Simd128Double operator *(Simd128Double a, Simd128Double b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Simd128Double operator /(Simd128Double a, Simd128Double b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Simd128Double operator -(Simd128Double a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Simd128Double operator &(Simd128Double a, Simd128Double b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    public static Simd128Double operator |(Simd128Double a, Simd128Double b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    public static Simd128Double operator ~(Simd128Double a) => new(~a.Value);

    [MethodImpl(Inline)]
    public static Simd128Double FusedMultiplyAdd(Simd128Double a, Simd128Double b, Simd128Double c) =>
        new(Vector128.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd128Double MultiplyAdd(Simd128Double a, Simd128Double b, Simd128Double c) =>
        new(Vector128.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd128Double Abs(Simd128Double a) => new(Vector128.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Simd128Double Sqrt(Simd128Double a) => new(Vector128.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Simd128Double Floor(Simd128Double a) => new(Vector128.Floor(a.Value));

    [MethodImpl(Inline)]
    public static Simd128Double Round(Simd128Double a) => new(Vector128.Round(a.Value));

    [MethodImpl(Inline)]
    public static Simd128Double Max(Simd128Double a, Simd128Double b) => new(Vector128.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Double Min(Simd128Double a, Simd128Double b) => new(Vector128.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Double MaxOrSecond(Simd128Double a, Simd128Double b) =>
        Sse2.IsSupported
            ? new(Sse2.Max(a.Value, b.Value))
            : new(Vector128.ConditionalSelect(Vector128.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Double MinOrSecond(Simd128Double a, Simd128Double b) =>
        Sse2.IsSupported
            ? new(Sse2.Min(a.Value, b.Value))
            : new(Vector128.ConditionalSelect(Vector128.LessThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Double LessThan(Simd128Double a, Simd128Double b) => new(Vector128.LessThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Double LessThanOrEqual(Simd128Double a, Simd128Double b) =>
        new(Vector128.LessThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Double Equal(Simd128Double a, Simd128Double b) => new(Vector128.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd128Double Select(Simd128Double mask, Simd128Double whenTrue, Simd128Double whenFalse) =>
        new(Vector128.ConditionalSelect(mask.Value, whenTrue.Value, whenFalse.Value));

    [MethodImpl(Inline)]
    public static bool All(Simd128Double mask) => Vector128.EqualsAll(mask.Value.AsInt64(), Vector128<long>.AllBitsSet);

    [MethodImpl(Inline)]
    public static Simd128Double AddBits(Simd128Double a, Simd128Double b) =>
        new((a.Value.AsInt64() + b.Value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Simd128Double SubtractBits(Simd128Double a, Simd128Double b) =>
        new((a.Value.AsInt64() - b.Value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Simd128Double ShiftLeftBits(Simd128Double a, int count) =>
        new((a.Value.AsInt64() << count).AsDouble());

    [MethodImpl(Inline)]
    public static Simd128Double ShiftRightBits(Simd128Double a, int count) =>
        new((a.Value.AsInt64() >> count).AsDouble());

    [MethodImpl(Inline)]
    public static Simd128Double Scale(Simd128Double a, Simd128Double n) =>
        VectorMath.ScaleInTwoSteps<Simd128Double, double>(a, n);

    [MethodImpl(Inline)]
    public static double Sum(Simd128Double a) => Vector128.Sum(a.Value);

    [MethodImpl(Inline)]
    public static double MaxLanes(Simd128Double a) =>
        Vector128.Max(a.Value, Vector128.Shuffle(a.Value, Vector128.Create(1L, 0L))).ToScalar();

    [MethodImpl(Inline)]
    public static double MinLanes(Simd128Double a) =>
        Vector128.Min(a.Value, Vector128.Shuffle(a.Value, Vector128.Create(1L, 0L))).ToScalar();

    [MethodImpl(Inline)]
    public static Simd128Double ThroughDouble<TOperator>(Simd128Double a, Simd128Double b)
        where TOperator : struct, IBinaryOperator => TOperator.Apply<Simd128Double, double>(a, b);
}
