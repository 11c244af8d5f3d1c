using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SoftmaxScripting.Kernels;

#pragma warning disable CS1591 // Every member is documented by the interface.

/// <summary>256-bit vector of doubles.</summary>
/// <param name="value">The register.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Simd256Double(Vector256<double> value) : ISimd<Simd256Double, double>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The register.</summary>
    public Vector256<double> Value { get; } = value;

    public static int Count => Vector256<double>.Count;

    public static int TileRows => 6;

    [MethodImpl(Inline)]
    public static Simd256Double Load(double* source) => new(Vector256.Load(source));

    [MethodImpl(Inline)]
    public static Simd256Double LoadPartial(double* source, int count)
    {
        if (Avx.IsSupported) return new(Avx.MaskLoad(source, FirstLanes(count).Value));
        Vector256<double> lanes = default;
        for (int i = 0; i < count; i++) ((double*)&lanes)[i] = source[i];
        return new(lanes);
    }

    [MethodImpl(Inline)]
    public static void Store(Simd256Double value, double* destination) => value.Value.Store(destination);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd256Double value, double* destination, int count)
    {
        Vector256<double> lanes = value.Value;
        for (int i = 0; i < count; i++) destination[i] = ((double*)&lanes)[i];
    }

    [MethodImpl(Inline)]
    public static Simd256Double Create(double value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Simd256Double Broadcast(double value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Simd256Double CreateBits(long bits) => new(Vector256.Create(bits).AsDouble());

    [MethodImpl(Inline)]
    public static Simd256Double FirstLanes(int count) =>
        new(Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble());

    [MethodImpl(Inline)]
    public static Simd256Double operator +(Simd256Double a, Simd256Double b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Simd256Double operator -(Simd256Double a, Simd256Double b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Simd256Double operator *(Simd256Double a, Simd256Double b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Simd256Double operator /(Simd256Double a, Simd256Double b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Simd256Double operator -(Simd256Double a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Simd256Double operator &(Simd256Double a, Simd256Double b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    public static Simd256Double operator |(Simd256Double a, Simd256Double b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    public static Simd256Double operator ~(Simd256Double a) => new(~a.Value);

    [MethodImpl(Inline)]
    public static Simd256Double FusedMultiplyAdd(Simd256Double a, Simd256Double b, Simd256Double c) =>
        new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd256Double MultiplyAdd(Simd256Double a, Simd256Double b, Simd256Double c) =>
        new(Vector256.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd256Double Abs(Simd256Double a) => new(Vector256.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Simd256Double Sqrt(Simd256Double a) => new(Vector256.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Simd256Double Floor(Simd256Double a) => new(Vector256.Floor(a.Value));

    [MethodImpl(Inline)]
    public static Simd256Double Round(Simd256Double a) => new(Vector256.Round(a.Value));

    [MethodImpl(Inline)]
    public static Simd256Double Max(Simd256Double a, Simd256Double b) => new(Vector256.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Double Min(Simd256Double a, Simd256Double b) => new(Vector256.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Double MaxOrSecond(Simd256Double a, Simd256Double b) =>
        Avx.IsSupported
            ? new(Avx.Max(a.Value, b.Value))
            : new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Double MinOrSecond(Simd256Double a, Simd256Double b) =>
        Avx.IsSupported
            ? new(Avx.Min(a.Value, b.Value))
            : new(Vector256.ConditionalSelect(Vector256.LessThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Double LessThan(Simd256Double a, Simd256Double b) => new(Vector256.LessThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Double LessThanOrEqual(Simd256Double a, Simd256Double b) =>
        new(Vector256.LessThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Double Equal(Simd256Double a, Simd256Double b) => new(Vector256.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd256Double Select(Simd256Double mask, Simd256Double whenTrue, Simd256Double whenFalse) =>
        new(Vector256.ConditionalSelect(mask.Value, whenTrue.Value, whenFalse.Value));

    [MethodImpl(Inline)]
    public static bool All(Simd256Double mask) => Vector256.EqualsAll(mask.Value.AsInt64(), Vector256<long>.AllBitsSet);

    [MethodImpl(Inline)]
    public static Simd256Double AddBits(Simd256Double a, Simd256Double b) =>
        new((a.Value.AsInt64() + b.Value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Simd256Double SubtractBits(Simd256Double a, Simd256Double b) =>
        new((a.Value.AsInt64() - b.Value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Simd256Double ShiftLeftBits(Simd256Double a, int count) =>
        new((a.Value.AsInt64() << count).AsDouble());

    [MethodImpl(Inline)]
    public static Simd256Double ShiftRightBits(Simd256Double a, int count) =>
        new((a.Value.AsInt64() >> count).AsDouble());

    [MethodImpl(Inline)]
    public static Simd256Double Scale(Simd256Double a, Simd256Double n) =>
        VectorMath.ScaleInTwoSteps<Simd256Double, double>(a, n);

    [MethodImpl(Inline)]
    public static double Sum(Simd256Double a) => Vector256.Sum(a.Value);

    [MethodImpl(Inline)]
    public static double MaxLanes(Simd256Double a) =>
        Simd128Double.MaxLanes(new(Vector128.Max(a.Value.GetLower(), a.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static double MinLanes(Simd256Double a) =>
        Simd128Double.MinLanes(new(Vector128.Min(a.Value.GetLower(), a.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static Simd256Double ThroughDouble<TOperator>(Simd256Double a, Simd256Double b)
        where TOperator : struct, IBinaryOperator => TOperator.Apply<Simd256Double, double>(a, b);
}
