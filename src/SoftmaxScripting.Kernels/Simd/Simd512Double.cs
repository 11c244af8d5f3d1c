using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SoftmaxScripting.Kernels;

#pragma warning disable CS1591 // Every member is documented by the interface.

/// <summary>512-bit vector of doubles.</summary>
/// <param name="value">The register.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Simd512Double(Vector512<double> value) : ISimd<Simd512Double, double>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The register.</summary>
    public Vector512<double> Value { get; } = value;

    public static int Count => Vector512<double>.Count;

    public static int TileRows => 12;

    [MethodImpl(Inline)]
    public static Simd512Double Load(double* source) => new(Vector512.Load(source));

    [MethodImpl(Inline)]
    public static Simd512Double LoadPartial(double* source, int count)
    {
        if (Avx512F.IsSupported) return new(Avx512F.MaskLoad(source, FirstLanes(count).Value, default));
        Vector512<double> lanes = default;
        for (int i = 0; i < count; i++) ((double*)&lanes)[i] = source[i];
        return new(lanes);
    }

    [MethodImpl(Inline)]
    public static void Store(Simd512Double value, double* destination) => value.Value.Store(destination);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd512Double value, double* destination, int count)
    {
        Vector512<double> lanes = value.Value;
        for (int i = 0; i < count; i++) destination[i] = ((double*)&lanes)[i];
    }

    [MethodImpl(Inline)]
    public static Simd512Double Create(double value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Simd512Double Broadcast(double value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Simd512Double CreateBits(long bits) => new(Vector512.Create(bits).AsDouble());

    [MethodImpl(Inline)]
    public static Simd512Double FirstLanes(int count) =>
        new(Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble());

    [MethodImpl(Inline)]
    public static Simd512Double operator +(Simd512Double a, Simd512Double b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Simd512Double operator -(Simd512Double a, Simd512Double b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Simd512Double operator *(Simd512Double a, Simd512Double b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Simd512Double operator /(Simd512Double a, Simd512Double b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Simd512Double operator -(Simd512Double a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Simd512Double operator &(Simd512Double a, Simd512Double b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    public static Simd512Double operator |(Simd512Double a, Simd512Double b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    public static Simd512Double operator ~(Simd512Double a) => new(~a.Value);

    [MethodImpl(Inline)]
    public static Simd512Double FusedMultiplyAdd(Simd512Double a, Simd512Double b, Simd512Double c) =>
        new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd512Double MultiplyAdd(Simd512Double a, Simd512Double b, Simd512Double c) =>
        new(Vector512.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(Inline)]
    public static Simd512Double Abs(Simd512Double a) => new(Vector512.Abs(a.Value));

    [MethodImpl(Inline)]
    public static Simd512Double Sqrt(Simd512Double a) => new(Vector512.Sqrt(a.Value));

    [MethodImpl(Inline)]
    public static Simd512Double Floor(Simd512Double a) => new(Vector512.Floor(a.Value));

    [MethodImpl(Inline)]
    public static Simd512Double Round(Simd512Double a) => new(Vector512.Round(a.Value));

    [MethodImpl(Inline)]
    public static Simd512Double Max(Simd512Double a, Simd512Double b) => new(Vector512.Max(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Double Min(Simd512Double a, Simd512Double b) => new(Vector512.Min(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Double MaxOrSecond(Simd512Double a, Simd512Double b) =>
        Avx512F.IsSupported
            ? new(Avx512F.Max(a.Value, b.Value))
            : new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Double MinOrSecond(Simd512Double a, Simd512Double b) =>
        Avx512F.IsSupported
            ? new(Avx512F.Min(a.Value, b.Value))
            : new(Vector512.ConditionalSelect(Vector512.LessThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Double LessThan(Simd512Double a, Simd512Double b) => new(Vector512.LessThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Double LessThanOrEqual(Simd512Double a, Simd512Double b) =>
        new(Vector512.LessThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Double Equal(Simd512Double a, Simd512Double b) => new(Vector512.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Simd512Double Select(Simd512Double mask, Simd512Double whenTrue, Simd512Double whenFalse) =>
        new(Vector512.ConditionalSelect(mask.Value, whenTrue.Value, whenFalse.Value));

    [MethodImpl(Inline)]
    public static bool All(Simd512Double mask) => Vector512.EqualsAll(mask.Value.AsInt64(), Vector512<long>.AllBitsSet);

    [MethodImpl(Inline)]
    public static Simd512Double AddBits(Simd512Double a, Simd512Double b) =>
        new((a.Value.AsInt64() + b.Value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Simd512Double SubtractBits(Simd512Double a, Simd512Double b) =>
        new((a.Value.AsInt64() - b.Value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Simd512Double ShiftLeftBits(Simd512Double a, int count) =>
        new((a.Value.AsInt64() << count).AsDouble());

    [MethodImpl(Inline)]
    public static Simd512Double ShiftRightBits(Simd512Double a, int count) =>
        new((a.Value.AsInt64() >> count).AsDouble());

    [MethodImpl(Inline)]
    public static Simd512Double Scale(Simd512Double a, Simd512Double n) =>
        Avx512F.IsSupported ? new(Avx512F.Scale(a.Value, n.Value)) : VectorMath.ScaleInTwoSteps<Simd512Double, double>(a, n);

    [MethodImpl(Inline)]
    public static double Sum(Simd512Double a) => Vector512.Sum(a.Value);

    [MethodImpl(Inline)]
    public static double MaxLanes(Simd512Double a) =>
        Simd256Double.MaxLanes(new(Vector256.Max(a.Value.GetLower(), a.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static double MinLanes(Simd512Double a) =>
        Simd256Double.MinLanes(new(Vector256.Min(a.Value.GetLower(), a.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static Simd512Double ThroughDouble<TOperator>(Simd512Double a, Simd512Double b)
        where TOperator : struct, IBinaryOperator => TOperator.Apply<Simd512Double, double>(a, b);
}
