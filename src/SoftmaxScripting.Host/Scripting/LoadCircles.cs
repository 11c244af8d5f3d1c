using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SoftmaxScripting.Host.Diagnostics;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>
/// Finds files that load each other in a circle. The compiler takes each file once and would run the files of a circle in
/// an order that nobody chose.
/// </summary>
internal static class LoadCircles
{
    /// <summary>An error at the directive that closes each circle.</summary>
    /// <param name="source">The script.</param>
    /// <param name="compilation">The script with all it loads.</param>
    public static IEnumerable<ScriptMessage> Find(ScriptSource source, Compilation compilation)
    {
        var resolver = compilation.Options.SourceReferenceResolver;
        if (resolver is null || compilation.SyntaxTrees.Skip(1).FirstOrDefault() is null)
            return [];
        var loads = new Dictionary<string, List<(string Path, FileLinePositionSpan Place)>>(StringComparer.Ordinal);
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (tree.GetRoot() is not CompilationUnitSyntax root)
                continue;
            foreach (var directive in root.GetLoadDirectives())
            {
                if (resolver.ResolveReference(directive.File.ValueText, tree.FilePath) is not { } path)
                    continue;
                if (!loads.TryGetValue(tree.FilePath, out var list))
                    loads[tree.FilePath] = list = [];
                list.Add((path, directive.File.GetLocation().GetLineSpan()));
            }
        }

        var messages = new List<ScriptMessage>();
        Visit(source.Path, [], []);
        return messages;

        void Visit(string file, List<string> path, HashSet<string> done)
        {
            path.Add(file);
            foreach (var (loaded, place) in loads.GetValueOrDefault(file) ?? [])
            {
                if (path.IndexOf(loaded) is >= 0 and var start)
                    messages.Add(Circle([.. path.Skip(start), loaded], file, place));
                else if (!done.Contains(loaded))
                    Visit(loaded, path, done);
            }

            path.RemoveAt(path.Count - 1);
            done.Add(file);
        }

        ScriptMessage Circle(IReadOnlyList<string> circle, string file, FileLinePositionSpan place) => new(
            file, place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1,
            place.EndLinePosition.Character - place.StartLinePosition.Character, IsError: true, "",
            circle.Count == 2
                ? $"{source.Show(file)} loads itself."
                : $"These files load each other in a circle: {string.Join(" -> ", circle.Select(source.Show))}.",
            "move what they share into a file of its own, which each of them loads");
    }
}
