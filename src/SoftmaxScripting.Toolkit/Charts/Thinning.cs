using System.Runtime.InteropServices;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>A place in the picture, in pixels.</summary>
internal readonly record struct Place(double X, double Y);

/// <summary>Leaves out points that change no pixel.</summary>
internal static class Thinning
{
    private const double Cell = 2;

    /// <summary>
    /// Of the consecutive points of a line that fall in one column of pixels, keeps the first, the lowest, the highest
    /// and the last: the pixels touched stay the same.
    /// </summary>
    public static IReadOnlyList<Place> Line(IReadOnlyList<Place> points, double width)
    {
        if (points.Count <= 4 * width)
            return points;
        var result = new List<Place>();
        for (int start = 0, end; start < points.Count; start = end)
        {
            int low = start, high = start;
            var column = Math.Floor(points[start].X);
            for (end = start + 1; end < points.Count && Math.Floor(points[end].X) == column; end++)
            {
                if (points[end].Y < points[low].Y)
                    low = end;
                if (points[end].Y > points[high].Y)
                    high = end;
            }

            foreach (var i in new SortedSet<int> { start, low, high, end - 1 })
                result.Add(points[i]);
        }

        return result;
    }

    /// <summary>Of markers that cover each other keeps one, and the lowest and highest of each column of pixels.</summary>
    public static IReadOnlyList<Place> Markers(IReadOnlyList<Place> points, double width)
    {
        if (points.Count <= 4 * width)
            return points;
        var extremes = new Dictionary<int, (int Low, int High)>();
        for (var i = 0; i < points.Count; i++)
        {
            ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(extremes, (int)points[i].X, out var exists);
            if (!exists)
                found = (i, i);
            if (points[i].Y < points[found.Low].Y)
                found.Low = i;
            if (points[i].Y > points[found.High].Y)
                found.High = i;
        }

        var kept = extremes.Values.SelectMany(pair => new[] { pair.Low, pair.High }).ToHashSet();
        var taken = kept.Select(i => CellOf(points[i])).ToHashSet();
        return [.. points.Where((point, i) => kept.Contains(i) || taken.Add(CellOf(point)))];
    }

    private static (int, int) CellOf(Place point) => ((int)(point.X / Cell), (int)(point.Y / Cell));
}
