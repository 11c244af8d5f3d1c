namespace SoftmaxScripting.Toolkit.Charts;

/// <summary>A picture that is drawn as SVG and can be read without any script. Immutable.</summary>
public abstract record Figure
{
    /// <summary>What the picture shows; drawn above it, and its accessible name.</summary>
    public string Title { get; init; } = "";

    /// <summary>A sentence for those who cannot see it; made from the content where it is empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The width in pixels at which text has its natural size; pages scale the picture.</summary>
    public int Width { get; init; } = 440;

    /// <summary>The height in pixels, without title, legend and notes.</summary>
    public int Height { get; init; } = 270;

    /// <summary>The picture as an SVG document of its own, with its colours for light and dark.</summary>
    public string ToSvg() => Render(ChartTheme.Css);

    /// <summary>
    /// Writes the picture as an SVG file of its own. Where a script is run for its checks or its formulas nothing is written.
    /// </summary>
    /// <param name="path">The file, such as <c>huber.svg</c>; its folder is made where it is missing.</param>
    /// <exception cref="FileException">The file cannot be written.</exception>
    /// <example><code>Plot(Sigmoid, -6, 6, "The logistic function").Save("sigmoid.svg");</code></example>
    public void Save(string path)
    {
        if (ScriptSession.Current.Mode == ScriptMode.Run)
            ReportFile.Write(path, ToSvg());
    }

    /// <summary>The picture as an element of a page that already has the colours.</summary>
    internal string ToElement() => Render(null);

    /// <summary>Draws the picture.</summary>
    /// <param name="css">The style to carry along; null for none.</param>
    private protected abstract string Render(string? css);
}
