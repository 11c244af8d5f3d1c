using System.Text;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>The text of <c>FILE --help</c>.</summary>
internal static class ScriptHelp
{
    private const int WidestHead = 32;

    /// <summary>Describes a script by its leading comment and its options.</summary>
    /// <param name="outline">The script.</param>
    public static string Text(ScriptOutline outline)
    {
        var text = new StringBuilder();
        if (outline.Description.Length > 0)
            text.AppendLine(outline.Description).AppendLine();
        var file = outline.Source.IsFile ? outline.Source.GivenPath : ScriptLocator.StandardInput;
        text.AppendLine($"Usage: {HostApplication.Invocation} {file} [options] [-- arguments]");
        (string Usage, string Help)[] own = [.. outline.Options.Select(option => (option.Usage, Explanation(option)))];
        var width = own.Concat(CommonOptions.Listing).Select(row => row.Usage.Length)
            .Where(length => length <= WidestHead).Max();
        if (own.Length > 0)
            Section(text, "Options of this script:", own, width);
        if (outline.HasComputedOptions)
            text.AppendLine().AppendLine("It asks for further options whose names it computes while it runs.");
        Section(text, "Options of every script:", CommonOptions.Listing, width);
        return text.ToString().TrimEnd();
    }

    private static void Section(
        StringBuilder text, string title, IReadOnlyList<(string Usage, string Help)> rows, int width)
    {
        text.AppendLine().AppendLine(title);
        foreach (var (usage, help) in rows)
        {
            if (usage.Length > width)
                text.AppendLine($"  {usage}").AppendLine($"  {new string(' ', width)}  {help}");
            else
                text.AppendLine($"  {usage.PadRight(width)}  {help}");
        }
    }

    private static string Explanation(DeclaredOption option)
    {
        var type = option.Kind switch
        {
            OptionKind.Int32 or OptionKind.Int64 => "whole number",
            OptionKind.Single or OptionKind.Double => "number",
            _ => "",
        };
        var facts = new[] { type, option.Range, $"default {option.DefaultText}" }.Where(fact => fact.Length > 0);
        return $"{option.Help} ({string.Join("; ", facts)})".TrimStart();
    }
}
