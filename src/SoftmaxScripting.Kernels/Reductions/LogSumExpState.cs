using System.Numerics;

namespace SoftmaxScripting.Kernels;

/// <summary>
/// ln Σ e^x gathered piece by piece: the maximum m so far and Σ e^(x − m) in double precision, rescaled whenever m grows
/// (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public struct LogSumExpState<T> : IEquatable<LogSumExpState<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T _max;
    private double _sum;

    /// <summary>The state of no elements; its result is −∞.</summary>
    public static LogSumExpState<T> Empty => new() { _max = T.NegativeInfinity };

    /// <summary>ln Σ e^x: −∞ for nothing but −∞, +∞ once there was +∞, NaN once there was NaN.</summary>
    public readonly T Result =>
        T.IsFinite(_max) ? T.CreateTruncating(double.CreateTruncating(_max) + Math.Log(_sum)) : _max;

    /// <summary>Whether two states are not the same.</summary>
    public static bool operator !=(LogSumExpState<T> left, LogSumExpState<T> right) => !left.Equals(right);

    /// <summary>Whether two states are the same.</summary>
    public static bool operator ==(LogSumExpState<T> left, LogSumExpState<T> right) => left.Equals(right);

    /// <summary>Takes in more elements.</summary>
    public void Add(ReadOnlySpan<T> x)
    {
        T max = Reductions.Max(x);
        var piece = new LogSumExpState<T> { _max = max };
        if (T.IsFinite(max)) piece._sum = ReductionKernels<T>.Best.SumExp(x, max);
        Merge(piece);
    }

    /// <summary>Takes in the elements of another state.</summary>
    public void Merge(in LogSumExpState<T> other)
    {
        T max = T.Max(_max, other._max);
        if (T.IsFinite(max)) _sum = Rescaled(_max, _sum, max) + Rescaled(other._max, other._sum, max);
        _max = max;
    }

    /// <inheritdoc/>
    public readonly bool Equals(LogSumExpState<T> other) => _max.Equals(other._max) && _sum.Equals(other._sum);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is LogSumExpState<T> other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_max, _sum);

    private static double Rescaled(T oldMax, double sum, T newMax) =>
        sum * Math.Exp(double.CreateTruncating(oldMax) - double.CreateTruncating(newMax));
}
