using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A grey 28×28 picture that is drawn on by filling outlines with soft (anti-aliased) edges. Outlines are given in
/// the drawing's own coordinates, −1..1 with y downwards, and placed by <see cref="Place"/>. One canvas serves many
/// pictures in turn, on one thread. Only + − × ÷ √ are used, which every machine rounds alike.
/// </summary>
internal sealed class Canvas
{
    /// <summary>Rows and columns.</summary>
    public const int Size = 28;

    /// <summary>Lines sampled in each pixel row; along a line the coverage is exact.</summary>
    private const int LinesPerRow = 4;

    /// <summary>Two spare columns take what is spread past the right edge.</summary>
    private const int Stride = Size + 2;

    private readonly float[] _ink = new float[Size * Size];
    private readonly float[] _cloth = new float[Size * Size];
    private readonly float[] _steps = new float[Size * Stride];
    private readonly float[] _winding = new float[Size * Size];
    private readonly float[] _x = new float[64];
    private readonly float[] _y = new float[64];
    private int _points;
    private float _xx, _xy, _yx, _yy, _originX, _originY;

    /// <summary>The brightness of each pixel, row-major, 0 black to 1 white.</summary>
    public Span<float> Ink => _ink;

    /// <summary>How much of each pixel the garment covers, 0..1.</summary>
    public ReadOnlySpan<float> Cloth => _cloth;

    /// <summary>Empties the canvas.</summary>
    public void Clear()
    {
        Array.Clear(_ink);
        Array.Clear(_cloth);
    }

    /// <summary>
    /// Sets where drawing coordinates fall: scaled, turned clockwise, then moved to a centre in pixels.
    /// </summary>
    /// <param name="scaleX">Pixels per unit across.</param>
    /// <param name="scaleY">Pixels per unit down.</param>
    /// <param name="halfTurn">
    /// The tangent of half the angle, from which sine and cosine follow without a library's rounding.
    /// </param>
    /// <param name="centreX">The pixel column of the origin.</param>
    /// <param name="centreY">The pixel row of the origin.</param>
    public void Place(float scaleX, float scaleY, float halfTurn, float centreX, float centreY)
    {
        var cosine = (1 - halfTurn * halfTurn) / (1 + halfTurn * halfTurn);
        var sine = 2 * halfTurn / (1 + halfTurn * halfTurn);
        (_xx, _xy, _yx, _yy) = (scaleX * cosine, -scaleY * sine, scaleX * sine, scaleY * cosine);
        (_originX, _originY) = (centreX, centreY);
    }

    /// <summary>Adds a corner to the outline in hand.</summary>
    public void To(float x, float y)
    {
        (_x[_points], _y[_points]) = Placed(x, y);
        _points++;
    }

    private (float X, float Y) Placed(float x, float y) =>
        (_originX + _xx * x + _xy * y, _originY + _yx * x + _yy * y);

    /// <summary>
    /// Adds a curve from the last corner to (x, y), drawn towards (towardsX, towardsY): a quadratic Bézier arc.
    /// </summary>
    public void Curve(float towardsX, float towardsY, float x, float y)
    {
        const int Pieces = 5;
        var (startX, startY) = (_x[_points - 1], _y[_points - 1]);
        var (middleX, middleY) = Placed(towardsX, towardsY);
        var (endX, endY) = Placed(x, y);
        for (var piece = 1; piece <= Pieces; piece++)
        {
            var t = piece / (float)Pieces;
            var (first, second, third) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t);
            _x[_points] = first * startX + second * middleX + third * endX;
            _y[_points++] = first * startY + second * middleY + third * endY;
        }
    }

    /// <summary>Begins an outline: a band of a given width along a curve, such as a handle or a strap.</summary>
    public Canvas Band(float x0, float y0, float towardsX, float towardsY, float x1, float y1, float width)
    {
        var half = width / 2;
        var (outer, inner) = (towardsY - width, towardsY + width);
        To(x0 - half, y0);
        Curve(towardsX, outer, x1 + half, y1);
        To(x1 - half, y1);
        Curve(towardsX, inner, x0 + half, y0);
        return this;
    }

    /// <summary>Begins a four-cornered outline: a bar of a given width from one point to another.</summary>
    public Canvas Bar(float x0, float y0, float x1, float y1, float width) => Bar(x0, y0, x1, y1, width, width);

    /// <summary>Likewise, with a width at each end.</summary>
    public Canvas Bar(float x0, float y0, float x1, float y1, float startWidth, float endWidth)
    {
        var (dx, dy) = (x1 - x0, y1 - y0);
        var halved = 0.5f / MathF.Max(1e-6f, MathF.Sqrt(dx * dx + dy * dy));
        var (acrossX, acrossY) = (-dy * halved, dx * halved);
        To(x0 + acrossX * startWidth, y0 + acrossY * startWidth);
        To(x1 + acrossX * endWidth, y1 + acrossY * endWidth);
        To(x1 - acrossX * endWidth, y1 - acrossY * endWidth);
        To(x0 - acrossX * startWidth, y0 - acrossY * startWidth);
        return this;
    }

    /// <summary>Begins an outline: an ellipse, of four arcs.</summary>
    public Canvas Ellipse(float x, float y, float radiusX, float radiusY)
    {
        To(x - radiusX, y);
        Curve(x - radiusX, y - radiusY, x, y - radiusY);
        Curve(x + radiusX, y - radiusY, x + radiusX, y);
        Curve(x + radiusX, y + radiusY, x, y + radiusY);
        Curve(x - radiusX, y + radiusY, x - radiusX, y);
        return this;
    }

    /// <summary>Ends the outline in hand and fills it with cloth.</summary>
    /// <param name="shade">Its brightness, 0..1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FillCloth(float shade)
    {
        var (first, beyond) = Cover();
        for (var pixel = first; pixel < beyond; pixel += 4)
        {
            var coverage = Coverage(pixel);
            var ink = Load(_ink, pixel);
            Store(ink + (Vector128.Create(shade) - ink) * coverage, _ink, pixel);
            Store(Vector128.Max(Load(_cloth, pixel), coverage), _cloth, pixel);
        }
    }

    /// <summary>Ends the outline in hand and paints it, but only where there is cloth.</summary>
    /// <param name="shade">Its brightness, 0..1.</param>
    /// <param name="opacity">How far it hides what is below, 0..1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FillMark(float shade, float opacity = 1f)
    {
        var (first, beyond) = Cover();
        for (var pixel = first; pixel < beyond; pixel += 4)
        {
            var ink = Load(_ink, pixel);
            var mark = Load(_cloth, pixel) * shade;
            Store(ink + (mark - ink) * (Coverage(pixel) * opacity), _ink, pixel);
        }
    }

    /// <summary>Ends the outline in hand and cuts it out: no cloth and no light is left there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Cut()
    {
        var (first, beyond) = Cover();
        for (var pixel = first; pixel < beyond; pixel += 4)
        {
            var left = Vector128<float>.One - Coverage(pixel);
            Store(Load(_ink, pixel) * left, _ink, pixel);
            Store(Load(_cloth, pixel) * left, _cloth, pixel);
        }
    }

    /// <summary>
    /// How much of four pixels the outline covers; either direction of drawing counts, overlaps only once.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<float> Coverage(int pixel) =>
        Vector128.Min(Vector128.Abs(Load(_winding, pixel)), Vector128<float>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Load(float[] plane, int pixel) => Vector128.Create(plane.AsSpan(pixel, 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> values, float[] plane, int pixel) =>
        values.CopyTo(plane.AsSpan(pixel, 4));

    /// <summary>
    /// Ends the outline in hand: sums up what <see cref="Sweep"/> noted, for the rows the outline touches.
    /// </summary>
    /// <returns>The range of pixels in those rows, a multiple of four.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int First, int Beyond) Cover()
    {
        var (top, bottom) = Sweep();
        _points = 0;
        for (var row = top; row < bottom; row++)
        {
            var steps = _steps.AsSpan(row * Stride, Stride);
            var winding = _winding.AsSpan(row * Size, Size);
            var sum = 0f;
            for (var column = 0; column < winding.Length; column++)
            {
                sum += steps[column];
                winding[column] = sum;
            }
            steps.Clear();
        }
        return (top * Size, bottom * Size);
    }

    /// <summary>
    /// Notes, for each pixel row, by how much the coverage changes from column to column: every sampled line that an
    /// edge crosses adds (down) or takes away (up) its share from the crossing on. Running sums are then the coverage.
    /// </summary>
    /// <returns>The first row touched, and the first beyond the last.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Top, int Bottom) Sweep()
    {
        const float Share = 1f / LinesPerRow;
        var steps = _steps;
        var (first, last) = (Size * LinesPerRow, 0);
        for (var from = 0; from < _points; from++)
        {
            var to = from + 1 == _points ? 0 : from + 1;
            var (x0, y0, x1, y1, share) = (_x[from], _y[from], _x[to], _y[to], Share);
            if (y0 > y1) (x0, y0, x1, y1, share) = (x1, y1, x0, y0, -Share);

            // Line l lies at height (l + ½) / LinesPerRow; an edge crosses those in [y0, y1).
            var begin = Math.Max(0, Ceiling(y0 * LinesPerRow - 0.5f));
            var end = Math.Min(Size * LinesPerRow, Ceiling(y1 * LinesPerRow - 0.5f));
            if (begin >= end) continue;
            (first, last) = (Math.Min(first, begin), Math.Max(last, end));
            var slope = (x1 - x0) / (y1 - y0);
            var x = x0 + ((begin + 0.5f) * Share - y0) * slope;
            var step = slope * Share;
            for (var line = (uint)begin; line < (uint)end; line++, x += step)
            {
                var crossing = MathF.Max(0f, MathF.Min(x, Size));
                var column = (int)crossing;
                var spill = share * (crossing - column);
                var index = (int)(line / LinesPerRow) * Stride + column;
                steps[index] += share - spill;
                steps[index + 1] += spill;
            }
        }
        return first >= last ? (0, 0) : (first / LinesPerRow, (last + LinesPerRow - 1) / LinesPerRow);
    }

    private static int Ceiling(float value)
    {
        var whole = (int)value;
        return whole < value ? whole + 1 : whole;
    }
}
