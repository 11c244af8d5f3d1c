using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using SoftmaxScripting.Host.Diagnostics;
using SoftmaxScripting.Host.Scripting;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Interactive;

/// <summary>What evaluating a text came to.</summary>
/// <param name="Messages">Errors and warnings of the compiler.</param>
/// <param name="Value">The value of the last expression; null where it has none.</param>
/// <param name="IsCall">Whether that expression is a call.</param>
/// <param name="Failure">What was thrown.</param>
internal sealed record Evaluation(
    IReadOnlyList<ScriptMessage> Messages, object? Value = null, bool IsCall = false, Exception? Failure = null)
{
    /// <summary>Whether it compiled and ran to its end.</summary>
    public bool Succeeded => Failure is null && !Messages.Any(message => message.IsError);
}

/// <summary>Texts evaluated one after another, each in the world the earlier ones left.</summary>
internal sealed class ReplSession : IDisposable
{
    private static readonly CSharpParseOptions Syntax = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>
    /// Nagging about null, which scripts are spared too; versions of assemblies; a function shown as a value.
    /// </summary>
    private static readonly HashSet<string> Silenced = ["CS8632", "CS1701", "CS1702", "CS8974"];

    private const string SemicolonExpected = "CS1002";

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private InteractiveAssemblyLoader loader = MakeLoader();
    private ScriptState<object>? state;
    private int count;

    /// <summary>The texts so far, for messages.</summary>
    public ScriptOutline Outline { get; private set; } = new(Source(0, ""), new Dictionary<string, string>(), "", [], false);

    /// <summary>The variables, the latest of each name, in the order of their names.</summary>
    public IReadOnlyList<ScriptVariable> Variables => state is null
        ? []
        : [.. state.Variables.GroupBy(variable => variable.Name).Select(same => same.Last()).OrderBy(variable => variable.Name, StringComparer.Ordinal)];

    /// <summary>Whether a text can be evaluated as it stands, or waits for more.</summary>
    /// <param name="text">The text.</param>
    public static bool IsComplete(string text) =>
        SyntaxFactory.IsCompleteSubmission(SyntaxFactory.ParseSyntaxTree(WithSemicolon(text), Syntax));

    /// <summary>Lets the compiler get ready, in the background, while the first line is typed.</summary>
    public static void Warm() => Task.Run(() =>
    {
        using var trial = new ReplSession();
        trial.Evaluate("var x = Tensor.Of(1f); x", default);
    });

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        state = null;
        loader.Dispose();
        loader = MakeLoader();
    }

    /// <summary>Evaluates a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellation">Gives up compiling, and waiting for what is awaited.</param>
    public Evaluation Evaluate(string text, CancellationToken cancellation)
    {
        var source = Source(++count, WithSemicolon(text));
        var (script, packages) = Submission(source, cancellation);
        var compilation = script.GetCompilation();
        foreach (var tree in compilation.SyntaxTrees)
            texts[tree.FilePath] = tree.ToString();
        Outline = new ScriptOutline(source, texts, "", [], HasComputedOptions: false);
        var messages = DiagnosticTranslator.Translate(
            [.. compilation.GetDiagnostics(cancellation).Where(diagnostic => !Silenced.Contains(diagnostic.Id))], compilation, source, packages);
        if (messages.Any(message => message.IsError))
            return new Evaluation(messages);

        var next = state is null
            ? script.RunAsync(globals: null, _ => true, cancellation)
            : script.RunFromAsync(state, _ => true, cancellation);
        state = next.GetAwaiter().GetResult();
        return new Evaluation(messages, state.ReturnValue, EndsInCall(compilation), state.Exception);
    }

    /// <summary>What the word before a place of a text may become.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cursor">The place.</param>
    public CompletionSet Complete(string text, int cursor)
    {
        var start = cursor;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '_'))
            start--;
        var word = text[start..cursor];

        // What follows the cursor is left out, and the word too: what stands before decides.
        var compilation = Submission(Source(count + 1, text[..start] + "_"), PackageSet.None).Script.GetCompilation();
        var tree = compilation.SyntaxTrees.Last();
        var model = compilation.GetSemanticModel(tree);
        var token = tree.GetRoot().FindToken(Math.Max(0, start));
        var names = token.Parent?.FirstAncestorOrSelf<MemberAccessExpressionSyntax>() is { } access && access.Name.Span.Contains(start)
            ? Members(model, access, start)
            : model.LookupSymbols(start).Concat(model.LookupNamespacesAndTypes(start));
        var fitting = names.Where(symbol => symbol.CanBeReferencedByName).Select(symbol => symbol.Name)
            .Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Distinct().ToArray();

        // In the letter case typed, where there are such.
        var exact = Array.FindAll(fitting, name => name.StartsWith(word, StringComparison.Ordinal));
        return new CompletionSet(start, [.. (exact.Length > 0 ? exact : fitting).Order(StringComparer.OrdinalIgnoreCase)]);
    }

    /// <inheritdoc/>
    public void Dispose() => loader.Dispose();

    /// <summary>The text with the semicolon that its last statement lacks, where that is all that is wrong with it.</summary>
    private static string WithSemicolon(string text)
    {
        var errors = SyntaxFactory.ParseSyntaxTree(text, Syntax).GetDiagnostics().ToArray();
        if (errors is not [{ Id: SemicolonExpected } only] || only.Location.SourceSpan.Start < text.TrimEnd().Length - 1)
            return text;

        // A function's or a class's head goes on in the next line.
        var last = SyntaxFactory.ParseSyntaxTree(text + ";", Syntax).GetRoot().ChildNodes().LastOrDefault();
        return last is FieldDeclarationSyntax or GlobalStatementSyntax { Statement: not LocalFunctionStatementSyntax }
            ? text + ";"
            : text;
    }

    private static IEnumerable<ISymbol> Members(SemanticModel model, MemberAccessExpressionSyntax access, int place)
    {
        var owner = model.GetTypeInfo(access.Expression).Type;
        if (model.GetSymbolInfo(access.Expression).Symbol is INamespaceOrTypeSymbol container)
            return model.LookupSymbols(place, container).Where(symbol => symbol.IsStatic || symbol is INamespaceOrTypeSymbol);
        return owner is null
            ? []
            : model.LookupSymbols(place, owner, includeReducedExtensionMethods: true).Where(symbol => !symbol.IsStatic);
    }

    private static ScriptSource Source(int number, string text) =>
        new(Path.Combine(Environment.CurrentDirectory, $"#{number}"), $"#{number}", text, IsFile: false);

    private static InteractiveAssemblyLoader MakeLoader()
    {
        // The toolkit as the host has it: a tensor of the one must be a tensor of the other.
        var loader = new InteractiveAssemblyLoader();
        foreach (var assembly in new[]
        {
            typeof(Prelude).Assembly, typeof(Core.Tensor).Assembly, typeof(Kernels.ThreadTeam).Assembly,
            typeof(FsCheck.Arbitrary<>).Assembly, typeof(Microsoft.FSharp.Core.Unit).Assembly,
        })
        {
            loader.RegisterDependency(assembly);
        }

        return loader;
    }

    private static bool EndsInCall(Compilation compilation) =>
        compilation.SyntaxTrees.Last().GetRoot().ChildNodes().LastOrDefault() is
            GlobalStatementSyntax { Statement: ExpressionStatementSyntax { Expression: InvocationExpressionSyntax } };

    private (Script<object> Script, PackageSet Packages) Submission(ScriptSource source, CancellationToken cancellation)
    {
        var (script, references) = Submission(source, PackageSet.None);
        _ = script.GetCompilation().DirectiveReferences;
        if (references.PackageDirectives.Count == 0)
            return (script, PackageSet.None);
        var packages = PackageRestorer.Restore(references.PackageDirectives, Path.GetDirectoryName(source.Path)!, cancellation);
        return (Submission(source, packages).Script, packages);
    }

    private (Script<object> Script, ReferenceResolver References) Submission(ScriptSource source, PackageSet packages)
    {
        var inputs = new ScriptInputs();
        var references = new ReferenceResolver(inputs, packages);
        var options = ScriptOptions.Default
            .WithFilePath(source.Path)
            .WithFileEncoding(Encoding.UTF8)
            .WithEmitDebugInformation(true)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithReferences(ScriptWorld.References.Concat(packages.References))
            .WithImports(ScriptWorld.Imports)
            .WithSourceResolver(new LoadResolver(source, inputs))
            .WithMetadataResolver(references);
        var script = state is null
            ? CSharpScript.Create<object>(source.Text, options, globalsType: null, loader)
            : state.Script.ContinueWith<object>(source.Text, options);
        return (script, references);
    }
}
