using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Templates;

/// <summary>An experiment to begin with.</summary>
/// <param name="Name">What is typed after <c>--template</c>.</param>
/// <param name="Summary">What it does, in a few words.</param>
internal sealed record ExperimentTemplate(string Name, string Summary)
{
    /// <summary>Stands in a template for the name of the new script.</summary>
    private const string NamePlace = "$name$";

    /// <summary>All templates; the first is taken where none is named.</summary>
    public static IReadOnlyList<ExperimentTemplate> All { get; } =
    [
        new("classification", "softmax regression on images"),
        new("regression", "a line through noisy points"),
        new("custom-loss", "a loss of one's own, checked and explained"),
        new("property", "what should hold for every input"),
    ];

    /// <summary>The template of a name.</summary>
    /// <param name="name">The name, in any letter case.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static ExperimentTemplate Find(string name) =>
        All.FirstOrDefault(template => string.Equals(template.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException(
            $"There is no template '{name}'{DidYouMean.Suffix(name, All.Select(t => t.Name))}; "
            + $"there are {string.Join(", ", All.Select(t => t.Name))}.");

    /// <summary>The script.</summary>
    /// <param name="scriptName">The new script's name, without its extension.</param>
    public string Text(string scriptName) =>
        EmbeddedText.Read($"Templates/{Name}.csx").Replace(NamePlace, scriptName, StringComparison.Ordinal);
}
