using System.Globalization;

namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>Draws a grid of images.</summary>
/// <param name="grid">The grid.</param>
internal sealed class ImageGridRenderer(ImageGrid grid)
{
    private const double Gap = 10, Line = 14;

    private readonly int columns = Math.Max(1, Math.Min(grid.Columns, grid.Pictures.Count));
    private readonly bool hasTruth = grid.Pictures.Any(picture => picture.IsMistake && picture.Truth.Length > 0);
    private readonly bool hasCaptions = grid.Pictures.Any(picture => picture.Caption.Length > 0);

    /// <summary>The grid as SVG.</summary>
    public string Render(string? css)
    {
        var count = grid.Pictures.Count;
        var description = count == 0 ? "No data." : string.Create(CultureInfo.InvariantCulture, $"{count} images.");
        var rows = (count + columns - 1) / columns;
        var height = count == 0 ? 60 : rows * RowHeight;
        return new FigureFrame(grid with { Height = (int)Math.Ceiling(height) }, description).Render(css, Draw, [], []);
    }

    private double Cell => (grid.Width - 8 - (columns - 1) * Gap) / columns;

    private double ImageHeight => Math.Min(Cell * 2, Cell * grid.Pictures.Max(picture => (double)picture.Height / picture.Width));

    private double RowHeight => ImageHeight + (hasCaptions ? Line + 4 : 0) + (hasTruth ? Line : 0) + Gap;

    private void Draw(SvgWriter svg)
    {
        if (grid.Pictures.Count == 0)
        {
            svg.Text(grid.Width / 2.0, 34, "no data", "heading", "middle");
            return;
        }

        for (var i = 0; i < grid.Pictures.Count; i++)
            DrawPicture(svg, grid.Pictures[i], 4 + i % columns * (Cell + Gap), 2 + i / columns * RowHeight);
    }

    private void DrawPicture(SvgWriter svg, Picture picture, double x, double y)
    {
        var spoken = picture.IsMistake ? $"{picture.Caption}, but is {picture.Truth}" : picture.Caption;
        svg.Open(
            "image",
            ("x", x),
            ("y", y),
            ("width", Cell),
            ("height", ImageHeight),
            ("preserveAspectRatio", "xMidYMid"),
            ("style", "image-rendering:pixelated"),
            ("href", Png.Address(picture.Bytes)));
        svg.Leaf("title", spoken).Close("image");
        if (picture.IsMistake)
            svg.Empty("rect", ("x", x), ("y", y), ("width", Cell), ("height", ImageHeight), ("class", "mistake"));
        var middle = x + Cell / 2;
        var caption = picture.IsMistake ? "✗ " + picture.Caption : picture.Caption;
        if (caption.Length > 0)
            svg.Text(middle, y + ImageHeight + Line, TextMeasure.Cut(caption, Cell + Gap - 4, picture.IsMistake ? 13.5 : 12), picture.IsMistake ? "wrong" : "caption", "middle");
        if (picture.IsMistake && picture.Truth.Length > 0)
            svg.Text(middle, y + ImageHeight + 2 * Line, TextMeasure.Cut("is " + picture.Truth, Cell + Gap - 2), "note", "middle");
    }
}
