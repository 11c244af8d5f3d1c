using SoftmaxScripting.Host.Diagnostics;
using SoftmaxScripting.Toolkit;

namespace SoftmaxScripting.Host.Scripting;

/// <summary>What is known of a script without running it.</summary>
/// <param name="Source">The script.</param>
/// <param name="Texts">The text of every file that takes part, by full path, as it was when compiled.</param>
/// <param name="Description">Its leading comment; empty where there is none.</param>
/// <param name="Options">The options it declares by literal names.</param>
/// <param name="HasComputedOptions">Whether it asks for further options whose names only a run tells.</param>
internal sealed record ScriptOutline(
    ScriptSource Source,
    IReadOnlyDictionary<string, string> Texts,
    string Description,
    IReadOnlyList<DeclaredOption> Options,
    bool HasComputedOptions);

/// <summary>A script ready to be loaded.</summary>
/// <param name="Assembly">The assembly's bytes.</param>
/// <param name="Symbols">The portable debugging symbols' bytes.</param>
/// <param name="References">The full paths of the files referenced by <c>#r</c>.</param>
internal sealed record CompiledScript(byte[] Assembly, byte[] Symbols, IReadOnlyList<string> References);

/// <summary>What compiling a script gave.</summary>
/// <param name="Outline">What is known of the script, also when it does not compile.</param>
/// <param name="Messages">Errors and warnings in the order of files and lines.</param>
/// <param name="Script">The result; null when there were errors.</param>
internal sealed record CompilationResult(
    ScriptOutline Outline, IReadOnlyList<ScriptMessage> Messages, CompiledScript? Script);
