using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Diagnostics;

/// <summary>What to do about the errors that scripts meet most.</summary>
internal static class DiagnosticHints
{
    /// <summary>A hint, or null where the compiler's own text says enough.</summary>
    /// <param name="diagnostic">The diagnostic.</param>
    /// <param name="meant">The text it marks.</param>
    /// <param name="compilation">The compilation, asked for the names in reach.</param>
    public static string? For(Diagnostic diagnostic, string meant, Compilation compilation) => diagnostic.Id switch
    {
        "CS0664" => FloatSuffix(meant),
        "CS0029" or "CS0266" or "CS1503" when NarrowsToFloat(diagnostic) => FloatSuffix(meant),
        "CS0103" or "CS0246" => NameInReach(diagnostic, meant, compilation),
        "CS0117" or "CS1061" => Member(diagnostic, meant, compilation),
        "CS1504" or "CS0006" => "the path is relative to the folder of the file that names it",
        _ => null,
    };

    private static bool NarrowsToFloat(Diagnostic diagnostic) => diagnostic.GetMessage(CultureInfo.InvariantCulture)
        .Contains("'double' to 'float'", StringComparison.Ordinal);

    private static string FloatSuffix(string meant)
    {
        var isLiteral = meant.Length > 0
            && meant.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '-' or '+');
        return isLiteral
            ? $"a float literal ends in f: {meant}f"
            : "a float literal ends in f, as in 0.5f; a computed double is converted by (float)(...)";
    }

    private static string? NameInReach(Diagnostic diagnostic, string marked, Compilation compilation)
    {
        var meant = marked.Split('<')[0];
        var location = diagnostic.Location;
        var model = compilation.GetSemanticModel(location.SourceTree!);
        var names = model.LookupSymbols(location.SourceSpan.Start).Select(symbol => symbol.Name).Where(IsTypeable);
        if (DidYouMean.Closest(meant, names) is { } closest)
            return $"did you mean {closest}?";
        var function = typeof(Math).GetMembers().FirstOrDefault(member => member.Name == meant);
        return function is null ? null : $"for plain numbers write Math.{meant}";
    }

    private static string? Member(Diagnostic diagnostic, string marked, Compilation compilation)
    {
        var meant = marked.Split('<')[0];
        var location = diagnostic.Location;
        var root = location.SourceTree!.GetRoot();
        if (root.FindNode(location.SourceSpan).FirstAncestorOrSelf<MemberAccessExpressionSyntax>() is not { } access)
            return null;
        var model = compilation.GetSemanticModel(location.SourceTree);
        var owner = model.GetTypeInfo(access.Expression).Type
            ?? model.GetSymbolInfo(access.Expression).Symbol as ITypeSymbol;
        if (owner is null)
            return null;
        var names = model.LookupSymbols(location.SourceSpan.Start, owner, includeReducedExtensionMethods: true)
            .Select(symbol => symbol.Name).Where(IsTypeable);
        return DidYouMean.Closest(meant, names) is { } closest ? $"did you mean {closest}?" : null;
    }

    private static bool IsTypeable(string name) => name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_');
}
