using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Scripting;
using SoftmaxScripting.Host.Diagnostics;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>Compiles a script and what it loads into one assembly in memory.</summary>
internal static class ScriptCompiler
{
    /// <summary>
    /// Version differences between referenced assemblies, which a script's author can do nothing about.
    /// </summary>
    private static readonly ImmutableDictionary<string, ReportDiagnostic> Silenced =
        new[] { "CS1701", "CS1702" }.ToImmutableDictionary(id => id, _ => ReportDiagnostic.Suppress);

    /// <summary>Compiles a script.</summary>
    /// <param name="source">The script.</param>
    /// <param name="inputs">Reads, and then holds, the files that take part.</param>
    /// <param name="cancellation">Gives up.</param>
    public static CompilationResult Compile(
        ScriptSource source, ScriptInputs inputs, CancellationToken cancellation)
    {
        var packages = PackageSet.None;
        var references = new ReferenceResolver(inputs, packages);
        var compilation = Prepare(source, inputs, references, packages);
        _ = compilation.DirectiveReferences;
        if (references.PackageDirectives.Count > 0)
        {
            // Now that the directives of all files are known, their packages are restored together.
            packages = PackageRestorer.Restore(references.PackageDirectives, Path.GetDirectoryName(source.Path)!, cancellation);
            references = new ReferenceResolver(inputs, packages);
            compilation = Prepare(source, inputs, references, packages);
        }

        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var format = new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb);
        var emitted = compilation.Emit(assembly, symbols, options: format, cancellationToken: cancellation);
        var outline = Outline(source, compilation);
        ScriptMessage[] messages =
        [
            .. LoadCircles.Find(source, compilation),
            .. DiagnosticTranslator.Translate(emitted.Diagnostics, compilation, source, packages),
        ];
        var script = emitted.Success && !messages.Any(message => message.IsError)
            ? Optimisable(assembly.ToArray(), symbols.ToArray(), references)
            : null;
        return new CompilationResult(outline, messages, script);
    }

    private static CompiledScript Optimisable(byte[] assembly, byte[] symbols, ReferenceResolver references)
    {
        OptimisedDebugCode.Allow(assembly);
        return new CompiledScript(assembly, symbols, [.. references.Files]);
    }

    private static CSharpCompilation Prepare(
        ScriptSource source, ScriptInputs inputs, ReferenceResolver references, PackageSet packages)
    {
        // Debug code for exact lines; OptimisedDebugCode then lets the runtime optimise it.
        var options = ScriptOptions.Default
            .WithFilePath(source.Path)
            .WithFileEncoding(Encoding.UTF8)
            .WithEmitDebugInformation(true)
            .WithOptimizationLevel(OptimizationLevel.Debug)
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithReferences(ScriptWorld.References.Concat(packages.References))
            .WithImports(ScriptWorld.Imports)
            .WithSourceResolver(new LoadResolver(source, inputs))
            .WithMetadataResolver(references);
        var compilation = (CSharpCompilation)CSharpScript.Create(source.Text, options).GetCompilation();

        // `string?` may be written, but a script is not nagged about null.
        return compilation.WithOptions(compilation.Options
            .WithNullableContextOptions(NullableContextOptions.Annotations)
            .WithSpecificDiagnosticOptions(Silenced));
    }

    private static ScriptOutline Outline(ScriptSource source, CSharpCompilation compilation)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal) { [source.Path] = source.Text };
        foreach (var tree in compilation.SyntaxTrees)
            texts.TryAdd(tree.FilePath, tree.ToString());
        var scan = OptionScanner.Scan(compilation);
        return new ScriptOutline(source, texts, LeadingComment.Read(source.Text), scan.Options, scan.HasComputed);
    }
}
