namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>
/// Looks at the unit cube from the front, the side and above, with parallel rays: (x, y, z) in 0..1 → a place and a
/// depth (larger is nearer).
/// </summary>
internal static class Projection
{
    private const double Azimuth = -55 * Math.PI / 180, Elevation = 22 * Math.PI / 180;

    /// <summary>The place, to the right and upwards from the cube's middle, and the depth.</summary>
    public static (double Right, double Up, double Depth) Of(double x, double y, double z)
    {
        var (a, b, c) = (x - 0.5, y - 0.5, z - 0.5);
        var right = -Math.Sin(Azimuth) * a + Math.Cos(Azimuth) * b;
        var forward = Math.Cos(Azimuth) * a + Math.Sin(Azimuth) * b;
        return (right, Math.Cos(Elevation) * c - Math.Sin(Elevation) * forward, Math.Cos(Elevation) * forward + Math.Sin(Elevation) * c);
    }

    /// <summary>Half the width and half the height of the projected cube.</summary>
    public static (double Right, double Up) Extent { get; } =
        (0.5 * (Math.Abs(Math.Sin(Azimuth)) + Math.Abs(Math.Cos(Azimuth))),
         0.5 * (Math.Cos(Elevation) + Math.Sin(Elevation) * (Math.Abs(Math.Cos(Azimuth)) + Math.Abs(Math.Sin(Azimuth)))));
}
