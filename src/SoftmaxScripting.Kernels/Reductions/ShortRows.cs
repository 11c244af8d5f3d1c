using System.Numerics;
using System.Runtime.CompilerServices;

namespace SoftmaxScripting.Kernels;

/// <summary>
/// Reductions over rows that are too short to keep a vector's lanes busy, such as the ten logits of an image: as many rows as
/// there are lanes are turned into columns, and each lane reduces one row.
/// </summary>
internal sealed unsafe partial class ReductionKernels<TVector, T>
{
    /// <summary>The longest row for which turning rows into columns pays.</summary>
    private const int MostShort = 24;

    /// <summary>What is done with the columns of a tile; each lane is a row.</summary>
    private interface IShortRows
    {
        static abstract TVector Reduce(T* columns, int length);
    }

    private static bool AreShort(int rowLength, int rows) => rowLength is > 1 and <= MostShort && rows > 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReduceShortRows<TReduction>(T* block, int rowLength, T* result, int rows)
        where TReduction : struct, IShortRows
    {
        T* columns = stackalloc T[MostShort * TVector.Count];
        for (int first = 0; first < rows; first += TVector.Count)
        {
            int count = Math.Min(TVector.Count, rows - first);
            TurnIntoColumns(block + ((nint)first * rowLength), rowLength, count, columns);
            TVector reduced = TReduction.Reduce(columns, rowLength);
            if (count == TVector.Count) TVector.Store(reduced, result + first);
            else TVector.StorePartial(reduced, result + first, count);
        }
    }

    /// <summary>columns[j·Count + i] = rows[i·length + j]; lanes without a row repeat the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnIntoColumns(T* rows, int length, int count, T* columns)
    {
        for (int i = 0; i < TVector.Count; i++)
        {
            T* row = rows + (i < count ? (nint)i * length : 0);
            T* column = columns + i;
            for (int j = 0; j < length; j++) column[j * TVector.Count] = row[j];
        }
    }

    private readonly struct SumOfLanes : IShortRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Reduce(T* columns, int length)
        {
            TVector even = TVector.Load(columns);
            TVector odd = TVector.Load(columns + TVector.Count);
            int j = 2;
            for (; j < length - 1; j += 2)
            {
                even += TVector.Load(columns + (j * TVector.Count));
                odd += TVector.Load(columns + ((j + 1) * TVector.Count));
            }

            if (j < length) even += TVector.Load(columns + (j * TVector.Count));
            return even + odd;
        }
    }

    private readonly struct ExtremumOfLanes<TExtremum> : IShortRows
        where TExtremum : struct, IExtremum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Reduce(T* columns, int length)
        {
            TVector best = TVector.Load(columns);
            for (int j = 1; j < length; j++)
                best = TExtremum.Of<TVector, T>(best, TVector.Load(columns + (j * TVector.Count)));
            return best;
        }
    }

    private readonly struct LogSumExpOfLanes : IShortRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Reduce(T* columns, int length)
        {
            TVector max = ExtremumOfLanes<Largest>.Reduce(columns, length);

            // An infinite shift would give ∞ − ∞; with 0 the exponentials themselves give 0, ∞ or NaN.
            TVector isFinite = TVector.LessThan(TVector.Abs(max), TVector.Create(double.PositiveInfinity));
            TVector shift = max & isFinite;
            TVector sum = TVector.Create(0);
            for (int j = 0; j < length; j++)
                sum += VectorMath.Exp<TVector, T>(TVector.Load(columns + (j * TVector.Count)) - shift);
            return shift + VectorMath.Log<TVector, T>(sum);
        }
    }

    /// <summary>The position of the first largest element, or of the first NaN, as a number.</summary>
    private readonly struct ArgMaxOfLanes : IShortRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Reduce(T* columns, int length)
        {
            TVector best = TVector.Load(columns);
            TVector position = TVector.Create(0);
            for (int j = 1; j < length; j++)
            {
                TVector next = TVector.Load(columns + (j * TVector.Count));

                // True where next > best, and where next alone is NaN.
                TVector isBetter = ~TVector.LessThanOrEqual(next, best) & TVector.Equal(best, best);
                best = TVector.Select(isBetter, next, best);
                position = TVector.Select(isBetter, TVector.Create(j), position);
            }

            return position;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ArgMaxOfShortRows(T* block, int rowLength, Span<int> result)
    {
        const int batch = 64;
        T* positions = stackalloc T[batch];
        for (int first = 0; first < result.Length; first += batch)
        {
            int rows = Math.Min(batch, result.Length - first);
            ReduceShortRows<ArgMaxOfLanes>(block + ((nint)first * rowLength), rowLength, positions, rows);
            for (int i = 0; i < rows; i++) result[first + i] = int.CreateTruncating(positions[i]);
        }
    }
}
