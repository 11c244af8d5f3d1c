using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <summary>
/// A vector register of numbers of type <typeparamref name="T"/>. Kernels are written once against this interface and the
/// just-in-time compiler turns each instantiation into straight vector code for that width.
/// Masks are vectors whose lanes have all bits set (true) or none (false).
/// </summary>
/// <typeparam name="TSelf">The vector type itself.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public unsafe interface ISimd<TSelf, T>
    where TSelf : unmanaged, ISimd<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of accumulators a matrix-product tile of two vectors a row may hold in registers.</summary>
    static abstract int TileRows { get; }

    /// <summary>Loads <see cref="Count"/> numbers; no alignment needed.</summary>
    static abstract TSelf Load(T* source);

    /// <summary>Loads the first <paramref name="count"/> numbers and touches no memory after them; other lanes are 0.</summary>
    static abstract TSelf LoadPartial(T* source, int count);

    /// <summary>Stores all lanes.</summary>
    static abstract void Store(TSelf value, T* destination);

    /// <summary>Stores the first <paramref name="count"/> lanes and touches no memory after them.</summary>
    static abstract void StorePartial(TSelf value, T* destination, int count);

    /// <summary>All lanes equal to <paramref name="value"/>, rounded to <typeparamref name="T"/>.</summary>
    static abstract TSelf Create(double value);

    /// <summary>All lanes equal to <paramref name="value"/>.</summary>
    static abstract TSelf Broadcast(T value);

    /// <summary>All lanes with the given bit pattern (its low 32 bits in single precision).</summary>
    static abstract TSelf CreateBits(long bits);

    /// <summary>Mask of the first <paramref name="count"/> lanes.</summary>
    static abstract TSelf FirstLanes(int count);

    /// <summary>a + b.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a · b.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>−a.</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>Bitwise or.</summary>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>Bitwise complement.</summary>
    static abstract TSelf operator ~(TSelf a);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>a · b + c, fused where that is fast, else rounded twice.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>|a|.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>√a.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>The largest integer not above a.</summary>
    static abstract TSelf Floor(TSelf a);

    /// <summary>The nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>The larger of both; NaN when either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller of both; NaN when either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>a when a &gt; b, else b (so b when either is NaN). One instruction.</summary>
    static abstract TSelf MaxOrSecond(TSelf a, TSelf b);

    /// <summary>a when a &lt; b, else b (so b when either is NaN). One instruction.</summary>
    static abstract TSelf MinOrSecond(TSelf a, TSelf b);

    /// <summary>Mask of a &lt; b.</summary>
    static abstract TSelf LessThan(TSelf a, TSelf b);

    /// <summary>Mask of a ≤ b.</summary>
    static abstract TSelf LessThanOrEqual(TSelf a, TSelf b);

    /// <summary>Mask of a = b.</summary>
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>Lanes of <paramref name="whenTrue"/> where the mask is set, else of <paramref name="whenFalse"/>.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>Whether every lane of the mask is set.</summary>
    static abstract bool All(TSelf mask);

    /// <summary>Adds the lanes' bit patterns as integers.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    /// <summary>Subtracts the lanes' bit patterns as integers.</summary>
    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    /// <summary>Shifts the lanes' bit patterns left.</summary>
    static abstract TSelf ShiftLeftBits(TSelf a, int count);

    /// <summary>Shifts the lanes' bit patterns right, keeping the sign.</summary>
    static abstract TSelf ShiftRightBits(TSelf a, int count);

    /// <summary>
    /// a · 2ⁿ for integral n between twice the smallest and twice the largest exponent, rounded once (also into subnormals).
    /// </summary>
    static abstract TSelf Scale(TSelf a, TSelf n);

    /// <summary>Sum of the lanes, in a fixed order.</summary>
    static abstract T Sum(TSelf a);

    /// <summary>Largest lane; NaN when any is NaN.</summary>
    static abstract T MaxLanes(TSelf a);

    /// <summary>Smallest lane; NaN when any is NaN.</summary>
    static abstract T MinLanes(TSelf a);

    /// <summary>
    /// Applies a function of doubles to numbers of this type: directly for double, for float by widening, so that the result
    /// is rounded from double precision.
    /// </summary>
    static abstract TSelf ThroughDouble<TOperator>(TSelf a, TSelf b)
        where TOperator : struct, IBinaryOperator;
}
