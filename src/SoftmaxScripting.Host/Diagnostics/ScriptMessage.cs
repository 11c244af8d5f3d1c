namespace SoftmaxScripting.Host.Diagnostics;

/// <summary>One error or warning of the compiler.</summary>
/// <param name="Path">The full path of the file it concerns.</param>
/// <param name="Line">The line, from 1; 0 where the message concerns no place.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Length">How many characters of the line are meant; at least 1.</param>
/// <param name="IsError">Whether the script cannot run.</param>
/// <param name="Id">The compiler's number, <c>CS0103</c>; empty for the host's own.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Hint">What to do about it; null where nothing better than the text is known.</param>
internal sealed record ScriptMessage(
    string Path, int Line, int Column, int Length, bool IsError, string Id, string Text, string? Hint);
