using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using SoftmaxScripting.Host.Scripting;

namespace SoftmaxScripting.Host.Diagnostics;

/// <summary>Turns the compiler's diagnostics into messages.</summary>
internal static class DiagnosticTranslator
{
    private const string MissingMetadataFile = "CS0006";

    /// <summary>Errors and warnings, ordered by file and place; the script's own file last, as it runs.</summary>
    /// <param name="diagnostics">What the compiler said.</param>
    /// <param name="compilation">The compilation, asked for names a person may have meant.</param>
    /// <param name="source">The script.</param>
    /// <param name="packages">The packages it asked for.</param>
    public static IReadOnlyList<ScriptMessage> Translate(
        ImmutableArray<Diagnostic> diagnostics, Compilation compilation, ScriptSource source, PackageSet packages)
    {
        var order = compilation.SyntaxTrees.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return
        [
            .. diagnostics
                .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !diagnostic.IsSuppressed)
                .OrderBy(diagnostic => diagnostic.Location.SourceTree is { } tree ? order[tree] : -1)
                .ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start)
                .Select(diagnostic => Translate(diagnostic, compilation, source, packages))
                .Distinct(),
        ];
    }

    /// <summary>Without the compiler's guesses at missing namespaces, which are not what scripts lack.</summary>
    private static string Short(string text)
    {
        foreach (var guess in new[] { " and no accessible extension method ", " (are you missing " })
        {
            if (text.IndexOf(guess, StringComparison.Ordinal) is > 0 and var start)
                text = text[..start];
        }

        return text;
    }

    private static ScriptMessage Translate(
        Diagnostic diagnostic, Compilation compilation, ScriptSource source, PackageSet packages)
    {
        var isError = diagnostic.Severity == DiagnosticSeverity.Error;
        var text = Short(diagnostic.GetMessage(CultureInfo.InvariantCulture));
        if (diagnostic.Location.SourceTree is not { } tree)
            return new ScriptMessage(source.Path, 0, 0, 1, isError, diagnostic.Id, text, null);
        var span = diagnostic.Location.GetLineSpan();
        var start = span.StartLinePosition;
        var length = span.EndLinePosition.Line == start.Line
            ? Math.Max(1, span.EndLinePosition.Character - start.Character)
            : int.MaxValue;
        var meant = tree.GetText().ToString(diagnostic.Location.SourceSpan);
        var quoted = meant.Split('"');
        if (diagnostic.Id == MissingMetadataFile && quoted.Length > 1
            && PackageDirective.Parse(quoted[1]) is { } directive && packages.Problem(directive) is { } problem)
        {
            return new ScriptMessage(
                tree.FilePath, start.Line + 1, start.Character + 1, length, isError, problem.Id, problem.Text, problem.Hint);
        }

        return new ScriptMessage(
            tree.FilePath, start.Line + 1, start.Character + 1, length, isError, diagnostic.Id, text,
            DiagnosticHints.For(diagnostic, meant, compilation));
    }
}
