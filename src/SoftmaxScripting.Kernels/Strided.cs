using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SoftmaxScripting.Kernels;

/// <summary>Reading views — slices, transposes, broadcasts — into contiguous memory.</summary>
public static class Strided
{
    /// <summary>Runs at least this long are handed to vector code; shorter ones are copied where they are met.</summary>
    private const int LongRun = 16;

    /// <summary>
    /// Rows a transposing copy writes side by side. Each read line is then used by neighbours, while rows whose length is a
    /// power of two, which fall into one set of the cache, still find a way each.
    /// </summary>
    private const int TransposeTile = 8;

    private const int MostDimensions = 32;

    /// <summary>
    /// Elements start, start + 1, … of the row-major iteration space <paramref name="dims"/>, whose element (i₀, i₁, …) is
    /// source[offset + Σ iₖ·strides[k]], converted to <typeparamref name="T"/>; as many as the destination holds. Strides count
    /// elements and may be 0 (broadcast) or negative. No dimensions at all mean one element.
    /// </summary>
    /// <exception cref="ArgumentException">Dims and strides differ in number, or there are more than 32.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The range exceeds the iteration space, or the iteration space reaches outside the source.
    /// </exception>
    public static void Read<TSource, T>(
        ReadOnlySpan<TSource> source,
        int offset,
        ReadOnlySpan<int> dims,
        ReadOnlySpan<int> strides,
        long start,
        Span<T> destination)
        where TSource : unmanaged, INumberBase<TSource>
        where T : unmanaged, INumberBase<T> =>
        ReadAs<NumberConversion<TSource, T>, TSource, T>(source, offset, dims, strides, start, destination);

    /// <summary>As <see cref="Read"/>, without conversion, for elements of any kind.</summary>
    /// <exception cref="ArgumentException">Dims and strides differ in number, or there are more than 32.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The range exceeds the iteration space, or the iteration space reaches outside the source.
    /// </exception>
    public static void Copy<T>(
        ReadOnlySpan<T> source,
        int offset,
        ReadOnlySpan<int> dims,
        ReadOnlySpan<int> strides,
        long start,
        Span<T> destination)
        where T : unmanaged =>
        ReadAs<NoConversion<T>, T, T>(source, offset, dims, strides, start, destination);

    private interface IConversion<TSource, T>
    {
        static abstract T One(TSource value);

        static abstract void Many(ReadOnlySpan<TSource> source, Span<T> destination);
    }

    private static void ReadAs<TConversion, TSource, T>(
        ReadOnlySpan<TSource> source,
        int offset,
        ReadOnlySpan<int> dims,
        ReadOnlySpan<int> strides,
        long start,
        Span<T> destination)
        where TConversion : struct, IConversion<TSource, T>
        where TSource : unmanaged
        where T : unmanaged
    {
        if (dims.Length != strides.Length || dims.Length > MostDimensions)
        {
            throw new ArgumentException(
                $"{dims.Length} dimensions with {strides.Length} strides: there must be as many, at most {MostDimensions}.");
        }

        CheckReach(source.Length, offset, dims, strides, start, destination.Length);
        if (destination.IsEmpty) return;

        Span<int> sizes = stackalloc int[MostDimensions];
        Span<int> steps = stackalloc int[MostDimensions];
        int rank = Merge(dims, strides, sizes, steps);
        new Walk<TConversion, TSource, T>(source, sizes[..rank], steps[..rank]).Run(offset, start, destination);
    }

    private static void CheckReach(
        int length, int offset, ReadOnlySpan<int> dims, ReadOnlySpan<int> strides, long start, int count)
    {
        long size = 1;
        long lowest = offset;
        long highest = offset;
        for (int k = 0; k < dims.Length; k++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dims[k], nameof(dims));
            size *= dims[k];
            long reach = (long)strides[k] * Math.Max(0, dims[k] - 1);
            if (reach < 0) lowest += reach;
            else highest += reach;
        }

        if (start < 0 || start + count > size)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Elements {start} to {start + count} do not lie in an iteration space of {size}.");
        }

        if (size > 0 && count > 0 && (lowest < 0 || highest >= length))
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"The view reaches positions {lowest} to {highest} of a source of {length} elements.");
        }
    }

    /// <summary>Drops dimensions of size 1 and joins those that are walked as one. Always leaves at least two.</summary>
    private static int Merge(ReadOnlySpan<int> dims, ReadOnlySpan<int> strides, Span<int> sizes, Span<int> steps)
    {
        int rank = 0;
        for (int k = 0; k < dims.Length; k++)
        {
            if (dims[k] == 1) continue;
            if (rank > 0 && steps[rank - 1] == (long)strides[k] * dims[k] && (long)sizes[rank - 1] * dims[k] <= int.MaxValue)
            {
                sizes[rank - 1] *= dims[k];
                steps[rank - 1] = strides[k];
            }
            else
            {
                (sizes[rank], steps[rank]) = (dims[k], strides[k]);
                rank++;
            }
        }

        while (rank < 2)
        {
            for (int k = rank; k > 0; k--) (sizes[k], steps[k]) = (sizes[k - 1], steps[k - 1]);
            (sizes[0], steps[0]) = (1, 0);
            rank++;
        }

        return rank;
    }

    private readonly struct NumberConversion<TSource, T> : IConversion<TSource, T>
        where TSource : unmanaged, INumberBase<TSource>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T One(TSource value) => Conversion.One<TSource, T>(value);

        public static void Many(ReadOnlySpan<TSource> source, Span<T> destination) =>
            Conversion.Convert(source, destination);
    }

    private readonly struct NoConversion<T> : IConversion<T, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T One(T value) => value;

        public static void Many(ReadOnlySpan<T> source, Span<T> destination) => source.CopyTo(destination);
    }

    /// <summary>
    /// Walks the merged iteration space: an odometer over all but the two inner dimensions, planes within. Positions were all
    /// checked before (<see cref="CheckReach"/>), so the inner loops read without a check of their own.
    /// </summary>
    private readonly ref struct Walk<TConversion, TSource, T>(
        ReadOnlySpan<TSource> source, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps)
        where TConversion : struct, IConversion<TSource, T>
        where TSource : unmanaged
        where T : unmanaged
    {
        private readonly ReadOnlySpan<TSource> _source = source;
        private readonly ReadOnlySpan<int> _sizes = sizes;
        private readonly ReadOnlySpan<int> _steps = steps;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int offset, long start, Span<T> destination)
        {
            int rank = _sizes.Length;
            Span<int> at = stackalloc int[MostDimensions];
            long position = offset;
            for (int k = rank - 1; k >= 0; k--)
            {
                at[k] = (int)(start % _sizes[k]);
                start /= _sizes[k];
                position += (long)at[k] * _steps[k];
            }

            int inner = _sizes[rank - 1];
            int rows = _sizes[rank - 2];
            while (true)
            {
                // The rest of a row begun before the start, then whole rows of this plane, then the beginning of a row.
                if (at[rank - 1] > 0)
                {
                    int rest = Math.Min(inner - at[rank - 1], destination.Length);
                    Row((int)position, destination[..rest]);
                    destination = destination[rest..];
                    position += _steps[rank - 2] - ((long)at[rank - 1] * _steps[rank - 1]);
                    at[rank - 1] = 0;
                    at[rank - 2]++;
                }

                int whole = Math.Min(rows - at[rank - 2], destination.Length / inner);
                if (whole > 0)
                {
                    Plane((int)position, whole, destination[..(whole * inner)]);
                    destination = destination[(whole * inner)..];
                    position += (long)whole * _steps[rank - 2];
                    at[rank - 2] += whole;
                }

                if (destination.IsEmpty) return;
                if (at[rank - 2] < rows)
                {
                    Row((int)position, destination);
                    return;
                }

                position -= (long)rows * _steps[rank - 2];
                at[rank - 2] = 0;
                for (int k = rank - 3; k >= 0; k--)
                {
                    position += _steps[k];
                    if (++at[k] < _sizes[k]) break;
                    position -= (long)_sizes[k] * _steps[k];
                    at[k] = 0;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row(int position, Span<T> destination)
        {
            int step = _steps[^1];
            if (step == 1)
            {
                TConversion.Many(_source.Slice(position, destination.Length), destination);
            }
            else if (step == 0)
            {
                destination.Fill(TConversion.One(_source[position]));
            }
            else
            {
                ref TSource source = ref MemoryMarshal.GetReference(_source);
                for (int i = 0; i < destination.Length; i++, position += step)
                    destination[i] = TConversion.One(Unsafe.Add(ref source, position));
            }
        }

        /// <summary>Whole rows of the two inner dimensions.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Plane(int position, int rows, Span<T> destination)
        {
            int inner = _sizes[^1];
            int innerStep = _steps[^1];
            int outerStep = _steps[^2];
            if (outerStep == 0 && rows > 1)
            {
                // One row, then what is there already, doubled and doubled again.
                Row(position, destination[..inner]);
                for (int done = inner; done < destination.Length;)
                {
                    int count = Math.Min(done, destination.Length - done);
                    destination[..count].CopyTo(destination[done..]);
                    done += count;
                }
            }
            else if (innerStep is 0 or 1 && inner >= LongRun)
            {
                for (int i = 0; i < rows; i++, position += outerStep) Row(position, destination.Slice(i * inner, inner));
            }
            else if (Math.Abs((long)outerStep) < Math.Abs((long)innerStep) && inner >= TransposeTile)
            {
                Transpose(position, rows, destination);
            }
            else
            {
                ref TSource source = ref MemoryMarshal.GetReference(_source);
                ref T to = ref MemoryMarshal.GetReference(destination);
                for (int i = 0; i < rows; i++, position += outerStep)
                {
                    int from = position;
                    for (int j = 0; j < inner; j++, from += innerStep, to = ref Unsafe.Add(ref to, 1))
                        to = TConversion.One(Unsafe.Add(ref source, from));
                }
            }
        }

        /// <summary>Rows whose neighbours lie closer in the source than their own elements: tiles of several rows at a time.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Transpose(int position, int rows, Span<T> destination)
        {
            int inner = _sizes[^1];
            int innerStep = _steps[^1];
            int outerStep = _steps[^2];
            ref TSource source = ref MemoryMarshal.GetReference(_source);
            ref T target = ref MemoryMarshal.GetReference(destination);
            for (int first = 0; first < rows; first += TransposeTile)
            {
                int last = Math.Min(rows, first + TransposeTile);
                for (int j = 0; j < inner; j++)
                {
                    int from = position + (first * outerStep) + (j * innerStep);
                    for (int i = first, to = (first * inner) + j; i < last; i++, to += inner, from += outerStep)
                        Unsafe.Add(ref target, to) = TConversion.One(Unsafe.Add(ref source, from));
                }
            }
        }
    }
}
