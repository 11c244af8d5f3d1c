using SoftmaxScripting.Host.Scripting;

namespace SoftmaxScripting.Host.Diagnostics;

/// <summary>
/// Writes the compiler's messages as <c>experiments/x.csx(3,5): error CS0103: …</c> with the line and a mark.
/// </summary>
internal static class MessagePrinter
{
    /// <summary>Writes all messages.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="outline">The script they belong to.</param>
    public static void Print(HostConsole console, IReadOnlyList<ScriptMessage> messages, ScriptOutline outline)
    {
        foreach (var message in messages)
        {
            var place = outline.Source.Show(message.Path)
                + (message.Line > 0 ? $"({message.Line},{message.Column})" : "");
            var severity = message.IsError ? "error" : "warning";
            var label = message.Id.Length > 0 ? $"{severity} {message.Id}:" : $"{severity}:";
            console.Error.WriteLine(
                $"{place}: {console.Paint(label, message.IsError ? Ink.Error : Ink.Warning)} {message.Text}");
            SourceExcerpt.Write(
                console, outline.Texts.GetValueOrDefault(message.Path), message.Line, message.Column, message.Length);
            if (message.Hint is not null)
                console.Error.WriteLine("      " + console.Paint("hint:", Ink.Strong) + " " + message.Hint);
        }
    }
}
