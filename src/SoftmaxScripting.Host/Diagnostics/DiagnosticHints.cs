using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Diagnostics;

/// <summary>What to do about the errors that scripts meet most.</summary>
internal static class DiagnosticHints
{
    private const string Tensor = "SoftmaxScripting.Core.Tensor";

    /// <summary>A hint, or null where the compiler's own text says enough.</summary>
    /// <param name="diagnostic">The diagnostic.</param>
    /// <param name="meant">The text it marks.</param>
    /// <param name="compilation">The compilation, asked for the names in reach.</param>
    public static string? For(Diagnostic diagnostic, string meant, Compilation compilation) => diagnostic.Id switch
    {
        "CS0664" => FloatSuffix(meant),
        "CS0029" or "CS0266" or "CS1503" when Converts(diagnostic, "double", "float") => FloatSuffix(meant),
        "CS0029" or "CS0266" or "CS1503" when Converts(diagnostic, "double", "int") || Converts(diagnostic, "float", "int") =>
            WholeNumber(meant),
        "CS0029" or "CS0266" when Converts(diagnostic, Tensor, "bool") =>
            "a comparison of tensors gives 1 and 0: Where(condition, a, b) chooses by it, (x > 0).Item() > 0 asks about one number",
        "CS0029" or "CS0266" or "CS1503" when Converts(diagnostic, Tensor, "double") || Converts(diagnostic, Tensor, "float") =>
            "Item() gives the number of a tensor with one element, ToArray() those of any tensor",
        "CS0019" when TextOf(diagnostic).Contains("'^'", StringComparison.Ordinal) => "a power is x.Pow(2), or Pow(x, p)",
        "CS0019" when TextOf(diagnostic).Contains("Tensor'", StringComparison.Ordinal) =>
            "tensors have + - * / and < <= > >=, which give 1 and 0; Equal(a, b), and * for 'and'",
        "CS1739" => Argument(meant),
        "CS0103" or "CS0246" => NameInReach(diagnostic, meant, compilation),
        "CS0117" or "CS1061" => Member(diagnostic, meant, compilation),
        "CS1504" or "CS0006" => "the path is relative to the folder of the file that names it",
        _ => null,
    };

    private static string TextOf(Diagnostic diagnostic) => diagnostic.GetMessage(CultureInfo.InvariantCulture);

    private static bool Converts(Diagnostic diagnostic, string from, string to) =>
        TextOf(diagnostic).Contains($"'{from}' to '{to}'", StringComparison.Ordinal);

    private static string WholeNumber(string meant) =>
        double.TryParse(meant.TrimEnd('f', 'F', 'd'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number == Math.Floor(number)
            ? string.Create(CultureInfo.InvariantCulture, $"sizes, axes and counts are whole numbers: {number:0}")
            : "sizes, axes and counts are whole numbers; a computed number is converted by (int)(...)";

    private static string? Argument(string meant) => PyTorchNames.FindArgument(meant)?.ToString();

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
        if (PyTorchNames.Modules.Contains(meant) && Qualified(location) is { } qualified)
        {
            return PyTorchNames.Find(qualified)?.ToString()
                ?? $"names stand without {meant} here; :help in `{HostApplication.Invocation} repl` and Tab list them";
        }

        if (PyTorchNames.Find(meant) is { } foreign)
            return foreign.ToString();
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
        if (PyTorchNames.Find(meant) is { } foreign)
            return foreign.ToString();
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

    /// <summary>The last name of <c>torch.nn.functional.relu</c>, of which the first is marked.</summary>
    private static string? Qualified(Location location)
    {
        var node = location.SourceTree!.GetRoot().FindNode(location.SourceSpan);
        while (node.Parent is MemberAccessExpressionSyntax or QualifiedNameSyntax && node.Parent.SpanStart == node.SpanStart)
            node = node.Parent;
        return node switch
        {
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            QualifiedNameSyntax name => name.Right.Identifier.ValueText,
            _ => null,
        };
    }

    private static bool IsTypeable(string name) => name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_');
}
