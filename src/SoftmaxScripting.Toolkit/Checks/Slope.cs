namespace SoftmaxScripting.Toolkit;

/// <summary>
/// What differences say about a derivative at one point: the slope from both sides together, and from each side alone.
/// </summary>
/// <param name="Value">The slope by central differences.</param>
/// <param name="Error">An estimate of the error of <paramref name="Value"/>.</param>
/// <param name="Left">The slope on the left alone; infinite where the function jumps on that side.</param>
/// <param name="Right">The slope on the right alone; infinite where the function jumps on that side.</param>
/// <param name="IsKink">
/// Whether the two sides disagree beyond their errors, or the function jumps: it has no derivative there.
/// </param>
public readonly record struct Slope(double Value, double Error, double Left, double Right, bool IsKink);
